"""Facts of which there are many: what each shape of them is as rows, and as facts again."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from huiyou.errors import Fault
from huiyou.people.columns import FIELDS
from huiyou.web.console.facts.fields import MISSING, Field, merged

__all__ = [
    "PAGE", "Draft", "Given", "Notes", "Rows", "doors", "guests", "meanings", "needs", "pairs", "rules",
    "tables", "traits", "typed_only",
]  # fmt: skip

PAGE = "page"  # where a fault was typed, instead of a file
Values = dict[str, Any]


@dataclass(slots=True)
class Draft:
    """Facts on their way: as pydantic gives them, quotas and prizes as rows of text."""

    facts: dict[str, Any]
    quotas: list[Values]
    prizes: list[Values]
    zone: ZoneInfo


@dataclass(frozen=True, slots=True)
class Given:
    """One row that is to be kept: its values, which row of before it was, and where it stands on the page."""

    values: Values
    was: int | None
    row: int


@dataclass(slots=True)
class Notes:
    """What was found while rows became facts: where each now stands, and what is wrong with it."""

    places: dict[str, tuple[str, int]] = field(default_factory=dict)
    faults: list[Fault] = field(default_factory=list)

    def wrong(self, code: str, rows: str, row: int, name: str, **params: Any) -> None:
        """Note a fault of one input, by its name on the page."""
        self.faults.append(Fault(code, PAGE, None, f"{rows}.{row}.{name}", params))


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of the page.

    ``read`` gives the rows of before, ``write`` puts those given into the draft. ``table`` is the
    beginning of the paths of its faults; one that names no field belongs to ``blame``. ``ordered``
    rows carry a number by which they stand.
    """

    name: str
    fields: tuple[Field, ...]
    read: Callable[[Draft], list[Values]]
    write: Callable[[Draft, list[Given], Notes], None]
    table: str = ""
    blame: str = ""
    ordered: bool = False
    spare: int = 2


def tables(key: str, fields: tuple[Field, ...], *, by: str = "", ordered: bool = True) -> Rows:
    """Give a list of tables, such as the sponsors; ``by`` names the time that orders it instead."""

    def read(draft: Draft) -> list[Values]:
        return list(draft.facts[key])

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        if by and all(isinstance(each.values[by], datetime) for each in given):
            given = sorted(given, key=lambda each: _in_zone(each.values[by], draft.zone))
        old: list[Values] = draft.facts[key]
        new: list[Values] = []
        for each in given:
            notes.places[f"{key}.{len(new) + 1}"] = (key, each.row)
            kept = old[each.was] if each.was is not None else {}
            new.append(typed_only({**kept, **each.values}))
        draft.facts[key] = new

    return Rows(key, fields, read, write, key, ordered=ordered and not by)


def _in_zone(time: datetime, zone: ZoneInfo) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=zone)


def typed_only(values: Values) -> Values:
    """Leave out what was not typed, so that the checker misses it."""
    return {name: value for name, value in values.items() if value is not MISSING}


def guests(fields: tuple[Field, ...]) -> Rows:
    """Give the people on stage, each with the session they belong to."""

    def read(draft: Draft) -> list[Values]:
        return [
            {**who, "session": str(number)}
            for number, session in enumerate(draft.facts["sessions"])
            for who in session["speakers"]
        ]

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        sessions = draft.facts["sessions"]
        there = [who for session in sessions for who in session["speakers"]]
        for session in sessions:
            session["speakers"] = []
        for each in given:
            values = {**(there[each.was] if each.was is not None else {}), **each.values}
            number = str(values.pop("session"))
            if not number.isdecimal() or int(number) >= len(sessions):
                notes.wrong("value_empty", "guests", each.row, "session")
                continue
            on_stage = sessions[int(number)]["speakers"]
            on_stage.append(typed_only(values))
            path = f"sessions.{int(number) + 1}.speakers.{len(on_stage)}"
            notes.places[path] = ("guests", each.row)

    return Rows("guests", fields, read, write, ordered=True)


