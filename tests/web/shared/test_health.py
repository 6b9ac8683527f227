import json
import logging

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from huiyou.web.applications.models import Application
from huiyou.web.shared.logs import JsonLines
from huiyou.web.shared.models import Sign, Tally


@pytest.fixture
def lines(caplog):
    caplog.set_level(logging.INFO)
    caplog.handler.setFormatter(JsonLines())
    return lambda: [json.loads(line) for line in caplog.text.splitlines()]


def test_health_says_when_the_worker_last_gave_a_sign(client, db):
    assert client.get("/health").json()["worker"] is None
    Sign.objects.create(name="worker", at=timezone.now())

    answer = client.get("/health")

    assert answer.status_code == 200
    assert answer.json()["database"] is True
    assert answer.json()["worker"].startswith("20")


def test_health_is_503_without_a_database(client, db, settings):
    from django.db import connection  # noqa: PLC0415 -- of this test's thread

    def down(execute, sql, params, many, context):
        raise DatabaseError

    with connection.execute_wrapper(down):
        answer = client.get("/health")

    assert (answer.status_code, answer.json()["database"]) == (503, False)


def test_a_line_holds_route_and_status_and_nothing_that_was_sent(client, decided, lines):
    who = decided.applications.first()
    client.get(f"/g/{decided.slug}/?phone={who.phone}", headers={"x-name": "x"})
    client.post(f"/g/{decided.slug}/find/", {"name": who.name, "digits": who.phone[-4:]})
    client.get(f"/me/{who.token}/")
    client.get(f"/nowhere/{who.phone}/")

    found = [line for line in lines() if line["logger"] == "huiyou.request"]

    assert [line["route"] for line in found[:2]] == ["g/<slug:slug>/", "g/<slug:slug>/find/"]
    assert found[1]["status"] == 200
    text = json.dumps(lines(), ensure_ascii=False)
    assert [secret for secret in (who.name, who.phone, who.token, who.code) if secret in text] == []


def test_the_answer_carries_the_number_of_its_line(client, db, lines):
    answer = client.get("/")

    assert lines()[-1]["request"] == answer.headers["X-Request-ID"]


def test_an_error_is_told_by_kind_and_place_and_not_in_words(lines):
    try:
        raise ValueError("Key (phone)=(13800138000) already exists")  # noqa: TRY301 -- on purpose
    except ValueError:
        logging.getLogger("django.request").exception("Internal Server Error: %s", "/me/token/")

    line = lines()[-1]

    assert line["error"] == "ValueError"
    assert "test_health.py" in line["at"][-1]
    assert "13800138000" not in json.dumps(line)
    assert "token" not in json.dumps(line)


def test_a_forged_form_is_refused_without_a_word_of_it_in_the_log(decided, lines):
    strict = Client(enforce_csrf_checks=True)
    who = Application.objects.first()

    answer = strict.post(f"/g/{decided.slug}/find/", {"name": who.name, "digits": "1234"})

    assert answer.status_code == 403
    assert who.name not in json.dumps(lines(), ensure_ascii=False)


def test_tries_that_ran_out_are_forgotten(db):
    from huiyou.web.shared.limits import forget_old_tries  # noqa: PLC0415 -- after Django is set up

    Tally.objects.create(key="a", count=3, until=0)
    forget_old_tries()

    assert not Tally.objects.exists()


def test_a_host_that_is_not_ours_is_refused_without_its_words(client, db, settings, lines):
    settings.ALLOWED_HOSTS = ["huiyou.example.org"]

    answer = client.get("/", headers={"host": "13800138000.example.com"})

    assert answer.status_code == 400
    assert "13800138000" not in json.dumps(lines())
