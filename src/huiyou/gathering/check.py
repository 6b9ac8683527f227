"""Judge any record of a gathering by its own judge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from huiyou import drawing, grouping, people
from huiyou.errors import Fault, InputError, RefusedError
from huiyou.gathering.folder import Folder
from huiyou.people import Clean
from huiyou.proof import Verdict, canonical
from huiyou.selection import Selection
from huiyou.selection import verify as judge_selection

__all__ = ["check"]


def check(
    record: bytes,
    *,
    folder: Folder | None = None,
    clean: Clean | None = None,
    selection: Selection | None = None,
    fingerprint: str | None = None,
    rolls: Mapping[str, str] | None = None,
    seen: Sequence[str] = (),
) -> Verdict:
    """Say whether a record holds.

    Parameters
    ----------
    record : bytes
        ``clean.json``, ``selection.json``, ``grouping.json`` or the proof of a draw.
    folder : Folder, optional
        The gathering folder it was made from.
    clean : Clean, optional
        The people it was made from, where there is no folder.
    selection : Selection, optional
        Who was chosen: those at the tables must be they.
    fingerprint, rolls, seen
        For a draw, see `huiyou.drawing.verify`.

    Returns
    -------
    Verdict
        With the folder, REFUSED also where seats, quotas, tables or terms are not those it asks
        for.

    Raises
    ------
    InputError
        ``not_a_record``, if the bytes are no record of any kind.
    """
    try:
        body: Any = json.loads(record)
    except (ValueError, RecursionError) as error:
        raise InputError([Fault("not_a_record")]) from error
    if isinstance(body, dict) and "commit" in body:
        return drawing.verify(record, fingerprint=fingerprint, rolls=rolls, seen=seen)
    kind = body.get("kind") if isinstance(body, dict) else None
    if kind not in ("clean", "selection", "grouping"):
        raise InputError([Fault("not_a_record")])
    try:
        canonical.loads(record.strip())  # a key written twice is read by each reader as it likes
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    if kind == "clean":
        return people.verify(body, folder.sheet if folder else None)
    if folder is not None:
        clean = people.clean(folder.sheet, folder.form)
    companions = _companions(clean, folder, kind)
    persons = clean.persons() if clean else None
    judge, unasked = (
        (grouping.verify, _unasked_tables)
        if kind == "grouping"
        else (judge_selection, _unasked_seats)
    )
    verdict = judge(body, persons, companions)
    if folder and verdict.status != "REFUSED" and (reason := unasked(body, folder)):
        verdict = Verdict("REFUSED", (reason,))
    if selection and kind == "grouping" and verdict.status != "REFUSED":
        seated = {who for table in body["rounds"][0] for who in table}
        same = seated == set(selection.chosen)
        claims = (*verdict.claims, "chosen_seated")
        verdict = (
            replace(verdict, claims=claims) if same else Verdict("REFUSED", ("not_the_chosen",))
        )
    return verdict


def _companions(
    clean: Clean | None, folder: Folder | None, kind: str
) -> tuple[tuple[str, ...], ...]:
    if clean is None:
        return ()
    if folder is None:
        return clean.companions
    facts = folder.facts
    section = facts.seats if kind == "selection" else facts.tables
    kept = facts.applicants.companions == "mutual" and section.together == "companion"
    return clean.companions if kept else ()


def _unasked_seats(body: Mapping[str, Any], folder: Folder) -> str | None:
    """Say in which way a selection is not what the folder asks for."""
    recorded = [(q["feature"], q["value"], q["min"], q["max"]) for q in body["quotas"]]
    if recorded != [(q.feature, q.value, q.minimum, q.maximum) for q in folder.quotas]:
        return "quotas_differ"
    return None if body["seats"] == folder.facts.gathering.seats else "seats_differ"


def _unasked_tables(body: Mapping[str, Any], folder: Folder) -> str | None:
    """Say in which way a grouping is not what the folder asks for."""
    about, tables = folder.facts.gathering, body["rounds"][0]
    if body["terms"] != folder.facts.terms.to_dict():
        return "terms_differ"
    found = (len(body["rounds"]), len(tables), sum(map(len, tables)))
    return None if found == (about.rounds, about.tables, about.seats) else "tables_differ"
