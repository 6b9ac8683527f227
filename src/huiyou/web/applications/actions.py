"""What applicants and imports write."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from huiyou.people import Clean
from huiyou.web.applications.models import Application, Companion
from huiyou.web.gatherings.models import Gathering

__all__ = ["keep_applications"]

BATCH = 500
_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)  # no time of submission: before all that have one


def keep_applications(gathering: Gathering, clean: Clean) -> int:
    """Keep every cleaned applicant that is not there yet; give how many are new.

    Who is there, by phone and name, stays as they are: they may have changed it themselves.
    """
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)
        there = {(a.phone, a.name): a for a in gathering.applications.exclude(state="erased")}
        fresh = {
            who.id: Application(
                gathering=gathering, name=who.name, phone=who.phone, email=who.email,
                company=who.company, bio=who.bio, wants=who.wants,
                companion_phone=who.companion_phone,
                traits={trait: list(values) for trait, values in who.traits.items()},
                applied_at=datetime.fromisoformat(who.submitted_at) if who.submitted_at else _LONG_AGO,
                source=f"{clean.source['file'][:24]} · {who.rows[0]}",
            )
            for who in clean.people
            if (who.phone, who.name) not in there
        }  # fmt: skip
        Application.objects.bulk_create(fresh.values(), batch_size=BATCH)
        kept = {who.id: fresh.get(who.id) or there[who.phone, who.name] for who in clean.people}
        pairs = {
            (one, other)
            for group in clean.companions
            for one in group
            for other in group
            if one != other
        }
        Companion.objects.bulk_create(
            [Companion(application=kept[a], other=kept[b]) for a, b in sorted(pairs)],
            batch_size=BATCH,
            ignore_conflicts=True,
        )
    return len(fresh)
