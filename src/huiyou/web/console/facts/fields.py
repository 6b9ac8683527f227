"""One field of a form: told from the facts' own types, written as text and read back."""

from __future__ import annotations

import re
import types
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Union, get_args, get_origin
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from huiyou.text import tidy, trim

__all__ = ["MISSING", "Field", "field_of", "merged", "read", "show"]

MISSING: Any = object()  # nothing was typed where something must be
MINUTE = "%Y-%m-%dT%H:%M"
_WHOLE = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Field:
    """How one fact is asked for.

    ``kind`` is line, text, lines (one thing on each), whole, number, time, choice, several or tick.
    ``words`` is the table of sentences that names its choices. ``suggest`` names a list of values
    to pick from. A ``locked`` field is only typed in new rows.
    """

    name: str
    kind: str = "line"
    required: bool = False
    default: Any = ""
    choices: tuple[str, ...] = ()
    words: str = "choice"
    suggest: str = ""
    size: str = ""
    locked: bool = False

    @property
    def typed(self) -> bool:
        """Whether a row with something in it is a row."""
        return self.kind not in ("choice", "several", "tick")


def field_of(model: type[BaseModel], key: str, name: str = "", **more: Any) -> Field:
    """Make the field of a key of the facts, as its type tells."""
    about = model.model_fields[key]
    kind, choices = _kind(about.annotation)
    given = {"kind": kind, "choices": choices, "default": MISSING} | more
    if not about.is_required():
        given["default"] = about.get_default(call_default_factory=True)
    return Field(name or key, required=about.is_required(), **given)


def _kind(annotation: Any) -> tuple[str, tuple[str, ...]]:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _kind(inner[0])
    if origin is Literal:
        return "choice", inner
    if origin in (Union, types.UnionType):
        return _kind(inner[0])  # with None, or a decimal that may be whole
    if origin is list:
        kind, choices = _kind(inner[0])
        return ("several", choices) if kind == "choice" else ("lines", ())
    return {int: "whole", Decimal: "number", datetime: "time", bool: "tick", str: "line"}[
        annotation
    ], ()


def show(field: Field, value: Any, zone: ZoneInfo) -> Any:
    """Write a value as the page shows it; what comes back the same was not changed."""
    if field.kind == "tick":
        return bool(value)
    if field.kind == "several":
        return list(value or ())
    if value is None or value is MISSING:
        return ""
    if field.kind == "time" and isinstance(value, datetime):
        return (value.astimezone(zone) if value.tzinfo else value).strftime(MINUTE)
    if field.kind == "lines":
        return "\n".join(value)
    text = str(value).replace("\r", "")
    return text if field.kind == "text" else text.replace("\n", "")


def read(field: Field, typed: Any) -> Any:
    """Read what was typed; what cannot be read stays text, and the checker says what it is not."""
    if field.kind == "tick":
        return bool(typed)
    if field.kind == "several":
        return [choice for choice in field.choices if choice in typed]
    if field.kind == "lines":
        return _lines(typed)
    text = trim(typed)
    if not text:
        return MISSING if field.required else field.default
    reader = {"whole": _whole, "number": _number, "time": _time}.get(field.kind)
    return reader(tidy(text)) if reader else text


def _lines(typed: str) -> list[str]:
    return [line for line in map(trim, typed.split("\n")) if line]


def _whole(text: str) -> int | str:
    return int(text) if _WHOLE.fullmatch(text) else text


def _number(text: str) -> int | Decimal | str:
    try:
        return int(text) if _WHOLE.fullmatch(text) else Decimal(text)
    except InvalidOperation:
        return text


def _time(text: str) -> datetime | str:
    for form in (MINUTE, f"{MINUTE}:%S"):
        try:
            return datetime.strptime(text.replace(" ", "T"), form)  # noqa: DTZ007 -- the gathering's zone
        except ValueError:
            continue
    return text


def merged(old: Sequence[str], wanted: Sequence[str]) -> list[str]:
    """Give what is wanted: what was there in its old order, then what is new."""
    return [
        *(name for name in old if name in wanted),
        *(name for name in wanted if name not in old),
    ]
