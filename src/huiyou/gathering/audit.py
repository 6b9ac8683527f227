"""What an auditor has beside a record: who was chosen from, under codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huiyou.people import Person
from huiyou.proof import Shape, sealed, unseal
from huiyou.selection import Placed

__all__ = ["Inputs"]

KIND, VERSION = "inputs", 3
_FIELDS: dict[str, Shape] = {
    "people": {str: {str: [str]}},
    "together": [[str]],
    "one_of": [[str]],
    "placed": {str: {"pool": str, "reason": str}},
    "salt": str,
}


@dataclass(frozen=True, slots=True)
class Inputs:
    """The people a selection was made from, without names.

    Parameters
    ----------
    people : tuple of Person
    together : tuple of tuple of str
        Companions, by id.
    one_of : tuple of tuple of str
        Those of whom one at most may come, by id.
    placed : mapping of str to Placed
        Who was sure of a seat or excluded before the draw, and why: reasons may name people.
    salt : str
        With which these are hashed into the record, so that reasons cannot be guessed.
    """

    people: tuple[Person, ...]
    together: tuple[tuple[str, ...], ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    placed: Mapping[str, Placed] = field(default_factory=dict)
    salt: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        people = {
            person.id: {key: list(values) for key, values in person.traits.items()}
            for person in self.people
        }
        together, one_of = (
            [list(group) for group in groups] for groups in (self.together, self.one_of)
        )
        placed = {who: {"pool": one.pool, "reason": one.reason} for who, one in self.placed.items()}
        return sealed({
            "kind": KIND, "version": VERSION, "people": people, "together": together,
            "one_of": one_of, "placed": placed, "salt": self.salt,
        })  # fmt: skip

    @classmethod
    def from_dict(cls, record: Any) -> Inputs:
        """Take a record back; raises `RefusedError` if it was changed or is malformed."""
        body = unseal(record, KIND, VERSION, _FIELDS)
        return cls(
            tuple(
                Person(id_, {key: tuple(values) for key, values in traits.items()})
                for id_, traits in body["people"].items()
            ),
            tuple(map(tuple, body["together"])),
            tuple(map(tuple, body["one_of"])),
            {who: Placed(one["pool"], one["reason"]) for who, one in body["placed"].items()},
            body["salt"],
        )
