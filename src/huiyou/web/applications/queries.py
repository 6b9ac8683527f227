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

    Who is eligible is looked up here and not in the database: as two subqueries it took SQLite some
    fifty times as long with 1,600 people.
    """
    code_of = dict(eligible(gathering).values_list("pk", "code"))
    links = Companion.objects.filter(application__gathering=gathering)
    named = set(links.values_list("application_id", "other_id"))
    mutual = [(a, b) for a, b in named if a < b and (b, a) in named and {a, b} <= code_of.keys()]
    return list(tie((code_of[a], code_of[b]) for a, b in mutual))
