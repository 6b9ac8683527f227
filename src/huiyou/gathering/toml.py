"""``gathering.toml``: read, checked, and every fault of it with its line and its key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import Facts, PastStop, plain, sessions_outside
from huiyou.gathering.rules import wrong_rules
from huiyou.programme import overlaps
from huiyou.text import nearest

__all__ = ["TOML", "check_facts", "line_of", "parse_toml", "read_toml"]

TOML = "gathering.toml"
LARGEST_TOML = 1024 * 1024


def read_toml(path: Path) -> tuple[str, dict[str, Any]]:
    """Read the text of ``gathering.toml`` and what is written in it, not yet checked.

    Raises
    ------
    InputError
        If it is too large, no UTF-8 or no TOML; with the line where it breaks.
    """
    size = path.stat().st_size
    if size > LARGEST_TOML:
        params = {"limit": LARGEST_TOML // 1024**2, "size": size // 1024**2}
        raise InputError([Fault("file_too_large", TOML, params=params)])
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError([Fault("toml_not_utf8", TOML)]) from error
    return parse_toml(text)


def parse_toml(text: str) -> tuple[str, dict[str, Any]]:
    """Give text with plain line ends and what is written in it, not yet checked.

    Raises
    ------
    InputError
        If it is no TOML; with the line where it breaks.
    """
    text = text.replace("\r\n", "\n")
    try:
        return text, tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else text.count("\n") + 1
        raise InputError([Fault("toml_syntax", TOML, row, None, {"detail": str(error)})]) from error


def check_facts(text: str, written: Mapping[str, Any]) -> Facts:
    """Make facts of what is written.

    Parameters
    ----------
    text : str
        Where it is written, to find the lines of faults.
    written : mapping

    Raises
    ------
    InputError
        Every fault, with its line and key.
    """
    try:
        facts = Facts.model_validate(written)
    except ValidationError as error:
        # A number may be whole or not; what is neither is found twice, once for each.
        found = [item for item in error.errors() if item["loc"][-1] != "int"]
        raise InputError([_fault(item, text) for item in found]) from error
    faults = [*_contradictions(facts, text), *_rules(facts, text)]
    if faults:
        raise InputError(faults)
    return facts


def _contradictions(facts: Facts, text: str) -> list[Fault]:
    """Find facts that are each in order but cannot be true together."""
    about = facts.gathering
    faults = []

    def fault(code: str, *path: str | int, **params: Any) -> None:
        faults.append(Fault(code, TOML, line_of(text, path), _dotted(path), params))

    if facts.when(about.starts) >= facts.when(about.ends):
        fault(
            "ends_before_start",
            "gathering",
            "ends",
            starts=plain(about.starts),
            ends=plain(about.ends),
        )
    if about.tables > about.seats:
        fault("tables_exceed_seats", "gathering", "tables", tables=about.tables, seats=about.seats)
    if facts.tables.home_round > about.rounds:
        fault(
            "home_round", "tables", "home_round", round=facts.tables.home_round, rounds=about.rounds
        )
    if facts.terms.host and facts.terms.host not in facts.terms.each_table:
        needs = [f"{trait}={value}" for trait, value in facts.terms.each_table]
        fault("host_not_needed", "tables", "host", value=facts.tables.host, needs=needs)
    for wish in [wish for wish in facts.tables.wants if wish in facts.tables.mix]:
        fault("want_in_mix", "tables", "wants", wish, name=wish)
    for position, place, counts in _impossible_counts(facts.seats.past):
        fault("came_above_invited", "seats", "past", position, *place, **counts)
    for position in sessions_outside(facts):
        fault(
            "session_outside", "sessions", position, "starts", title=facts.sessions[position].title
        )
    for first, second in overlaps([facts.session(item) for item in facts.sessions]):
        titles = {"title": facts.sessions[second].title, "other": facts.sessions[first].title}
        fault("sessions_overlap", "sessions", second, "starts", **titles)
    return faults


def _impossible_counts(
    past: Sequence[PastStop],
) -> Iterator[tuple[int, tuple[str, ...], dict[str, int]]]:
    """Find where more came than were invited, or more of a kind were invited than in all."""
    for position, stop in enumerate(past):
        for place, invited, came in stop.counts():
            if came > invited or invited > stop.invited:
                yield position, place, {"came": came, "invited": min(invited, stop.invited)}


def _rules(facts: Facts, text: str) -> list[Fault]:
    """Find rules about pools that cannot hold whoever applies."""
    found = []
    for position, key, code, params in wrong_rules(facts):
        path = ("seats", "pools", position, key)
        found.append(Fault(code, TOML, line_of(text, path), _dotted(path), params))
    return found


def _fault(error: ErrorDetails, text: str) -> Fault:
    """Say what pydantic found in our own codes."""
    # A union adds the name of the type it tried to the path of the key.
    path = tuple(part for part in error["loc"] if part not in ("decimal", "int"))
    context, kind = error.get("ctx", {}), error["type"]
    params: dict[str, Any] = {"value": _short(error["input"])}
    if kind == "missing":
        return Fault("key_missing", TOML, line_of(text, path[:-1]), _dotted(path))
    if kind == "extra_forbidden":
        params = {"nearest": nearest(str(path[-1]), _siblings(path))}
        return Fault("key_unknown", TOML, line_of(text, path), _dotted(path), params)
    code = _CODES.get(kind, kind if kind in _OWN else "value_wrong")
    if code == "value_range":
        params["bound"] = next(
            context[name] for name in ("ge", "gt", "le", "lt") if name in context
        )
        params["side"] = kind
    elif code == "value_choice":
        params["choices"] = context["expected"]
    elif code == "value_pattern":
        params["pattern"] = context["pattern"]
    elif code == "value_wrong":
        params["detail"] = error["msg"]
    return Fault(code, TOML, line_of(text, path), _dotted(path), params)


_CODES = {
    "greater_than_equal": "value_range",
    "greater_than": "value_range",
    "less_than_equal": "value_range",
    "less_than": "value_range",
    "literal_error": "value_choice",
    "string_pattern_mismatch": "value_pattern",
    "int_type": "value_not_whole",
    "int_from_float": "value_not_whole",
    "is_instance_of": "value_not_number",
    "decimal_type": "value_not_number",
    "finite_number": "value_not_number",
    "string_type": "value_not_text",
    "datetime_type": "value_not_time",
    "list_type": "value_not_list",
    "dict_type": "value_not_table",
    "model_type": "value_not_table",
    "string_too_short": "value_empty",
    "string_too_long": "value_long",
}
_OWN = {
    "control_character",
    "file_outside",
    "zone_unknown",
    "need_form",
    "off_the_minute",
    "counts_form",
}


def _short(value: Any) -> Any:
    value = plain(value)
    return value if isinstance(value, (str, int, bool)) else str(value)[:60]


def _siblings(path: Sequence[str | int]) -> list[str]:
    """Give the keys that may stand where ``path`` ends."""
    model: type[BaseModel] = Facts
    for part in path[:-1]:
        field = model.model_fields.get(str(part))
        if field is not None:
            inner = _model_in(field.annotation)
            model = inner or model
    return list(model.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for inner in getattr(annotation, "__args__", ()):
        if (found := _model_in(inner)) is not None:
            return found
    return None


def _dotted(path: Sequence[str | int]) -> str:
    return ".".join(str(part + 1) if isinstance(part, int) else part for part in path)


def _table_of(text: str, path: Sequence[str | int]) -> tuple[str, int, Sequence[str | int]]:
    """Take a path apart: the table it is written in, which of that name, and the keys inside."""
    for k, part in enumerate(path):
        name = ".".join(map(str, path[:k]))
        if isinstance(part, int) and re.search(
            rf"^\s*\[\[\s*{re.escape(name)}\s*\]\]", text, re.MULTILINE
        ):
            return name, part, path[k + 1 :]
    return str(path[0]) if path else "", 0, path[1:]


def line_of(text: str, path: Sequence[str | int]) -> int | None:
    """Find the line a key stands in, or its table if it cannot be found itself.

    Good enough to put a finger on: tables under their headers, keys at the beginning of a line.
    """
    table, number, keys = _table_of(text, path)
    key = next((str(part) for part in keys if isinstance(part, str)), "")
    heading, seen, inside = None, -1, False
    for k, line in enumerate(text.splitlines(), start=1):
        if found := re.match(r"\s*\[\[?\s*([^\]\s]+)\s*\]\]?", line):
            seen += found[1] == table
            inside = found[1] == table and seen == number
            heading = k if inside else heading
        elif inside and key and re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
            return k
    if heading is None and table:
        for k, line in enumerate(text.splitlines(), start=1):
            if re.match(rf"\s*{re.escape(table)}\s*=", line):
                return k
    return heading
