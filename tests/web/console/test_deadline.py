"""A search for seats that may take some minutes: how far it is, and what is said when it was cut."""

from __future__ import annotations

import math
import re
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.utils import timezone

from huiyou.web.console.models import Run
from huiyou.web.console.tasks import _Reporter, start_run
from huiyou.web.seats.actions import Search, check_lottery, prepare_lottery
from huiyou.web.seats.models import Lottery


def text(browser, path):
    cache.clear()
    return browser.get(path).content.decode()


@pytest.fixture
def running(gathering):
    """A search that has just begun."""
    return Run.objects.create(
        gathering=gathering, step=Run.Step.PANELS, state=Run.State.RUNNING, who="test", minutes=7,
        started_at=timezone.now(), heard_at=timezone.now(),
    )  # fmt: skip


@pytest.fixture
def held(monkeypatch):
    """Runs look as if a worker had them."""
    monkeypatch.setattr("huiyou.web.console.models.locks.is_held", lambda _: True)


@pytest.mark.parametrize(("sent", "kept"), [("3", 3), (" 600 ", 600), ("１２", 12)])
def test_minutes_are_kept_with_the_run(organiser, at, gathering, sent, kept):
    organiser.post(at("start/panels/"), {"minutes": sent})

    assert gathering.runs.get().minutes == kept
    assert re.search(rf'name="minutes"[^>]* value="{kept}"', text(organiser, at("seats/")))


@pytest.mark.parametrize("sent", ["", "0", "601", "-1", "two", "9999999999"])
def test_what_is_no_number_of_minutes_is_told_and_nothing_starts(organiser, at, gathering, sent):
    page = organiser.post(at("start/panels/"), {"minutes": sent}, follow=True).content.decode()

    assert "分钟数要在 1 到 600 之间" in page
    assert not gathering.runs.exists()


def test_a_rehearsal_from_the_overview_takes_as_long_as_usual(organiser, at, gathering):
    organiser.post(at("start/seats/"))

    assert gathering.runs.get().minutes == Run.USUAL_MINUTES


def test_tables_have_no_deadline(organiser, at, gathering, decided):
    organiser.post(at("start/tables/"), {"minutes": "3"})

    assert gathering.runs.get().minutes is None


def test_enough_minutes_end_proven(organiser, at, gathering):
    organiser.post(at("start/panels/"), {"minutes": "5"})

    lottery = Lottery.objects.get()
    assert lottery.record["status"] == "optimal"
    assert check_lottery(lottery).status == "PROVEN"


def test_how_far_it_is_stands_on_the_page(organiser, at, gathering, running, held):
    report = _Reporter(running)
    report.far("panels", 0.25, 0.5)

    page = text(organiser, at("seats/"))

    assert ("25.000%" in page, "50.000%" in page) == (True, True)
    assert "最多 7 分钟" in page
    assert "正在组成名单组" in page
    running.refresh_from_db()
    assert (running.far["value"], running.far["bound"]) == (0.25, 0.5)
    assert running.percent == int(99 * 0.55)


def test_what_is_not_known_yet_is_no_number(organiser, at, gathering, running, held):
    report = _Reporter(running)
    report.far("chances", math.nan, math.inf)

    running.refresh_from_db()
    assert running.far == {"stage": "chances", "value": None, "bound": None}
    assert "…" in text(organiser, at(f"runs/{running.pk}/"))


def test_the_bar_never_goes_back(running, monkeypatch):
    monkeypatch.setattr("huiyou.web.console.tasks.BETWEEN_REPORTS", 0)
    report = _Reporter(running)

    report.far("panels", 0.5, 0.5)
    report(0.1)

    running.refresh_from_db()
    assert running.percent == int(99 * 0.8)


def test_a_mean_is_called_one(organiser, at, gathering, running, held):
    organiser.post(at("seats/objective/"), {"objective": "nash"})
    _Reporter(running).far("columns", 0.3, 0.4)

    page = text(organiser, at(f"runs/{running.pk}/"))

    assert ("目前机会的几何平均" in page, "25.000%" in page) == (True, True)


def test_a_sum_is_no_percentage(organiser, at, gathering, running, held):
    organiser.post(at("seats/objective/"), {"objective": "goldilocks"})
    _Reporter(running).far("columns", 2.5, 2.0)

    page = text(organiser, at(f"runs/{running.pk}/"))

    assert ("2.5000" in page, "2.0000" in page, "20.000%" in page) == (True, True, True)
    assert "越小越好" in page


def test_a_search_that_was_cut_says_how_far_off_it_can_be_and_what_to_do(
    organiser, at, gathering, client
):
    lottery = prepare_lottery(gathering, seed="a", search=Search(seconds=0))

    assert lottery.record["status"] == "deadline"
    verdict = check_lottery(lottery)
    assert verdict.status in ("PROVEN", "CONSISTENT")
    page = text(organiser, at("seats/"))
    assert "时间到了，先用已找到的" in page
    told = re.search(r"至多还差 (\d+\.\d\d)%", page)
    assert 0 <= Fraction(told[1]) - 100 * Fraction(lottery.record["gap"]) < Fraction("0.01")
    assert "给更多分钟，再算一次。" in page
    assert "或者照这样公布" in page


def test_a_search_keeps_its_minutes_in_the_queue(gathering):
    run = start_run(gathering, Run.Step.SEATS, who="test", minutes=4)

    assert _Reporter(run).search.seconds == 240
    assert _Reporter(Run(gathering=gathering)).search.seconds is None
