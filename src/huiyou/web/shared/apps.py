"""Django's name for this step."""

from django.apps import AppConfig


class SharedConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.shared"
