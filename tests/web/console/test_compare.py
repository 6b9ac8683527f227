"""Ways to be fair, side by side at the desk."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.utils import timezone

from huiyou.selection import Quota, compare
from huiyou.web.applications.actions import withdraw
from huiyou.web.seats.actions import prepare_lottery
from huiyou.web.seats.asking import asked_of
from huiyou.web.seats.lottery import announce
from huiyou.web.seats.models import Comparison

MADE = "制造"


def applied(gathering):
    return sum(MADE in row.traits["行业"] for row in gathering.applications.all())


def quoted(gathering, low, high):
    gathering.quotas = [Quota("行业", MADE, low, high)]
    gathering.save()


@pytest.fixture
def single(gathering):
    """Everybody comes alone."""
    seats = gathering.facts.seats.model_copy(update={"together": "off"})
    gathering.keep_facts(gathering.facts.model_copy(update={"seats": seats}))
    gathering.save()
    return gathering


def section(browser, path, language="zh"):
    cache.clear()
    page = browser.get(path, headers={"Accept-Language": language}).content.decode()
    part = re.search(r'<section class="compare".*?</section>', page, re.DOTALL)[0]
    return part, re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part))


@pytest.fixture
def compared(organiser, at, gathering):
    quoted(gathering, 0, 2)
    organiser.post(at("start/compare/"))
    return gathering


def test_before_it_is_asked_for_there_is_a_button_and_no_chart(organiser, at):
    part, said = section(organiser, at("seats/"))

    assert "并排算一算" in said
    assert "<svg" not in part


def test_all_objectives_stand_side_by_side_as_the_engine_finds_them(organiser, at, compared):
    part, said = section(organiser, at("seats/"))

    outlooks = compare(asked_of(compared))
    assert part.count('<svg class="odds"') == len(outlooks) == 4
    for one in outlooks:
        assert f"{one.objective} " in said
        figures = f"机会最小 {one.smallest:.2%} 机会最大 {one.largest:.2%} 基尼系数 {one.gini:.3f}"
        assert figures in said
    assert part.count("现在用的") == 1
    assert f"每人的机会是 {outlooks[0].even:.2%}" in said
    assert f"至多 {outlooks[0].smallest:.2%}" in said
    assert "已过时" not in said


def test_charts_share_one_scale(organiser, at, compared):
    part, _ = section(organiser, at("seats/"))

    dashed = re.findall(r'class="average" x1="0" x2="600" y1="([^"]+)"', part)
    assert len(dashed) == 4
    assert len(set(dashed)) == 1


def test_nothing_is_decided_by_it_and_the_journal_says_nothing(compared):
    run = compared.runs.get()

    assert (run.step, run.state, run.percent) == ("compare", "done", 100)
    assert not compared.lotteries.exists()
    assert not compared.rounds.exists()
    assert [line.deed for line in compared.journal.all()] == ["import"]


def test_only_the_last_comparison_is_kept(organiser, at, compared):
    organiser.post(at("start/compare/"))

    assert Comparison.objects.count() == 1


@pytest.mark.parametrize("change", ["quotas", "people", "seats", "companions"])
def test_it_says_when_it_is_out_of_date_and_no_more_once_done_again(
    organiser, at, compared, change
):
    if change == "quotas":
        quoted(compared, 0, 3)
    elif change == "people":
        withdraw(compared.applications.first())
    else:
        about, seats = compared.facts.gathering, compared.facts.seats
        about = about.model_copy(update={"seats": 20} if change == "seats" else {})
        seats = seats.model_copy(update={"together": "off"} if change == "companions" else {})
        compared.keep_facts(compared.facts.model_copy(update={"gathering": about, "seats": seats}))
        compared.save()

    stale = section(organiser, at("seats/"))[1]
    organiser.post(at("start/compare/"))
    again = section(organiser, at("seats/"))[1]

    assert "已过时" in stale
    assert "请重新算" in stale
    assert "已过时" not in again


def test_once_a_draw_is_announced_nobody_is_told_to_work_it_out_again(organiser, at, compared):
    now = timezone.now()
    lottery = prepare_lottery(compared, seed="p")
    announce(lottery, at=now + timedelta(minutes=10), now=now, who="lin")

    fresh = section(organiser, at("seats/"))[0]
    withdraw(compared.applications.first())
    stale = organiser.get(at("seats/")).content.decode()

    assert '<svg class="odds"' in fresh
    assert "<button" not in fresh
    assert 'class="compare"' not in stale


def test_an_answer_that_no_quota_asks_about_makes_nothing_out_of_date(organiser, at, compared):
    somebody = compared.applications.first()
    somebody.traits = {**somebody.traits, "公司": ["别处"]}
    somebody.save()

    assert "已过时" not in section(organiser, at("seats/"))[1]


def test_whoever_is_sure_of_a_seat_is_warned_of_with_the_quota_that_needs_them(
    organiser, at, single
):
    n = applied(single)
    quoted(single, n, n)

    organiser.post(at("start/compare/"))

    _, zh = section(organiser, at("seats/"))
    _, en = section(organiser, at("seats/"), "en")
    assert f"有 {n} 个人必定选中" in zh
    assert f"行业“制造”至少要 {n} 人，能来的正好这么多 → {n} 人" in zh
    assert "没有配额非要" not in zh
    assert f"{n} people are sure of a seat" in en
    assert f"行业 “制造”: {n} at least, and exactly so many can come → {n} people" in en


def test_rows_that_need_people_only_together_are_named_together(organiser, at, single):
    others = single.applications.count() - applied(single)
    quoted(single, 0, 1)
    about = single.facts.gathering.model_copy(update={"seats": others + 1})
    single.keep_facts(single.facts.model_copy(update={"gathering": about}))
    single.save()

    organiser.post(at("start/compare/"))

    _, said = section(organiser, at("seats/"))
    assert f"行业“制造”最多 1 人 + 一共 {others + 1} 个席位 → {others} 人" in said


def test_without_quotas_nobody_loses_anything(organiser, at, gathering):
    gathering.quotas = []
    gathering.save()

    organiser.post(at("start/compare/"))

    assert "配额没有让谁的机会变小：每人都是 40.00%" in section(organiser, at("seats/"))[1]


def test_quotas_that_nothing_meets_are_told_with_where_the_ways_out_are(organiser, at, gathering):
    quoted(gathering, 24, 24)

    organiser.post(at("start/compare/"))

    page = organiser.get(at("seats/")).content.decode()
    assert gathering.runs.get().state == "failed"
    assert "没有什么可比" in page
    assert "会指出哪几条打架" in page
    assert not Comparison.objects.exists()


def test_staff_and_auditors_look_and_do_not_start_it(signed_in, at, compared):
    for role in ("staff", "auditor"):
        browser = signed_in(role)
        part, said = section(browser, at("seats/"))
        assert "基尼系数" in said
        assert "<form" not in part
        assert browser.post(at("start/compare/")).status_code == 404
    assert signed_in("nobody").post(at("start/compare/")).status_code == 404
    assert compared.runs.count() == 1


def test_another_gathering_shows_nothing_of_it(signed_in, compared, elsewhere):
    there = signed_in("organiser", elsewhere)

    part, _ = section(there, f"/console/{elsewhere.slug}/seats/")

    assert "<svg" not in part
    assert there.post(f"/console/{compared.slug}/start/compare/").status_code == 404
