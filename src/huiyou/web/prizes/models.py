"""Draws, the tickets in them, and who won."""

from __future__ import annotations

from django.db import models

from huiyou.web.seats.models import Round, Seat

__all__ = ["Draw", "Ticket"]


class Draw(models.Model):
    """A draw among those with a seat; a redo is another draw, and this one stays."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="draws")
    fingerprint = models.CharField(max_length=64)
    commitment = models.JSONField()
    proof = models.TextField(blank=True)  # draw.json to the byte, once it is drawn
    rehearsal = models.BooleanField(default=True)
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)

    def __str__(self) -> str:
        return self.fingerprint


class Ticket(models.Model):
    """What one seat draws with, and the tier it won, if any."""

    draw = models.ForeignKey(Draw, models.CASCADE, related_name="tickets")
    seat = models.ForeignKey(Seat, models.CASCADE, related_name="tickets")
    code = models.CharField(max_length=16)
    won = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("draw", "code"), name="one_ticket_of_a_code"),
            models.UniqueConstraint(fields=("draw", "seat"), name="one_ticket_for_a_seat"),
        ]

    def __str__(self) -> str:
        return self.code
