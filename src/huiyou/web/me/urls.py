"""Addresses of this step: `me` and the token of a secret link."""

from django.urls import path

from huiyou.web.me import views

app_name = "me"
urlpatterns = [
    path("erased/", views.erased, name="erased"),
    path("<str:token>/", views.page, name="page"),
    path("<str:token>/answers/", views.answers, name="answers"),
    path("<str:token>/withdraw/", views.withdraw, name="withdraw"),
    path("<str:token>/return/", views.come_back, name="return"),
    path("<str:token>/seat/accept/", views.accept, name="accept"),
    path("<str:token>/seat/decline/", views.decline, name="decline"),
    path("<str:token>/waiting/", views.waiting, name="waiting"),
    path("<str:token>/companion/", views.companion, name="companion"),
    path("<str:token>/data/", views.data, name="data"),
    path("<str:token>/data.json", views.data_file, name="data_file"),
    path("<str:token>/erase/", views.erase_page, name="erase"),
]
