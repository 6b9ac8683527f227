"""Attacks that were tried on the site, and that it withstands."""

from __future__ import annotations

import re
from contextlib import suppress
from threading import Barrier, Thread

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.conftest import once_of

from huiyou.web.applications.actions import change_answers, confirm_companion, erase
from huiyou.web.applications.answers import Answers
from huiyou.web.applications.models import Application, Companion
from huiyou.web.applications.queries import companions, eligible

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
        Application.withdraw,
        Application.come_back,
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
            Application.withdraw,
            Application.come_back,
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
