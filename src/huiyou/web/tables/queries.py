"""Reads of tables that more than one page needs."""

from __future__ import annotations

from django.db.models import QuerySet

from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering
from huiyou.web.tables.models import Place, Plan

__all__ = ["current_plan", "places_of", "plans"]


def plans(gathering: Gathering) -> QuerySet[Plan]:
    """Give the plans of a gathering, the newest first."""
    return Plan.objects.filter(round__gathering=gathering).select_related("round__gathering")


def current_plan(gathering: Gathering) -> Plan | None:
    """Give the plan that counts: the newest."""
    return plans(gathering).first()


def places_of(plan: Plan, *, name: str, last_digits: str) -> QuerySet[Place]:
    """Give the places of whoever has that name and a phone that ends so."""
    return plan.places.filter(
        seat__application__state=Application.State.APPLIED,
        seat__application__name__iexact=name,
        seat__application__phone__endswith=last_digits,
    )
