"""The sample gathering on the site, filled from applications to draw."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

from huiyou.gathering import Facts, Folder
from huiyou.proof import Chance

__all__ = ["Demo", "fill"]

USER = "demo"
OUT_OF_TEN = {"name": 8, "company": 5, "bio": 6, "wants": 5}  # how many would show it, we suppose
TRAIT_OUT_OF_TEN = 7


@dataclass(frozen=True, slots=True)
class Demo:
    """How to get into the filled site."""

    user: str
    password: str
    paths: dict[str, str]  # what to look at, and its path


def fill(folder: Folder) -> Demo:
    """Import, rehearse and publish what is not there yet; the password is new each time.

    The sample's people are invented and nobody asked them, so the demo says for each what tables may
    see. Done again, it keeps what is there. Django is set up.
    """
    from django.contrib.auth import get_user_model  # noqa: PLC0415 -- needs Django set up
    from django.urls import reverse  # noqa: PLC0415 -- likewise

    from huiyou.web.console.actions import import_folder, publish  # noqa: PLC0415 -- likewise
    from huiyou.web.gatherings.models import Gathering  # noqa: PLC0415 -- likewise
    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- likewise
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- likewise

    slug = folder.facts.gathering.slug
    gathering = Gathering.objects.filter(slug=slug).first()
    if gathering is None:
        gathering, _ = import_folder(folder, who="huiyou demo")
        _let_them_be_seen(gathering)
    round_ = gathering.rounds.first() or rehearse_seats(gathering, seed=slug)
    plan = round_.plans.first() or set_tables(round_, seed=slug)
    if not round_.draws.exists():
        rehearse_prizes(round_, seed=slug)
    gathering.listed = True
    gathering.save(update_fields=["listed"])
    publish(gathering, shown=True, who="huiyou demo")

    user, _ = get_user_model().objects.get_or_create(
        username=USER, defaults={"is_staff": True, "is_superuser": True}
    )
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    user.save(update_fields=["password"])
    somebody = plan.places.select_related("seat__application").filter(turn=1).earliest("pk")
    paths = {
        "public": reverse("gatherings:gathering", args=[slug]),
        "person": reverse("me:page", args=[somebody.seat.application.token]),
        "screen": reverse("tables:screen", args=[slug]),
        "desk": reverse("console:desk", args=[slug]),
    }
    return Demo(USER, password, paths)


def _let_them_be_seen(gathering: Any) -> None:
    """Say for each invented person what tables may see, as if they had ticked it."""
    people = list(gathering.applications.order_by("phone", "name"))
    for person in people:
        person.shown = _shown(
            gathering.facts, Chance(f"{gathering.slug} {person.phone} {person.name}")
        )
    type(people[0]).objects.bulk_update(people, ["shown"], batch_size=400)


def _shown(facts: Facts, chance: Chance) -> list[str]:
    asked = {**OUT_OF_TEN, **dict.fromkeys(facts.shown, TRAIT_OUT_OF_TEN)}
    return [name for name, share in asked.items() if chance.below(10) < share]
