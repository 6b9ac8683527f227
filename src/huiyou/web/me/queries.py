"""What one person's page shows: where they stand, their tables, whom to look for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

from huiyou.gathering import Facts
from huiyou.web.applications.models import Application, Companion
from huiyou.web.me.reasons import Why, why_of
from huiyou.web.prizes.models import Ticket
from huiyou.web.seats.models import Lottery, Placement, Round, Seat
from huiyou.web.seats.queries import line_up, lottery_announced, round_in_use
from huiyou.web.seats.reasons import chances_told, reason_of
from huiyou.web.tables.models import Place, Plan

__all__ = ["Mate", "Standing", "everything", "named_us", "standing", "turn_at"]

_State = Application.State
_OUT = ("excluded", "barred")  # not drawn for, and without a seat
_NOT_SEATED: dict[str, str] = {
    Seat.State.OFFERED: "offered",
    Seat.State.WAITING: "alternate",
    Seat.State.DECLINED: "declined",
    Seat.State.EXPIRED: "expired",
    Seat.State.LEFT: "left",
}


@dataclass(frozen=True, slots=True)
class Mate:
    """Somebody at the same table, as far as they agreed to be seen."""

    name: str = ""
    company: str = ""
    bio: str = ""
    wants: str = ""
    traits: tuple[str, ...] = ()
    wished: bool = False  # one of the trades we hoped to meet
    host: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """What is decided about one application, as far as it is published."""

    state: str  # withdrawn, waiting, promised, announced, out, seated, offered, alternate, declined, expired, left, unseated
    round: Round | None = None
    chance: str = ""  # percent, once it is published
    lottery: Lottery | None = None  # announced, and not drawn yet
    ahead: int = 0  # how many on the waiting list are asked before us
    seat: Seat | None = None
    places: tuple[Place, ...] = ()
    next: Place | None = None
    mates: tuple[Mate, ...] = ()
    unseen: int = 0  # how many more sit there, who show nothing
    ticket: Ticket | None = None
    companions: tuple[str, ...] = ()
    why: Why | None = None  # our chance is what it is, if that was worked out
    promised: bool = False  # an organiser gave them a seat, and nothing that counts is drawn yet

    @property
    def line(self) -> int:
        """Our number on the waiting list now."""
        return self.ahead + 1

    @property
    def until(self) -> datetime | None:
        """When the time to answer is over, in the gathering's zone."""
        return self._there(self.seat.until if self.seat else None)

    @property
    def answered(self) -> datetime | None:
        """When we answered, likewise."""
        return self._there(self.seat.answered_at if self.seat else None)

    @property
    def at(self) -> datetime | None:
        """When the seats are drawn, likewise."""
        if self.lottery is None or self.lottery.at is None:
            return None
        return self.lottery.gathering.facts.when(self.lottery.at)

    @property
    def paired(self) -> bool:
        """Whether an open offer is one of companions."""
        if self.seat is None or self.seat.unit is None or self.state != "offered":
            return False
        return self.seat.round.seats.filter(unit=self.seat.unit, state=self.seat.state).count() > 1

    def _there(self, time: datetime | None) -> datetime | None:
        return self.round.gathering.facts.when(time) if self.round and time else None


def standing(application: Application, now: datetime) -> Standing:
    """Look up where somebody stands at a time."""
    gathering = application.gathering
    others = _companions(application)
    companions = tuple(map(_called, others))
    if application.state != _State.APPLIED:
        return Standing("withdrawn", companions=companions)
    round_ = round_in_use(gathering, with_chances=True)
    promised = (round_ is None or round_.rehearsal) and _promised(application, others)
    if round_ is None:
        before = _before(application, companions)
        return replace(before, state="promised", promised=True) if promised else before
    chance = percent(round_.chances.get(application.code))
    why = _why(application, round_)
    seat = round_.seats.filter(application=application).first()
    if seat is None or seat.state not in Seat.HELD:
        state = _NOT_SEATED[seat.state] if seat else "unseated"
        if seat is None and why and why.case in _OUT:
            state = "out"
        if promised and state in ("alternate", "unseated"):  # by a rehearsal without it
            return Standing("promised", round_, companions=companions, promised=True)
        ahead = line_up(round_).filter(alternate__lt=seat.alternate).count() if seat and seat.alternate else 0  # fmt: skip
        return Standing(
            state,
            round_,
            chance,
            ahead=ahead,
            seat=seat,
            companions=companions,
            why=why,
            promised=promised,
        )
    plan = round_.plans.first()
    places = tuple(plan.places.filter(seat=seat)) if plan else ()
    turn = turn_at(gathering.facts, now)
    following = next((place for place in places if place.turn >= turn), None)
    following = following or next(reversed(places), None)
    mates, unseen = _mates(application, plan, following)
    tickets = Ticket.objects.filter(seat=seat, draw__round=round_).order_by("-draw")
    return Standing(
        "seated", round_, chance, None, 0, seat, places, following, mates, unseen, tickets.first(),
        companions, why,
    )  # fmt: skip


def _promised(application: Application, companions: Sequence[Application]) -> bool:
    """Say whether a seat is theirs whatever is drawn: as organisers decided of them or who they come with."""
    together = application.gathering.facts.seats.together == "companion"
    along = companions if together and not application.repeats else ()
    people = [application, *along]
    return Placement.objects.filter(application__in=people, pool__in=Placement.SURE).exists()


