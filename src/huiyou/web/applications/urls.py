"""Addresses of this step."""

from django.urls import URLPattern

app_name = "applications"
urlpatterns: list[URLPattern] = []
