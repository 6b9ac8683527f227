"""Addresses of this step."""

from django.urls import URLPattern

app_name = "console"
urlpatterns: list[URLPattern] = []
