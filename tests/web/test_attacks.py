"""Attacks that were tried on the site, and that it withstands."""

from __future__ import annotations

import re
from contextlib import suppress
from threading import Barrier, Thread
from urllib.parse import urlsplit

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.conftest import once_of

from huiyou.web.applications.actions import (
    change_answers,
    come_back,
    confirm_companion,
    erase,
    withdraw,
)  # fmt: skip
from huiyou.web.applications.answers import Answers
from huiyou.web.applications.models import Application, Companion
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.console.actions import add_user
from huiyou.web.prizes.actions import check_draw
from huiyou.web.seats.actions import check_round
from huiyou.web.tables.actions import check_plan

TOKEN = re.compile(r"[A-Z2-9]{10}\.\d+:[\w-]{43}")
VICTIM, MINE = "19900007788", "19900001234"


def token_of(answer):
    return TOKEN.search(answer.headers["Location"])[0]


def person(gathering, name="欧阳小满", phone="+8619900007788", **more):
    more.setdefault("applied_at", timezone.now())
    return Application.objects.create(gathering=gathering, name=name, phone=phone, **more)


# Is a phone known? One who holds two links, one under that phone, tries to tell by what each shows.


def by_naming_first(send, act):
    theirs = token_of(send(name="假", phone=VICTIM, companion_phone=MINE))
    return theirs, token_of(send(name="我", phone=MINE, companion_phone=VICTIM))


def by_naming_last(send, act):
    mine = token_of(send(name="我", phone=MINE, companion_phone=VICTIM))
    return token_of(send(name="假", phone=VICTIM, companion_phone=MINE)), mine


def by_being_named(send, act):
    mine = token_of(send(name="我", phone=MINE))
    return token_of(send(name="假", phone=VICTIM, companion_phone=MINE)), mine


def by_confirming(send, act):
    theirs, mine = by_being_named(send, act)
    act(mine, "companion", phone=VICTIM)
    return theirs, mine


def by_confirming_from_there(send, act):
    mine = token_of(send(name="我", phone=MINE, companion_phone=VICTIM))
    theirs = token_of(send(name="假", phone=VICTIM))
    act(theirs, "companion", phone=MINE)
    return theirs, mine


def by_withdrawing(send, act):
    theirs, mine = by_naming_last(send, act)
    act(theirs, "withdraw")
    return theirs, mine


def by_changing_answers(send, act):
    theirs, mine = by_naming_last(send, act)
    act(theirs, "answers", name="假", companion_phone="")
    return theirs, mine


def by_erasing(send, act):
    theirs, mine = by_naming_last(send, act)
    act(theirs, "erase", sure="1")
    return theirs, mine


def by_erasing_what_names_nobody(send, act):
    mine = token_of(send(name="我", phone=MINE, companion_phone=VICTIM))
    theirs = token_of(send(name="假", phone=VICTIM))
    act(theirs, "erase", sure="1")
    return theirs, mine


def by_sending_it_twice(send, act):
    theirs, mine = by_naming_last(send, act)
    token_of(send(name="又", phone=VICTIM, companion_phone=MINE))
    return theirs, mine


WAYS = [
    by_naming_first, by_naming_last, by_being_named, by_confirming, by_confirming_from_there,
    by_withdrawing, by_changing_answers, by_erasing, by_erasing_what_names_nobody, by_sending_it_twice,
]  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_page_of_ones_own_tells_whether_another_phone_is_known(client, send, taking, way):
    def act(token, deed, **fields):
        return client.post(f"/me/{token}/{deed}/", fields)

    def seen():
        pages = [
            client.get(f"/me/{token}/{page}")
            for token in way(send, act)
            for page in ("", "answers/", "data/", "data.json")
        ]
        return [(page.status_code, plain(page)) for page in pages]

    unknown = seen()
    Application.every.all().delete()
    send(name="真", phone=VICTIM)
    known = seen()

    assert unknown == known
    assert [one.name for one in eligible(taking).filter(phone__endswith=VICTIM)] == ["真"]
    assert companions(taking) == []


def plain(page):
    """A page without what differs between any two applications."""
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    text = TOKEN.sub("TOKEN", text)
    text = re.sub(r"\d{4}-\d\d-\d\dT[\d:.+]+", "TIME", text)
    return re.sub(r"\b[2-9A-HJ-NP-Z]{10}\b|\d\d:\d\d(:\d\d)?(\.\d+)?", "CODE", text)


@pytest.mark.parametrize("named", ["", MINE])
def test_a_known_phone_asks_as_much_of_the_database(client, send, taking, named):
    asked = []
    for is_known in (False, True):
        Application.every.all().delete()
        send(name="我", phone=MINE, companion_phone=VICTIM)
        if is_known:
            send(name="真", phone=VICTIM)
        form = once_of(client.get(f"/g/{taking.slug}/apply/"))
        with CaptureQueriesContext(connection) as queries:
            send(form=form, name="假", phone=VICTIM, companion_phone=named)
        asked.append([query["sql"].partition(" ")[0] for query in queries])

    assert asked[0] == asked[1]


