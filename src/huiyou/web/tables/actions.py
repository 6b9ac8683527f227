"""Setting the tables."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from huiyou.grouping import group
from huiyou.web.applications.queries import companions
from huiyou.web.seats.models import Round
from huiyou.web.tables.models import Place, Plan

__all__ = ["set_tables"]


def set_tables(
    round_: Round,
    *,
    seed: str,
    report: Callable[[float], None] = lambda _: None,
    then: Callable[[Plan], None] = lambda _: None,
) -> Plan:
    """Set the tables for everyone with a seat and keep the record; ``then`` is kept with it or not at all."""
    gathering = round_.gathering
    facts = gathering.facts
    seats = {
        seat.application.code: seat
        for seat in round_.seats.filter(alternate=None).select_related("application")
    }
    together = companions(gathering) if facts.tables.together == "companion" else []
    record = group(
        [seat.application.as_person() for seat in seats.values()],
        facts.gathering.tables,
        rounds=facts.gathering.rounds,
        terms=facts.terms,
        together=[pair for pair in together if set(pair) <= seats.keys()],
        seed=seed,
        sweeps=facts.tables.sweeps,
        report=report,
    )
    home = facts.terms.home_round
    hosts = set(record.hosts)
    with transaction.atomic():
        plan = Plan.objects.create(round=round_, record=record.to_dict())
        places = [
            Place(plan=plan, seat=seats[code], turn=turn, table=table, host=turn == home and code in hosts)
            for turn, tables in enumerate(record.rounds, start=1)
            for table, codes in enumerate(tables, start=1)
            for code in codes
        ]  # fmt: skip
        Place.objects.bulk_create(places, batch_size=500)
        then(plan)
    return plan
