"""Keeping the facts of a gathering."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from huiyou.gathering import Folder
from huiyou.web.gatherings.models import Gathering, Series

__all__ = ["join_series", "keep_folder"]


def keep_folder(folder: Folder) -> Gathering:
    """Keep what a gathering folder says of the gathering itself, over what was kept before."""
    facts = folder.facts
    about = facts.gathering
    with transaction.atomic():
        gathering = Gathering.objects.select_for_update().filter(slug=about.slug).first()
        gathering = gathering or Gathering()
        gathering.keep_facts(facts)
        gathering.quotas_json = [asdict(quota) for quota in folder.quotas]
        gathering.prizes_json = [asdict(prize) for prize in folder.prizes]
        join_series(gathering)
        gathering.save()
    return gathering


def join_series(gathering: Gathering) -> None:
    """Put a gathering into the series that its facts name, which may be new."""
    about = gathering.facts.gathering
    if about.series:
        slug = about.slug.partition("-")[2] or about.slug
        gathering.series, _ = Series.objects.get_or_create(
            title=about.series, defaults={"slug": f"s-{slug}"}
        )
