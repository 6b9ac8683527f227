"""The ways to be fair side by side, before one is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from itertools import groupby
from typing import Any

from django.db import transaction

from huiyou.errors import ImpossibleError
from huiyou.selection import Outlook, compare, needed
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.asking import asked_of, check_asked, digest_now
from huiyou.web.seats.models import Comparison

__all__ = ["compare_objectives", "is_stale"]

DIGITS = 9  # of a chance that is kept


def compare_objectives(
    gathering: Gathering,
    *,
    report: Callable[[float], None] = lambda _: None,
    then: Callable[[Comparison], None] = lambda _: None,
) -> Comparison:
    """Work out what each objective would give to whom, and keep it; nothing is decided by it.

    Raises
    ------
    ImpossibleError
        ``compare_nothing``, if no fractions of people meet the quotas.
    """
    report(0)
    inputs, asked = digest_now(gathering), asked_of(gathering)
    check_asked(gathering, asked)
    outlooks = compare(asked, watch=lambda: report(0.1))
    if not outlooks:
        raise ImpossibleError("compare_nothing")
    report(0.8)
    needs = needed(asked, watch=lambda: report(0.8))
    told = {
        "seats": asked.seats,
        "even": outlooks[0].even,
        "outlooks": [_plain(outlook) for outlook in outlooks],
        "needs": [
            {"rows": [asdict(row) for row in need.rows], "people": len(need.people)}
            for need in needs
        ],
        "needed": len({who for need in needs for who in need.people}),
    }
    with transaction.atomic():
        made = Comparison.objects.create(gathering=gathering, told=told, inputs=inputs)
        gathering.comparisons.exclude(pk=made.pk).delete()
        then(made)
    return made


def _plain(outlook: Outlook) -> dict[str, Any]:
    """Give an outlook as plain values, its chances as runs of equal ones."""
    rounded = (round(chance, DIGITS) for chance in outlook.chances)
    return {
        "objective": outlook.objective,
        "gini": outlook.gini,
        "certain": outlook.certain,
        "shut": outlook.shut,
        "runs": [[chance, len(list(run))] for chance, run in groupby(rounded)],
    }


def is_stale(comparison: Comparison) -> bool:
    """Say whether people, companions, seats or quotas have changed since."""
    return comparison.inputs != digest_now(comparison.gathering)
