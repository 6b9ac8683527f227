"""One of each company on the site: asked for at the desk, drawn, offered, told, and proven."""

from __future__ import annotations

import json
import re
from collections import Counter
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db.models import Q
from django.utils import timezone

from huiyou.errors import InputError
from huiyou.gathering import Inputs, check
from huiyou.gathering.households import households
from huiyou.proof import canonical
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.console.models import Run
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.actions import check_lottery, check_round, draw_lottery, rehearse_seats
from huiyou.web.seats.asking import asked_of, digest_now
from huiyou.web.seats.lottery import announce
from huiyou.web.seats.models import Lottery, Placement, Round, Seat
from huiyou.web.seats.offers import decline
from huiyou.web.seats.pools import outlook_of, place

ROLLS = "314159265358979323846"
BLANK = ("海石工作室", "青云传媒", "青云科技")  # else too few companies for 24 seats


def text(browser, path):
    cache.clear()
    return browser.get(path).content.decode()


def ask(gathering, *names):
    """Ask for one at most of those alike in these."""
    facts = gathering.facts
    seats = facts.seats.model_copy(update={"one_per": list(names)})
    gathering.keep_facts(facts.model_copy(update={"seats": seats}))
    gathering.save()


@pytest.fixture
def per_company(gathering):
    """The small sample with one of each company; twelve people have none."""
    rows = list(gathering.applications.all())
    for row in rows:
        if row.traits["公司"][0] in BLANK:
            row.traits["公司"] = []
    gathering.applications.bulk_update(rows, ["traits"])
    ask(gathering, "公司")
    return gathering


@pytest.fixture
def prepared(organiser, at, per_company):
    organiser.post(at("start/panels/"))
    return Lottery.objects.get()


@pytest.fixture
def drawn(prepared):
    now = timezone.now()
    announce(prepared, at=now + timedelta(minutes=10), now=now, who="lin")
    lottery = Lottery.objects.get()
    return draw_lottery(lottery, ROLLS, now=lottery.at, who="lin")


def units_by_company(gathering, codes):
    pairs = {code: group[0] for group in companions(gathering) for code in group}
    rows = eligible(gathering).filter(code__in=codes)
    units = {(pairs.get(row.code, row.code), name) for row in rows for name in row.traits["公司"]}
    return Counter(name for _, name in units)


def test_from_the_desk_to_the_draw_each_company_has_one_unit_at_most(drawn, per_company):
    record = json.loads(drawn.file)

    named = [*record["chosen"], *record["alternates"]]

    assert max(units_by_company(per_company, named).values()) == 1
    everybody = eligible(per_company).values_list("code", flat=True)
    assert max(units_by_company(per_company, everybody).values()) > 2
    assert set(drawn.seats.values_list("application__code", flat=True)) == set(named)


def test_the_judge_proves_it_before_the_draw_and_after(prepared, per_company):
    assert (check_lottery(prepared).status, check_lottery(prepared).reasons) == ("PROVEN", ())
    round_ = rehearse_seats(per_company, seed="r")
    assert (check_round(round_).status, check_round(round_).reasons) == ("PROVEN", ())


def test_a_public_draw_is_proven_with_what_the_auditor_takes_home(drawn, signed_in, at):
    auditor = signed_in("auditor")
    files = {
        name: auditor.get(at(f"audit/{name}")).content for name in ("selection.json", "inputs.json")
    }
    inputs = Inputs.from_dict(json.loads(files["inputs.json"]))
    lottery = drawn.lottery

    verdict = check(
        files["selection.json"], inputs=inputs,
        fingerprint=lottery.fingerprint, rolls={"seats": ROLLS},
    )  # fmt: skip

    assert inputs.one_of == households(inputs.people, ["公司"])
    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    fewer = Inputs(inputs.people, inputs.together, inputs.one_of[1:], inputs.placed)
    assert check(files["selection.json"], inputs=fewer).reasons == ("inputs_differ",)


def test_what_was_kept_before_there_was_such_is_read_judged_and_drawn(organiser, at, gathering):
    organiser.post(at("start/panels/"))
    for kept in Lottery.objects.all():
        inputs = kept.inputs
        assert inputs.pop("one_of") == []
        Lottery.objects.filter(pk=kept.pk).update(inputs=inputs)
    lottery, now = Lottery.objects.get(), timezone.now()
    assert check_lottery(lottery).status == "PROVEN"

    announce(lottery, at=now + timedelta(minutes=10), now=now, who="lin")
    lottery = Lottery.objects.get()
    round_ = draw_lottery(lottery, ROLLS, now=lottery.at, who="lin")

    assert check_round(round_).status == "PROVEN"
    assert (round_.one_per, round_.one_of) == ([], [])


def test_whoever_shares_a_company_with_somebody_sure_is_barred_and_told_so(per_company, organiser, at, client):  # fmt: skip
    alone = per_company.applications.filter(named__isnull=True, named_by__isnull=True)
    sure = next(row for row in alone.order_by("code") if row.traits["公司"] == ["半山传媒"])
    place(per_company, [sure.code], "invited", "", now=timezone.now(), who="lin")

    barred = outlook_of(per_company).pools.barred
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()

    mates = next({*group} for group in asked_of(per_company).one_of if sure.code in group)
    assert mates - {sure.code} <= set(barred)
    assert {lottery.chances[code] for code in barred} == {"0"}
    assert check_lottery(lottery).status == "PROVEN"
    now = timezone.now()
    announce(lottery, at=now + timedelta(minutes=10), now=now, who="lin")
    one = per_company.applications.get(code=barred[0])
    assert "那里的席位已定，所以你没有参加抽签" in text(client, f"/me/{one.token}/")


