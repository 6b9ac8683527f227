from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from huiyou.gathering import check
from huiyou.web.console import tasks
from huiyou.web.console.models import SILENT, Run
from huiyou.web.console.tasks import cancel_run, run_step, start_run
from huiyou.web.prizes.models import Ticket
from huiyou.web.seats.actions import rehearse_seats
from huiyou.web.tables.actions import set_tables

WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


def test_the_steps_lead_from_applications_to_publishing_and_back_by_foreign_keys(
    organiser, gathering, at
):
    for step in ("seats", "tables", "draw"):
        organiser.post(at(f"start/{step}/"))
    organiser.post(at("publish/"), {"shown": "yes"})

    winner = Ticket.objects.exclude(won="").first()
    gathering.refresh_from_db()
    assert winner.seat.places.count() == 3
    assert winner.seat.application.gathering == gathering
    assert winner.draw.round == winner.seat.round == gathering.rounds.get()
    assert gathering.published is not None
    assert [line.deed for line in gathering.journal.all()] == [
        "import", "rehearse_seats", "set_tables", "rehearse_draw", "publish",
    ]  # fmt: skip
    assert organiser.get(at("")).content.decode().count("已完成") == 5


def test_without_tables_nothing_is_published(organiser, gathering, at):
    organiser.post(at("publish/"), {"shown": "yes"})

    gathering.refresh_from_db()
    assert gathering.published is None


def test_publishing_can_be_taken_back_and_asking_twice_is_once(organiser, gathering, at):
    set_tables(rehearse_seats(gathering, seed="test"), seed="test")
    for shown in ("yes", "yes", "no"):
        organiser.post(at("publish/"), {"shown": shown})

    gathering.refresh_from_db()
    assert gathering.published is None
    assert [line.deed for line in gathering.journal.all()][1:] == ["publish", "unpublish"]


def test_records_are_handed_out_to_the_byte_and_judged_as_sound(organiser, gathering, at):
    for step in ("seats", "tables", "draw"):
        organiser.post(at(f"start/{step}/"))
    round_ = gathering.rounds.get()
    files = {
        "selection": round_.pk,
        "grouping": round_.plans.get().pk,
        "draw": round_.draws.get().pk,
    }

    answers = [organiser.get(at(f"records/{kind}-{pk}.json")) for kind, pk in files.items()]

    assert {check(answer.content).status for answer in answers} == {"CONSISTENT"}
    for answer in answers:
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_records_stay_side_by_side_and_the_latest_is_in_use(organiser, gathering, at):
    for step in ("seats", "tables", "seats"):
        organiser.post(at(f"start/{step}/"))

    page = organiser.get(at("records/")).content.decode()

    assert gathering.rounds.count() == 2
    assert page.count("<article") == 3
    assert page.count("在用</span>") == 1  # the plan belongs to the older seats


def test_quotas_that_cannot_hold_are_told_with_what_conflicts_and_the_fewest_changes(
    organiser, gathering, at
):
    gathering.quotas_json = [
        {"feature": "行业", "value": "制造", "minimum": 20, "maximum": 24, "row": 2}
    ]
    gathering.save()

    organiser.post(at("start/seats/"))
    page = organiser.get(at("")).content.decode()

    assert gathering.runs.get().state == "failed"
    assert not gathering.rounds.exists()
    assert "没有任何选法能同时满足这些配额" in page
    assert "改动最少的办法" in page
    assert "再试一次" in page


def test_a_step_out_of_order_is_told_and_writes_nothing(organiser, gathering, at):
    organiser.post(at("start/tables/"))

    assert "还没有分配席位" in organiser.get(at("")).content.decode()
    assert [line.deed for line in gathering.journal.all()] == ["import"]


def test_two_clicks_start_one_run(gathering, settings):
    settings.TASKS = WORKER

    first, second = [start_run(gathering, "seats", who="lin") for _ in range(2)]

    assert first == second


def test_a_run_that_waits_is_stopped_at_once(gathering, settings):
    settings.TASKS = WORKER
    run = start_run(gathering, "seats", who="lin")

    cancel_run(run)
    run_step.call(run.pk)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not gathering.rounds.exists()


