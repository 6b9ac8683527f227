"""Judge any record of a gathering by its own judge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from huiyou import drawing, grouping, people
from huiyou.errors import Fault, InputError, RefusedError
from huiyou.gathering.audit import Inputs
from huiyou.gathering.folder import Folder
from huiyou.gathering.households import households
from huiyou.gathering.roll import Columns, read_roll
from huiyou.people import Clean, Person, Sheet
from huiyou.proof import Verdict, canonical, digest
from huiyou.selection import Asked, Placed, Quota, Selection
from huiyou.selection import verify as judge_selection

__all__ = ["asked_of", "check", "judge_seats"]


def check(
    record: bytes,
    *,
    folder: Folder | None = None,
    clean: Clean | None = None,
    selection: Selection | None = None,
    inputs: Inputs | None = None,
    table: Sheet | None = None,
    quotas: Sequence[Quota] | None = None,
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
    inputs : Inputs, optional
        The people a selection was made from, under codes.
    table : Sheet, optional
        The table that seats were chosen from without a folder; the record says what its columns
        mean.
    quotas : sequence of Quota, optional
        What the quotas of seats have to be.
    fingerprint, rolls, seen
        For a draw, see `huiyou.drawing.verify`.

    Returns
    -------
    Verdict
        With the folder, REFUSED also where seats, quotas, what is fair, past stops, how crowded it
        may get, tables or terms are not those it asks for.

    Raises
    ------
    InputError
        ``not_a_record``, if the bytes are no record of any kind; what `read_roll` finds wrong with
        ``table``.
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
    room = {"fingerprint": fingerprint, "rolls": rolls, "seen": seen}
    if kind == "selection" and inputs is not None:
        return judge_seats(
            body,
            inputs.people,
            inputs.together,
            inputs.one_of,
            inputs.placed,
            salt=inputs.salt,
            **room,
        )
    if kind == "selection" and folder is None and clean is None:
        return _check_seats(body, table, quotas, **room)
    verdict = _check_made_from(body, kind, folder, clean)
    if "draw_unjudged" in verdict.reasons:
        verdict = _with_draw(verdict, body, **room)
    if selection and kind == "grouping" and verdict.status != "REFUSED":
        seated = {who for table in body["rounds"][0] for who in table}
        same = seated == set(selection.chosen)
        claims = (*verdict.claims, "chosen_seated")
        verdict = (
            replace(verdict, claims=claims) if same else Verdict("REFUSED", ("not_the_chosen",))
        )
    return verdict


def _check_made_from(body: Any, kind: str, folder: Folder | None, clean: Clean | None) -> Verdict:
    """Judge seats or tables against the people, and against what the folder asks for."""
    if folder is not None:
        clean = people.clean(folder.sheet, folder.form)
    companions = _companions(clean, folder, kind)
    persons = clean.persons() if clean else None
    if kind == "grouping":
        verdict, unasked = grouping.verify(body, persons, companions), _unasked_tables
    else:
        if folder is None and (_placed_by_hand(body) or _one_of_some(body)):
            persons = (
                None  # why they are in their pools, and who shares a household, is told there only
            )
        asked = asked_of(folder, clean) if folder else None
        one_of, placed = (asked.one_of, asked.placed) if asked else ((), {})
        verdict = judge_selection(body, persons, companions, one_of, placed)
        unasked = _unasked_seats
    if folder and verdict.status != "REFUSED" and (reason := unasked(body, folder)):
        verdict = Verdict("REFUSED", (reason,))
    return verdict


def _placed_by_hand(body: Any) -> bool:
    """Say whether somebody's pool was decided before the draw, as far as a record can be read."""
    pools = body.get("pools")
    return isinstance(pools, dict) and any(map(pools.get, ("invited", "reviewed", "excluded")))


def _one_of_some(body: Any) -> bool:
    """Say whether of some people one at most may come, as far as a record can be read."""
    inputs = body.get("inputs")
    return isinstance(inputs, dict) and inputs.get("one_of") != digest([])


