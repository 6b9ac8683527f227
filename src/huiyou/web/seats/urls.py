"""Addresses of this step."""

from django.urls import path

from huiyou.web.seats import views

app_name = "seats"
urlpatterns = [
    path("g/<slug:slug>/proof/seats/", views.proof, name="proof"),
    path("g/<slug:slug>/proof/seats/selection.json", views.record, name="record"),
    path(
        "g/<slug:slug>/proof/seats/<slug:digest>/lottery.json",
        views.lottery_file,
        name="lottery_file",
    ),
    path("g/<slug:slug>/proof/seats/<slug:digest>/draw.json", views.draw_file, name="draw_file"),
    path("g/<slug:slug>/proof/seats/<slug:digest>/", views.kept, name="kept"),
    path(
        "g/<slug:slug>/proof/seats/<slug:digest>/selection.json", views.kept_file, name="kept_file"
    ),
]
