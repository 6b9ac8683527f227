"""What the seats of a gathering are asked for now: who applied, who is not drawn for, the quotas."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from huiyou.gathering import Facts
from huiyou.gathering.households import check_one_per, households
from huiyou.people import Person
from huiyou.proof import digest
from huiyou.selection import Asked, Attendance, check_values, sort_into_pools
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.models import Lottery, Placement

__all__ = [
    "asked_of", "check_asked", "digest_now", "fix_reserves", "reserves_asked", "reserves_of",
]  # fmt: skip


def asked_of(gathering: Gathering) -> Asked:
    """Gather what a lottery is made from."""
    facts = gathering.facts
    people = [row.as_person() for row in eligible(gathering)]
    return Asked(
        people=people,
        seats=facts.gathering.seats,
        quotas=gathering.quotas,
        together=companions(gathering) if facts.seats.together == "companion" else (),
        one_of=households(people, facts.seats.one_per),
        placed={
            one.application.code: one.as_placed()
            for one in _placements(gathering).select_related("application")
        },
    )


def _placements(gathering: Gathering) -> QuerySet[Placement]:
    """Find who is sure of a seat or excluded."""
    found = Placement.objects.filter(application__in=eligible(gathering))
    return found.exclude(pool=Placement.Pool.DRAWN)


def check_asked(gathering: Gathering, asked: Asked) -> None:
    """Refuse pools that contradict themselves, and what nobody answered and somebody meant.

    Raises
    ------
    InputError
        See `check_one_per`, `sort_into_pools` and `check_values`.
    """
    check_one_per(asked.people, gathering.facts.seats.one_per)
    sort_into_pools(asked)
    check_values(asked.quotas, asked.people, file=gathering.facts.seats.quotas or "")


def reserves_of(facts: Facts) -> dict[str, Any]:
    """Give what the order of alternates is made from, as the engine takes it."""
    return {
        "alternates": facts.seats.alternates, "cap": facts.seats.cap,
        "past": [stop.attendance for stop in facts.seats.past],
    }  # fmt: skip


def fix_reserves(lottery: Lottery) -> None:
    """Take over what the facts say of alternates now: whoever has seen the dice cannot choose their order."""
    told = reserves_of(lottery.gathering.facts)
    lottery.inputs["reserves"] = {**told, "past": [stop.to_dict() for stop in told["past"]]}


def reserves_asked(lottery: Lottery) -> dict[str, Any]:
    """Give what was taken over; of a lottery that was announced before anything was, what the facts say."""
    kept = lottery.inputs.get("reserves")
    if kept is None:
        return reserves_of(lottery.gathering.facts)
    return {**kept, "past": [Attendance.from_dict(stop) for stop in kept["past"]]}


def digest_now(gathering: Gathering) -> str:
    """Hash what chances depend on, so that it can be seen whether anything has changed since.

    It is looked at on a page, so it is read as plain values: 1,600 people in some 40 ms.
    """
    facts, quotas = gathering.facts, gathering.quotas
    rows = list(eligible(gathering).order_by("code").values_list("code", "traits"))
    held = [
        [code, [int(q.value in traits.get(q.feature, ())) for q in quotas]] for code, traits in rows
    ]
    tied = companions(gathering) if facts.seats.together == "companion" else []
    people = (Person(code, traits) for code, traits in rows)
    homes = households(people, facts.seats.one_per)
    bounds = [[q.feature, q.value, q.minimum, q.maximum] for q in quotas]
    placed = sorted(_placements(gathering).values_list("application__code", "pool"))
    return digest(
        [
            facts.gathering.seats,
            bounds,
            held,
            *(list(map(list, each)) for each in (tied, homes, placed)),
        ]
    )
