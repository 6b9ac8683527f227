"""Every page, tried by everyone."""

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from huiyou.web.applications.models import Application
from huiyou.web.console.imports import take_upload
from huiyou.web.console.models import Membership, Run
from huiyou.web.console.tasks import start_run
from huiyou.web.console.urls import urlpatterns

EVERYONE = {"organiser", "staff", "auditor", "superuser"}
ORGANISERS = {"organiser", "superuser"}
READERS = {"organiser", "superuser", "auditor"}
LISTS = {"organiser", "superuser", "staff"}

# name of the page, method, who may
PAGES = {
    "desk": ("get", EVERYONE),
    "facts": ("get", ORGANISERS),
    "section": ("get", ORGANISERS),
    "text": ("get", ORGANISERS),
    "times": ("get", ORGANISERS),
    "roles": ("get", ORGANISERS),
    "role": ("post", ORGANISERS),
    "role_link": ("post", ORGANISERS),
    "upload": ("get", ORGANISERS),
    "mapping": ("get", ORGANISERS),
    "read": ("post", ORGANISERS),
    "keep": ("post", ORGANISERS),
    "start": ("post", ORGANISERS),
    "run": ("get", EVERYONE),
    "cancel": ("post", ORGANISERS),
    "publish": ("post", ORGANISERS),
    "records": ("get", READERS),
    "record": ("get", READERS),
    "journal": ("get", READERS),
    "applications": ("get", LISTS),
    "application": ("get", LISTS),
    "new_link": ("get", ORGANISERS),
}
ROLES = ["organiser", "superuser", "staff", "auditor", "nobody"]


@pytest.fixture
def things(gathering):
    from django.core.files.uploadedfile import SimpleUploadedFile  # noqa: PLC0415 -- needs settings

    file = SimpleUploadedFile("a.csv", "姓名,手机\n毛,19900000000\n".encode())
    run = start_run(gathering, "seats", who="test")
    someone = get_user_model().objects.create_user("someone")
    member = Membership.objects.create(user=someone, gathering=gathering, role="staff")
    return {
        "token": take_upload(gathering, file, who="test").token,
        "code": Application.objects.first().code,
        "run": run.pk,
        "record": gathering.rounds.get().pk,
        "member": member.pk,
    }


def address(page, slug, things):
    tail = {
        "desk": "", "facts": "facts/", "section": "facts/basics/", "text": "facts/text/",
        "times": "times/", "roles": "roles/", "role": f"roles/{things['member']}/",
        "role_link": f"roles/{things['member']}/link/", "upload": "import/",
        "mapping": f"import/{things['token']}/", "keep": f"import/{things['token']}/keep/",
        "read": f"import/{things['token']}/read/",
        "start": "start/seats/", "run": f"runs/{things['run']}/",
        "cancel": f"runs/{things['run']}/cancel/", "publish": "publish/", "records": "records/",
        "record": f"records/selection-{things['record']}.json", "journal": "journal/",
        "applications": "applications/", "application": f"applications/{things['code']}/",
        "new_link": f"applications/{things['code']}/link/",
    }[page]  # fmt: skip
    return f"/console/{slug}/{tail}"


def test_every_page_is_in_the_table_of_roles():
    assert {route.name for route in urlpatterns} == {
        *PAGES, "home", "login", "logout", "new", "welcome",
    }  # fmt: skip


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", PAGES)
def test_a_page_opens_for_its_roles_and_is_not_there_for_others(
    signed_in, gathering, things, page, role
):
    method, allowed = PAGES[page]

    answer = getattr(signed_in(role), method)(address(page, gathering.slug, things))

    assert (answer.status_code != 404) == (role in allowed)
    assert answer.status_code < 500


@pytest.mark.parametrize("page", PAGES)
def test_an_organiser_of_another_gathering_finds_nothing_here(
    signed_in, elsewhere, gathering, things, page
):
    client = signed_in("organiser", elsewhere)

    assert getattr(client, PAGES[page][0])(address(page, gathering.slug, things)).status_code == 404


@pytest.mark.parametrize(
    "page",
    ["mapping", "read", "keep", "run", "cancel", "record", "application", "role", "role_link"],
)
def test_things_of_one_gathering_are_not_found_under_another(signed_in, elsewhere, things, page):
    client = signed_in("superuser")

    assert getattr(client, PAGES[page][0])(address(page, "elsewhere", things)).status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_who_is_logged_out_is_asked_to_log_in(client, gathering, things, page):
    answer = getattr(client, PAGES[page][0])(address(page, gathering.slug, things))

    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/console/-/login/?next=")


@pytest.mark.parametrize("page", [page for page, (method, _) in PAGES.items() if method == "post"])
def test_nothing_changes_without_the_token_of_the_page(signed_in, gathering, things, page):
    client = Client(enforce_csrf_checks=True)
    client.cookies = signed_in("organiser").cookies
    runs = Run.objects.count()

    answer = client.post(address(page, gathering.slug, things))

    assert answer.status_code == 403
    assert Run.objects.count() == runs


@pytest.mark.parametrize("page", [page for page, (method, _) in PAGES.items() if method == "post"])
def test_no_link_changes_anything(signed_in, gathering, things, page):
    assert signed_in("organiser").get(address(page, gathering.slug, things)).status_code == 405


def test_staff_see_the_last_four_digits_of_a_phone_and_no_mail(signed_in, gathering, things):
    one = Application.objects.get(code=things["code"])
    one.phone, one.email = "+8619912345678", "mao@example.com"
    one.save()
    row = address("application", gathering.slug, things)

    seen = {role: signed_in(role).get(row).content.decode() for role in ("staff", "organiser")}

    assert "+8619912345678" in seen["organiser"]
    assert "mao@example.com" in seen["organiser"]
    assert "•••• 5678" in seen["staff"]
    assert "1991234" not in seen["staff"]
    assert "mao@example.com" not in seen["staff"]


def test_an_auditor_meets_no_name_phone_or_mail_anywhere(signed_in, gathering, things):
    client = signed_in("auditor")
    pages = [
        client.get(address(page, gathering.slug, things)).content.decode()
        for page in ("desk", "run", "records", "record", "journal")
    ]

    for one in Application.objects.all():
        assert not any(one.name in page or one.phone in page for page in pages)
