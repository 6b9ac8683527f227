"""The line of steps on the desk: how far each is, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from huiyou.web.applications.queries import eligible
from huiyou.web.console.models import Run
from huiyou.web.gatherings.models import Gathering
from huiyou.web.prizes.models import Draw
from huiyou.web.seats.models import Round
from huiyou.web.seats.queries import lottery_bound
from huiyou.web.tables.models import Plan

__all__ = ["Step", "Steps", "steps_of"]


@dataclass(frozen=True, slots=True)
class Step:
    """One card: its numbers as a sentence, what comes next as another, and whether it may be done."""

    name: str
    state: str  # done, next, waiting, running
    figures: str  # codes under `console`, with params
    advice: str
    params: dict[str, Any]
    ready: bool

    @property
    def is_run(self) -> bool:
        """Whether its button starts a task."""
        return self.name in Run.STEPS


@dataclass(frozen=True, slots=True)
class Steps:
    """All cards, the round in use, and runs that are worth a look."""

    line: list[Step]
    round: Round | None
    latest_runs: list[Run]
    bound: bool  # whether a draw in public is announced or done


def steps_of(gathering: Gathering) -> Steps:
    """Work out the state of every step from what is kept."""
    facts = gathering.facts
    applied = eligible(gathering).count()
    round_ = gathering.rounds.first()
    plan = Plan.objects.filter(round=round_).first() if round_ else None
    draw = Draw.objects.filter(round=round_).first() if round_ else None
    run = (
        gathering.runs.exclude(step__in=(Run.Step.READ, *Run.AT_THE_SEATS))
        .select_related("gathering", "upload")
        .first()
    )
    about = facts.gathering
    wanted = sum(prize.quantity for prize in gathering.prizes) if facts.draw else 0
    seated = len(round_.record["chosen"]) if round_ else 0
    params = {
        "applied": applied, "seats": about.seats, "tables": about.tables, "rounds": about.rounds,
        "seated": seated, "alternates": len(round_.record["alternates"]) if round_ else 0,
        "prizes": wanted, "entrants": seated, "repeats": plan.record["repeats"] if plan else 0,
    }  # fmt: skip
    done = {
        "applications": applied >= about.seats,
        "seats": round_ is not None,
        "tables": plan is not None,
        "draw": draw is not None,
        "publish": gathering.published is not None,
    }
    ready = {
        "applications": True,
        "seats": applied > 0,
        "tables": round_ is not None,
        "draw": round_ is not None and wanted > 0,
        "publish": plan is not None,
    }
    names = [name for name in done if name != "draw" or wanted or done["draw"]]
    following = next((name for name in names if not done[name]), "")
    active = run is not None and run.state in Run.ACTIVE and not run.gone(timezone.now())
    bound = lottery_bound(gathering)
    line = []
    for name, finished in done.items():
        state = "done" if finished else "next" if name == following else "waiting"
        if active and run is not None and run.step == name:
            state = "running"
        part = "done" if finished else "ready" if ready[name] else "not_ready"
        part = "bound" if name == "seats" and bound else part
        line.append(Step(name, state, f"{name}_{'some' if finished else 'none'}", f"{name}_{part}", params, ready[name] and not active))  # fmt: skip
    return Steps(line, round_, [run] if run and run.state != Run.State.DONE else [], bound)
