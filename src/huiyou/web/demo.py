"""The sample gathering on the site, filled from applications to draw."""

from __future__ import annotations

import secrets

from huiyou.gathering import Folder

__all__ = ["fill"]

USER = "demo"


def fill(folder: Folder) -> tuple[str, str]:
    """Import, rehearse and publish what is not there yet; give the user and a new password.

    Done again, it keeps what is there. Django is set up.
    """
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs Django set up
    from django.utils import timezone  # noqa: PLC0415 -- likewise

    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- likewise
    from huiyou.web.gatherings.models import Gathering  # noqa: PLC0415 -- likewise
    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- likewise
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- likewise

    slug = folder.facts.gathering.slug
    gathering = Gathering.objects.filter(slug=slug).first()
    gathering = gathering or import_folder(folder, who="huiyou demo")[0]
    round_ = gathering.rounds.first() or rehearse_seats(gathering, seed=slug)
    if not round_.plans.exists():
        set_tables(round_, seed=slug)
    if not round_.draws.exists():
        rehearse_prizes(round_, seed=slug)
    gathering.listed, gathering.published = True, gathering.published or timezone.now()
    gathering.save(update_fields=["listed", "published"])

    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True}
    )
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    return USER, password
