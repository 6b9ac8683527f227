"""Every address of the site."""

from django.urls import include, path

from huiyou.web.shared.views import language

urlpatterns = [
    path("language/", language, name="language"),
    path("console/", include("huiyou.web.console.urls")),
    path("me/", include("huiyou.web.me.urls")),
    path("", include("huiyou.web.applications.urls")),
    path("", include("huiyou.web.gatherings.urls")),
]
