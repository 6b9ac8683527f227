"""Reads of gatherings that more than one page needs."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from huiyou.web.gatherings.models import Gathering

__all__ = ["public", "published"]


def public() -> QuerySet[Gathering]:
    """Give the gatherings that anybody may see."""
    return Gathering.objects.filter(listed=True).select_related("series")


def published() -> QuerySet[Gathering]:
    """Give those whose seats, tables and draws anybody may see."""
    return public().filter(published__lte=timezone.now())
