"""What processes tell one another through the database."""

from __future__ import annotations

from django.db import models

__all__ = ["Sign", "Tally"]


class Sign(models.Model):
    """When a process last said that it is alive."""

    name = models.CharField(max_length=40, unique=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class Tally(models.Model):
    """How often something was tried; whose it is, only a hash knows."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField()
    until = models.BigIntegerField()  # seconds since 1970; past it, counting begins anew

    class Meta:
        indexes = [models.Index(fields=("until",))]

    def __str__(self) -> str:
        return self.key
