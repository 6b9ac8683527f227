"""Addresses of this step."""

from django.urls import path

from huiyou.web.applications import views

app_name = "applications"
urlpatterns = [
    path("g/<slug:slug>/apply/", views.apply_page, name="apply"),
    path("g/<slug:slug>/applied/<str:token>/", views.applied, name="applied"),
]