# Two requests at once: whoever was erased meanwhile stays erased.


@pytest.mark.parametrize(
    "deed",
    [
        withdraw,
        come_back,
        Application.renew_link,
        lambda stale: change_answers(stale, Answers(name="又来", phone=stale.phone)),
        lambda stale: confirm_companion(stale, "+8619900001234"),
    ],
)
def test_a_request_that_had_read_somebody_does_not_bring_them_back(taking, deed):
    mine = person(taking)
    person(taking, "我", "+8619900001234", companion_phone=mine.phone)
    stale = Application.objects.get(pk=mine.pk)
    erase(mine)

    with suppress(Application.DoesNotExist):
        deed(stale)

    kept = Application.every.get(pk=mine.pk)
    assert (kept.state, kept.name, kept.phone, kept.company) == ("erased", "", "", "")
    assert not Companion.objects.exists()


def test_answers_sent_while_one_is_erased_find_nobody(client, taking, monkeypatch):
    mine = person(taking)

    def slow(*args):
        erase(Application.objects.get(pk=mine.pk))
        return change_answers(*args)

    monkeypatch.setattr("huiyou.web.me.views.change_answers", slow)
    answer = client.post(f"/me/{mine.token}/answers/", {"name": "又来"})

    assert answer.status_code == 404
    assert Application.every.get().name == ""


@pytest.mark.django_db(transaction=True)
def test_erasing_and_everything_else_at_once_leaves_nothing(taking):
    for k in range(5):
        mine = person(taking, phone=f"+861990000{k:04}")
        person(taking, "我", f"+861991111{k:04}", companion_phone=mine.phone)
        changed = Answers(name="又来", phone=mine.phone, companion_phone=f"+861991111{k:04}")
        deeds = [
            erase,
            withdraw,
            come_back,
            lambda one, new=changed: change_answers(one, new),
            lambda one, k=k: confirm_companion(one, f"+861991111{k:04}"),
            erase,
        ]
        failed = all_at_once(deeds, [Application.objects.get(pk=mine.pk) for _ in deeds])

        assert [error for error in failed if not isinstance(error, Application.DoesNotExist)] == []
        kept = Application.every.get(pk=mine.pk)
        assert (kept.state, kept.name, kept.phone) == ("erased", "", "")


