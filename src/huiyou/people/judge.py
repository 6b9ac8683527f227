"""Whether a cleaned list accounts for every row of the export it came from."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import combinations
from typing import Any

from huiyou.errors import RefusedError
from huiyou.people.record import Applicant, Clean
from huiyou.people.sheets import Sheet, is_formula
from huiyou.people.values import BLANKS
from huiyou.proof import Verdict
from huiyou.text import parse_time, squash, tidy, trim

__all__ = ["verify"]

SHORTEST_LOCAL_PART = 7

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_FILL_BLANK = re.compile(r"\[?_*\{fillblank-\w+\}\]?")  # 腾讯问卷, where something was typed
_LETTER = re.compile(r"[A-Z]{1,2}\.")  # 腾讯问卷 puts one before every choice


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
        answer is found in one of its person's rows and no answered question was left empty, every
        refusal quotes its cell, and every merge and pair holds; CONSISTENT without the export; REFUSED with the reason
        otherwise.

    Notes
    -----
    Reads cells by itself and shares no code with the cleaning but the spelling of a value; it does
    not know the rules by which answers were mapped or phones found impossible, only that each is
    listed with what was typed. O(rows × columns).
    """
    try:
        clean = Clean.from_dict(record)
        _check_alone(clean)
        if sheet is None:
            return Verdict("CONSISTENT", ("inputs_missing",), ("record_unchanged", "counts_add_up"))
        _check_rows(clean, sheet)
        _check_cells(clean, sheet)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except (AttributeError, LookupError, TypeError, ValueError):
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
    _require(_all_differ(who.id for who in clean.people), "id_twice")
    kept = [row for who in clean.people for row in who.rows]
    missing = {entry.row for entry in clean.rejected if entry.reason == "missing"}
    bad_phone = {entry.row for entry in clean.rejected if entry.reason.startswith("phone_")}
    rejected = {entry.row for entry in clean.rejected}
    pairs = _check_companions(clean)
    counts = {
        "rows": len(kept) + len(rejected),
        "rejected": len(rejected),
        "missing_required": len(missing),
        "bad_phone": len(bad_phone - missing),
        "duplicates": len(kept) - len(clean.people),
        "variant_cells": len(clean.mapped),
        "companion_links": pairs + len(clean.pending_companions),
        "companions_mutual": pairs,
        "hongkong_phones": sum(who.phone.startswith("+852") for who in clean.people),
        "applicants": len(clean.people),
    }
    _require(counts.items() <= clean.counts.items(), "counts_differ")
    _require(
        sorted((entry.id, entry.rows) for entry in clean.merged)
        == sorted((who.id, who.rows) for who in clean.people if len(who.rows) > 1),
        "merge_unlisted",
    )
    _require(
        _all_differ((who.phone, squash(who.name) or who.name) for who in clean.people),
        "repeat_unmerged",
    )
    _check_shared_phones(clean)


def _all_differ(keys: Iterable[object]) -> bool:
    return max(Counter(keys).values(), default=1) == 1


def _check_companions(clean: Clean) -> int:
    """Give the number of pairs who named each other."""
    by_id = {who.id: who for who in clean.people}

    def names(one: str, other: str) -> bool:
        return _local(_digits(by_id[other].phone)) in _digits(by_id[one].companion_phone)

    mutual = 0
    for group in clean.companions:
        _require(set(group) <= by_id.keys(), "unknown_person")
        pairs = [pair for pair in combinations(group, 2) if names(*pair) and names(*pair[::-1])]
        _require(set(group) == {who for pair in pairs for who in pair}, "not_companions")
        mutual += len(pairs)
    asked = {who.id for who in clean.people if _digits(who.companion_phone)}
    answered = {who for group in clean.companions for who in group}
    wishes = {entry.id for entry in clean.pending_companions}
    others = {entry.other for entry in clean.pending_companions if entry.other}
    _require(wishes | others <= by_id.keys(), "unknown_person")
    _require(asked <= answered | wishes, "companion_unlisted")
    for entry in clean.pending_companions:
        founded = entry.named in by_id[entry.id].companion_phone
        if entry.reason == "not_mutual":
            founded &= _local(_digits(by_id[entry.other].phone)) in _digits(entry.named)
        else:
            founded &= entry.other == ""
        _require(founded, "companion_unfounded")
    return mutual


def _check_shared_phones(clean: Clean) -> None:
    owners = Counter(who.phone for who in clean.people)
    shared = {(row, who.phone) for who in clean.people for row in who.rows if owners[who.phone] > 1}
    noted = {(entry.row, entry.value) for entry in clean.noted if entry.note == "phone_shared"}
    _require(shared == noted, "shared_phone_unlisted")


def _check_rows(clean: Clean, sheet: Sheet) -> None:
    source = (clean.source["sha256"], clean.source["form"], clean.source["header_row"])
    _require(source == (sheet.digest, sheet.form, sheet.header_row), "inputs_differ")
    rows = [row.number for row in sheet.rows if not row.blank]
    kept = [row for who in clean.people for row in who.rows]
    _require(sorted([*kept, *{entry.row for entry in clean.rejected}]) == rows, "row_unaccounted")
    formulas = sum(is_formula(cell) for row in sheet.rows for cell in row.cells)
    counted = (clean.counts["blank"], clean.counts["formula_cells"])
    _require(counted == (len(sheet.rows) - len(rows), formulas), "counts_differ")


