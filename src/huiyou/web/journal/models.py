"""Lines that are added and never changed."""

from __future__ import annotations

from typing import Any, NoReturn

from django.db import models, transaction

from huiyou.proof import digest
from huiyou.web.gatherings.models import Gathering

__all__ = ["AppendOnlyError", "Entry"]


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
            Gathering.objects.select_for_update(no_key=True).get(pk=gathering.pk)  # one at a time
            last = cls.objects.filter(gathering=gathering).last()
            entry = cls(
                gathering=gathering, number=last.number + 1 if last else 1, at=at, who=who,
                deed=deed, about=about, previous=last.digest if last else "",
            )  # fmt: skip
            entry.digest = digest(entry.body())
            entry.save(force_insert=True)
        return entry