def pairs(name: str, path: str, names: Field, values: Field, *, blame: str) -> Rows:
    """Give a table of keys and values, such as the weights of traits."""
    table, key = path.split(".")

    def read(draft: Draft) -> list[Values]:
        return [{names.name: k, values.name: v} for k, v in draft.facts[table][key].items()]

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        new: dict[str, Any] = {}
        for each in _whole_rows(name, given, notes):
            one, value = each.values[names.name], each.values[values.name]
            if one in new:
                notes.wrong("row_twice", name, each.row, names.name, value=one)
            notes.places[f"{path}.{one}"] = (name, each.row)
            new[one] = value
        draft.facts[table][key] = new

    return Rows(name, (names, values), read, write, path, blame=blame)


def _whole_rows(name: str, given: Iterable[Given], notes: Notes) -> list[Given]:
    """Give the rows in which nothing is missing."""
    whole = []
    for each in given:
        missing = [key for key, value in each.values.items() if value is MISSING]
        for key in missing:
            notes.wrong("field_empty", name, each.row, key)
        if not missing:
            whole.append(each)
    return whole


def meanings(fields: tuple[Field, ...]) -> Rows:
    """Give what odd answers mean."""

    def read(draft: Draft) -> list[Values]:
        return [
            {"trait": trait, "written": written, "means": means}
            for trait, values in draft.facts["applicants"]["values"].items()
            for written, means in values.items()
        ]

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        # A trait that had an empty table keeps it: nothing on the page speaks of it.
        old = draft.facts["applicants"]["values"]
        new: dict[str, dict[str, Any]] = {trait: {} for trait, rows in old.items() if not rows}
        for each in _whole_rows("meanings", given, notes):
            trait, written = each.values["trait"], each.values["written"]
            if written in new.setdefault(trait, {}):
                notes.wrong("row_twice", "meanings", each.row, "written", value=written)
            notes.places[f"applicants.values.{trait}.{written}"] = ("meanings", each.row)
            new[trait][written] = each.values["means"]
        draft.facts["applicants"]["values"] = {t: new[t] for t in merged(list(old), list(new))}

    return Rows("meanings", fields, read, write, "applicants.values")


def needs(fields: tuple[Field, ...]) -> Rows:
    """Give whom every table needs, and who of them makes a host."""

    def read(draft: Draft) -> list[Values]:
        about = draft.facts["tables"]
        rows, host = [], about["host"]
        for need in about["each_table"]:
            trait, _, value = need.partition("=")
            rows.append({"trait": trait, "value": value, "host": need == host})
            host = None if need == host else host
        return rows

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        about = draft.facts["tables"]
        about["each_table"], hosts = [], []
        for each in _whole_rows("needs", given, notes):
            trait, value = each.values["trait"], each.values["value"]
            if "=" in trait:
                notes.wrong("trait_equals", "needs", each.row, "trait")
            about["each_table"].append(f"{trait}={value}")
            notes.places[f"tables.each_table.{len(about['each_table'])}"] = ("needs", each.row)
            if each.values["host"]:
                hosts.append(f"{trait}={value}")
            if len(hosts) > 1:
                notes.wrong("host_twice", "needs", each.row, "host")
        about["host"] = hosts[0] if hosts else None

    return Rows("needs", fields, read, write, "tables.each_table")


def rules(fields: tuple[Field, ...]) -> Rows:
    """Give who is put into which pool before the draw."""

    def read(draft: Draft) -> list[Values]:
        return list(draft.facts["seats"]["pools"])

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        for number, each in enumerate(given, start=1):
            notes.places[f"seats.pools.{number}"] = ("pools", each.row)
        draft.facts["seats"]["pools"] = [typed_only(each.values) for each in given]

    return Rows("pools", fields, read, write, "seats.pools", spare=1)


