"""Plans of the tables, and who sits where in each round of a plan."""

from __future__ import annotations

from django.db import models

from huiyou.web.seats.models import Round, Seat

__all__ = ["Place", "Plan"]


class Plan(models.Model):
    """Tables for everyone with a seat; a redo is another plan, and this one stays."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="plans")
    record = models.JSONField()  # grouping.json
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.round} · {self.pk}"


class Place(models.Model):
    """Somebody's table in one round at the tables."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="places")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="places")
    turn = models.PositiveSmallIntegerField()  # which round at the tables, from 1
    table = models.PositiveSmallIntegerField()
    host = models.BooleanField(default=False)

    class Meta:
        ordering = ("turn", "table", "pk")
        constraints = [
            models.UniqueConstraint(fields=("plan", "seat", "turn"), name="one_table_at_a_time")
        ]
        indexes = [models.Index(fields=("plan", "turn", "table"))]

    def __str__(self) -> str:
        return f"{self.turn}: {self.table}"
