"""Facts as somebody edits them: kept whole, or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db import transaction
from django.utils import timezone

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.gathering import Facts
from huiyou.gathering.facts import SeatFacts
from huiyou.gathering.toml import TOML, check_facts, parse_toml
from huiyou.people import Sheet, read_sheet
from huiyou.people.unpack import Row
from huiyou.proof import digest
from huiyou.selection import Quota, read_quotas
from huiyou.web.gatherings.actions import join_series
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry

__all__ = [
    "PRIZES", "QUOTAS", "prizes_of", "quotas_of", "save_facts", "save_objective",
    "save_section", "save_times", "version_of",
]  # fmt: skip

QUOTAS, PRIZES = "quotas.csv", "prizes.csv"


T = TypeVar("T")


def version_of(gathering: Gathering) -> str:
    """Name the facts as they stand, so that two editors notice each other."""
    return digest([gathering.facts_text, gathering.quotas_text, gathering.prizes_text])


def save_facts(
    gathering: Gathering, *, toml: str, quotas: str, prizes: str, seen: str, who: str
) -> bool:
    """Keep facts, quotas and prizes as somebody wrote them; say whether anything is different.

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
    return _keep(gathering, facts, new_quotas, new_prizes, seen=seen, who=who, section="text")


def save_section(
    gathering: Gathering,
    written: Mapping[str, Any],
    *,
    quotas: Sequence[Sequence[str]] | None,
    prizes: Sequence[Sequence[str]] | None,
    faults: Sequence[Fault],
    section: str,
    seen: str,
    who: str,
) -> bool:
    """Keep facts of which a form changed a section; say whether anything is different.

    Parameters
    ----------
    written : mapping
        All of the facts, not yet checked, with what nobody touched as it was.
    quotas, prizes
        Rows of text, or None where the form does not speak of them.
    faults
        What the form found wrong by itself.

    Raises
    ------
    InputError
        Every fault; nothing is kept then.
    """
    if version_of(gathering) != seen:  # rows are told by their numbers, which are others now
        raise InputError([Fault("facts_changed", TOML)])
    found = list(faults)
    facts = _reading(lambda: check_facts("", written), found)
    new_quotas = _reading(lambda: quotas_of(quotas, gathering.quotas), found)
    new_prizes = _reading(lambda: prizes_of(prizes, gathering.prizes), found)
    if found or facts is None or new_quotas is None or new_prizes is None:
        raise InputError(found)
    return _keep(gathering, facts, new_quotas, new_prizes, seen=seen, who=who, section=section)


def save_objective(gathering: Gathering, objective: str, *, who: str) -> bool:
    """Say what the lottery is to be fair by; say whether it was something else."""
    facts = gathering.facts
    seats = SeatFacts.model_validate({**facts.seats.model_dump(), "objective": objective})
    changed = facts.model_copy(update={"seats": seats})
    return _keep(
        gathering, changed, gathering.quotas, gathering.prizes,
        seen=version_of(gathering), who=who, section="quotas",
    )  # fmt: skip


def quotas_of(
    rows: Sequence[Sequence[str]] | None, old: tuple[Quota, ...] = ()
) -> tuple[Quota, ...]:
    """Read quotas from rows of text; what is the same as before stays what it was."""
    if rows is None:
        return old
    new = read_quotas(_sheet(QUOTAS, ("feature", "value", "min", "max"), rows))[0] if rows else ()
    return old if new == old else new


def prizes_of(
    rows: Sequence[Sequence[str]] | None, old: tuple[Prize, ...] = ()
) -> tuple[Prize, ...]:
    """Read prizes from rows of text; what is the same as before stays what it was."""
    if rows is None:
        return old
    header = ("tier", "prize", "sponsor", "quantity")
    return read_prizes(_sheet(PRIZES, header, rows))[0] if rows else ()


def _sheet(file: str, header: tuple[str, ...], rows: Sequence[Sequence[str]]) -> Sheet:
    table = tuple(Row(number, tuple(row)) for number, row in enumerate(rows, start=2))
    return Sheet(file, "utf-8", "", header, 1, table)


def _keep(
    gathering: Gathering,
    facts: Facts,
    quotas: tuple[Quota, ...],
    prizes: tuple[Prize, ...],
    *,
    seen: str,
    who: str,
    section: str,
) -> bool:
    """Keep what is checked, unless somebody else was quicker."""
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        if version_of(kept) != seen:
            raise InputError([Fault("facts_changed", TOML)])
        _take(kept, facts, quotas, prizes)
        after = version_of(kept)
        if after == seen:
            return False
        kept.save()
        Entry.write(
            kept,
            at=timezone.now(),
            who=who,
            deed="facts",
            section=section,
            before=seen,
            after=after,
        )
    return True


def _take(
    gathering: Gathering, facts: Facts, quotas: Iterable[Quota], prizes: Iterable[Prize]
) -> None:
    gathering.keep_facts(facts)
    gathering.quotas, gathering.prizes = quotas, prizes
    join_series(gathering)


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
