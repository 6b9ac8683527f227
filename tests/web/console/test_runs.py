import subprocess
import sys
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from huiyou.gathering import check
from huiyou.selection import Quota
from huiyou.web.console import locks, tasks
from huiyou.web.console.models import SILENT, Run, Upload
from huiyou.web.console.tasks import cancel_run, mind_runs, run_step, start_run
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
    deeds = [line.deed for line in gathering.journal.all()]
    assert [deed for deed in deeds if deed != "offer_seat"] == [
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
    deeds = [line.deed for line in gathering.journal.all() if line.deed != "offer_seat"]
    assert deeds[1:] == ["publish", "unpublish"]


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
    gathering.quotas = [Quota("行业", "制造", 20, 24, row=2)]
    gathering.save()

    organiser.post(at("start/seats/"))
    page = organiser.get(at("")).content.decode()

    assert gathering.runs.get().state == "failed"
    assert not gathering.rounds.exists()
    assert "没有任何选法能同时满足这些配额" in page
    assert page.count('<ol class="repairs">') == 1
    assert "一共让得最少" in page
    assert "没有这样的办法" in page
    assert "再试一次" in page
    assert f'href="{at("facts/quotas/")}"' in page.partition('<ol class="repairs">')[2]


def test_a_quota_that_is_misspelt_is_told_once_with_the_answer_that_was_meant(
    organiser, gathering, at
):
    gathering.quotas = [Quota("行业", "制选", 1, 24, row=2)]
    gathering.save()

    organiser.post(at("start/seats/"))
    page = organiser.get(at("")).content.decode()

    assert not gathering.rounds.exists()
    assert page.count("没有人填“制选”") == 1
    assert page.count("是不是想写“制造”？") == 1


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

    with django_assert_num_queries(10):
        organiser.get(at(""))
    with django_assert_num_queries(6):
        organiser.get(at("records/"))
    with django_assert_num_queries(4):
        organiser.get(at("journal/"))


def test_a_sign_of_life_is_far_more_frequent_than_the_silence_that_alarms():
    assert timedelta(seconds=tasks.BEAT) * 5 < SILENT


@pytest.fixture
def waiting(gathering, settings):
    """A run in the queue of a worker."""
    settings.TASKS = WORKER
    return start_run(gathering, "seats", who="lin")


def work():
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", ["nowhere", "claimed"])
def test_a_run_that_lost_its_place_in_the_queue_gets_another(gathering, waiting, state):
    if state == "nowhere":
        DBTaskResult.objects.all().delete()
    else:
        DBTaskResult.objects.get().claim("killed before it began")

    mind_runs(timezone.now())
    work()

    waiting.refresh_from_db()
    assert waiting.state == "done"
    assert gathering.rounds.count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_run_in_the_queue_twice_is_done_once(gathering, waiting):
    run_step.enqueue(waiting.pk)

    work()

    assert gathering.rounds.count() == 1


def test_a_place_in_the_queue_is_given_once(waiting):
    mind_runs(timezone.now())

    assert DBTaskResult.objects.count() == 1


def test_a_task_does_not_run_on_after_its_run_is_over(waiting):
    DBTaskResult.objects.get().claim("killed")
    long_ago = timezone.now() - timedelta(hours=1)
    DBTaskResult.objects.update(started_at=long_ago)
    Run.objects.update(state="failed", finished_at=long_ago)

    mind_runs(timezone.now())
    over = DBTaskResult.objects.get().status
    mind_runs(timezone.now() + timedelta(days=2))

    assert over == "FAILED"
    assert not DBTaskResult.objects.exists()


@pytest.fixture
def running(gathering):
    """A run that somebody does."""
    return Run.objects.create(gathering=gathering, step="seats", state="running", heard_at=timezone.now())  # fmt: skip


def test_a_run_whose_process_was_killed_is_given_up_at_once(gathering, running, settings):
    command = [sys.executable, "-c", HOLD, str(settings.DATA), str(running.pk)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        process.stdout.readline()
        mind_runs(timezone.now())
        running.refresh_from_db()
        before = running.state
        process.kill()
    mind_runs(timezone.now())

    running.refresh_from_db()
    assert before == "running"
    assert (running.state, running.error["code"]) == ("failed", "worker_gone")
    assert not list((settings.DATA / "runs").iterdir())


HOLD = """
import sys, time
from pathlib import Path
from django.conf import settings
settings.configure(DATA=Path(sys.argv[1]))
from huiyou.web.console import locks
with locks.held(int(sys.argv[2])) as ours:
    print(ours, flush=True)
    time.sleep(60)
"""


def test_a_lock_is_held_by_one(running, settings):
    with locks.held(running.pk) as first, locks.held(running.pk) as second:
        while_held = locks.is_held(running.pk)

    assert (first, second, while_held, locks.is_held(running.pk)) == (True, False, True, None)


def test_a_silent_worker_that_holds_its_lock_is_alive(running):
    running.heard_at -= 10 * SILENT
    with locks.held(running.pk):
        alive = not running.gone(timezone.now())

    assert alive
    assert running.gone(timezone.now())


def test_files_are_read_beside_a_run(gathering, running, settings):
    settings.TASKS = WORKER
    upload = Upload.objects.create(gathering=gathering, name="a.csv")

    reading = start_run(gathering, "read", who="lin", upload=upload)
    again = start_run(gathering, "read", who="lin", upload=upload)
    keeping = start_run(gathering, "keep", who="lin", upload=upload)

    assert reading != running
    assert reading == again == keeping  # an upload is read or kept, one at a time
    assert start_run(gathering, "tables", who="lin") == running
