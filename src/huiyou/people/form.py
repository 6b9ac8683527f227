"""What an organiser asked, and which answers count."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

__all__ = ["Form"]


@dataclass(frozen=True, slots=True)
class Form:
    """What the organiser asked, and which answers count.

    Parameters
    ----------
    traits : tuple of str
        Traits that decisions use; each must have a column.
    multi : tuple of str
        Those that may hold several values in a cell.
    required : tuple of str
        Fields and traits without which a row is rejected; ``name`` and ``phone`` always are.
    known : mapping of str to tuple of str
        Values of a trait that count; a trait that is not named here takes any.
    given : mapping of str to mapping of str to str
        Trait → what people wrote → what it means, in the organiser's own words.
    columns : mapping of str to str
        Field or trait → column, where guessing should not.
    region : str
        Where a phone number without country code belongs; two letters of ISO 3166.
    zone : tzinfo
        Of times that name none.
    """

    traits: tuple[str, ...] = ()
    multi: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    region: str = "CN"
    zone: tzinfo = UTC

    @property
    def needed(self) -> tuple[str, ...]:
        """Everything a row cannot do without, each once."""
        return tuple(dict.fromkeys(("name", "phone", *self.required)))
