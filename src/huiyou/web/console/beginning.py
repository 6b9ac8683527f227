"""A new gathering: from nothing, or from an earlier stop.

Whoever may do everything makes one, and so may every organiser: the next stop of a series is made
by those who made the last. The maker becomes its organiser, and nobody else has a role there.
Facts are copied only from gatherings of which the maker is an organiser.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from importlib import resources
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone

from huiyou.errors import Fault, InputError
from huiyou.gathering.toml import TOML, check_facts, parse_toml
from huiyou.web.console.models import Membership
from huiyou.web.gatherings.actions import join_series
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry

__all__ = ["begin", "may_begin", "models_for"]

AT_A_TABLE, ROUNDS = 8, 3
Written = dict[str, Any]


def may_begin(user: Any) -> bool:
    """Say whether somebody may make a new gathering."""
    return bool(user.is_superuser) or _organised(user).exists()


def _organised(user: Any) -> QuerySet[Membership]:
    return Membership.objects.filter(user_id=user.pk, role=Membership.Role.ORGANISER)


def models_for(user: Any) -> QuerySet[Gathering]:
    """Give the gatherings whose facts somebody may copy, the latest first."""
    found = Gathering.objects.order_by("-starts")
    return found if user.is_superuser else found.filter(pk__in=_organised(user).values("gathering"))


def begin(about: Written, *, like: Gathering | None, user: Any) -> Gathering:
    """Make a gathering that nobody sees yet, with ``user`` as its organiser.

    Parameters
    ----------
    about : dict
        What is known of ``[gathering]``; without ``like``, ``tables`` and ``rounds`` may be left out.
    like : Gathering or None
        Whose facts, quotas and prizes to begin with; its programme and draw are moved by as many
        days as lie between the two.

    Raises
    ------
    InputError
        Every fault; ``slug_taken`` among them.
    """
    faults: list[Fault] = []
    try:
        facts = check_facts("", _like(like, about) if like else _plain(about))
    except InputError as error:
        faults += error.faults
    taken = Gathering.objects.filter(slug=about.get("slug", "")).exists()
    if taken:
        faults.append(_taken(about["slug"]))
    if faults:
        raise InputError(faults)
    gathering = Gathering()
    if like:
        gathering.quotas, gathering.prizes = like.quotas, like.prizes
    gathering.keep_facts(facts)
    try:
        with transaction.atomic():
            join_series(gathering)
            gathering.save()
            Membership.objects.create(
                user=user, gathering=gathering, role=Membership.Role.ORGANISER
            )
            Entry.write(
                gathering, at=timezone.now(), who=user.get_username(), deed="begin",
                like=like.slug if like else "",
            )  # fmt: skip
    except IntegrityError:  # somebody took the name meanwhile
        if not Gathering.objects.filter(slug=gathering.slug).exists():
            raise
        raise InputError([_taken(gathering.slug)]) from None
    return gathering


def _taken(slug: str) -> Fault:
    return Fault("slug_taken", TOML, None, "gathering.slug", {"slug": slug})


def _plain(about: Mapping[str, Any]) -> Written:
    """Give facts with what the folder of `huiyou new` asks and does, but none of its day."""
    _, sample = parse_toml(
        (resources.files("huiyou.sample") / "new" / TOML).read_text(encoding="utf-8")
    )
    seats = about.get("seats")
    tables = max(1, -(-seats // AT_A_TABLE)) if isinstance(seats, int) else 1
    usual = {"tables": tables, "rounds": min(ROUNDS, tables)}
    return {
        "gathering": usual | dict(about),
        **{name: sample[name] for name in ("applicants", "seats", "tables")},
    }


def _like(like: Gathering, about: Mapping[str, Any]) -> Written:
    """Give the facts of another stop with what is new, and its programme moved to the new day."""
    facts = like.facts.model_dump()
    old = facts["gathering"]
    new = {**old, "title_en": "", "address": "", "next_stop": "", **about}
    before = " ".join(filter(None, (old["city"], f"{like.facts.when(old['starts']):%Y-%m-%d}")))
    new["past_stops"] = [*old["past_stops"], before]
    facts["gathering"] = new
    if isinstance(new["starts"], datetime):
        days = _clock(new["starts"]) - _clock(old["starts"])
        for session in facts["sessions"]:
            session["starts"] += days
        if facts["draw"]:
            facts["draw"]["at"] += days
    return facts


def _clock(time: datetime) -> datetime:
    """Give what the clock on the wall says."""
    return time.replace(tzinfo=None)
