"""A new gathering, from nothing or from an earlier stop."""

import pytest

from huiyou.web.console.models import Membership
from huiyou.web.gatherings.models import Gathering

ABOUT = {
    "title": "会友 · 苏州站", "slug": "suzhou-2026", "starts": "2026-09-12T13:00",
    "ends": "2026-09-12T17:00", "city": "苏州", "venue": "平江书院", "seats": "30", "like": "",
}  # fmt: skip
NEW = "/console/-/new/"


@pytest.fixture
def made():
    return lambda: Gathering.objects.get(slug="suzhou-2026")


def test_the_maker_becomes_organiser_of_a_gathering_nobody_sees_yet(organiser, client, made):
    answer = organiser.post(NEW, ABOUT)

    stop = made()
    about = stop.facts.gathering
    assert answer.headers["Location"] == "/console/suzhou-2026/facts/"
    assert (about.title, about.seats, about.tables, about.rounds) == ("会友 · 苏州站", 30, 4, 3)
    assert (stop.listed, stop.published, stop.quotas, stop.prizes) == (False, None, (), ())
    assert (stop.facts.sessions, stop.facts.sponsors, stop.facts.draw) == ([], [], None)
    assert [m.role for m in stop.memberships.all()] == ["organiser"]
    assert stop.journal.get().deed == "begin"
    assert client.get("/g/suzhou-2026/").status_code == 404


def test_every_page_of_its_desk_opens(organiser, made):
    organiser.post(NEW, ABOUT)

    for page in (
        "",
        "facts/",
        "facts/guests/",
        "facts/form/",
        "facts/text/",
        "times/",
        "roles/",
        "import/",
    ):
        assert organiser.get(f"/console/suzhou-2026/{page}").status_code == 200


def test_a_copy_moves_its_programme_by_the_time_between(organiser, gathering, made):
    organiser.post(NEW, ABOUT | {"like": gathering.slug})

    stop, old = made(), gathering.facts
    assert [s.starts.isoformat() for s in stop.facts.sessions][:2] == [
        "2026-09-12T13:00:00",
        "2026-09-12T14:00:00",
    ]
    assert [s.speakers for s in stop.facts.sessions] == [s.speakers for s in old.sessions]
    assert stop.facts.draw.at.isoformat() == "2026-09-12T15:50:00"
    assert (stop.quotas, stop.prizes, stop.facts.tables) == (
        gathering.quotas,
        gathering.prizes,
        old.tables,
    )
    assert (stop.facts.gathering.tables, stop.facts.gathering.past_stops) == (
        6,
        ["杭州 2026-06-06"],
    )
    assert (stop.facts.gathering.next_stop, stop.facts.gathering.title_en) == ("", "")
    assert stop.series == gathering.series
    assert stop.applications.count() == 0
    assert stop.journal.get().about == {"like": gathering.slug}


def test_a_day_too_short_for_the_programme_is_told(organiser, gathering):
    answer = organiser.post(NEW, ABOUT | {"like": gathering.slug, "ends": "2026-09-12T15:50"})

    assert "“抽奖”不在活动的起止时间之内" in answer.content.decode()
    assert not Gathering.objects.filter(slug="suzhou-2026").exists()


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("slug", "my-first-stop", "已经有活动用了"),
        ("slug", "苏州", "写法不对"),
        ("slug", "-new", "写法不对"),
        ("slug", "", "没有写"),
        ("title", " ", "没有写"),
        ("seats", "many", "不是整数"),
        ("seats", "0", "超出范围"),
        ("ends", "2026-09-12T12:00", "不晚于开始"),
        ("starts", "soon", "不是时间"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_with_what_was_typed(
    organiser, gathering, field, value, words
):
    answer = organiser.post(NEW, ABOUT | {field: value})

    page = answer.content.decode()
    assert answer.status_code == 422
    assert words in page.partition(f'id="{field}-fault">')[2][:60]
    assert 'value="平江书院"' in page
    assert list(Gathering.objects.values_list("slug", flat=True)) == ["my-first-stop"]


def test_facts_of_others_cannot_be_copied(organiser, elsewhere):
    assert organiser.post(NEW, ABOUT | {"like": elsewhere.slug}).status_code == 404
    assert elsewhere.slug not in organiser.get(NEW).content.decode()


@pytest.mark.parametrize("role", ["staff", "auditor", "nobody"])
def test_only_organisers_make_gatherings(signed_in, role):
    client = signed_in(role)

    assert client.post(NEW, ABOUT).status_code == 404
    assert NEW not in client.get("/console/").content.decode()
    assert not Membership.objects.filter(gathering__slug="suzhou-2026").exists()


def test_the_first_user_makes_the_first_gathering(db, admin_client, made):
    assert NEW in admin_client.get("/console/").content.decode()

    admin_client.post(NEW, ABOUT)

    assert made().memberships.get().user.username == "admin"
