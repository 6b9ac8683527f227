"""Rounds of giving seats, and who got one."""

from __future__ import annotations

from django.db import models

from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering

__all__ = ["Round", "Seat"]


class Round(models.Model):
    """Seats given out once; a redo is another round, and this one stays."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="rounds")
    record = models.JSONField()  # selection.json
    rehearsal = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return f"{self.gathering} · {self.pk}"


class Seat(models.Model):
    """A place in a round: a seat, or an alternate's place in the order."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="seats")
    application = models.ForeignKey(Application, models.CASCADE, related_name="seats")
    alternate = models.PositiveIntegerField(null=True, blank=True)  # place in the order, from 1

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("round", "application"), name="one_place_in_a_round"),
            models.UniqueConstraint(fields=("round", "alternate"), name="one_alternate_at_a_place"),
        ]

    def __str__(self) -> str:
        return str(self.application)
