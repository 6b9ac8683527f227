"""Django's name for this step."""

from django.apps import AppConfig


class TablesConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.tables"