def doors(fields: tuple[Field, ...]) -> Rows:
    """Give what past stops counted at their doors: everybody in one row, each kind of people in another."""

    def read(draft: Draft) -> list[Values]:
        return [
            {"stop": stop["stop"], "trait": trait, "value": value, "invited": invited, "came": came}
            for stop in draft.facts["seats"]["past"]
            for trait, value, invited, came in (
                ("", "", stop["invited"], stop["came"]),
                *((t, v, *two) for t, counted in stop["came_of"].items() for v, two in counted.items()),
            )
        ]  # fmt: skip

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        stops: dict[str, Values] = {}
        first: dict[str, int] = {}
        for each in _whole_rows("past", given, notes):
            name, trait, value, invited, came = (each.values[f.name] for f in fields)
            stop = stops.setdefault(name, {"stop": name, "came_of": {}})
            first.setdefault(name, each.row)
            path = f"seats.past.{[*stops].index(name) + 1}"
            if not trait or not value:
                if trait or value:
                    notes.wrong("field_empty", "past", each.row, "value" if trait else "trait")
                elif "invited" in stop:
                    notes.wrong("row_twice", "past", each.row, "stop", value=name)
                notes.places[path] = ("past", each.row)
                stop.update(invited=invited, came=came)
            elif value in stop["came_of"].setdefault(trait, {}):
                notes.wrong("row_twice", "past", each.row, "value", value=value)
            else:
                notes.places[f"{path}.came_of.{trait}.{value}"] = ("past", each.row)
                stop["came_of"][trait][value] = [invited, came]
        for name, stop in stops.items():
            if "invited" not in stop:
                notes.wrong("stop_without_total", "past", first[name], "stop", value=name)
        draft.facts["seats"]["past"] = list(stops.values())

    return Rows("past", fields, read, write, "seats.past", blame="came", spare=1)


def traits(fields: tuple[Field, ...]) -> Rows:
    """Give what the form asks besides the fields everyone has: in which lists each trait stands."""

    def names(draft: Draft) -> list[str]:
        about = draft.facts["applicants"]
        asked = [name for name in about["required"] if name not in FIELDS]
        listed = (about["traits"], about["multi"], asked, draft.facts["cards"]["show"] or ())
        return list(dict.fromkeys(name for each in listed for name in each))

    def read(draft: Draft) -> list[Values]:
        about, shown = draft.facts["applicants"], _shown(draft)
        return [
            {
                "name": name,
                "several": name in about["multi"],
                "required": name in about["required"],
                "badge": name in shown,
            }
            for name in names(draft)
        ]

    def write(draft: Draft, given: list[Given], notes: Notes) -> None:
        about, cards = draft.facts["applicants"], draft.facts["cards"]
        rows = _whole_rows("traits", given, notes)
        for k, each in enumerate(rows):
            if any(each.values["name"] == other.values["name"] for other in rows[:k]):
                notes.wrong("row_twice", "traits", each.row, "name", value=each.values["name"])
            elif each.values["name"] in FIELDS:
                notes.wrong("trait_is_field", "traits", each.row, "name")

        def ticked(key: str) -> list[str]:
            return [each.values["name"] for each in rows if each.values[key]]

        old, shown = about["traits"], ticked("badge")
        about["multi"] = merged(about["multi"], ticked("several"))
        fixed = [name for name in about["required"] if name in FIELDS]
        about["required"] = merged(about["required"], [*fixed, *ticked("required")])
        elsewhere = {*about["multi"], *about["required"], *(shown if cards["show"] else ())}
        about["traits"] = [
            each.values["name"]
            for each in rows
            if each.values["name"] in old
            or each.was is None
            or each.values["name"] not in elsewhere
        ]
        for number, name in enumerate(about["traits"], start=1):
            row = next(each.row for each in rows if each.values["name"] == name)
            notes.places[f"applicants.traits.{number}"] = ("traits", row)
        usual = cards["show"] is None and set(shown) == set(about["traits"][:2])
        cards["show"] = None if usual else merged(cards["show"] or (), shown)

    return Rows("traits", fields, read, write, "applicants.traits", ordered=True)


def _shown(draft: Draft) -> list[str]:
    """Give the traits on badges, as `Facts.shown` does."""
    named: list[str] | None = draft.facts["cards"]["show"]
    traits: list[str] = draft.facts["applicants"]["traits"]
    return traits[:2] if named is None else named