def test_a_run_under_way_stops_at_the_next_word_and_keeps_nothing(gathering, monkeypatch):
    monkeypatch.setattr(tasks, "BETWEEN_REPORTS", 0)
    start_run(gathering, "seats", who="lin")
    run = Run.objects.create(gathering=gathering, step="tables", who="lin", stopping=True)

    run_step.call(run.pk)

    run.refresh_from_db()
    assert run.state == "cancelled"
    assert not gathering.rounds.get().plans.exists()
    assert gathering.journal.last().deed == "rehearse_seats"


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_was_queued(gathering, settings):
    settings.TASKS = WORKER
    run = start_run(gathering, "seats", who="lin")

    call_command("db_worker", batch=True, verbosity=0, startup_delay=False)

    run.refresh_from_db()
    assert (run.state, run.percent) == ("done", 100)
    assert gathering.rounds.count() == 1


@pytest.fixture
def lost(gathering):
    """A run whose worker has not been heard of for long."""
    heard = timezone.now() - 2 * SILENT
    return Run.objects.create(gathering=gathering, step="seats", state="running", heard_at=heard, who="lin")  # fmt: skip


def test_a_run_whose_worker_is_gone_is_shown_as_failed_and_can_be_tried_again(
    organiser, gathering, lost, at
):
    page = organiser.get(at("")).content.decode()

    organiser.post(at("start/seats/"))

    lost.refresh_from_db()
    assert "后台的工人不见了" in page
    assert "再试一次" in page
    assert (lost.state, lost.error["code"]) == ("failed", "worker_gone")
    assert gathering.runs.first().state == "done"


def test_a_worker_given_up_for_dead_keeps_nothing_when_it_comes_back(gathering, lost):
    lost.state = "failed"
    lost.save()

    with pytest.raises(tasks._StoppedError):
        tasks._seats(lost)

    assert not gathering.rounds.exists()


def test_what_nobody_foresaw_is_told_without_its_inside(organiser, gathering, at, monkeypatch):
    def broken(run):
        raise RuntimeError("secret inside")

    monkeypatch.setitem(tasks._STEPS, "seats", broken)
    organiser.post(at("start/seats/"))

    page = organiser.get(at("")).content.decode()

    assert "意料之外" in page
    assert "secret inside" not in page


def test_progress_is_a_piece_of_the_desk_to_htmx_and_a_page_to_others(organiser, gathering, at):
    run = Run.objects.create(
        gathering=gathering, step="seats", state="running", heard_at=timezone.now(), percent=42
    )

    page = organiser.get(at(f"runs/{run.pk}/")).content.decode()
    piece = organiser.get(at(f"runs/{run.pk}/"), headers={"hx-request": "true"})
    run.state = "done"
    run.save()
    over = organiser.get(at(f"runs/{run.pk}/"), headers={"hx-request": "true"})

    assert "<html" in page
    assert 'value="42"' in piece.content.decode()
    assert "<html" not in piece.content.decode()
    assert "HX-Refresh" not in piece.headers
    assert over.headers["HX-Refresh"] == "true"


def test_the_desk_names_no_winner(organiser, gathering, at):
    for step in ("seats", "tables", "draw"):
        organiser.post(at(f"start/{step}/"))
    pages = [organiser.get(at(page)).content.decode() for page in ("", "records/", "journal/")]

    for ticket in Ticket.objects.exclude(won="").select_related("seat__application"):
        who = ticket.seat.application
        for page in pages:
            assert ticket.code not in page
            assert who.code not in page
            assert who.name not in page


@pytest.mark.parametrize("times", [1, 3])
def test_desk_and_records_ask_the_database_as_often_after_one_round_as_after_three(
    organiser, gathering, at, times, django_assert_num_queries
):
    for _ in range(times):
        for step in ("seats", "draw"):
            organiser.post(at(f"start/{step}/"))

    with django_assert_num_queries(9):
        organiser.get(at(""))
    with django_assert_num_queries(6):
        organiser.get(at("records/"))
    with django_assert_num_queries(4):
        organiser.get(at("journal/"))


def test_a_sign_of_life_is_far_more_frequent_than_the_silence_that_alarms():
    assert timedelta(seconds=tasks.BEAT) * 5 < SILENT
