"""The record of a grouping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from huiyou.grouping.terms import Terms, as_fraction, as_number
from huiyou.proof import Shape, sealed, unseal

__all__ = ["Grouping", "Violation"]

KIND, VERSION = "grouping", 1
_NUMBER = (int, str)
_FIELDS: dict[str, Shape] = {
    "rounds": [[[str]]],
    "hosts": [str],
    "terms": {
        "mix": {str: _NUMBER},
        "wants": {str: str},
        "apart": [str],
        "each_table": [[str]],
        "host": [str],
        "home_round": int,
    },
    "wants": {"met": {str: _NUMBER}, "smallest": _NUMBER, "mean": _NUMBER},
    "diversity": _NUMBER,
    "bound": _NUMBER,
    "gap": _NUMBER,
    "repeats": int,
    "violations": [{"constraint": str, "column": str, "value": str, "count": int, "minimum": int}],
    "seed": str,
    "sweeps_done": int,
    "inputs": {"people": str, "together": str},
    "status": str,
}


@dataclass(frozen=True, slots=True)
class Violation:
    """How often a term is broken, and how often it must be.

    Parameters
    ----------
    constraint : str
        ``repeats``, ``apart`` or ``each_table``.
    column, value : str
        Which one; empty where there is only one.
    count : int
        Pairs or tables, over all rounds.
    minimum : int
        A number below which counting proves nobody can go.
    """

    constraint: str
    column: str
    value: str
    count: int
    minimum: int


@dataclass(frozen=True, slots=True)
class Grouping:
    """Who sits where, round by round. Ids only: it can be published as it is.

    Parameters
    ----------
    rounds : tuple of tuple of tuple of str
        ``rounds[r][t]`` are the ids at table t + 1 of round r + 1, sorted.
    hosts : tuple of str
        Host of each table of the home round; empty where nobody there is willing.
    terms : Terms
        What was asked.
    wants : mapping of str to Fraction
        For each who hopes to meet somebody, the share of those wishes met over all rounds.
    diversity, bound : Fraction
        Sum over pairs at a table of the weights of traits they differ in, and what no grouping
        could exceed.
    violations : tuple of Violation
    seed : str
    sweeps_done : int
    inputs : mapping of str to str
        Digests of ``people`` and ``together``.
    """

    rounds: tuple[tuple[tuple[str, ...], ...], ...]
    hosts: tuple[str, ...]
    terms: Terms
    wants: Mapping[str, Fraction]
    diversity: Fraction
    bound: Fraction
    violations: tuple[Violation, ...]
    seed: str
    sweeps_done: int
    inputs: Mapping[str, str]

    @property
    def gap(self) -> Fraction:
        """Share of the bound that is missing."""
        return (self.bound - self.diversity) / self.bound if self.bound else Fraction(0)

    @property
    def status(self) -> str:
        """``optimal`` if diversity, wishes and violations are all as good as can be, else ``bounded``."""
        at_best = all(entry.count == entry.minimum for entry in self.violations)
        best = at_best and self.diversity == self.bound and self.smallest_want == 1
        return "optimal" if best else "bounded"

    @property
    def smallest_want(self) -> Fraction:
        """Share of wishes met for whom it is least; 1 if nobody wishes."""
        return min(self.wants.values(), default=Fraction(1))

    @property
    def mean_want(self) -> Fraction:
        """Mean share of wishes met; 1 if nobody wishes."""
        return (
            sum(self.wants.values(), Fraction(0)) / len(self.wants) if self.wants else Fraction(1)
        )

    @property
    def repeats(self) -> int:
        """Meetings of two people who had met in an earlier round, companions not counted."""
        return next(entry.count for entry in self.violations if entry.constraint == "repeats")

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        return sealed(
            {
                "kind": KIND,
                "version": VERSION,
                "rounds": [[list(table) for table in tables] for tables in self.rounds],
                "hosts": list(self.hosts),
                "terms": self.terms.to_dict(),
                "wants": {
                    "met": {who: as_number(share) for who, share in self.wants.items()},
                    "smallest": as_number(self.smallest_want),
                    "mean": as_number(self.mean_want),
                },
                "diversity": as_number(self.diversity),
                "bound": as_number(self.bound),
                "gap": as_number(self.gap),
                "repeats": self.repeats,
                "violations": [
                    {
                        "constraint": entry.constraint,
                        "column": entry.column,
                        "value": entry.value,
                        "count": entry.count,
                        "minimum": entry.minimum,
                    }
                    for entry in self.violations
                ],
                "seed": self.seed,
                "sweeps_done": self.sweeps_done,
                "inputs": dict(self.inputs),
                "status": self.status,
            }
        )

    @classmethod
    def from_dict(cls, record: Any) -> Grouping:
        """Take a record back.

        Raises `RefusedError` if it was changed or its parts are of the wrong type, ValueError if
        they are wrongly written.
        """
        body = unseal(record, KIND, VERSION, _FIELDS)
        return cls(
            rounds=tuple(tuple(tuple(table) for table in tables) for tables in body["rounds"]),
            hosts=tuple(body["hosts"]),
            terms=Terms.from_dict(body["terms"]),
            wants={who: as_fraction(share) for who, share in body["wants"]["met"].items()},
            diversity=as_fraction(body["diversity"]),
            bound=as_fraction(body["bound"]),
            violations=tuple(Violation(**entry) for entry in body["violations"]),
            seed=body["seed"],
            sweeps_done=body["sweeps_done"],
            inputs=body["inputs"],
        )