def all_at_once(deeds, subjects):
    """Do each deed in a thread of its own, all from one moment on; give what failed."""
    start, failed = Barrier(len(deeds)), []

    def work(deed, subject):
        start.wait()
        try:
            deed(subject)
        except Exception as error:  # noqa: BLE001 -- told to the test
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=pair) for pair in zip(deeds, subjects, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return failed


# Sessions


def log_in(browser):
    return browser.post("/console/-/login/", {"name": "lin", "password": "a good long one"})


@pytest.fixture
def lin(gathering):
    add_user("the first may do everything", "a good long one")
    return add_user("lin", "a good long one", slug=gathering.slug, role="organiser")


def test_a_session_planted_before_the_log_in_is_worth_nothing_after_it(client, lin):
    planted = SessionStore()
    planted["x"] = 1
    planted.create()
    client.cookies["sessionid"] = planted.session_key

    log_in(client)

    thief = Client()
    thief.cookies["sessionid"] = planted.session_key
    assert client.cookies["sessionid"].value != planted.session_key
    assert client.get("/console/").status_code == 200
    assert thief.get("/console/").status_code == 302


def test_a_copied_session_ends_with_the_log_out_and_with_a_new_password(client, lin, gathering):
    for end in (
        lambda: client.post("/console/-/logout/"),
        lambda: add_user("lin", "another good long one", slug=gathering.slug),
    ):
        log_in(client)
        copy = Client()
        copy.cookies["sessionid"] = client.cookies["sessionid"].value
        assert copy.get("/console/").status_code == 200

        end()

        assert copy.get("/console/").status_code == 302


def test_who_lost_the_role_is_out_at_once(client, lin, gathering):
    log_in(client)
    before = client.get(f"/console/{gathering.slug}/applications/").status_code

    lin.memberships.all().delete()

    assert (before, client.get(f"/console/{gathering.slug}/applications/").status_code) == (
        200,
        404,
    )


# Proofs stay, people go


def test_proofs_hold_after_everybody_asked_to_be_erased(client, decided):
    cache.clear()
    records = [f"/g/{decided.slug}/proof/{name}" for name in ("seats/selection.json", "tables/tables.public.json", "draw/draw.json")]  # fmt: skip
    before = [client.get(record).content for record in records]
    people = list(decided.applications.all())
    for each in people:
        client.post(f"/me/{each.token}/erase/", {"sure": "1"})
    cache.clear()

    round_ = decided.rounds.get()
    verdicts = [check_round(round_), check_plan(round_.plans.get()), check_draw(round_.draws.get())]

    assert [client.get(record).content for record in records] == before
    assert [verdict.status for verdict in verdicts].count("REFUSED") == 0
    for name in ("seats", "tables", "draw"):
        page = client.get(f"/g/{decided.slug}/proof/{name}/").content.decode()
        assert [who.name for who in people if who.name in page] == []


def test_somebody_erased_is_found_at_no_desk_and_on_no_screen(client, decided, lin):
    who = decided.rounds.get().seats.filter(alternate=None).first().application
    name, phone, code = "独孤求败", "+8619987654321", who.code
    Application.objects.filter(pk=who.pk).update(name=name, phone=phone, shown=["name"])
    log_in(client)
    desk = f"/console/{decided.slug}/"
    pages = [
        f"{desk}applications/?q={name}", f"{desk}applications/", f"{desk}journal/", f"{desk}records/", desk,
        f"/g/{decided.slug}/screen/", *(f"/g/{decided.slug}/screen/?round={k}" for k in (1, 2, 3)),
    ]  # fmt: skip
    assert name in client.get(pages[0]).content.decode()

    erase(Application.objects.get(pk=who.pk))

    seen = [client.get(page).content.decode().replace(f'value="{name}"', "") for page in pages]
    assert [page for page, text in zip(pages, seen, strict=True) if name in text or phone[-8:] in text] == []  # fmt: skip
    assert client.get(f"{desk}applications/{code}/").status_code == 404
    found = client.post(f"/g/{decided.slug}/find/", {"name": name, "digits": phone[-4:]})
    empty = client.post(f"/g/{decided.slug}/find/", {"name": "谁也不是", "digits": "0000"})
    assert found.status_code == empty.status_code
    assert "号桌" not in found.content.decode()


# What addresses and questions may hold


ADDRESSES = (
    "applications/?q=%00", "applications/?q=%27%3B--", "applications/?page=99999999999999999999",
    "applications/%00/", "applications/%00/link/", "import/%00/", "runs/99999999999999999999/",
    "records/selection-99999999999999999999.json", "records/%00-1.json", "records/x%22-1.json",
    "records/draw%0d%0aX-Evil:1-1.json", "import/..%2f..%2fsecret.key/", "import/%2e%2e/",
)  # fmt: skip


def test_no_address_breaks_a_page_of_the_desk_or_a_header(client, decided, lin):
    log_in(client)

    answers = {page: client.get(f"/console/{decided.slug}/{page}") for page in ADDRESSES}

    assert {page: answer.status_code for page, answer in answers.items()} == {
        page: 200 if "?" in page else 404 for page in ADDRESSES
    }
    assert not any("X-Evil" in answer.headers for answer in answers.values())


@pytest.mark.parametrize(
    "onward",
    [
        "//evil.example", "/\\evil.example", "https:evil.example", "http:///evil.example", "javascript:alert(1)",
        "/\t/evil.example", " //evil.example", "////evil.example", "https://evil.example", "\x08//evil.example",
    ],
)  # fmt: skip
def test_nothing_leads_to_another_site(client, lin, onward):
    language = client.post("/language/", {"language": "en", "next": onward})
    desk = client.post(
        "/console/-/login/", {"name": "lin", "password": "a good long one", "next": onward}
    )

    assert [urlsplit(answer.headers["Location"]).netloc for answer in (language, desk)] == ["", ""]
    assert all(re.match(r"/(?![/\\])", a.headers["Location"]) for a in (language, desk))


def test_a_name_cannot_turn_the_line_it_stands_in(send):
    send(name="林\u202e满\u2066")

    assert Application.objects.get().name == "林满"


@pytest.mark.parametrize(
    "fields", [{f"x{k}": "1" for k in range(20_000)}, {"name": "长" * 2_000_000}]
)
def test_a_form_that_is_far_too_large_is_refused_and_not_looked_at(client, taking, fields):
    answer = client.post(f"/g/{taking.slug}/apply/", fields)

    assert answer.status_code == 400
    assert not Application.objects.exists()


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, lin, taking):
    client.get(f"/g/{taking.slug}/apply/")
    log_in(client)
    client.post("/language/", {"language": "en"})

    flags = {name: (c["httponly"], c["samesite"]) for name, c in client.cookies.items()}

    assert flags == dict.fromkeys(("csrftoken", "sessionid", "django_language"), (True, "Lax"))


def test_a_host_made_up_by_the_browser_stands_in_no_public_page(client, decided):
    pages = ["/", f"/g/{decided.slug}/", f"/g/{decided.slug}/proof/seats/", "/console/-/login/"]

    for page in pages:
        answer = client.get(page, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})  # fmt: skip
        assert "evil.example" not in answer.content.decode() + str(answer.headers)
