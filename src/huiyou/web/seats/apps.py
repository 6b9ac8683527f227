"""Django's name for this step."""

from django.apps import AppConfig


class SeatsConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.seats"
