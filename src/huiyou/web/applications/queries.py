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
    """Give groups of eligible people who named each other, by code."""
    named = Companion.objects.filter(
        application__in=eligible(gathering), other__in=eligible(gathering)
    ).values_list("application__code", "other__code")
    links = set(named)
    return list(tie(sorted((a, b) for a, b in links if a < b and (b, a) in links)))
