"""What an auditor has beside a record: who was chosen from, under codes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from huiyou.people import Person
from huiyou.proof import Shape, sealed, unseal

__all__ = ["Inputs"]

KIND, VERSION = "inputs", 1
_FIELDS: dict[str, Shape] = {"people": {str: {str: [str]}}, "together": [[str]]}


@dataclass(frozen=True, slots=True)
class Inputs:
    """The people a selection was made from, without names.

    Parameters
    ----------
    people : tuple of Person
    together : tuple of tuple of str
        Companions, by id.
    """

    people: tuple[Person, ...]
    together: tuple[tuple[str, ...], ...]

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        people = {
            person.id: {key: list(values) for key, values in person.traits.items()}
            for person in self.people
        }
        together = [list(group) for group in self.together]
        return sealed({"kind": KIND, "version": VERSION, "people": people, "together": together})

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
        )
