"""Addresses of the desk; a gathering's short name never begins with ``-``."""

from django.urls import path

from huiyou.web.console import views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("-/login/", views.log_in, name="login"),
    path("-/logout/", views.log_out, name="logout"),
    path("<slug:slug>/", views.desk, name="desk"),
    path("<slug:slug>/facts/", views.facts, name="facts"),
    path("<slug:slug>/times/", views.times, name="times"),
    path("<slug:slug>/import/", views.upload, name="upload"),
    path("<slug:slug>/import/<str:token>/", views.mapping, name="mapping"),
    path("<slug:slug>/import/<str:token>/keep/", views.keep, name="keep"),
    path("<slug:slug>/start/<str:step>/", views.start, name="start"),
    path("<slug:slug>/runs/<int:pk>/", views.progress, name="run"),
    path("<slug:slug>/runs/<int:pk>/cancel/", views.cancel, name="cancel"),
    path("<slug:slug>/publish/", views.publishing, name="publish"),
    path("<slug:slug>/records/", views.record_list, name="records"),
    path("<slug:slug>/records/<str:kind>-<int:pk>.json", views.record, name="record"),
    path("<slug:slug>/journal/", views.journal, name="journal"),
    path("<slug:slug>/applications/", views.applications, name="applications"),
    path("<slug:slug>/applications/<str:code>/", views.application, name="application"),
]
