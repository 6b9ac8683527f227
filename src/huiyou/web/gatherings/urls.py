"""Addresses of public pages; `g` keeps them short on posters."""

from django.urls import path

from huiyou.web.gatherings import views

app_name = "gatherings"
urlpatterns = [
    path("", views.home, name="home"),
    path("series/<slug:slug>/", views.series, name="series"),
    path("g/<slug:slug>/", views.gathering, name="gathering"),
    path("g/<slug:slug>/calendar/", views.calendar, name="calendar"),
    path("g/<slug:slug>/calendar.ics", views.calendar_file, name="calendar_file"),
]
