"""A gathering and the series it belongs to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from functools import lru_cache

from django.db import models
from django.utils import timezone

from huiyou.drawing import Prize
from huiyou.gathering.facts import Facts
from huiyou.selection import Quota

__all__ = ["Gathering", "Series", "read_facts", "read_quotas"]


class Series(models.Model):
    """Stops that belong together."""

    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)

    def __str__(self) -> str:
        return self.title


class Gathering(models.Model):
    """One stop: its facts as in ``gathering.toml``, its quotas and its prizes."""

    series = models.ForeignKey(Series, models.SET_NULL, null=True, blank=True, related_name="stops")
    slug = models.SlugField(unique=True)
    title = models.CharField(max_length=200)
    starts = models.DateTimeField()
    # As JSON text: in a column of its own kind PostgreSQL would sort the keys, and on each request
    # all of it would be read anew.
    facts_text = models.TextField()
    quotas_text = models.TextField(default="[]")
    prizes_text = models.TextField(default="[]")
    opens = models.DateTimeField(null=True, blank=True)
    closes = models.DateTimeField(null=True, blank=True)
    listed = models.BooleanField(default=False)
    kept_since = models.DateTimeField(
        default=timezone.now, editable=False
    )  # retention counts from here at the earliest
    published = models.DateTimeField(null=True, blank=True)  # since when seats and tables are shown

    class Meta:
        ordering = ("starts",)
        constraints = [
            models.CheckConstraint(
                name="opens_before_it_closes",
                condition=models.Q(opens__isnull=True)
                | models.Q(closes__isnull=True)
                | models.Q(opens__lt=models.F("closes")),
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def facts(self) -> Facts:
        """Everything the organiser wrote down."""
        return read_facts(self.facts_text)

    @property
    def asks(self) -> str:
        """Digest of all that a form is made of: while it stays, the questions do."""
        return hashlib.sha256(f"{self.facts_text}\0{self.quotas_text}".encode()).hexdigest()

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Quotas for the seats."""
        return read_quotas(self.quotas_text)

    @quotas.setter
    def quotas(self, quotas: Iterable[Quota]) -> None:
        self.quotas_text = json.dumps([asdict(quota) for quota in quotas], ensure_ascii=False)

    @property
    def prizes(self) -> tuple[Prize, ...]:
        """Prizes in the order drawn."""
        return tuple(Prize(**prize) for prize in json.loads(self.prizes_text))

    @prizes.setter
    def prizes(self, prizes: Iterable[Prize]) -> None:
        self.prizes_text = json.dumps([asdict(prize) for prize in prizes], ensure_ascii=False)

    def keep_facts(self, facts: Facts) -> None:
        """Take over facts and the few of them that have columns of their own."""
        self.facts_text = facts.model_dump_json()
        self.slug, self.title = facts.gathering.slug, facts.gathering.title
        self.starts = facts.when(facts.gathering.starts)

    def open_at(self, now: datetime) -> bool:
        """Say whether applications are taken at a time: never once it has begun, unless told so."""
        return (self.opens is None or self.opens <= now) and now < (self.closes or self.starts)

    @property
    def open_now(self) -> bool:
        """Whether applications are taken."""
        return self.open_at(timezone.now())


@lru_cache(maxsize=64)
def read_facts(text: str) -> Facts:
    """Read facts once for all requests; nobody can change them."""
    return Facts.model_validate_json(text)


@lru_cache(maxsize=64)
def read_quotas(text: str) -> tuple[Quota, ...]:
    """Read quotas likewise."""
    return tuple(Quota(**quota) for quota in json.loads(text))
