"""Who may do what at the desk, what was handed in, and what is under way."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import models

from huiyou.web.console import locks
from huiyou.web.gatherings.models import Gathering

__all__ = ["Membership", "Run", "Upload"]

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


class Upload(models.Model):
    """A file that somebody handed in and nobody has confirmed yet; it is never served."""

    class Said(models.TextChoices):
        """Who said which column is what."""

        AT_THE_DESK = "desk"
        LAST_TIME = "last_time"

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="uploads")
    token = models.CharField(max_length=64, unique=True, default=secrets.token_urlsafe)
    name = models.CharField(max_length=100)  # as the browser called it, for messages
    sheet = models.CharField(max_length=100, blank=True)
    columns = models.JSONField(default=dict)  # field or trait → column, where somebody said so
    said = models.CharField(max_length=9, choices=Said.choices, blank=True)
    header = models.CharField(max_length=64, blank=True)  # digest of the names of its columns
    reading = models.JSONField(null=True)  # what it says, until it is confirmed or read anew
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
        """Keep what somebody said about its columns; what was read is void."""
        self.columns, self.sheet, self.said = columns, sheet, self.Said.AT_THE_DESK
        self.reading = None
        self.save(update_fields=["columns", "sheet", "said", "reading"])


class Run(models.Model):
    """One step of the journey done in the background."""

    class Step(models.TextChoices):
        READ = "read"
        KEEP = "keep"
        COMPARE = "compare"  # objectives side by side, which decides nothing
        PANELS = "panels"  # chances and panels, before a draw in public
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
    STEPS = (
        Step.COMPARE,
        Step.PANELS,
        Step.SEATS,
        Step.TABLES,
        Step.DRAW,
    )  # of the day; the others are of an upload
    SEARCHES = (Step.PANELS, Step.SEATS)
    USUAL_MINUTES, MOST_MINUTES = 10, 600

    AT_THE_SEATS = (
        Step.COMPARE,
        Step.PANELS,
    )  # shown on the page of the seats, others on the overview

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="runs")
    upload = models.ForeignKey(
        Upload, models.CASCADE, related_name="runs", null=True, blank=True
    )  # what is read or kept
    step = models.CharField(max_length=7, choices=Step.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.QUEUED)
    percent = models.PositiveSmallIntegerField(default=0)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True
    )  # after which it ends with the best it has
    far = models.JSONField(default=dict)  # stage, value and bound of a search, as it last told
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
                condition=models.Q(state__in=("queued", "running")) & ~models.Q(step="read"),
                name="one_run_at_a_time",
            ),
            models.UniqueConstraint(
                fields=("upload",),
                condition=models.Q(state__in=("queued", "running")),
                name="one_run_of_an_upload",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.step} · {self.state}"

    def gone(self, now: datetime) -> bool:
        """Say whether its worker died on the way: its lock is free, or far away it fell silent."""
        if self.state != self.State.RUNNING:
            return False
        held = locks.is_held(self.pk)
        return (
            not held if held is not None else self.heard_at is None or self.heard_at < now - SILENT
        )
