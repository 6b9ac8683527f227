"""Django's name for this step."""

from django.apps import AppConfig


class ApplicationsConfig(AppConfig):
    """See the package."""

    name = "huiyou.web.applications"