class _Typed:
    """What was typed in a row under a question, wherever the form tool put it."""

    def __init__(self, sheet: Sheet) -> None:
        self.places = {name: k for k, name in enumerate(sheet.header)}
        self.cells = {row.number: row.cells for row in sheet.rows}

    def __call__(self, row: int, column: str) -> str:
        cells = self.cells[row]
        if column in self.places:
            text = cells[self.places[column]]
            if column == "name" and not trim(text) and "first_name" in self.places:  # Luma
                return f"{self(row, 'first_name')} {self(row, 'last_name')}"
            return text
        # 腾讯问卷: a column for each option, filled where it was chosen
        return "┋".join(
            _FILL_BLANK.sub("", name.removeprefix(f"{column}:"))
            for name, k in self.places.items()
            if name.startswith(f"{column}:") and trim(cells[k])
        )


def _check_cells(clean: Clean, sheet: Sheet) -> None:
    """Find each name, phone and answer again, and each refused cell."""
    typed, width = _Typed(sheet), len(sheet.header)
    fields, traits = clean.columns["fields"], clean.columns["traits"]
    for refused in clean.rejected:
        cells = len(typed.cells[refused.row])
        said = (refused.column, refused.reason, refused.value)
        if cells != width:
            reason = "row_too_long" if cells > width else "row_too_short"
            founded = said == ("", reason, str(cells))
        elif refused.reason == "missing":
            asked = refused.column in {*fields.values(), *traits.values()}
            founded = asked and refused.value == "" and _blank(typed(refused.row, refused.column))
        else:
            founded = refused.value == tidy(typed(refused.row, fields["phone"]))
            founded &= refused.reason.startswith("phone_") and refused.column == fields["phone"]
        _require(founded, "rejection_unfounded")
    read: dict[tuple[int, str], set[str]] = {}
    for entry in clean.mapped:
        read.setdefault((entry.row, entry.column), set()).add(entry.value)
        _require(
            _stands_in(tidy(entry.written), typed(entry.row, entry.column)), "mapping_unfounded"
        )
    for note in clean.noted:
        here = note.note == "phone_shared" or _stands_in(note.value, typed(note.row, note.column))
        _require(here, "note_unfounded")
    for who in clean.people:
        _check_times(who, fields, typed)
        _check_person(who, fields, typed)
        for trait, column in traits.items():
            answers = [typed(row, column) for row in who.rows]
            meant = set[str]().union(*(read.get((row, column), set()) for row in who.rows))
            _check_answers(who.traits[trait], answers, meant)


def _check_person(who: Applicant, fields: dict[str, str], typed: _Typed) -> None:
    first = who.rows[0]
    given = tidy(typed(first, fields["id"])) if "id" in fields else ""
    _require(who.id in (given, f"r{first}") and who.id != "", "id_unfounded")
    for row in who.rows:
        name = trim(typed(row, fields["name"]))
        spellings = {squash(name), squash(_LETTER.sub("", name, count=1))}
        _require(squash(who.name) in spellings, "name_unfounded")
        phone = _digits(typed(row, fields["phone"]))
        _require(_local(_digits(who.phone)) in phone, "phone_unfounded")
    _require(_E164.fullmatch(who.phone) is not None, "phone_unfounded")
    for field in ("email", "company", "bio", "wants", "companion_phone"):
        kept = getattr(who, field)
        answers = [typed(row, fields[field]) for row in who.rows] if field in fields else []
        forms = {form for answer in answers for form in (tidy(answer), trim(answer))}
        _require(kept == "" or kept in forms, "answer_unfounded")
        _require(kept != "" or all(map(_blank, answers)), "answer_missing")


def _check_times(who: Applicant, fields: dict[str, str], typed: _Typed) -> None:
    """Hold the order of a person's applications, and the time of the last, against what was typed."""
    zone = datetime.fromisoformat(who.submitted_at).tzinfo if who.submitted_at else None
    first = datetime.min.replace(tzinfo=UTC)
    times: dict[int, datetime] = {}
    for row in who.rows:
        text = typed(row, fields["submitted_at"]) if "submitted_at" in fields else ""
        times[row] = parse_time(text, zone or UTC) or first
    _require(sorted(who.rows, key=lambda row: (times[row], row)) == list(who.rows), "order_differs")
    last = max(times.values())
    _require(who.submitted_at == (last.isoformat() if last != first else ""), "time_unfounded")


def _check_answers(values: tuple[str, ...], answers: list[str], meant: set[str]) -> None:
    """Hold what was kept against what was typed: nothing made up, nothing left out."""
    for value in values:
        founded = value in meant or any(_stands_in(value, text) for text in answers)
        _require(founded, "answer_unfounded")
    _require(bool(values) or all(map(_blank, answers)), "answer_missing")


def _stands_in(value: str, text: str) -> bool:
    """Whether a value stands in a text as a whole, between marks or space."""
    text = tidy(text)
    pattern = rf"(?<![^\W_]){re.escape(value)}(?![^\W_])"
    return value != "" and (value == text or re.search(pattern, text) is not None)


def _blank(text: str) -> bool:
    """Whether nothing stands there but marks, or what 问卷星 writes for no answer."""
    return all(trim(part) in BLANKS or not squash(part) for part in re.split(r"[┋|;；]", text))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", unicodedata.normalize("NFKC", text))


def _local(digits: str) -> str:
    """Give the part of a number that stays the same with and without a country code."""
    return digits[-SHORTEST_LOCAL_PART:]
