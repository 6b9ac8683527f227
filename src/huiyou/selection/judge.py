"""Whether a selection holds: counted again by hand, without the solver."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huiyou.errors import RefusedError
from huiyou.people import Person, people_digest
from huiyou.proof import Verdict, digest
from huiyou.selection.record import Selection

__all__ = ["verify"]


def verify(
    record: Any, people: Sequence[Person] | None = None, together: Sequence[Sequence[str]] = ()
) -> Verdict:
    """Judge ``selection.json``.

    Parameters
    ----------
    record : dict
        As `Selection.to_dict` gave it.
    people : sequence of Person, optional
        Everyone it chose from.
    together : sequence of sequence of str
        Their companions.

    Returns
    -------
    Verdict
        CONSISTENT at best while chances are unproven. REFUSED if the record was changed, if the
        people are others, if a quota, a count or a group of companions does not hold, or if it
        claims more than this version can know.

    Notes
    -----
    O(people × quotas).
    """
    try:
        selection = Selection.from_dict(record)
        _check_alone(selection)
        if people is None:
            return Verdict(
                "CONSISTENT",
                ("inputs_missing", "fairness_unproven"),
                ("record_unchanged", "seats_filled"),
            )
        _check_people(selection, people, together)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    return Verdict(
        "CONSISTENT",
        ("fairness_unproven",),
        ("record_unchanged", "seats_filled", "quotas_hold", "companions_together"),
        (("seats", str(selection.seats)), ("people", str(len(people)))),
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason=reason)


def _check_alone(selection: Selection) -> None:
    claims = (selection.objective, selection.fairness, selection.status, selection.rehearsal)
    _require(claims == ("seeded_weights", "unproven", "feasible", True), "claim_unfounded")
    chosen, alternates = set(selection.chosen), set(selection.alternates)
    _require(len(selection.chosen) == len(chosen) == selection.seats, "seats_differ")
    _require(len(selection.alternates) == len(alternates), "id_twice")
    _require(not chosen & alternates, "chosen_and_alternate")
    for quota in selection.quotas:
        _require(quota["min"] <= quota["chosen"] <= quota["max"], "quota_broken")


def _check_people(
    selection: Selection, people: Sequence[Person], together: Sequence[Sequence[str]]
) -> None:
    _require(selection.inputs["people"] == people_digest(people), "inputs_differ")
    _require(selection.inputs["together"] == digest(sorted(map(sorted, together))), "inputs_differ")
    chosen = set(selection.chosen)
    _require(
        chosen | set(selection.alternates) <= {person.id for person in people}, "unknown_person"
    )
    for quota in selection.quotas:
        having = [p for p in people if quota["value"] in p.values(quota["feature"])]
        inside = sum(person.id in chosen for person in having)
        _require((len(having), inside) == (quota["pool"], quota["chosen"]), "counts_differ")
    places = {who: k for k, who in enumerate(selection.alternates)}
    for group in together:
        _require(len(chosen & set(group)) in (0, len(group)), "companions_split")
        queued = sorted(places[who] for who in group if who in places)
        _require(
            not queued or queued == list(range(queued[0], queued[0] + len(group))),
            "companions_split",
        )
