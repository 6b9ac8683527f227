"""Django's name for this step."""

from django.apps import AppConfig


class MeConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.me"
