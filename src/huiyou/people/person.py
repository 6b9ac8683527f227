"""A person as decisions see one: an id and traits, no name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from huiyou.proof import digest

__all__ = ["Person", "people_digest"]


@dataclass(frozen=True, slots=True)
class Person:
    """One applicant without a name, phone or any text of theirs.

    Parameters
    ----------
    id : str
        Unique within the gathering.
    traits : mapping of str to tuple of str
        Each trait's values; most have one, a multi-valued one several, an unanswered one none.

    Examples
    --------
    >>> person = Person("r2", {"行业": ("影视文娱",), "会写代码": ("是",)})
    >>> person.has("会写代码", "是"), person.has("职位", "产品")
    (True, False)
    """

    id: str
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def values(self, trait: str) -> tuple[str, ...]:
        """Give the values of one trait, none if it was not answered."""
        return self.traits.get(trait, ())

    def has(self, trait: str, value: str) -> bool:
        """Say whether ``value`` is among the values of ``trait``."""
        return value in self.values(trait)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for canonical JSON."""
        return {"id": self.id, "traits": {key: list(value) for key, value in self.traits.items()}}


def people_digest(people: Iterable[Person]) -> str:
    """Hash people whatever their order, so that a record can say whom it was made from.

    Examples
    --------
    >>> a, b = Person("a"), Person("b")
    >>> people_digest([a, b]) == people_digest([b, a])
    True
    """
    return digest([person.to_dict() for person in sorted(people, key=lambda person: person.id)])
