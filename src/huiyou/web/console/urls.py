"""Addresses of the desk; a gathering's short name never begins with ``-``."""

from django.urls import path

from huiyou.web.console.views import (
    desk,
    facts,
    imports,
    new,
    people,
    records,
    roles,
    seats,
    session,
)

app_name = "console"
urlpatterns = [
    path("", session.home, name="home"),
    path("-/login/", session.log_in, name="login"),
    path("-/logout/", session.log_out, name="logout"),
    path("-/password/", session.password, name="password"),
    path("-/new/", new.new, name="new"),
    path("-/welcome/<str:key>/", roles.welcome, name="welcome"),
    path("<slug:slug>/", desk.desk, name="desk"),
    path("<slug:slug>/facts/", facts.facts, name="facts"),
    path("<slug:slug>/facts/text/", facts.text, name="text"),
    path("<slug:slug>/facts/<slug:section>/", facts.section, name="section"),
    path("<slug:slug>/roles/", roles.roles, name="roles"),
    path("<slug:slug>/roles/<int:pk>/", roles.change, name="role"),
    path("<slug:slug>/roles/<int:pk>/link/", roles.link, name="role_link"),
    path("<slug:slug>/times/", facts.times, name="times"),
    path("<slug:slug>/import/", imports.upload, name="upload"),
    path("<slug:slug>/import/<str:token>/", imports.mapping, name="mapping"),
    path("<slug:slug>/import/<str:token>/read/", imports.read, name="read"),
    path("<slug:slug>/import/<str:token>/keep/", imports.keep, name="keep"),
    path("<slug:slug>/start/<str:step>/", desk.start, name="start"),
    path("<slug:slug>/runs/<int:pk>/", desk.progress, name="run"),
    path("<slug:slug>/runs/<int:pk>/cancel/", desk.cancel, name="cancel"),
    path("<slug:slug>/seats/", seats.seats, name="seats"),
    path("<slug:slug>/seats/objective/", seats.objective, name="objective"),
    path("<slug:slug>/seats/<int:pk>/announce/", seats.announcing, name="announce"),
    path("<slug:slug>/seats/<int:pk>/draw/", seats.rolling, name="roll"),
    path("<slug:slug>/seats/<int:pk>/call-off/", seats.calling_off, name="call_off"),
    path("<slug:slug>/audit/", seats.audit, name="audit"),
    path("<slug:slug>/audit/<str:name>", seats.audit_file, name="audit_file"),
    path("<slug:slug>/publish/", desk.publishing, name="publish"),
    path("<slug:slug>/records/", records.record_list, name="records"),
    path("<slug:slug>/records/<str:kind>-<int:pk>.json", records.record, name="record"),
    path("<slug:slug>/journal/", records.journal, name="journal"),
    path("<slug:slug>/applications/", people.applications, name="applications"),
    path("<slug:slug>/applications/<str:code>/", people.application, name="application"),
    path("<slug:slug>/applications/<str:code>/link/", people.new_link, name="new_link"),
]
