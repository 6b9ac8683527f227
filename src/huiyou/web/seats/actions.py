"""Giving seats out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from django.db import transaction

from huiyou.proof import Verdict
from huiyou.selection import check_values, select, verify
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.models import Round, Seat

__all__ = ["check_round", "rehearse_seats"]


def rehearse_seats(
    gathering: Gathering,
    *,
    seed: str,
    report: Callable[[float], None] = lambda _: None,
    then: Callable[[Round], None] = lambda _: None,
) -> Round:
    """Give out the seats once, as a rehearsal, and keep the record; ``then`` is kept with it or not at all."""
    report(0)
    facts = gathering.facts
    rows = {row.code: row for row in eligible(gathering)}
    together = companions(gathering) if facts.seats.together == "companion" else []
    people = [row.as_person() for row in rows.values()]
    check_values(gathering.quotas, people, file=facts.seats.quotas or "")
    record = select(
        people, facts.gathering.seats, gathering.quotas,
        together=together, alternates=facts.seats.alternates, seed=seed,
        watch=lambda: report(0.1),
    )  # fmt: skip
    report(0.9)
    with transaction.atomic():
        round_ = Round.objects.create(gathering=gathering, record=record.to_dict())
        seats = [Seat(round=round_, application=rows[code]) for code in record.chosen]
        seats += [
            Seat(round=round_, application=rows[code], alternate=place)
            for place, code in enumerate(record.alternates, start=1)
        ]
        Seat.objects.bulk_create(seats, batch_size=500)
        then(round_)
    return round_


def check_round(round_: Round) -> Verdict:
    """Judge the record of a round against those who applied, as far as they are still there.

    People may withdraw or be erased afterwards. The record then stays as it was, and is judged alone.
    """
    gathering = round_.gathering
    together = companions(gathering) if gathering.facts.seats.together == "companion" else []
    people = [row.as_person() for row in eligible(gathering)]
    verdict = verify(round_.record, people, together)
    if verdict.reasons != ("inputs_differ",):
        return verdict
    alone = verify(round_.record)
    kept = tuple(reason for reason in alone.reasons if reason != "inputs_missing")
    return replace(alone, reasons=("people_changed", *kept))
