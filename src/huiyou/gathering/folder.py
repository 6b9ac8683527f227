"""A gathering folder: ``gathering.toml`` and the tables it names, read and checked as a whole."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import Facts, plain, sessions_outside
from huiyou.people import Form, Sheet, check_size, lay_out, read_sheet
from huiyou.programme import overlaps
from huiyou.selection import Quota, read_quotas
from huiyou.text import nearest

__all__ = ["TOML", "Folder", "read_folder"]

TOML = "gathering.toml"
LARGEST_TOML = 1024 * 1024
_YES_NO = ("是", "否")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything an organiser wrote down.

    Parameters
    ----------
    facts : Facts
    sheet : Sheet
        The applicants, as they stand in the file.
    quotas : tuple of Quota
    prizes : tuple of Prize
    extra_columns : tuple of (str, str)
        File and column of what was not read.
    """

    facts: Facts
    sheet: Sheet
    quotas: tuple[Quota, ...]
    prizes: tuple[Prize, ...]
    extra_columns: tuple[tuple[str, str], ...]

    @property
    def form(self) -> Form:
        """What was asked of applicants, and which answers count."""
        return _form(self.facts, self.quotas)


def _form(facts: Facts, quotas: Sequence[Quota]) -> Form:
    known: dict[str, tuple[str, ...]] = {}
    for quota in quotas:
        known[quota.feature] = (*known.get(quota.feature, ()), quota.value)
    for trait, value in facts.terms.each_table:
        known.setdefault(trait, (value,) if value in _YES_NO else ())
    for trait, values in known.items():
        if values and set(values) <= set(_YES_NO):
            known[trait] = _YES_NO  # a quota for one of them still leaves the other an answer
    for wish, trait in facts.tables.wants.items():
        known.setdefault(wish, known.get(trait, ()))
    about = facts.applicants
    return Form(
        traits=facts.traits(quota.feature for quota in quotas),
        multi=tuple(about.multi),
        required=tuple(about.required),
        known=known,
        given=about.values,
        columns=about.columns,
        region=facts.gathering.region,
        zone=facts.zone,
    )


def read_folder(path: Path) -> Folder:
    """Read a gathering folder.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Folder

    Raises
    ------
    InputError
        Every fault in every file of it.
    """
    toml = path / TOML
    if not toml.is_file():
        raise InputError([Fault("no_gathering", str(path), params={"file": TOML})])
    faults: list[Fault] = []
    facts = _read_facts(toml)

    def table(file: str, sheet: str | None, read: Callable[[Sheet], T]) -> T | None:
        try:
            return read(_read_table(path, file, sheet))
        except InputError as error:
            faults.extend(error.faults)
            return None

    about = facts.applicants
    sheet = table(about.file, about.sheet, lambda sheet: sheet)
    quotas = table(facts.seats.quotas, None, read_quotas) if facts.seats.quotas else ((), ())
    prizes = table(facts.draw.prizes, None, read_prizes) if facts.draw else ((), ())
    if sheet is not None:
        try:
            lay_out(sheet, _form(facts, quotas[0] if quotas else ()))
        except InputError as error:
            faults += error.faults
    if faults or sheet is None or quotas is None or prizes is None:
        raise InputError(faults)
    extra = [(facts.seats.quotas or "", column) for column in quotas[1]]
    extra += [(facts.draw.prizes, column) for column in prizes[1]] if facts.draw else []
    return Folder(facts, sheet, quotas[0], prizes[0], tuple(extra))


def _read_table(folder: Path, name: str, sheet: str | None) -> Sheet:
    path = folder / name
    if not path.is_file():
        others = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
        params = {"nearest": nearest(name, others), "folder": str(folder)}
        raise InputError([Fault("file_missing", name, params=params)])
    check_size(path.stat().st_size, name)
    return read_sheet(path.read_bytes(), name, sheet)


def _read_facts(path: Path) -> Facts:
    if path.stat().st_size > LARGEST_TOML:
        raise InputError(
            [
                Fault(
                    "file_too_large",
                    TOML,
                    params={"limit": 1, "size": path.stat().st_size // 1024**2},
                )
            ]
        )
    try:
        text = path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise InputError([Fault("toml_not_utf8", TOML)]) from error
    try:
        written = tomllib.loads(text, parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        row = int(found[1]) if found else text.count("\n") + 1
        raise InputError(
            [Fault("toml_syntax", TOML, row, params={"detail": str(error)})]
        ) from error
    try:
        facts = Facts.model_validate(written)
    except ValidationError as error:
        raise InputError([_fault(item, text) for item in error.errors()]) from error
    faults = _contradictions(facts, text)
    if faults:
        raise InputError(faults)
    return facts


def _contradictions(facts: Facts, text: str) -> list[Fault]:
    """Find facts that are each in order but cannot be true together."""
    about = facts.gathering
    faults = []

    def fault(code: str, *path: str | int, **params: Any) -> None:
        faults.append(Fault(code, TOML, _line(text, path), _dotted(path), params))

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
    for wish in facts.tables.wants:
        if wish in facts.tables.mix:
            fault("want_in_mix", "tables", "wants", wish, name=wish)
    for position in sessions_outside(facts):
        fault(
            "session_outside", "sessions", position, "starts", title=facts.sessions[position].title
        )
    for first, second in overlaps([facts.session(item) for item in facts.sessions]):
        titles = {"title": facts.sessions[second].title, "other": facts.sessions[first].title}
        fault("sessions_overlap", "sessions", second, "starts", **titles)
    return faults


def _fault(error: ErrorDetails, text: str) -> Fault:
    """Say what pydantic found in our own codes."""
    # A union adds the name of the type it tried to the path of the key.
    path = tuple(part for part in error["loc"] if part not in ("decimal", "int"))
    context, kind = error.get("ctx", {}), error["type"]
    params: dict[str, Any] = {"value": _short(error["input"])}
    if kind == "missing":
        return Fault("key_missing", TOML, _line(text, path[:-1]), _dotted(path))
    if kind == "extra_forbidden":
        params = {"nearest": nearest(str(path[-1]), _siblings(path))}
        return Fault("key_unknown", TOML, _line(text, path), _dotted(path), params)
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
    elif code == "value_type":
        params["type"] = kind.partition("_")[0]
    return Fault(code, TOML, _line(text, path), _dotted(path), params)


_CODES = {
    "greater_than_equal": "value_range",
    "greater_than": "value_range",
    "less_than_equal": "value_range",
    "less_than": "value_range",
    "literal_error": "value_choice",
    "string_pattern_mismatch": "value_pattern",
    "int_type": "value_type",
    "int_from_float": "value_type",
    "is_instance_of": "value_type",
    "decimal_type": "value_type",
    "string_type": "value_type",
    "datetime_type": "value_type",
    "list_type": "value_type",
    "dict_type": "value_type",
    "model_type": "value_type",
    "string_too_short": "value_empty",
    "string_too_long": "value_long",
}
_OWN = {"control_character", "file_outside", "zone_unknown", "need_form", "off_the_minute"}


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


def _line(text: str, path: Sequence[str | int]) -> int | None:
    """Find the line a key stands in, or its table if it cannot be found itself.

    Good enough to put a finger on: tables under their headers, keys at the beginning of a line.
    """
    table, key = (
        str(path[0]) if path else "",
        next((str(p) for p in path[1:] if isinstance(p, str)), ""),
    )
    number = next((p for p in path if isinstance(p, int)), 0)
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
