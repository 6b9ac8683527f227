"""What tables should be like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from huiyou.errors import ImpossibleError
from huiyou.people import Person

__all__ = ["Terms", "as_fraction", "as_number", "table_sizes"]

_RATIO = re.compile(r"[1-9][0-9]*/[1-9][0-9]*")


@dataclass(frozen=True, slots=True)
class Terms:
    """What is wanted of a grouping, all of it part of the record.

    Parameters
    ----------
    mix : mapping of str to Fraction
        What one pair at a table is worth whose values of a trait differ.
    wants : mapping of str to str
        Trait that says what a person hopes to meet → trait in which others have it.
    apart : tuple of str
        Traits of which no two at a table should have the same value.
    each_table : tuple of (str, str)
        A trait and a value that somebody at every table should have.
    host : (str, str) or None
        The one among them that makes a table's host.
    home_round : int
        The round, from 1, whose tables stay together to make something, and have hosts.
    """

    mix: Mapping[str, Fraction] = field(default_factory=dict)
    wants: Mapping[str, str] = field(default_factory=dict)
    apart: tuple[str, ...] = ()
    each_table: tuple[tuple[str, str], ...] = ()
    host: tuple[str, str] | None = None
    home_round: int = 1

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for canonical JSON."""
        return {
            "mix": {trait: as_number(weight) for trait, weight in self.mix.items()},
            "wants": dict(self.wants),
            "apart": list(self.apart),
            "each_table": [list(need) for need in self.each_table],
            "host": list(self.host or ()),
            "home_round": self.home_round,
        }

    @classmethod
    def from_dict(cls, body: Mapping[str, Any]) -> Terms:
        """Take plain values back."""
        return cls(
            mix={trait: as_fraction(weight) for trait, weight in body["mix"].items()},
            wants=dict(body["wants"]),
            apart=tuple(body["apart"]),
            each_table=tuple(_pair(need) for need in body["each_table"]),
            host=_pair(body["host"]) if body["host"] else None,
            home_round=body["home_round"],
        )

    def wishes(self, person: Person) -> set[tuple[str, str]]:
        """Give the traits and values this person hopes to meet."""
        return {
            (there, value) for here, there in self.wants.items() for value in person.values(here)
        }


def as_number(value: Fraction) -> int | str:
    """Write an exact number for canonical JSON: whole as it is, else ``"a/b"``."""
    return value.numerator if value.denominator == 1 else str(value)


def as_fraction(written: int | str) -> Fraction:
    """Read what `as_number` wrote; ValueError for any other spelling of a number.

    Examples
    --------
    >>> as_fraction("3/2"), as_fraction(2)
    (Fraction(3, 2), Fraction(2, 1))
    """
    # Fraction alone would also read "1e999999999", and not be done with it today.
    if isinstance(written, str) and not _RATIO.fullmatch(written):
        raise ValueError(f"not a/b: {written!r}")
    value = Fraction(written)
    if as_number(value) != written:
        raise ValueError(f"not in lowest terms: {written!r}")
    return value


def _pair(parts: Sequence[str]) -> tuple[str, str]:
    trait, value = parts
    return trait, value


def table_sizes(people: int, tables: int) -> list[int]:
    """Give seats by table, as even as can be, the larger tables first.

    Examples
    --------
    >>> table_sizes(200, 21).count(10), sum(table_sizes(200, 21))
    (11, 200)
    """
    small, extra = divmod(people, tables)
    return [small + (t < extra) for t in range(tables)]


def make_units(people: Sequence[Person], together: Sequence[Sequence[str]]) -> list[list[int]]:
    """Give groups of indices that sit together, largest first, then everybody else alone."""
    index = {person.id: i for i, person in enumerate(people)}
    groups = [sorted(index[who] for who in group if who in index) for group in together]
    groups = sorted((group for group in groups if len(group) > 1), key=lambda g: (-len(g), g))
    grouped = {i for group in groups for i in group}
    if len(grouped) < sum(map(len, groups)):
        raise ValueError("groups overlap")
    return groups + [[i] for i in range(len(people)) if i not in grouped]


def check_fit(units: Sequence[Sequence[int]], sizes: Sequence[int]) -> None:
    """Raise `ImpossibleError` if a group is larger than the largest table."""
    largest = max(map(len, units))
    if largest > max(sizes):
        raise ImpossibleError("group_exceeds_table", group=largest, seats=max(sizes))
