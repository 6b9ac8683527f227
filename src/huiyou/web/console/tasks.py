"""Work in the background: started, watched, stopped, and given up when its worker died."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from django_tasks import TaskResultStatus, task
from django_tasks_db.models import DBTaskResult

from huiyou.errors import Fault, HuiyouError, ImpossibleError, InputError
from huiyou.web.console import locks
from huiyou.web.console.imports import keep_upload, read_upload
from huiyou.web.console.models import Run, Upload
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.prizes.actions import rehearse_prizes
from huiyou.web.prizes.models import Draw
from huiyou.web.seats.actions import Search, prepare_lottery, rehearse_seats
from huiyou.web.seats.comparing import compare_objectives
from huiyou.web.seats.models import Comparison, Lottery, Round
from huiyou.web.tables.actions import set_tables
from huiyou.web.tables.models import Plan

__all__ = ["cancel_run", "map_upload", "mind_runs", "run_step", "start_run"]

A_DAY, A_MINUTE = timedelta(days=1), timedelta(minutes=1)
BEAT = 5  # seconds between two signs of life
BETWEEN_REPORTS = 0.5
SEARCHED = {"chances": 0.1, "panels": 0.3, "columns": 0.3}  # share of a search, at the least
SPAN = 0.5  # how much of it is getting close to the bound

log = logging.getLogger(__name__)

Report = Callable[[float], None]


class _StoppedError(Exception):
    """Somebody asked the run to stop, or it was given up for dead."""


def start_run(
    gathering: Gathering,
    step: str,
    *,
    who: str,
    upload: Upload | None = None,
    minutes: int | None = None,
) -> Run:
    """Queue a step, unless one is under way already; give the one that is.

    Files are read beside everything else; an upload is read or kept once at a time.
    """
    with transaction.atomic():
        Gathering.objects.select_for_update(no_key=True).get(
            pk=gathering.pk
        )  # one starter at a time
        active = [run for run in gathering.runs.filter(state__in=Run.ACTIVE) if not _given_up(run)]
        for run in active:
            same = upload is not None and run.upload_id == upload.pk
            if same or Run.Step.READ not in (step, run.step):
                return run
        run = Run.objects.create(
            gathering=gathering, step=step, who=who, upload=upload, minutes=minutes
        )
        run_step.enqueue(run.pk)
    return run


def map_upload(upload: Upload, columns: dict[str, str], sheet: str, *, who: str) -> None:
    """Say which column is what, and read again; nothing happens while it is read or kept."""
    with transaction.atomic():
        Gathering.objects.select_for_update(no_key=True).get(pk=upload.gathering_id)
        if not upload.runs.filter(state__in=Run.ACTIVE).exists():
            upload.map(columns, sheet)
            start_run(upload.gathering, Run.Step.READ, who=who, upload=upload)


def _given_up(run: Run) -> bool:
    """End a run whose worker died, and say whether it was so."""
    now = timezone.now()
    if not run.gone(now):
        return False
    running = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING)
    running.update(state=Run.State.FAILED, error={"code": "worker_gone"}, finished_at=now)
    locks.forget(run.pk)
    return True


def mind_runs(now: datetime) -> None:
    """Give up runs whose worker died, queue again what lost its place, forget old tasks."""
    for run in Run.objects.filter(state=Run.State.RUNNING):
        _given_up(run)
    tasks = DBTaskResult.objects.filter(task_path=run_step.module_path)
    places = {place.args_kwargs["args"][0] for place in tasks.ready()}
    for run in Run.objects.filter(state=Run.State.QUEUED).exclude(pk__in=places):
        run_step.enqueue(run.pk)  # a second place would do no harm: a run is begun once
    for begun in tasks.running().filter(started_at__lt=now - A_MINUTE):
        over = Run.objects.filter(pk=begun.args_kwargs["args"][0], finished_at__lt=now - A_MINUTE)
        if over.exists():
            tasks.filter(pk=begun.pk).update(status=TaskResultStatus.FAILED, finished_at=now)
    tasks.finished().filter(finished_at__lt=now - A_DAY).delete()


def cancel_run(run: Run) -> None:
    """Stop a run: at once if it waits, else at the next word from its worker."""
    queued = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED)
    if not queued.update(state=Run.State.CANCELLED, finished_at=timezone.now()):
        Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(stopping=True)


@task()
def run_step(pk: int) -> None:
    """Do one step; what it decides, the journal's line and the end of the run are kept together."""
    with locks.held(pk) as ours:
        now = timezone.now()
        queued = Run.objects.filter(pk=pk, state=Run.State.QUEUED)
        if ours and queued.update(state=Run.State.RUNNING, started_at=now, heard_at=now):
            _do(pk)


def _do(pk: int) -> None:
    run = Run.objects.select_related("gathering", "upload").get(pk=pk)
    if run.upload is not None:
        run.upload.gathering = run.gathering
    try:
        with _signs_of_life(pk):
            _STEPS[run.step](run)
    except _StoppedError:
        _finish(pk, Run.State.CANCELLED)
    except HuiyouError as error:
        _finish(pk, Run.State.FAILED, _written(error))
    except Exception:
        _finish(pk, Run.State.FAILED, {"code": "unexpected"})
        log.exception("run %s broke off", pk)
        raise


def _finish(pk: int, state: str, error: dict[str, Any] | None = None) -> None:
    Run.objects.filter(pk=pk, state=Run.State.RUNNING).update(
        state=state, error=error or {}, finished_at=timezone.now()
    )


