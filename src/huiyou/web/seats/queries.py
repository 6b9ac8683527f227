"""Reads of seats that more than one page needs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering
from huiyou.web.gatherings.queries import public
from huiyou.web.seats.models import Lottery, Round, Seat

__all__ = [
    "Answers", "InLine", "answers_of", "line_of", "line_up", "lottery_announced", "lottery_bound", "round_in_use", "shown",
    "shown_rounds",
]  # fmt: skip

_APPLIED = Application.State.APPLIED


def shown() -> QuerySet[Gathering]:
    """Give the gatherings of whose seats anybody may see something: results, or a draw announced."""
    now = timezone.now()
    announced = Q(lotteries__announced_at__lte=now)
    return public().filter(Q(published__lte=now) | announced).distinct()


def shown_rounds(gathering: Gathering) -> QuerySet[Round]:
    """Give the rounds that anybody may see: what was drawn in public, and rehearsals if published."""
    rounds = gathering.rounds.select_related("gathering")
    return rounds if gathering.published else rounds.filter(lottery__isnull=False)


def round_in_use(gathering: Gathering, *, with_chances: bool = False) -> Round | None:
    """Give the round whose seats are published, if there is one; no rehearsal, once a draw is announced."""
    bound = Lottery.objects.filter(
        gathering=OuterRef("gathering"), announced_at__isnull=False, called_off_at=None
    )
    rounds = shown_rounds(gathering).filter(Q(lottery__isnull=False) | ~Exists(bound))
    return (rounds.defer(None).defer("whole", "inputs") if with_chances else rounds).first()


def lottery_bound(gathering: Gathering) -> bool:
    """Say whether a draw in public is announced or done, so that nothing else may give the seats."""
    return gathering.lotteries.filter(announced_at__isnull=False, called_off_at=None).exists()


def lottery_announced(gathering: Gathering) -> Lottery | None:
    """Give the lottery that is announced and not drawn yet."""
    return gathering.lotteries.filter(announced_at__isnull=False, drawn_at=None, called_off_at=None).first()  # fmt: skip


def line_up(round_: Round) -> QuerySet[Seat]:
    """Give those who wait, the next first; who withdrew is passed over while it is so."""
    waiting = round_.seats.filter(state=Seat.State.WAITING, application__state=_APPLIED)
    return waiting.select_related("application").order_by("alternate")


@dataclass(frozen=True, slots=True)
class InLine:
    """One place of the waiting list as others on it see it: by code."""

    place: int  # as published
    code: str
    state: str
    now: int | None  # place now, while waiting
    ours: bool
    paired: bool


def line_of(round_: Round, seat: Seat) -> list[InLine]:
    """Give the whole waiting list in order, and where ``seat`` stands in it."""
    rows = round_.seats.filter(alternate__isnull=False).select_related("application")
    found, waiting = [], 0
    units = Counter(row.unit for row in rows if row.unit is not None)
    for row in rows.order_by("alternate"):
        state = row.state
        if state == Seat.State.WAITING and row.application.state != _APPLIED:
            state = Seat.State.LEFT
        waits = state == Seat.State.WAITING
        waiting += waits
        found.append(
            InLine(
                row.alternate or 0, row.application.code, state, waiting if waits else None,
                ours=row.pk == seat.pk, paired=units[row.unit or 0] > 1,
            )
        )  # fmt: skip
    return found


@dataclass(frozen=True, slots=True)
class Answers:
    """How many of a round have answered what, and the offers that are open."""

    chairs: int
    held: int
    accepted: int
    unanswered: int
    declined: int
    expired: int
    left: int
    waiting: int
    open: tuple[Seat, ...]
    over: bool

    @property
    def free(self) -> int:
        """Chairs that nobody has and nobody is offered; none once it is over, since none is given."""
        return 0 if self.over else self.chairs - self.held - len(self.open)


def answers_of(round_: Round, now: datetime) -> Answers:
    """Count the answers."""
    counted = dict(
        round_.seats.values_list("state").annotate(n=Count("pk")).values_list("state", "n")
    )
    count = {state: counted.get(state, 0) for state in Seat.State.values}
    offers = round_.seats.filter(Q(state=Seat.State.OFFERED), until__gt=now)
    return Answers(
        chairs=round_.chairs,
        held=count["given"] + count["accepted"],
        accepted=count["accepted"],
        unanswered=count["given"],
        declined=count["declined"],
        expired=count["expired"],
        left=count["left"],
        waiting=line_up(round_).count(),
        open=tuple(offers.select_related("application").order_by("until", "alternate")),
        over=now >= round_.gathering.facts.occasion.ends,
    )