def test_two_of_one_company_who_are_both_sure_are_told_before_anything_is_worked_out(per_company, organiser, at):  # fmt: skip
    group = next(group for group in asked_of(per_company).one_of if len(group) > 2)
    place(per_company, group[:3], "invited", "", now=timezone.now(), who="lin")

    assert "sure_share" in {fault.code for fault in outlook_of(per_company).faults}
    organiser.post(at("start/panels/"))
    assert not Lottery.objects.exists()
    assert Run.objects.first().error["faults"][0]["code"] == "sure_share"


def test_nobody_is_offered_a_seat_whose_company_has_one(drawn, per_company):
    per_company.published = timezone.now()
    per_company.starts = timezone.now() + timedelta(days=30)
    facts = per_company.facts
    about = facts.gathering.model_copy(update={"starts": per_company.starts, "ends": per_company.starts + timedelta(hours=4)})  # fmt: skip
    per_company.keep_facts(facts.model_copy(update={"gathering": about}))
    per_company.save()

    for _ in range(6):
        seat = drawn.seats.filter(state="given").order_by("pk").first()
        assert decline(seat.application, timezone.now())

    there = drawn.seats.filter(state__in=Seat.ON_A_CHAIR)
    assert there.filter(state="offered").exists()
    held = there.values_list("application__code", flat=True)
    assert max(units_by_company(per_company, held).values()) == 1


def test_it_is_written_at_the_desk_and_what_was_worked_out_before_is_stale(organiser, at, gathering):  # fmt: skip
    organiser.post(at("start/panels/"))
    before = digest_now(gathering)
    page = text(organiser, at("facts/quotas/"))
    assert "这些方面相同的人，最多来一位" in page
    sent = dict(re.findall(r'name="(seen)" value="([^"]+)"', page))

    answer = organiser.post(at("facts/quotas/"), {
        **sent, "seats.together": "companion", "seats.one_per": "公司\r\n", "seats.objective": "leximin",
        "seats.alternates": "10", "seats.invite_beyond": "on", "seats.crowding": "5", "seats.offer_hours": "24",
        "seats.answer_hours": "0", "quotas.rows": "0", "pools.rows": "0", "past.rows": "0",
    })  # fmt: skip

    assert answer.status_code == 302
    gathering = Gathering.objects.get(pk=gathering.pk)
    assert gathering.facts.seats.one_per == ["公司"]
    assert digest_now(gathering) != before
    assert "“最多来一位”的范围改过" in text(organiser, at("seats/"))
    now = timezone.now()
    with pytest.raises(InputError) as caught:
        announce(Lottery.objects.get(), at=now + timedelta(hours=1), now=now, who="lin")
    assert [fault.code for fault in caught.value.faults] == ["terms_changed"]


def test_somebody_elses_company_changes_what_chances_depend_on(per_company):
    before = digest_now(per_company)
    row = eligible(per_company).filter(~Q(traits__公司=[])).order_by("code").first()
    row.traits["公司"] = ["别处"]
    row.save(update_fields=["traits"])

    assert digest_now(per_company) != before


def test_the_desk_shows_the_largest_household_before_anything_is_drawn(per_company, organiser, at):
    page = text(organiser, at("seats/"))

    homes, (value, most) = outlook_of(per_company).homes, outlook_of(per_company).largest
    assert (value, most) == ("半山传媒", 4)
    assert f"现在有 {homes} 家不止一人报名，最多的是“半山传媒”，4 人" in page


def test_a_question_that_nobody_answered_stops_it_with_its_nearest(gathering, organiser, at):
    ask(gathering, "愿意当桌张")

    page = text(organiser, at("seats/"))
    organiser.post(at("start/panels/"))

    assert "没有人填过“愿意当桌张”" in page
    assert "是不是想写“愿意当桌长”？" in page
    assert Run.objects.first().error["faults"][0]["code"] == "one_per_unheld"
    assert not Lottery.objects.exists()


def test_more_seats_than_companies_is_told_on_the_page(gathering, organiser, at):
    ask(gathering, "公司")
    organiser.post(at("start/panels/"))

    page = text(organiser, at("seats/"))

    assert "同一住处或单位只来一位，这样凑不成 24 个席位" in page
    assert "放宽“只来一位”的范围" in page


def test_the_public_pages_say_it_and_the_form_says_what_the_answer_is_for(drawn, per_company, client):  # fmt: skip
    per_company.published = timezone.now()
    per_company.closes = timezone.now() + timedelta(days=3)
    per_company.save()
    said = "公司相同的人，最多来一位；同行的算一位。"

    assert said in text(client, f"/g/{per_company.slug}/")
    assert said in text(client, f"/g/{per_company.slug}/proof/seats/")
    assert "让同一家最多来一位" in text(client, f"/g/{per_company.slug}/apply/")
    assert "公司" not in json.dumps(json.loads(drawn.file)["pools"])


def test_where_it_is_not_asked_no_page_speaks_of_it(decided, client):
    for path in ("", "proof/seats/"):
        assert "最多来一位" not in text(client, f"/g/{decided.slug}/{path}")


def test_a_round_that_an_older_site_kept_has_no_households(decided):
    round_ = Round.objects.get()
    round_.record.pop("inputs")
    round_.inputs = {}

    assert (round_.one_per, round_.one_of) == ([], [])
    assert Placement.objects.count() == 0
    assert canonical.dumps(json.loads(round_.file)) == round_.file
