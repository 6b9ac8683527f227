"""Addresses of this step."""

from django.urls import path

from huiyou.web.tables import views

app_name = "tables"
urlpatterns = [
    path("g/<slug:slug>/proof/tables/", views.proof, name="proof"),
    path("g/<slug:slug>/proof/tables/tables.public.json", views.record, name="record"),
    path("g/<slug:slug>/proof/tables/<slug:digest>/", views.kept, name="kept"),
    path("g/<slug:slug>/screen/", views.screen, name="screen"),
    path("g/<slug:slug>/screen/timer/", views.timer, name="timer"),
    path("g/<slug:slug>/find/", views.find, name="find"),
]
