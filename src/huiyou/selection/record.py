"""The record of a selection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from huiyou.proof import Shape, sealed, unseal

__all__ = ["Selection"]

KIND, VERSION = "selection", 2
_FIELDS: dict[str, Shape] = {
    "seats": int,
    "quotas": [{"feature": str, "value": str, "min": int, "max": int, "pool": int, "chosen": int}],
    "objective": str,
    "status": str,
    "rehearsal": bool,
    "pools": {
        "invited": [str], "reviewed": [str], "along": [str], "drawn": [str], "barred": [str],
        "excluded": [str],
    },
    "probabilities": {str: str},
    "panels": [[str]],
    "weights": [int],
    "bound": str,
    "gap": str,
    "certificate": [{"types": [int], "prices": [[int]], "proof": [dict]}],
    "published": {"m": int, "smallest": str, "panels": [[str]]},
    "drawn": dict,
    "chosen": [str],
    "alternates": [str],
    "reserves": dict,
    "seed": str,
    "inputs": {"people": str, "together": str, "one_of": str, "placed": str, "columns": {str: [str]}},
}  # fmt: skip
_TUPLES = ("quotas", "panels", "weights", "certificate", "chosen", "alternates")


@dataclass(frozen=True, slots=True)
class Selection:
    """The lottery, the panels that were drawn from, who has a seat and who comes next.

    Ids and counts only: it can be published as it is.

    Parameters
    ----------
    seats : int
    quotas : tuple of mapping
        ``feature``, ``value``, ``min``, ``max``, and how many of the ``pool`` and the ``chosen``
        have the value.
    objective : {"leximin", "maximin", "nash", "goldilocks"}
    status : {"optimal", "bounded", "deadline"}
        Optimal if the smallest chance's gap is at most 1e-9 and every later level's 1e-7; deadline if it was cut short.
    rehearsal : bool
        True if what drew could be known beforehand, so that this decides about nobody.
    pools : mapping of str to list of str
        Ids, sorted: ``invited`` and ``reviewed``, who are sure of a seat, and those who come
        ``along`` with them; ``drawn``, who are in the lottery; ``barred``, whose household or company
        has its seat; ``excluded``.
    probabilities : mapping of str to str
        Each applicant's chance as a fraction; 1 for the sure, 0 for the barred and excluded.
    panels : tuple of sequence of str
        Ids of each panel of the exact lottery, sorted.
    weights : tuple of int
        A panel's chance is its weight over their sum.
    bound, gap : str
        Fractions: what no lottery's smallest chance exceeds, among those drawn for, and by what
        share of it this lottery's falls short. For nash the bound is the share of the largest geometric mean that
        this lottery's is at least; for goldilocks what no lottery's value is below.
    certificate : tuple of mapping
        Prices that prove the bound, see `huiyou.selection.certificate.certify`.
    published : mapping
        ``m`` equally likely ``panels`` that are drawn from, and the ``smallest`` chance among them.
    drawn : mapping
        Which ``panel`` was drawn, counted from 0, and ``by`` what: ``seed``, or ``hydraw/1`` with the
        ``proof`` of the draw and the ``key`` of its entrants (empty if not told). Empty before the
        draw.
    chosen, alternates : tuple of str
        Ids; the chosen sorted, the alternates in the order in which they are asked. Empty before
        the draw.
    reserves : mapping
        What absence the order of alternates expects: its ``prior`` (``stayed_away`` and ``came``), what
        past ``stops`` counted, and equally likely ``levels`` in millionths. Who is invited
        ``beyond`` the seats at once, how likely then ``more_than_fit`` come, and up to which ``cap``,
        both in millionths; a cap of 0 invites nobody. Empty before the draw.
    seed : str
        What the search for panels took its chance from, and the draw of a rehearsal.
    inputs : mapping
        Digests of ``people``, ``together``, ``one_of`` and ``placed`` (with its reasons, which may
        name people, and a salt: both are published nowhere); and the ``columns`` of the table they were read
        from, empty if they were not.
    """

    seats: int
    quotas: tuple[Mapping[str, Any], ...]
    objective: str
    status: str
    rehearsal: bool
    pools: Mapping[str, list[str]]
    probabilities: Mapping[str, str]
    panels: tuple[tuple[str, ...], ...]
    weights: tuple[int, ...]
    bound: str
    gap: str
    certificate: tuple[Mapping[str, Any], ...]
    published: Mapping[str, Any]
    drawn: Mapping[str, Any]
    chosen: tuple[str, ...]
    alternates: tuple[str, ...]
    reserves: Mapping[str, Any]
    seed: str
    inputs: Mapping[str, Any]

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        fields = asdict(replace(self, panels=()))  # millions of ids, which it would copy one by one
        body = {key: list(value) if key in _TUPLES else value for key, value in fields.items()}
        body["panels"] = [list(panel) for panel in self.panels]
        return sealed({"kind": KIND, "version": VERSION, **body})

    @classmethod
    def from_dict(cls, record: Any) -> Selection:
        """Take a record back; raises `RefusedError` if it was changed or is malformed."""
        body = unseal(record, KIND, VERSION, _FIELDS)
        fields = {key: value for key, value in body.items() if key not in ("kind", "version")}
        for name in _TUPLES:
            fields[name] = tuple(fields[name])
        fields["panels"] = tuple(map(tuple, fields["panels"]))
        return cls(**fields)
