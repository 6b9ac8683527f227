"""Keeping the facts of a gathering."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction

from huiyou.gathering import Folder
from huiyou.web.gatherings.models import Gathering, Series

__all__ = ["alone", "join_series", "keep_folder"]


@contextmanager
def alone(gathering: Gathering) -> Iterator[None]:
    """Do one thing after the other in a gathering, all of it or nothing.

    So two applicants cannot both find no phone, nobody who is erased is written again by a request
    that had read them before, and no two requests offer the same seat.
    """
    with transaction.atomic():
        Gathering.objects.select_for_update(no_key=True).only("pk").get(pk=gathering.pk)
        yield


def keep_folder(folder: Folder) -> Gathering:
    """Keep what a gathering folder says of the gathering itself, over what was kept before."""
    facts = folder.facts
    about = facts.gathering
    with transaction.atomic():
        gathering = Gathering.objects.select_for_update().filter(slug=about.slug).first()
        gathering = gathering or Gathering()
        gathering.keep_facts(facts)
        gathering.quotas, gathering.prizes = folder.quotas, folder.prizes
        join_series(gathering)
        gathering.save()
    return gathering


def join_series(gathering: Gathering) -> None:
    """Put a gathering into the series that its facts name, which may be new, or into none."""
    about = gathering.facts.gathering
    if not about.series:
        gathering.series = None
        return
    title = about.series[:200]
    series = Series.objects.filter(title=title).first()
    gathering.series = series or Series.objects.create(title=title, slug=_free(about.slug))


def _free(slug: str) -> str:
    """Give a short name that no series has yet: of the stop's own, without its place."""
    plain = f"s-{slug.partition('-')[2] or slug}"[:50]
    taken = set(Series.objects.filter(slug__startswith=plain[:45]).values_list("slug", flat=True))
    names = (plain, *(f"{plain[:45]}-{number}" for number in range(2, len(taken) + 3)))
    return next(name for name in names if name not in taken)