def _check_seats(
    body: Mapping[str, Any], table: Sheet | None, quotas: Sequence[Quota] | None, **room: Any
) -> Verdict:
    """Judge seats that were chosen without a folder."""
    try:
        record = Selection.from_dict(body)
        columns = Columns.from_dict(record.inputs["columns"]) if table else Columns()
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except (TypeError, ValueError):
        return Verdict("REFUSED", ("malformed",))
    if table is None:
        verdict = judge_selection(body)
    else:
        roll = read_roll(table, [quota["feature"] for quota in record.quotas], columns)
        verdict = judge_selection(body, roll.people, roll.together, roll.one_of, roll.placed)
    if "draw_unjudged" in verdict.reasons:
        verdict = _with_draw(verdict, body, **room)
    if quotas is not None and verdict.status != "REFUSED" and _other_quotas(body, quotas):
        return Verdict("REFUSED", ("quotas_differ",))
    return verdict


def judge_seats(
    body: Any,
    persons: Sequence[Person] | None = None,
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    placed: Mapping[str, Placed] | None = None,
    *,
    salt: str = "",
    **room: Any,
) -> Verdict:
    """Judge seats and, if a public draw gave them, that draw; ``room`` as for `huiyou.drawing.verify`.

    Raises nothing: what is wrong is REFUSED.
    """
    verdict = judge_selection(body, persons, together, one_of, placed, salt=salt)
    return _with_draw(verdict, body, **room) if "draw_unjudged" in verdict.reasons else verdict


def _with_draw(verdict: Verdict, body: Mapping[str, Any], **room: Any) -> Verdict:
    """Judge the draw that chose, too; seats are proven if both are."""
    drawn = drawing.verify(canonical.dumps(body["drawn"]["proof"]), **room)
    if drawn.status == "REFUSED":
        return drawn
    lacking = tuple(reason for reason in verdict.reasons if reason != "draw_unjudged")
    reasons = (*lacking, *drawn.reasons)
    return Verdict(
        "CONSISTENT" if reasons else "PROVEN",
        reasons,
        (*verdict.claims, *drawn.claims),
        (*verdict.facts, *drawn.facts),
    )


def asked_of(folder: Folder, clean: Clean | None = None) -> Asked:
    """Give what a folder asks seats for; its people are cleaned if they are not yet.

    Raises
    ------
    InputError
        If its rules about pools do not fit its people.
    """
    clean = clean or people.clean(folder.sheet, folder.form)
    persons = clean.persons()
    return Asked(
        persons, folder.facts.gathering.seats, folder.quotas,
        together=_companions(clean, folder, "selection"),
        one_of=households(persons, folder.facts.seats.one_per), placed=folder.placed(persons),
    )  # fmt: skip


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
    if _other_quotas(body, folder.quotas):
        return "quotas_differ"
    seats = folder.facts.seats
    if body["seats"] != folder.facts.gathering.seats:
        return "seats_differ"
    if body["objective"] != seats.objective:
        return "objective_differs"
    told = body["reserves"]
    past = [stop.attendance.to_dict() for stop in seats.past]
    as_asked = not told or (told["stops"], told["cap"]) == (past, seats.cap)
    return None if as_asked else "reserves_differ"


def _other_quotas(body: Mapping[str, Any], quotas: Sequence[Quota]) -> bool:
    recorded = [(q["feature"], q["value"], q["min"], q["max"]) for q in body["quotas"]]
    return recorded != [(q.feature, q.value, q.minimum, q.maximum) for q in quotas]


def _unasked_tables(body: Mapping[str, Any], folder: Folder) -> str | None:
    """Say in which way a grouping is not what the folder asks for."""
    about, tables = folder.facts.gathering, body["rounds"][0]
    if body["terms"] != folder.facts.terms.to_dict():
        return "terms_differ"
    found = (len(body["rounds"]), len(tables), sum(map(len, tables)))
    return None if found == (about.rounds, about.tables, about.seats) else "tables_differ"
