"""Reads of applications that decisions need."""

from __future__ import annotations

from django.db.models import QuerySet

from huiyou.people.companions import tie
from huiyou.web.applications.models import Application, Companion
from huiyou.web.gatherings.models import Gathering

__all__ = ["companions", "eligible"]


def eligible(gathering: Gathering) -> QuerySet[Application]:
    """Give those who applied and did not withdraw."""
    return gathering.applications.filter(state=Application.State.APPLIED)


def companions(gathering: Gathering) -> list[tuple[str, ...]]:
    """Give groups of eligible people who named each other, by code.

    Whoever is named and names back stands among those who name, so it is asked of these alone
    whether they are eligible: to ask it of both took SQLite a hundred times as long with 1,600.
    """
    naming = Companion.objects.filter(
        application__gathering=gathering,
        application__state=Application.State.APPLIED,
        application__repeats=False,
    )
    rows = list(naming.values_list("application_id", "other_id", "application__code"))
    named, code_of = {(a, b) for a, b, _ in rows}, {a: code for a, _, code in rows}
    return list(tie((code_of[a], code_of[b]) for a, b in named if a < b and (b, a) in named))
