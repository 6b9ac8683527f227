"""Setting the tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db import transaction

from huiyou.grouping import Grouping, group, verify
from huiyou.proof import Verdict
from huiyou.web.applications.queries import companions
from huiyou.web.seats.models import Round
from huiyou.web.shared.attend import attended
from huiyou.web.tables.models import Place, Plan

__all__ = ["check_plan", "public_part", "set_tables"]


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
    seats = {seat.application.code: seat for seat in round_.held()}
    together = companions(gathering) if facts.tables.together == "companion" else []
    people = [seat.application.as_person() for seat in seats.values()]
    pairs = [pair for pair in together if set(pair) <= seats.keys()]

    def work(told: Callable[[float], None]) -> Grouping:
        return group(
            people, facts.gathering.tables, rounds=facts.gathering.rounds, terms=facts.terms,
            together=pairs, seed=seed, sweeps=facts.tables.sweeps, report=told,
        )  # fmt: skip

    record = attended(work, report)  # on a machine's first time it compiles for seconds, silently
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


def check_plan(plan: Plan) -> Verdict:
    """Judge the record of a plan against those whom it sets, as far as they are still there."""
    round_ = plan.round
    gathering = round_.gathering
    seats = round_.seats.filter(places__plan=plan).distinct().select_related("application")
    people = [seat.application.as_person() for seat in seats]
    inside = {person.id for person in people}
    together = companions(gathering) if gathering.facts.tables.together == "companion" else []
    pairs = [pair for pair in together if set(pair) <= inside]
    verdict = verify(plan.record, people, pairs)
    if not {"inputs_differ", "unknown_person"} & set(verdict.reasons):
        return verdict
    alone = verify(plan.record)
    kept = tuple(reason for reason in alone.reasons if reason != "inputs_missing")
    return replace(alone, reasons=("people_changed", *kept))


def public_part(plan: Plan) -> dict[str, Any]:
    """Give what of ``grouping.json`` anybody may have: figures, and the digest of the whole.

    Who sits where stays out, even by code: whoever photographs the tables of all rounds could tell
    which code is whose. So do hosts and wishes, which follow from what single people answered.
    """
    record = plan.record
    return {
        "kind": "grouping.public",
        "version": 1,
        "record": record["digest"],
        "sizes": [[len(table) for table in tables] for tables in record["rounds"]],
        "wants": {name: record["wants"][name] for name in ("smallest", "mean")},
        **{
            name: record[name]
            for name in ("diversity", "bound", "gap", "repeats", "violations", "terms", "status")
        },
    }
