"""The record of a cleaning: everyone who applied, and what became of every row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from huiyou.people.companions import Pending
from huiyou.people.person import Person
from huiyou.proof import sealed, unseal

__all__ = ["PLAIN_FIELDS", "Applicant", "Clean", "Mapped", "Merged", "Noted", "Rejected"]

KIND, VERSION = "clean", 1
PLAIN_FIELDS = ("name", "email", "company", "bio", "wants", "companion_phone")


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person who applied, with everything they typed that someone asked for.

    Parameters
    ----------
    id : str
        From the column ``id``, else ``r`` and the number of the row of their first application.
    rows : tuple of int
        Rows it was put together from, first application first.
    name, phone, region : str
        The phone in E.164, and the region it belongs to.
    email, company, bio, wants : str
    companion_phone : str
        As typed; what became of it stands in ``companions`` and ``pending_companions``.
    submitted_at : str
        ISO 8601 with offset; empty if unknown.
    traits : mapping of str to tuple of str
    """

    id: str
    rows: tuple[int, ...]
    name: str
    phone: str
    region: str
    email: str = ""
    company: str = ""
    bio: str = ""
    wants: str = ""
    companion_phone: str = ""
    submitted_at: str = ""
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_person(self) -> Person:
        """Leave behind all but the id and the traits."""
        return Person(self.id, dict(self.traits))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no application, one entry for each fault; ``reason`` is a code."""

    row: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Rows of one person; ``changes`` are what later rows changed: column, from, to, row."""

    id: str
    rows: tuple[int, ...]
    changes: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An answer that was read as a value that counts, and the rule (see `match_value`)."""

    row: int
    column: str
    written: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something kept as it is that an organiser should know of; ``note`` is a code."""

    row: int
    column: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class Clean:
    """An export made into people: the record ``clean.json``. It holds names and phones: private.

    Parameters
    ----------
    source : mapping
        ``file``, ``sha256``, ``form`` and ``header_row`` of the export.
    columns : mapping
        Which column was taken for what.
    people : tuple of Applicant
        By row.
    rejected, merged, mapped, noted : tuples
        Every row that is no application, every repeat, every answer read as another, and all that
        is worth knowing.
    companions : tuple of tuple of str
        Groups who named each other.
    pending_companions : tuple of Pending
    counts : mapping of str to int
    """

    source: Mapping[str, Any]
    columns: Mapping[str, Any]
    people: tuple[Applicant, ...]
    rejected: tuple[Rejected, ...]
    merged: tuple[Merged, ...]
    mapped: tuple[Mapped, ...]
    noted: tuple[Noted, ...]
    companions: tuple[tuple[str, ...], ...]
    pending_companions: tuple[Pending, ...]
    counts: Mapping[str, int]

    def persons(self) -> list[Person]:
        """Give everyone as decisions see them."""
        return [applicant.as_person() for applicant in self.people]

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        return sealed({"kind": KIND, "version": VERSION, **_plain(self)})

    @classmethod
    def from_dict(cls, record: Any) -> Clean:
        """Take a record back; raises `RefusedError` if it was changed."""
        body = unseal(record, KIND, VERSION)
        return cls(
            source=body["source"],
            columns=body["columns"],
            people=tuple(
                Applicant(**{
                    **entry,
                    "rows": tuple(entry["rows"]),
                    "traits": {key: tuple(value) for key, value in entry["traits"].items()},
                })
                for entry in body["people"]
            ),
            rejected=tuple(Rejected(**entry) for entry in body["rejected"]),
            merged=tuple(
                Merged(entry["id"], tuple(entry["rows"]), tuple(entry["changes"]))
                for entry in body["merged"]
            ),
            mapped=tuple(Mapped(**entry) for entry in body["mapped"]),
            noted=tuple(Noted(**entry) for entry in body["noted"]),
            companions=tuple(map(tuple, body["companions"])),
            pending_companions=tuple(Pending(**entry) for entry in body["pending_companions"]),
            counts=body["counts"],
        )  # fmt: skip


def _plain(record: Clean) -> dict[str, Any]:
    return {
        "source": dict(record.source),
        "columns": dict(record.columns),
        "people": [asdict(entry) for entry in record.people],
        "rejected": [asdict(entry) for entry in record.rejected],
        "merged": [asdict(entry) for entry in record.merged],
        "mapped": [asdict(entry) for entry in record.mapped],
        "noted": [asdict(entry) for entry in record.noted],
        "companions": [list(group) for group in record.companions],
        "pending_companions": [asdict(entry) for entry in record.pending_companions],
        "counts": dict(record.counts),
    }
