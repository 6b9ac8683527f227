"""Reads of gatherings that more than one page needs."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils import timezone

from huiyou.web.gatherings.models import Gathering

__all__ = ["public", "published", "stops_before"]


def public() -> QuerySet[Gathering]:
    """Give the gatherings that anybody may see."""
    return Gathering.objects.filter(listed=True).select_related("series")


def published() -> QuerySet[Gathering]:
    """Give those whose seats, tables and draws anybody may see."""
    return public().filter(published__lte=timezone.now())


def stops_before(stops: Sequence[Gathering]) -> list[str]:
    """Give the past stops that the facts name, like ``北京 2024-01-06``, and that have no page here."""
    here = {stop.facts.occasion.starts.date().isoformat() for stop in stops}
    named = dict.fromkeys(label for stop in stops for label in stop.facts.gathering.past_stops)
    return [label for label in named if label.rpartition(" ")[2] not in here]
