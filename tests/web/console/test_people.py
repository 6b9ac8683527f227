"""One person's page at the desk."""

import re

import pytest

from huiyou.web.applications.models import Application
from huiyou.web.journal.models import Entry


@pytest.fixture
def person(taking, send):
    send()
    return Application.objects.get()


def test_a_lost_link_is_replaced_by_one_that_is_shown_once(organiser, client, person):
    desk = f"/console/{person.gathering.slug}/applications/{person.code}/"
    lost = f"/me/{person.token}/"
    token = f"{person.code}."
    asked = organiser.get(f"{desk}link/").content.decode()

    given = organiser.post(f"{desk}link/")

    link = re.search(r"http://testserver(/me/[^<\s]+)", given.content.decode())[1]
    assert token not in asked
    assert (client.get(lost).status_code, client.get(link).status_code) == (404, 200)
    assert given.headers["Cache-Control"] == "private, no-store"
    assert token not in organiser.get(desk).content.decode()
    line = Entry.objects.last()
    assert (line.deed, line.about) == ("link", {"code": person.code})


def test_what_came_again_with_a_phone_stands_beside_the_first(organiser, send, person):
    send(name="王五")

    desk = f"/console/{person.gathering.slug}/applications/"
    everybody = organiser.get(desk).content.decode()
    page = organiser.get(f"{desk}{person.code}/").content.decode()

    assert "王五" not in everybody
    assert "同一个手机号后来又报了 1 次" in page
    assert "王五" in page
