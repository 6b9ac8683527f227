"""Facts as somebody edits them: kept whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.gathering import Facts
from huiyou.gathering.toml import TOML, check_facts, parse_toml
from huiyou.people import read_sheet
from huiyou.proof import digest
from huiyou.selection import Quota, read_quotas
from huiyou.web.gatherings.actions import join_series
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry

__all__ = ["save_facts", "save_times", "version_of"]

QUOTAS, PRIZES = "quotas.csv", "prizes.csv"


T = TypeVar("T")


def version_of(gathering: Gathering) -> str:
    """Name the facts as they stand, so that two editors notice each other."""
    facts = [gathering.facts_json, gathering.quotas_json, gathering.prizes_json]
    return digest(_without_nulls(facts))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def save_facts(
    gathering: Gathering, *, toml: str, quotas: str, prizes: str, seen: str, who: str
) -> None:
    """Keep facts, quotas and prizes as somebody wrote them.

    Raises
    ------
    InputError
        Every fault in all three; nothing is kept then.
    """
    faults: list[Fault] = []
    facts = _reading(lambda: check_facts(*parse_toml(toml)), faults)
    new_quotas = _reading(lambda: _quotas(quotas), faults)
    new_prizes = _reading(lambda: _prizes(prizes), faults)
    if facts is not None and facts.gathering.slug != gathering.slug:
        params = {"slug": gathering.slug}
        faults.append(Fault("slug_fixed", TOML, None, "gathering.slug", params))
    if faults or facts is None or new_quotas is None or new_prizes is None:
        raise InputError(faults)
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        if version_of(kept) != seen:
            raise InputError([Fault("facts_changed", TOML)])
        _take(kept, facts, new_quotas, new_prizes)
        Entry.write(
            kept, at=timezone.now(), who=who, deed="facts", before=seen, after=version_of(kept)
        )


def _take(
    gathering: Gathering, facts: Facts, quotas: Iterable[Quota], prizes: Iterable[Prize]
) -> None:
    gathering.keep_facts(facts)
    gathering.quotas_json = [asdict(quota) for quota in quotas]
    gathering.prizes_json = [asdict(prize) for prize in prizes]
    join_series(gathering)
    gathering.save()


def _reading(read: Callable[[], T], faults: list[Fault]) -> T | None:
    """Read, or keep the faults."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _quotas(text: str) -> tuple[Quota, ...]:
    return read_quotas(read_sheet(text.encode(), QUOTAS))[0] if text.strip() else ()


def _prizes(text: str) -> tuple[Prize, ...]:
    return read_prizes(read_sheet(text.encode(), PRIZES))[0] if text.strip() else ()


def save_times(
    gathering: Gathering, *, opens: datetime | None, closes: datetime | None, listed: bool, who: str
) -> None:
    """Keep when applications are taken and whether the public page is there."""
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        kept.opens, kept.closes, kept.listed = opens, closes, listed
        kept.save(update_fields=["opens", "closes", "listed"])
        Entry.write(
            kept, at=timezone.now(), who=who, deed="times", listed=listed,
            opens=opens.isoformat() if opens else "", closes=closes.isoformat() if closes else "",
        )  # fmt: skip
