"""Django's name for this step."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.console"
