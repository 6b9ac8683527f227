"""Django's name for this step."""

from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.gatherings"
