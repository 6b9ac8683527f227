"""Django's name for this room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.journal"
