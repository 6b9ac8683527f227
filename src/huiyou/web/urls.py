"""Every address of the site."""

from django.urls import include, path

from huiyou.web.shared.views import health, language

urlpatterns = [
    path("language/", language, name="language"),
    path("health", health, name="health"),
    path("console/", include("huiyou.web.console.urls")),
    path("me/", include("huiyou.web.me.urls")),
    path("", include("huiyou.web.applications.urls")),
    path("", include("huiyou.web.seats.urls")),
    path("", include("huiyou.web.tables.urls")),
    path("", include("huiyou.web.prizes.urls")),
    path("", include("huiyou.web.gatherings.urls")),
]
