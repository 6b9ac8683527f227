"""The seats at the desk, and the auditor's page."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from huiyou.gathering import Inputs, check
from huiyou.proof import canonical
from huiyou.selection import verify
from huiyou.web.seats.actions import check_round
from huiyou.web.seats.models import Lottery

ROLLS = "314159265358979323846"


@pytest.fixture
def prepared(organiser, at):
    organiser.post(at("start/panels/"))
    return Lottery.objects.get()


def in_an_hour(gathering):
    return gathering.facts.when(timezone.now() + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")


@pytest.fixture
def announced(organiser, at, prepared, gathering):
    organiser.post(at(f"seats/{prepared.pk}/announce/"), {"at": in_an_hour(gathering)})
    return Lottery.objects.get()


@pytest.fixture
def due(announced):
    Lottery.objects.update(
        at=announced.at - timedelta(hours=2),
        announced_at=announced.announced_at - timedelta(hours=3),
    )
    return Lottery.objects.get()


def text(browser, path):
    cache.clear()
    return browser.get(path).content.decode()


def test_from_the_quotas_to_the_seats_in_four_steps(organiser, at, gathering, announced, due):
    assert announced.state == "announced"
    assert announced.fingerprint in text(organiser, at("seats/"))

    answer = organiser.post(at(f"seats/{due.pk}/draw/"), {"rolls": ROLLS})

    assert answer.status_code == 302
    page = text(organiser, at("seats/"))
    assert "席位已经抽出" in page
    assert "有席位，没回答" in page
    assert not gathering.rounds.get().rehearsal
    assert check_round(gathering.rounds.get()).status == "PROVEN"
    overview = text(organiser, at(""))
    assert "只抽一次" in overview
    assert "这里的席位和抽奖都是彩排" not in overview


def test_the_page_leads_from_step_to_step(organiser, at, gathering):
    assert "算出机会" in text(organiser, at("seats/"))
    organiser.post(at("start/panels/"))
    page = text(organiser, at("seats/"))
    assert "机会算好了" in page
    assert "公布机会与名单组" in page


def test_too_soon_or_unreadable_times_are_told(organiser, at, prepared):
    answers = [
        organiser.post(at(f"seats/{prepared.pk}/announce/"), {"at": when})
        for when in ("2020-01-01T00:00", "tomorrow", "")
    ]

    assert [answer.status_code for answer in answers] == [422, 422, 422]
    assert "要来得及存下指纹" in answers[0].content.decode()
    assert Lottery.objects.get().state == "prepared"


def test_dice_before_their_time_and_wrong_dice_are_told(organiser, at, announced, gathering):
    early = organiser.post(at(f"seats/{announced.pk}/draw/"), {"rolls": ROLLS})
    Lottery.objects.update(at=timezone.now() - timedelta(minutes=1))
    wrong = organiser.post(at(f"seats/{announced.pk}/draw/"), {"rolls": "12"})

    assert (early.status_code, wrong.status_code) == (422, 422)
    assert "还没到公布的抽签时间" in early.content.decode()
    assert not gathering.rounds.exists()


def test_a_draw_is_called_off_at_the_desk(organiser, at, announced):
    organiser.post(at(f"seats/{announced.pk}/call-off/"))

    assert Lottery.objects.get().state == "called_off"
    assert "取消过的抽签" in text(organiser, at("seats/"))


def test_the_objective_is_chosen_and_written_into_the_facts(organiser, at, gathering):
    organiser.post(at("seats/objective/"), {"objective": "maximin"})
    gathering.refresh_from_db()

    assert gathering.facts.seats.objective == "maximin"
    assert organiser.post(at("seats/objective/"), {"objective": "luck"}).status_code == 404
    assert gathering.journal.last().deed == "facts"


def test_a_quota_that_too_few_meet_leads_to_where_it_is_mended(organiser, signed_in, at, gathering):
    first, *rest = gathering.quotas
    gathering.quotas = [type(first)(first.feature, first.value, 900, 999), *rest]
    gathering.save()

    link = f'href="{at("facts/quotas/")}"'
    assert link in text(organiser, at("seats/"))
    assert link not in text(signed_in("auditor"), at("seats/"))


def test_a_lottery_of_another_gathering_is_not_there(organiser, at, prepared, elsewhere):
    Lottery.objects.update(gathering=elsewhere)

    for deed in ("announce", "draw", "call-off"):
        assert organiser.post(at(f"seats/{prepared.pk}/{deed}/"), {"at": "", "rolls": ROLLS}).status_code == 404  # fmt: skip


def test_who_is_asked_stands_at_the_desk_by_code(organiser, at, gathering):
    facts, starts = gathering.facts, timezone.now() + timedelta(days=9)
    about = {"starts": starts, "ends": starts + timedelta(hours=4)}
    about = facts.gathering.model_copy(update=about)
    gathering.keep_facts(facts.model_copy(update={"gathering": about}))
    gathering.save()
    organiser.post(at("start/seats/"))
    organiser.post(at("start/tables/"))
    organiser.post(at("publish/"), {"shown": "yes"})

    page = text(organiser, at("seats/"))

    asked = gathering.rounds.get().seats.filter(state="offered").select_related("application")
    assert asked
    for seat in asked:
        assert seat.application.code in page
        assert seat.application.name not in page
    assert "多请了" in page


def test_an_auditor_sees_traits_under_codes_and_can_work_it_all_out(signed_in, at, organiser, due, gathering):  # fmt: skip
    auditor = signed_in("auditor")
    assert auditor.get(at("audit/draw.json")).status_code == 404
    organiser.post(at(f"seats/{due.pk}/draw/"), {"rolls": ROLLS})
    page = text(auditor, at("audit/"))
    inputs = auditor.get(at("audit/inputs.json")).json()
    record = json.loads(auditor.get(at("audit/selection.json")).content)
    draw = auditor.get(at("audit/draw.json"))
    table = list(csv.DictReader(io.StringIO(auditor.get(at("audit/people.csv")).content.decode("utf-8-sig"))))  # fmt: skip

    told = Inputs.from_dict(inputs)
    verdict = check(
        canonical.dumps(record), inputs=told, fingerprint=due.fingerprint,
        rolls={"seats": ROLLS},
    )  # fmt: skip
    assert verify(record, told.people, told.together, salt=told.salt).reasons == ("draw_unjudged",)
    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert {row["id"] for row in table} == {person.id for person in told.people}
    assert draw.status_code == 200
    for person in gathering.applications.all():
        assert person.code in page
        assert person.name not in page
        assert person.phone not in page


def test_before_anything_is_decided_there_is_nothing_to_audit(signed_in, at):
    auditor = signed_in("auditor")

    assert "还没有记录" in text(auditor, at("audit/"))
    assert auditor.get(at("audit/inputs.json")).status_code == 404


def test_before_the_draw_the_lottery_is_what_is_audited(signed_in, at, announced):
    page = text(signed_in("auditor"), at("audit/"))

    assert "没有任何抽法更公平" in page
    assert announced.record["digest"] in page


def test_no_other_file_is_given(signed_in, at, announced):
    assert signed_in("auditor").get(at("audit/secret.json")).status_code == 404
