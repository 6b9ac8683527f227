"""Whether a cleaned list accounts for every row of the export it came from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from typing import Any

from huiyou.errors import RefusedError
from huiyou.people.record import Applicant, Clean
from huiyou.people.sheets import Sheet
from huiyou.proof import Verdict
from huiyou.text import squash, tidy

__all__ = ["verify"]

SHORTEST_LOCAL_PART = 7


def verify(record: Any, sheet: Sheet | None = None) -> Verdict:
    """Judge ``clean.json``.

    Parameters
    ----------
    record : dict
        As `Clean.to_dict` gave it.
    sheet : Sheet, optional
        The export, as it stands in the file.

    Returns
    -------
    Verdict
        PROVEN if every row of the export is accounted for exactly once, every name, phone and
        answer is found in one of its person's rows, and every merge and pair holds; CONSISTENT
        without the export; REFUSED with the reason otherwise.

    Notes
    -----
    Reads cells by itself and shares no code with the cleaning but the spelling of a value; it does
    not know the rules by which answers were mapped, only that each is listed. O(rows × columns).
    """
    try:
        clean = Clean.from_dict(record)
        _check_alone(clean)
        if sheet is None:
            return Verdict("CONSISTENT", ("inputs_missing",), ("record_unchanged", "counts_add_up"))
        _check_rows(clean, sheet)
        if clean.columns["layout"] == "table":
            _check_cells(clean, sheet)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except (KeyError, TypeError, ValueError):
        return Verdict("REFUSED", ("malformed",))
    return Verdict(
        "PROVEN",
        (),
        ("record_unchanged", "counts_add_up", "rows_accounted", "answers_found"),
        (("rows", str(clean.counts["rows"])), ("applicants", str(clean.counts["applicants"]))),
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason=reason)


def _check_alone(clean: Clean) -> None:
    counts = clean.counts
    kept = [row for who in clean.people for row in who.rows]
    rejected = {entry.row for entry in clean.rejected}
    _require(len(kept) + len(rejected) == counts["rows"], "counts_differ")
    _require(len(clean.people) == counts["applicants"], "counts_differ")
    _require(len(kept) - len(clean.people) == counts["duplicates"], "counts_differ")
    _require(len(clean.mapped) == counts["variant_cells"], "counts_differ")
    _require(max(Counter(who.id for who in clean.people).values(), default=1) == 1, "id_twice")
    _require(
        {entry.rows for entry in clean.merged} == {w.rows for w in clean.people if len(w.rows) > 1},
        "merge_unlisted",
    )
    by_id = {who.id: who for who in clean.people}
    for group in clean.companions:
        _require(set(group) <= by_id.keys(), "unknown_person")
        for who in group:
            named = _digits(by_id[who].companion_phone)
            others = [_digits(by_id[other].phone) for other in group if other != who]
            _require(any(_local(phone) in named for phone in others), "not_companions")


def _check_rows(clean: Clean, sheet: Sheet) -> None:
    _require(clean.source["sha256"] == sheet.digest, "inputs_differ")
    rows = [row.number for row in sheet.rows if not row.blank]
    kept = [row for who in clean.people for row in who.rows]
    _require(sorted([*kept, *{entry.row for entry in clean.rejected}]) == rows, "row_unaccounted")


def _check_cells(clean: Clean, sheet: Sheet) -> None:
    """Find each name, phone and answer again, for tables that no form tool has rearranged."""
    places = {name: k for k, name in enumerate(sheet.header)}
    cells = {row.number: row.cells for row in sheet.rows}
    fields, traits = clean.columns["fields"], clean.columns["traits"]
    mapped: dict[tuple[int, str], set[str]] = {}
    for entry in clean.mapped:
        mapped.setdefault((entry.row, entry.column), set()).add(entry.value)
        _require(entry.written in cells[entry.row][places[entry.column]], "mapping_unfounded")
    for who in clean.people:
        names = {squash(cells[row][places[fields["name"]]]) for row in who.rows}
        _require(names == {squash(who.name)}, "name_unfounded")
        typed = {_digits(cells[row][places[fields["phone"]]]) for row in who.rows}
        _require(
            all(phone.endswith(_local(_digits(who.phone))) for phone in typed), "phone_unfounded"
        )
        for trait, column in traits.items():
            _check_answers(who, trait, [cells[r][places[column]] for r in who.rows], column, mapped)


def _check_answers(
    who: Applicant,
    trait: str,
    answers: list[str],
    column: str,
    mapped: dict[tuple[int, str], set[str]],
) -> None:
    read = set().union(*(mapped.get((row, column), set()) for row in who.rows))
    for value in who.traits[trait]:
        _require(
            value in read or any(value in tidy(answer) for answer in answers), "answer_unfounded"
        )


def _digits(text: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _local(digits: str) -> str:
    """Give the part of a number that stays the same with and without a country code."""
    return digits[-SHORTEST_LOCAL_PART:]