def _before(application: Application, companions: tuple[str, ...]) -> Standing:
    """Say what there is before the draw: a chance, if the draw is announced."""
    lottery = lottery_announced(application.gathering)
    chance = percent(lottery.chances.get(application.code)) if lottery else ""
    if lottery is None or not chance:
        return Standing("waiting", companions=companions)
    why = _why(application, lottery)
    state = "out" if why and why.case in _OUT else "announced"
    return Standing(state, chance=chance, lottery=lottery, companions=companions, why=why)


def _why(application: Application, kept: Lottery | Round) -> Why | None:
    """Give why our chance is what it is, if we had one and it was worked out."""
    chance = kept.chances.get(application.code)
    return why_of(reason_of(application, kept), Fraction(chance)) if chance else None


def percent(chance: str | None) -> str:
    """Write a chance that is kept as a fraction, or nothing if there is none."""
    return f"{float(100 * Fraction(chance)):.1f}" if chance else ""


def _companions(application: Application) -> list[Application]:
    """Give our companions; what came again with the phone of one of them is no other person."""
    links = application.named.filter(other__state=_State.APPLIED).select_related("other")
    found: dict[str, list[Application]] = {}
    for link in links.order_by("other__repeats", "other"):
        same = found.setdefault(link.other.phone, [])
        if not same or not link.other.repeats:
            same.append(link.other)
    return [other for same in found.values() for other in same]


def _called(companion: Application) -> str:
    """Name a companion, or give the end of the number that both know, if they show no name."""
    return companion.name if "name" in companion.shown else f"…{companion.phone[-4:]}"


def turn_at(facts: Facts, now: datetime) -> int:
    """Give the round at the tables that is on or comes next, from 1.

    The time for getting to know each other is shared out evenly; after it one goes back to the
    table where something is made together.
    """
    rounds = facts.gathering.rounds
    mixing = next((session for session in facts.programme if session.kind == "icebreaker"), None)
    starts, ends = (
        (mixing.starts, mixing.ends)
        if mixing
        else (facts.occasion.starts, facts.occasion.starts + timedelta(hours=1))
    )
    if now >= ends:
        return min(facts.terms.home_round, rounds)
    share = (now - starts) / (ends - starts)
    return max(1, min(rounds, int(share * rounds) + 1))


def _mates(
    application: Application, plan: Plan | None, place: Place | None
) -> tuple[tuple[Mate, ...], int]:
    if plan is None or place is None:
        return (), 0
    around = (
        plan.places.filter(
            turn=place.turn, table=place.table, seat__application__state=_State.APPLIED
        )
        .exclude(pk=place.pk)
        .select_related("seat__application")
    )
    wishes = application.gathering.facts.terms.wants
    mates = [_seen(application, other, wishes) for other in around]
    seen = [
        mate for mate in mates if mate.name or mate.company or mate.bio or mate.wants or mate.traits
    ]
    seen.sort(key=lambda mate: (not mate.wished, not mate.name))
    return tuple(seen), len(mates) - len(seen)


def _seen(us: Application, place: Place, wishes: Mapping[str, str]) -> Mate:
    """Give what somebody agreed to show, and nothing that follows from what they did not."""
    them = place.seat.application
    shown = {*them.shown}
    traits = {key: values for key, values in them.traits.items() if key in shown}
    wished = any(
        set(us.traits.get(wish, ())) & set(traits.get(trait, ())) for wish, trait in wishes.items()
    )
    fields = {
        name: getattr(them, name) for name in ("name", "company", "bio", "wants") if name in shown
    }
    return Mate(
        **fields,
        traits=tuple(
            value
            for key, values in traits.items()
            if key not in wishes
            for value in ([f"{key}：{v}" for v in values] if {*values} <= {"是", "否"} else values)
        ),
        wished=wished,
        host=place.host,
    )


def named_us(application: Application) -> int:
    """Count the phones from which ours was given as a companion's, and which are not tied to us yet."""
    confirmed = Companion.objects.filter(application=application).values("other__phone")
    naming = Application.every.filter(
        gathering=application.gathering, companion_phone=application.phone, state=_State.APPLIED
    )
    others = naming.exclude(pk=application.pk).exclude(phone__in=confirmed)
    return others.order_by().values("phone").distinct().count()


def everything(application: Application) -> dict[str, Any]:
    """Give all that is kept about one person, as plain values.

    Whether it is a repeat is ours, not theirs: it says something about whoever has that phone.
    """
    names = (
        "code", "state", "name", "phone", "email", "company", "bio", "wants", "companion_phone",
        "traits", "shown", "source",
    )  # fmt: skip
    published = application.gathering.published
    seats = application.seats.select_related("round") if published else Seat.objects.none()
    return {
        "gathering": application.gathering.slug,
        **{name: getattr(application, name) for name in names},
        "applied_at": application.applied_at.isoformat(),
        "seat_promised": _promised(application, _companions(application)),
        "companions": list(application.named.values_list("other__code", flat=True)),
        "chances": chances_told(application),
        "seats": [
            {
                "round": seat.round_id,
                "rehearsal": seat.round.rehearsal,
                "alternate": seat.alternate,
                "state": seat.state,
                "chair": seat.chair,
                "until": seat.until.isoformat() if seat.until else None,
                "answered_at": seat.answered_at.isoformat() if seat.answered_at else None,
                "tables": list(seat.places.values("plan", "turn", "table", "host")),
                "tickets": list(seat.tickets.values("draw", "code", "won")),
            }
            for seat in seats
        ],
    }
