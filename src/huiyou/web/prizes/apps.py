"""Django's name for this step."""

from django.apps import AppConfig


class PrizesConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.prizes"
