"""Addresses of this step."""

from django.urls import URLPattern

app_name = "me"
urlpatterns: list[URLPattern] = []
