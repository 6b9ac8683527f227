"""Addresses of this step."""

from django.urls import path

from huiyou.web.prizes import views

app_name = "prizes"
urlpatterns = [
    path("g/<slug:slug>/proof/draw/", views.proof, name="proof"),
    path("g/<slug:slug>/proof/draw/draw.json", views.record, name="record"),
    path("g/<slug:slug>/proof/draw/<slug:digest>/", views.kept, name="kept"),
]
