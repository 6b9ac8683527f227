"""Applications: one row for each person who applied."""

from __future__ import annotations

import secrets

from django.core.signing import BadSignature, Signer
from django.db import models

from huiyou.people import Person
from huiyou.web.gatherings.models import Gathering

__all__ = ["Application", "Companion", "is_link", "new_code"]

ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else
CODE_LENGTH = 10
_LINKS = Signer(salt="huiyou.applications.link")


def new_code() -> str:
    """Draw the code that stands for an application where no name may."""
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


def is_link(token: str) -> bool:
    """Say whether a secret link is one that we gave, whatever it leads to."""
    try:
        _LINKS.unsign(token)
    except BadSignature:
        return False
    return True


class _Counted(models.Manager["Application"]):
    """Applications without repeats: no list, count or decision meets one by accident."""

    def get_queryset(self) -> models.QuerySet[Application]:
        return super().get_queryset().filter(repeats=False)


class Application(models.Model):
    """What one person told us, and what of it others may see.

    A repeat is what somebody sent with a phone that had applied. It counts for nothing and is kept
    only so that its link opens what any link opens: else the link would tell that the phone is known.
    """

    class State(models.TextChoices):
        APPLIED = "applied"
        WITHDRAWN = "withdrawn"
        ERASED = "erased"

    gathering = models.ForeignKey(Gathering, models.CASCADE, related_name="applications")
    code = models.CharField(max_length=16, unique=True, default=new_code)
    state = models.CharField(max_length=9, choices=State.choices, default=State.APPLIED)
    name = models.CharField(max_length=100)
    phone = models.CharField(max_length=20)
    email = models.CharField(max_length=254, blank=True)
    company = models.CharField(max_length=200, blank=True)
    bio = models.TextField(blank=True)
    wants = models.TextField(blank=True)
    companion_phone = models.CharField(max_length=100, blank=True)  # imports may name several
    traits = models.JSONField(default=dict)
    shown = models.JSONField(default=list)  # fields and traits that others may see
    link_version = models.PositiveSmallIntegerField(default=1)
    applied_at = models.DateTimeField()
    source = models.CharField(max_length=40, blank=True)  # "form", or the file and row it came from
    repeats = models.BooleanField(default=False)

    objects = _Counted()
    every = models.Manager["Application"]()

    class Meta:
        ordering = ("applied_at", "pk")
        constraints = [
            models.UniqueConstraint(
                fields=("gathering", "phone", "name"),
                condition=~models.Q(state="erased") & models.Q(repeats=False),
                name="one_application_for_each_person",
            )
        ]

    def __str__(self) -> str:
        return self.code

    def as_person(self) -> Person:
        """Give the person as decisions see them: without name, phone or company as such."""
        return Person(self.code, {key: tuple(values) for key, values in self.traits.items()})

    def renew_link(self) -> None:
        """Make every link given so far void; `token` is the new one."""
        there = type(self).every.filter(pk=self.pk).exclude(state=self.State.ERASED)
        there.update(link_version=models.F("link_version") + 1)
        self.refresh_from_db(fields=["link_version"])

    def blank(self) -> None:
        """Keep nothing but the code."""
        names = ("name", "phone", "email", "company", "bio", "wants", "companion_phone", "source")
        for name in names:
            setattr(self, name, "")
        self.traits, self.shown = {}, []
        self.link_version += 1
        self.state = self.State.ERASED
        self.save()

    @property
    def token(self) -> str:
        """What the secret link holds; a new ``link_version`` makes older links void."""
        return _LINKS.sign(f"{self.code}.{self.link_version}")

    @classmethod
    def by_token(cls, token: str) -> Application:
        """Find the application of a secret link.

        Raises
        ------
        BadSignature
            If the link is not one of ours.
        Application.DoesNotExist
            If it is void.
        """
        code, _, version = _LINKS.unsign(token).partition(".")
        found = cls.every.select_related("gathering").filter(code=code, link_version=int(version))
        return found.exclude(state=cls.State.ERASED).get()


class Companion(models.Model):
    """Somebody named somebody else; companions are two who named each other."""

    application = models.ForeignKey(Application, models.CASCADE, related_name="named")
    other = models.ForeignKey(Application, models.CASCADE, related_name="named_by")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=("application", "other"), name="named_once"),
            models.CheckConstraint(
                condition=~models.Q(application=models.F("other")), name="not_oneself"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.application_id} → {self.other_id}"
