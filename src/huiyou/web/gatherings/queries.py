"""Reads of gatherings that more than one page needs."""

from __future__ import annotations

from django.db.models import QuerySet

from huiyou.web.gatherings.models import Gathering

__all__ = ["public"]


def public() -> QuerySet[Gathering]:
    """Give the gatherings that anybody may see."""
    return Gathering.objects.filter(listed=True).select_related("series")
