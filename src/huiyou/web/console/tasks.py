"""The steps of a gathering, done in the background: started, watched, stopped."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connections, transaction
from django.utils import timezone
from django_tasks import task

from huiyou.errors import Fault, HuiyouError, ImpossibleError, InputError
from huiyou.web.console.models import SILENT, Run
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.prizes.actions import rehearse_prizes
from huiyou.web.prizes.models import Draw
from huiyou.web.seats.actions import rehearse_seats
from huiyou.web.seats.models import Round
from huiyou.web.tables.actions import set_tables
from huiyou.web.tables.models import Plan

__all__ = ["cancel_run", "run_step", "start_run"]

BEAT = 5  # seconds between two signs of life
BETWEEN_REPORTS = 0.5

log = logging.getLogger(__name__)

Report = Callable[[float], None]


class _StoppedError(Exception):
    """Somebody asked the run to stop, or it was given up for dead."""


def start_run(gathering: Gathering, step: str, *, who: str) -> Run:
    """Queue a step, unless one is under way already; give the one that is."""
    now = timezone.now()
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)  # one starter at a time
        gathering.runs.filter(state=Run.State.RUNNING, heard_at__lt=now - SILENT).update(
            state=Run.State.FAILED, error={"code": "worker_gone"}, finished_at=now
        )
        active = gathering.runs.filter(state__in=Run.ACTIVE).first()
        if active is not None:
            return active
        run = Run.objects.create(gathering=gathering, step=step, who=who)
        run_step.enqueue(run.pk)
    return run


def cancel_run(run: Run) -> None:
    """Stop a run: at once if it waits, else at the next word from its worker."""
    queued = Run.objects.filter(pk=run.pk, state=Run.State.QUEUED)
    if not queued.update(state=Run.State.CANCELLED, finished_at=timezone.now()):
        Run.objects.filter(pk=run.pk, state=Run.State.RUNNING).update(stopping=True)


@task()
def run_step(pk: int) -> None:
    """Do one step; what it decides, the journal's line and the end of the run are kept together."""
    now = timezone.now()
    queued = Run.objects.filter(pk=pk, state=Run.State.QUEUED)
    if not queued.update(state=Run.State.RUNNING, started_at=now, heard_at=now):
        return  # cancelled while it waited
    run = Run.objects.select_related("gathering").get(pk=pk)
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


def _reporter(run: Run) -> Report:
    """Give what keeps the share that is done, and stops when somebody asked for it."""
    last = 0.0

    def report(share: float) -> None:
        nonlocal last
        if time.monotonic() - last < BETWEEN_REPORTS and share < 1:
            return
        last = time.monotonic()
        going = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, stopping=False)
        if not going.update(percent=int(99 * share), heard_at=timezone.now()):
            raise _StoppedError

    return report


def _close(run: Run, deed: str, **about: Any) -> None:
    """Write the journal's line and end the run, in the transaction that keeps the record."""
    going = Run.objects.filter(pk=run.pk, state=Run.State.RUNNING, stopping=False)
    now = timezone.now()
    if not going.update(state=Run.State.DONE, percent=100, finished_at=now):
        raise _StoppedError
    Entry.write(run.gathering, at=now, who=run.who, deed=deed, run=run.pk, **about)


def _seats(run: Run) -> None:
    gathering = run.gathering

    def then(made: Round) -> None:
        _close(run, "rehearse_seats", round=made.pk, digest=made.record["digest"])

    seed = f"{gathering.slug}-{gathering.rounds.count() + 1}"
    rehearse_seats(gathering, seed=seed, report=_reporter(run), then=then)


def _tables(run: Run) -> None:
    round_ = _round(run)

    def then(made: Plan) -> None:
        _close(run, "set_tables", plan=made.pk, round=round_.pk, digest=made.record["digest"])

    seed = f"{run.gathering.slug}-{round_.pk}-{round_.plans.count() + 1}"
    set_tables(round_, seed=seed, report=_reporter(run), then=then)


def _draw(run: Run) -> None:
    round_ = _round(run)

    def then(made: Draw) -> None:
        _close(run, "rehearse_draw", draw=made.pk, round=round_.pk, fingerprint=made.fingerprint)

    seed = f"{run.gathering.slug}-{round_.pk}-{round_.draws.count() + 1}"
    if rehearse_prizes(round_, seed=seed, report=_reporter(run), then=then) is None:
        raise ImpossibleError("nothing_to_draw")


def _round(run: Run) -> Round:
    round_ = run.gathering.rounds.first()
    if round_ is None:
        raise ImpossibleError("no_seats_yet")
    return round_


_STEPS: dict[str, Callable[[Run], None]] = {
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
