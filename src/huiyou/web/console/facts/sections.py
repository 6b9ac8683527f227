"""Which facts stand on which page, in which order: the one declaration of the desk's forms."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from pydantic import BaseModel

from huiyou.gathering.facts import (
    ApplicantFacts,
    DrawFacts,
    GatheringFacts,
    PoolFacts,
    SeatFacts,
    SessionFacts,
    SpeakerFacts,
    SponsorFacts,
    TableFacts,
)
from huiyou.web.console.facts.fields import MISSING, Field, field_of, merged
from huiyou.web.console.facts.rows import (
    Draft,
    Given,
    Notes,
    Rows,
    doors,
    guests,
    meanings,
    needs,
    pairs,
    rules,
    tables,
    traits,
)

__all__ = ["ASKED", "SECTIONS", "Group", "Section", "Single", "section_of"]

ASKED = ("company", "email", "bio", "wants")  # fields that a form may insist on


@dataclass(frozen=True, slots=True)
class Single:
    """One fact by itself; its field's name is its path."""

    field: Field

    def get(self, draft: Draft) -> Any:
        """Give what it is."""
        if self.field.name == "draw":
            return draft.facts["draw"] is not None
        table, key = self.field.name.split(".")
        value: Any = (draft.facts[table] or {}).get(key)
        if self.field.name == "applicants.required":
            return [name for name in value if name in ASKED]
        return value

    def put(self, draft: Draft, value: Any) -> None:
        """Write it; what belongs to a draw only where there is one."""
        if self.field.name == "draw":
            draft.facts["draw"] = (
                (draft.facts["draw"] or {"prizes": "prizes.csv"}) if value else None
            )
            return
        table, key = self.field.name.split(".")
        if self.field.name == "applicants.required":
            old = draft.facts[table][key]
            value = merged(old, [*(name for name in old if name not in ASKED), *value])
        if draft.facts[table] is not None:
            draft.facts[table].pop(key, None) if value is MISSING else draft.facts[table].update(
                {key: value}
            )


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that are asked for together, under a heading of their own."""

    name: str
    parts: tuple[Single | Rows, ...]


@dataclass(frozen=True, slots=True)
class Section:
    """One page of the facts."""

    name: str
    groups: tuple[Group, ...]

    @property
    def parts(self) -> Iterator[Single | Rows]:
        """Everything on it, in order."""
        return (part for group in self.groups for part in group.parts)


def _facts(table: str, model: type[BaseModel], *keys: str, **more: Any) -> tuple[Single, ...]:
    return tuple(Single(field_of(model, key, f"{table}.{key}", **more)) for key in keys)


def _gathering(*keys: str, **more: Any) -> tuple[Single, ...]:
    return _facts("gathering", GatheringFacts, *keys, **more)


def _columns(model: type[BaseModel], sizes: dict[str, str], **words: str) -> tuple[Field, ...]:
    """Give fields of a row with their widths, and the tables of sentences of their choices."""
    return tuple(
        replace(field_of(model, key), size=size, words=words.get(key, "choice"))
        for key, size in sizes.items()
    )


def _listed(name: str, fields: tuple[str, ...]) -> Rows:
    """Give a table that stands beside the facts; its cells are read by its own reader."""

    def read(draft: Draft) -> list[dict[str, Any]]:
        return list(getattr(draft, name))

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        rows: list[dict[str, Any]] = []
        for each in given:
            notes.places[f"{name}.{len(rows) + 2}"] = (name, each.row)
            rows.append(each.values)
        setattr(draft, name, rows)

    sizes = {"min": "tiny", "max": "tiny", "quantity": "tiny", "tier": "short", "prize": "long"}
    kinds = {"min": "whole", "max": "whole", "quantity": "whole"}
    suggest = {"feature": "traits"}
    columns = tuple(
        Field(
            each, kinds.get(each, "line"), size=sizes.get(each, ""), suggest=suggest.get(each, "")
        )
        for each in fields
    )
    return Rows(name, columns, read, write, name, ordered=name == "prizes", spare=3)


_TRAIT = Field("trait", required=True, suggest="traits")
_SECTIONS = (
    Section("basics", (
        Group("what", _gathering("title", "title_en", "series")),
        Group("when", (
            *_gathering("starts", "ends", size="time"),
            *_gathering("timezone", suggest="zones", size="middle"),
        )),
        Group("where", _gathering("city", "venue", "address", "contact")),
        Group("size", _gathering("seats", "tables", "rounds", size="tiny")),
        Group("series", (
            *_gathering("past_stops"), *_gathering("next_stop", size="middle"),
        )),
        Group("readers", (
            *_gathering("languages", words="spoken"), *_gathering("region", size="tiny"),
        )),
    )),
    Section("programme", (Group("items", (
        tables("sessions", _columns(SessionFacts, {
            "starts": "time", "minutes": "tiny", "kind": "short", "title": "long", "room": "",
        }, kind="kind"), by="starts"),
    )),)),
    Section("guests", (Group("people", (
        guests((
            Field("session", "choice", required=True, words="", size="middle"),
            *_columns(SpeakerFacts, {"name": "", "title": "long", "role": "short"}, role="role"),
        )),
    )),)),
    Section("sponsors", (Group("sponsors", (
        tables("sponsors", _columns(SponsorFacts, {"name": "", "gives": "long"})),
    )),)),
    Section("form", (
        Group("fields", (
            Single(Field("applicants.required", "several", choices=ASKED, words="field")),
            *_facts("applicants", ApplicantFacts, "companions", words="companions"),
        )),
        Group("traits", (
            traits((
                Field("name", required=True, locked=True),
                Field("several", "tick", size="ticks"), Field("required", "tick", size="ticks"),
                Field("badge", "tick", size="ticks"),
            )),
        )),
    )),
    Section("quotas", (
        Group("giving", (
            *_facts("seats", SeatFacts, "together", words="together"),
            *_facts("seats", SeatFacts, "one_per"),
            *_facts("seats", SeatFacts, "objective", words="objective"),
            *_facts("seats", SeatFacts, "alternates", size="tiny"),
            *_facts("seats", SeatFacts, "invite_beyond"),
            *_facts("seats", SeatFacts, "crowding", "offer_hours", "answer_hours", size="tiny"),
        )),
        Group("quotas", (_listed("quotas", ("feature", "value", "min", "max")),)),
        Group("pools", (
            rules(_columns(PoolFacts, {
                "pool": "short", "where": "", "ids": "", "reason": "long",
            }, pool="pool")),
        )),
        Group("past", (
            doors((
                Field("stop", required=True, size="middle"), Field("trait", suggest="traits"), Field("value"),
                Field("invited", "whole", required=True, size="tiny"),
                Field("came", "whole", required=True, size="tiny"),
            )),
        )),
    )),
    Section("tables", (
        Group("mix", (pairs(
            "mix", "tables.mix", _TRAIT, Field("weight", "number", required=True, size="tiny"), blame="weight",
        ),)),
        Group("wants", (
            pairs("wants", "tables.wants", Field("wish", required=True, suggest="traits"), _TRAIT, blame="wish"),
        )),
        Group("needs", (
            needs((_TRAIT, Field("value", required=True), Field("host", "tick", size="ticks"))),
        )),
        Group("together", (
            *_facts("tables", TableFacts, "apart"),
            *_facts("tables", TableFacts, "together", words="together_at_tables"),
            *_facts("tables", TableFacts, "home_round", "sweeps", size="tiny"),
        )),
    )),
    Section("draw", (
        Group("draw", (
            Single(Field("draw", "tick")),
            *_facts("draw", DrawFacts, "at", size="time"), *_facts("draw", DrawFacts, "every", size="tiny"),
        )),
        Group("prizes", (_listed("prizes", ("tier", "prize", "sponsor", "quantity")),)),
    )),
    Section("files", (
        Group("columns", (
            pairs(
                "columns", "applicants.columns", Field("use", required=True, suggest="uses"),
                Field("column", required=True), blame="column",
            ),
        )),
        Group("meanings", (
            meanings((_TRAIT, Field("written", required=True), Field("means", required=True))),
        )),
        Group("files", (
            *_facts("applicants", ApplicantFacts, "file", "sheet", size="middle"),
            *_facts("seats", SeatFacts, "quotas", size="middle"),
            *_facts("draw", DrawFacts, "prizes", size="middle"),
        )),
    )),
)  # fmt: skip
SECTIONS = {section.name: section for section in _SECTIONS}


def section_of(path: str) -> tuple[Section, Single | Rows] | None:
    """Give where a fault's path is asked for: the longest that it begins with."""
    found = [
        (len(name), section, part)
        for section in _SECTIONS
        for part in section.parts
        if (name := part.field.name if isinstance(part, Single) else part.table)
        and (path == name or path.startswith(f"{name}."))
    ]
    return max(found, key=lambda each: each[0])[1:] if found else None
