"""What a judge says of a record."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Verdict"]

_EXIT_CODES = {"PROVEN": 0, "REFUSED": 4, "CONSISTENT": 5}


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of judging a record.

    Parameters
    ----------
    status : {"PROVEN", "CONSISTENT", "REFUSED"}
    reasons : tuple of str
        Codes: why it is refused, or what keeps it from being proven.
    claims : tuple of str
        Codes of what was checked and holds.
    facts : tuple of (str, str)
        Figures worth showing beside the verdict.

    Examples
    --------
    >>> Verdict("CONSISTENT", ("rehearsal",)).exit_code
    5
    """

    status: str
    reasons: tuple[str, ...] = ()
    claims: tuple[str, ...] = ()
    facts: tuple[tuple[str, str], ...] = ()

    @property
    def exit_code(self) -> int:
        """Status that ``huiyou verify`` ends with."""
        return _EXIT_CODES[self.status]
