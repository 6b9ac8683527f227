"""Answers to seats: whoever has one says so, and what is freed is offered to the next, by rule."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from huiyou.selection.quotas import count
from huiyou.selection.reserves import next_offers
from huiyou.web.applications.models import Application
from huiyou.web.gatherings.actions import alone
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.seats.models import Round, Seat
from huiyou.web.seats.queries import line_up, round_in_use

__all__ = ["accept", "decline", "move_all_on", "move_on", "offered_until"]

PART, LEAST = 4, timedelta(minutes=30)
_State = Seat.State


def offered_until(gathering: Gathering, now: datetime) -> datetime:
    """Say until when an offer of now may be answered.

    As many hours as the facts say, but no longer than a quarter of what is left until the gathering
    begins: who comes after must have time too. Half an hour at least.
    """
    facts = gathering.facts
    left = (facts.occasion.starts - now) / PART
    hours = timedelta(hours=facts.seats.offer_hours)
    whole = now + max(LEAST, min(hours, left))
    return whole.replace(second=0, microsecond=0)


def accept(application: Application, now: datetime) -> bool:
    """Take a seat that one has or is offered; say whether it is ours.

    An offer to companions is one offer: who takes it takes it for all of them. Saying so twice
    changes nothing.
    """
    gathering = application.gathering
    with alone(gathering):
        seat = _seat_of(application)
        if seat is None or _is_over(gathering, now):
            return False
        taken = _in_time(_answered_with(seat), now).update(
            state=_State.ACCEPTED, until=None, answered_at=now
        )
        if taken:
            _write(gathering, "accept_seat", [seat], now)
        return Seat.objects.filter(pk=seat.pk, state=_State.ACCEPTED).exists()


def decline(application: Application, now: datetime) -> bool:
    """Give a seat or an offer back, and offer it to the next; say whether one is without it now.

    Of an offer to companions nothing is left then; a seat that somebody has already is theirs alone
    to give back.
    """
    gathering = application.gathering
    with alone(gathering):
        seat = _seat_of(application)
        if seat is None or _is_over(gathering, now):
            return False
        freed = (
            _answered_with(seat)
            .filter(state__in=Seat.ON_A_CHAIR)
            .update(state=_State.DECLINED, chair=None, until=None, answered_at=now)
        )
        if freed:
            _write(gathering, "decline_seat", [seat], now)
            _offer_next(seat.round, now)
        return Seat.objects.filter(pk=seat.pk, state=_State.DECLINED).exists()


def move_all_on(now: datetime) -> None:
    """Do in every gathering that is not over what time has brought about."""
    lately = Gathering.objects.filter(starts__gt=now - timedelta(days=31))
    for gathering in lately:
        move_on(gathering, now)


def move_on(gathering: Gathering, now: datetime, *, begin: bool = False) -> None:
    """Take back what nobody answered in time and what was left behind, and offer it to the next.

    ``begin`` looks for free seats in any case, and sets the time that those who were drawn have.
    """
    round_ = round_in_use(gathering)
    if round_ is None or not (begin or _is_due(round_, now)):
        return
    with alone(gathering):
        if begin:
            _give_time(round_, now)
            _invite_beyond(round_, now)
        _take_back(round_, now)
        _offer_next(round_, now)


def _seat_of(application: Application) -> Seat | None:
    round_ = round_in_use(application.gathering)
    if round_ is None or application.state != Application.State.APPLIED:
        return None
    return round_.seats.select_related("round__gathering", "application").filter(application=application).first()  # fmt: skip


def _answered_with(seat: Seat) -> QuerySet[Seat]:
    """Give the rows that one answer speaks for."""
    rows = Seat.objects.filter(round_id=seat.round_id, state=seat.state)
    if seat.state == _State.OFFERED and seat.unit is not None:
        return rows.filter(unit=seat.unit)
    return rows.filter(pk=seat.pk)


def _in_time(rows: QuerySet[Seat], now: datetime) -> QuerySet[Seat]:
    open_ = rows.filter(state__in=(_State.GIVEN, _State.OFFERED))
    return open_.filter(Q(until__isnull=True) | Q(until__gt=now))


def _overdue(now: datetime) -> Q:
    return Q(state__in=(_State.GIVEN, _State.OFFERED), until__lte=now)


def _left() -> Q:
    return Q(state__in=Seat.ON_A_CHAIR) & ~Q(application__state=Application.State.APPLIED)


def _is_due(round_: Round, now: datetime) -> bool:
    return round_.seats.filter(_overdue(now) | _left()).exists()


def _give_time(round_: Round, now: datetime) -> None:
    """Set the time in which those who were drawn must answer, if the facts ask for it."""
    hours = round_.gathering.facts.seats.answer_hours
    if hours:
        given = round_.seats.filter(state=_State.GIVEN, until__isnull=True)
        given.update(until=now + timedelta(hours=hours))


def _invite_beyond(round_: Round, now: datetime) -> None:
    """Offer seats beyond those that there are to those whom the record names, once."""
    if _is_over(round_.gathering, now):
        return
    waiting = {row.application.code: row for row in line_up(round_)}
    rows = [waiting[code] for code in round_.beyond if code in waiting]
    if rows:
        _offer(round_, [rows], now)


def _take_back(round_: Round, now: datetime) -> None:
    """Free the chairs of those who left, and of those whose time is over."""
    left = list(round_.seats.filter(_left()).select_related("application"))
    _free(left, _State.LEFT)
    _write(round_.gathering, "free_seat", left, now)
    beside = [
        row
        for row in round_.seats.filter(state=_State.OFFERED).select_related("application")
        if row.unit is not None and row.unit in {gone.unit for gone in left}
    ]
    overdue = list(round_.seats.filter(_overdue(now)).select_related("application"))
    over = list({row.pk: row for row in (*beside, *overdue)}.values())
    _free(over, _State.EXPIRED)
    _write(round_.gathering, "offer_over", over, now)


def _free(rows: Iterable[Seat], state: Seat.State) -> None:
    found = Seat.objects.filter(pk__in=[row.pk for row in rows], state__in=Seat.ON_A_CHAIR)
    found.update(state=state, chair=None, until=None)


def _offer_next(round_: Round, now: datetime) -> None:
    """Offer the free chairs down the order, unless the gathering is over."""
    if _is_over(round_.gathering, now):
        return
    there = list(_on_chairs(round_).select_related("application"))
    waiting = {row.application.code: row for row in line_up(round_)}
    if len(there) == round_.chairs or not waiting:
        return
    people = [row.application.as_person() for row in (*there, *waiting.values())]
    beyond = [person for person in people if person.id in set(round_.beyond)]
    groups = next_offers(
        people,
        # those beyond the seats come on top of the quotas, for as many others will stay away
        [replace(quota, maximum=quota.maximum + count(beyond, quota)) for quota in round_.quotas],
        seats=round_.chairs,
        holding=[row.application.code for row in there],
        order=list(waiting),
        together=_units(waiting.values()),
    )
    _offer(round_, [[waiting[code] for code in group] for group in groups], now)


def _offer(round_: Round, groups: Sequence[Sequence[Seat]], now: datetime) -> None:
    """Give free chairs to those who wait, until they answer or the time is over."""
    taken = set(_on_chairs(round_).values_list("chair", flat=True))
    free = (chair for chair in range(1, round_.chairs + 1) if chair not in taken)
    until = offered_until(round_.gathering, now)
    for rows in groups:
        for row, chair in zip(rows, free, strict=False):
            Seat.objects.filter(pk=row.pk, state=_State.WAITING, chair__isnull=True).update(
                state=_State.OFFERED, chair=chair, until=until
            )
        _write(round_.gathering, "offer_seat", rows, now, until=until.isoformat())


def _is_over(gathering: Gathering, now: datetime) -> bool:
    return now >= gathering.facts.occasion.ends


def _on_chairs(round_: Round) -> QuerySet[Seat]:
    return round_.seats.filter(state__in=Seat.ON_A_CHAIR)


def _units(rows: Iterable[Seat]) -> list[tuple[str, ...]]:
    """Give companions among those who wait, by code."""
    units = defaultdict(list)
    for row in rows:
        if row.unit is not None:
            units[row.unit].append(row.application.code)
    return [tuple(codes) for codes in units.values() if len(codes) > 1]


def _write(
    gathering: Gathering, deed: str, rows: Sequence[Seat], now: datetime, **about: str
) -> None:
    """Write into the journal what became of seats, by code; of who was erased only that it was so."""
    for row in rows:
        gone = row.application.state == Application.State.ERASED
        who = "applicant" if deed in ("accept_seat", "decline_seat") else "huiyou"
        code = "—" if gone else row.application.code
        Entry.write(gathering, at=now, who=who, deed=deed, code=code, **about)