def _written(error: HuiyouError) -> dict[str, Any]:
    faults: tuple[Fault, ...] = error.faults if isinstance(error, InputError) else ()
    return {
        "code": error.code,
        "params": error.params,
        "faults": [
            {"code": f.code, "file": f.file, "row": f.row, "column": f.column, "params": dict(f.params)}
            for f in faults
        ],
    }  # fmt: skip


class _Reporter:
    """Keeps the share that is done and how far a search is, and stops when somebody asked for it."""

    def __init__(self, run: Run) -> None:
        self.run, self.last, self.share = run, 0.0, 0.0
        self.told: dict[str, Any] = {}

    def __call__(self, share: float) -> None:
        """Keep the share, unless it was kept just now; it never goes back."""
        self.share = max(self.share, share)
        if time.monotonic() - self.last < BETWEEN_REPORTS and share < 1:
            return
        self.last = time.monotonic()
        going = Run.objects.filter(pk=self.run.pk, state=Run.State.RUNNING, stopping=False)
        told = {"percent": int(99 * self.share), "far": self.told}
        if not going.update(**told, heard_at=timezone.now()):
            raise _StoppedError

    def far(self, stage: str, value: float, bound: float) -> None:
        """Keep what the best so far is worth, and what it cannot exceed."""
        known = [number if math.isfinite(number) else None for number in (value, bound)]
        self.told = {"stage": stage, "value": known[0], "bound": known[1]}
        self(SEARCHED[stage] + SPAN * _closeness(*known))

    @property
    def search(self) -> Search:
        """Give what a search for a lottery asks and tells."""
        return Search(60.0 * self.run.minutes if self.run.minutes else None, self.far)


def _closeness(value: float | None, bound: float | None) -> float:
    """Say how near a value is to its bound, from 0 to 1; one is above the other or below."""
    if not value or not bound:
        return 0.0
    return min(value, bound) / max(value, bound)


def _end(run: Run) -> datetime:
    """End the run, in the transaction that keeps what it did."""
    going = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, stopping=False)
    now = timezone.now()
    if not going.update(state=Run.State.DONE, percent=100, finished_at=now):
        raise _StoppedError
    return now


def _close(run: Run, *, deed: str, **about: Any) -> None:
    """End the run and write the journal's line."""
    Entry.write(run.gathering, at=_end(run), who=run.who, deed=deed, run=run.pk, **about)


def _read(run: Run) -> None:
    read_upload(_upload(run), report=_Reporter(run), then=lambda: _end(run))


def _keep(run: Run) -> None:
    keep_upload(_upload(run), who=run.who, report=_Reporter(run), then=lambda: _end(run))


def _upload(run: Run) -> Upload:
    if run.upload is None:
        raise InputError([Fault("upload_gone")])
    return run.upload


def _compare(run: Run) -> None:
    def then(_: Comparison) -> None:
        _end(run)

    compare_objectives(run.gathering, report=_Reporter(run), then=then)


def _panels(run: Run) -> None:
    gathering = run.gathering

    def then(made: Lottery) -> None:
        _close(run, deed="prepare_seats", lottery=made.pk, digest=made.record["digest"])

    seed = f"{gathering.slug}-panels-{gathering.lotteries.count() + 1}"
    report = _Reporter(run)
    prepare_lottery(gathering, seed=seed, report=report, search=report.search, then=then)


def _seats(run: Run) -> None:
    gathering = run.gathering

    def then(made: Round) -> None:
        _close(run, deed="rehearse_seats", round=made.pk, digest=made.record["digest"])

    seed = f"{gathering.slug}-{gathering.rounds.count() + 1}"
    report = _Reporter(run)
    rehearse_seats(gathering, seed=seed, report=report, search=report.search, then=then)


def _tables(run: Run) -> None:
    round_ = _round(run)

    def then(made: Plan) -> None:
        _close(run, deed="set_tables", plan=made.pk, round=round_.pk, digest=made.record["digest"])

    seed = f"{run.gathering.slug}-{round_.pk}-{round_.plans.count() + 1}"
    set_tables(round_, seed=seed, report=_Reporter(run), then=then)


def _draw(run: Run) -> None:
    round_ = _round(run)

    def then(made: Draw) -> None:
        _close(
            run, deed="rehearse_draw", draw=made.pk, round=round_.pk, fingerprint=made.fingerprint
        )

    seed = f"{run.gathering.slug}-{round_.pk}-{round_.draws.count() + 1}"
    if rehearse_prizes(round_, seed=seed, report=_Reporter(run), then=then) is None:
        raise ImpossibleError("nothing_to_draw")


def _round(run: Run) -> Round:
    round_ = run.gathering.rounds.first()
    if round_ is None:
        raise ImpossibleError("no_seats_yet")
    return round_


_STEPS: dict[str, Callable[[Run], None]] = {
    Run.Step.READ: _read,
    Run.Step.KEEP: _keep,
    Run.Step.COMPARE: _compare,
    Run.Step.PANELS: _panels,
    Run.Step.SEATS: _seats,
    Run.Step.TABLES: _tables,
    Run.Step.DRAW: _draw,
}


@contextmanager
def _signs_of_life(pk: int) -> Iterator[None]:
    """Say every few seconds that this worker lives, also while a solver is silent."""
    over = threading.Event()

    def beat() -> None:
        while not over.wait(BEAT):
            try:
                Run.objects.filter(pk=pk).update(heard_at=timezone.now())
            except DatabaseError:  # busy; the next sign is soon
                log.warning("run %s could not give a sign of life", pk)
            finally:
                connections.close_all()

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
