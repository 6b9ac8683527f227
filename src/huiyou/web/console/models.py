"""Who may do what at the desk, and the journal of what was done."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import models, transaction

from huiyou.proof import digest
from huiyou.web.gatherings.models import Gathering

__all__ = ["Entry", "Membership"]


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


class Entry(models.Model):
    """One line of a gathering's journal; each holds the digest of the one before."""

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="journal")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    who = models.CharField(max_length=150)
    deed = models.CharField(max_length=40)
    about = models.JSONField(default=dict)  # numbers and digests, never names or phones
    previous = models.CharField(max_length=64, blank=True)
    digest = models.CharField(max_length=64)

    class Meta:
        ordering = ("number",)
        constraints = [
            models.UniqueConstraint(fields=("gathering", "number"), name="one_entry_of_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.deed}"

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
