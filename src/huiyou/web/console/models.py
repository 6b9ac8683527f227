"""Who may do what at the desk, what is under way, and the journal of what was done."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, NoReturn

from django.conf import settings
from django.db import models, transaction

from huiyou.proof import digest
from huiyou.web.gatherings.models import Gathering

__all__ = ["Entry", "Membership", "Run", "Upload"]

SILENT = timedelta(seconds=60)  # a worker says every few seconds that it is alive


class Membership(models.Model):
    """What somebody may do in one gathering."""

    class Role(models.TextChoices):
        ORGANISER = "organiser"
        STAFF = "staff"
        AUDITOR = "auditor"

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=9, choices=Role.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("user", "gathering"), name="one_role_in_a_gathering")
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.role}"


class AppendOnlyError(Exception):
    """Somebody tried to change or delete what only grows."""


class _Lines(models.QuerySet["Entry"]):
    """Lines of the journal: read, or added by `Entry.write`; nothing else."""

    def update(self, **_: Any) -> NoReturn:
        raise AppendOnlyError

    def delete(self) -> NoReturn:
        raise AppendOnlyError

    def bulk_create(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError

    def bulk_update(self, *_: Any, **__: Any) -> NoReturn:
        raise AppendOnlyError


class Entry(models.Model):
    """One line of a gathering's journal; each holds the digest of the one before."""

    gathering = models.ForeignKey(Gathering, models.PROTECT, related_name="journal")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    deed = models.CharField(max_length=40)
    about = models.JSONField(default=dict)  # numbers and digests, never names or phones
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    objects = _Lines.as_manager()

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("gathering", "number"), name="one_entry_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.deed}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Add the line; one that is there already stays as it is."""
        if not self._state.adding:
            raise AppendOnlyError
        super().save(*args, **{**kwargs, "force_insert": True})

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        """Refuse."""
        raise AppendOnlyError

    def body(self) -> dict[str, Any]:
        """Give what the digest is of."""
        return {
            "gathering": self.gathering.slug, "number": self.number, "at": self.at.isoformat(),
            "who": self.who, "deed": self.deed, "about": self.about, "previous": self.previous,
        }  # fmt: skip

    @classmethod
    def write(cls, gathering: Gathering, *, at: Any, who: str, deed: str, **about: Any) -> Entry:
        """Add a line at the end, inside the transaction of the deed itself."""
        with transaction.atomic():
            Gathering.objects.select_for_update().get(pk=gathering.pk)  # one writer at a time
            last = cls.objects.filter(gathering=gathering).last()
            entry = cls(
                gathering=gathering, number=last.number + 1 if last else 1, at=at, who=who,
                deed=deed, about=about, previous=last.digest if last else "",
            )  # fmt: skip
            entry.digest = digest(entry.body())
            entry.save(force_insert=True)
        return entry


class Upload(models.Model):
    """A file that somebody handed in and nobody has confirmed yet; it is never served."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="uploads")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    name = models.CharField(max_length=100)  # as the browser called it, for messages
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=dict)  # field or trait → column, where somebody said so
    who = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    kept_at = models.DateTimeField(null=True, blank=True)
    fresh = models.PositiveIntegerField(default=0)  # applications that were not there before

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> Path:
        """Where its bytes are until it is confirmed."""
        return Path(settings.DATA) / "uploads" / self.token

    def map(self, columns: dict[str, str], sheet: str) -> None:
        """Keep what somebody said about its columns."""
        self.columns, self.sheet = columns, sheet
        self.save(update_fields=["columns", "sheet"])


class Run(models.Model):
    """One step of the journey done in the background."""

    class Step(models.TextChoices):
        SEATS = "seats"
        TABLES = "tables"
        DRAW = "draw"

    class State(models.TextChoices):
        QUEUED = "queued"
        RUNNING = "running"
        DONE = "done"
        FAILED = "failed"
        CANCELLED = "cancelled"

    ACTIVE = (State.QUEUED, State.RUNNING)

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="runs")
    step = models.CharField(max_length=6, choices=Step.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    stopping = models.BooleanField(default=False)  # somebody asked it to stop
    error = models.JSONField(default=dict)  # code, params, faults
    who = models.CharField(max_length=150)
    made_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)  # when its worker was last alive
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-pk",)
        constraints = [
            models.UniqueConstraint(
                fields=("gathering",),
                condition=models.Q(state__in=("queued", "running")),
                name="one_run_at_a_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.state}"

    def gone(self, now: datetime) -> bool:
        """Say whether its worker died on the way."""
        heard = self.heard_at
        return self.state == self.State.RUNNING and (heard is None or heard < now - SILENT)
