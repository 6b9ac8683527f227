"""The record of a selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from huiyou.proof import Shape, sealed, unseal

__all__ = ["Selection"]

KIND, VERSION = "selection", 1
_FIELDS: dict[str, Shape] = {
    "seats": int,
    "quotas": [{"feature": str, "value": str, "min": int, "max": int, "pool": int, "chosen": int}],
    "chosen": [str],
    "alternates": [str],
    "seed": str,
    "rehearsal": bool,
    "inputs": {"people": str, "together": str},
    "objective": str,
    "fairness": str,
    "status": str,
}


@dataclass(frozen=True, slots=True)
class Selection:
    """Who has a seat, and who comes next. Ids only: it can be published as it is.

    Parameters
    ----------
    seats : int
    quotas : tuple of mapping
        ``feature``, ``value``, ``min``, ``max``, and how many of the ``pool`` and the ``chosen``
        have the value.
    chosen, alternates : tuple of str
        Ids; the chosen sorted, the alternates in the order in which they are asked.
    seed : str
        What chance was made from.
    rehearsal : bool
        True if the seed was known beforehand, so that this decides about nobody.
    inputs : mapping of str to str
        Digests of ``people`` and ``together``.
    objective, fairness, status : str
        Which lottery, what is proven of it, and how the search ended. So far
        ``seeded_weights``, ``unproven`` and ``feasible``: each group of companions draws a weight
        from the seed and the choice with the largest sum is taken. It meets every quota, but
        nothing is known of anybody's chance.
    """

    seats: int
    quotas: tuple[Mapping[str, Any], ...]
    chosen: tuple[str, ...]
    alternates: tuple[str, ...]
    seed: str
    rehearsal: bool
    inputs: Mapping[str, str]
    objective: str = "seeded_weights"
    fairness: str = "unproven"
    status: str = "feasible"

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        return sealed(
            {
                "kind": KIND,
                "version": VERSION,
                "seats": self.seats,
                "quotas": [dict(quota) for quota in self.quotas],
                "chosen": list(self.chosen),
                "alternates": list(self.alternates),
                "seed": self.seed,
                "rehearsal": self.rehearsal,
                "inputs": dict(self.inputs),
                "objective": self.objective,
                "fairness": self.fairness,
                "status": self.status,
            }
        )

    @classmethod
    def from_dict(cls, record: Any) -> Selection:
        """Take a record back; raises `RefusedError` if it was changed or is malformed."""
        body = unseal(record, KIND, VERSION, _FIELDS)
        fields = {key: value for key, value in body.items() if key not in ("kind", "version")}
        for name in ("quotas", "chosen", "alternates"):
            fields[name] = tuple(fields[name])
        return cls(**fields)
