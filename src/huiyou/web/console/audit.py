"""What an auditor reads: traits under codes, and what became of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from huiyou.gathering import Inputs
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.models import Lottery, Round

__all__ = ["Audit", "AuditRow", "audit_of"]


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One person as the lottery saw them."""

    code: str
    values: tuple[tuple[str, ...], ...]  # as the features go
    chance: str
    fate: str  # chosen, alternate or none
    pool: str  # empty if they were drawn for
    place: int | None
    paired: bool


@dataclass(frozen=True, slots=True)
class Audit:
    """The newest decision about seats, with what it was made from."""

    kept: Round | Lottery
    lottery: Lottery | None
    features: tuple[str, ...]
    rows: tuple[AuditRow, ...]

    @property
    def inputs(self) -> dict[str, Any]:
        """What the judge needs beside the record."""
        kept = self.kept
        together, one_of = tuple(map(tuple, kept.together)), tuple(map(tuple, kept.one_of))
        return Inputs(tuple(kept.people), together, one_of, kept.placed, kept.salt).to_dict()

    @property
    def record(self) -> Mapping[str, Any]:
        """The record without its long parts."""
        record: Mapping[str, Any] = self.kept.record
        return record


def audit_of(gathering: Gathering) -> Audit | None:
    """Give what there is to audit: the newest round, or a lottery that is announced and newer."""
    round_ = gathering.rounds.select_related("lottery", "gathering").first()
    open_ = gathering.lotteries.filter(
        announced_at__isnull=False, drawn_at=None, called_off_at=None
    ).select_related("gathering")
    lottery = open_.first()
    kept: Round | Lottery | None = lottery or round_
    if kept is None:
        return None
    return Audit(kept, lottery or (round_.lottery if round_ else None), *_rows(kept))


def _rows(kept: Round | Lottery) -> tuple[tuple[str, ...], tuple[AuditRow, ...]]:
    record = kept.record
    features = tuple(dict.fromkeys(quota["feature"] for quota in record["quotas"]))
    chosen = set(record["chosen"])
    places = {code: place for place, code in enumerate(record["alternates"], start=1)}
    pools = {code: name for name, codes in record.get("apart", {}).items() for code in codes}
    paired = {code for group in kept.together for code in group}
    chances = {code: Fraction(chance) for code, chance in kept.chances.items()}
    people: dict[str, dict[str, list[str]]] = kept.inputs.get("people", {})
    rows = [
        AuditRow(
            code,
            tuple(tuple(people.get(code, {}).get(feature, ())) for feature in features),
            f"{float(100 * chance):.2f}",
            "chosen" if code in chosen else "alternate" if code in places else "none",
            pools.get(code, ""),
            places.get(code),
            code in paired,
        )
        for code, chance in chances.items()
    ]
    order = {"chosen": 0, "alternate": 1, "none": 2}
    rows.sort(key=lambda row: (order[row.fate], row.place or 0, row.code))
    return features, tuple(rows)
