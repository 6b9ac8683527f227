"""Addresses of this step."""

from django.urls import path

from huiyou.web.seats import views

app_name = "seats"
urlpatterns = [
    path("g/<slug:slug>/proof/seats/", views.proof, name="proof"),
    path("g/<slug:slug>/proof/seats/selection.json", views.record, name="record"),
    path("g/<slug:slug>/proof/seats/<slug:digest>/", views.kept, name="kept"),
]
