"""People from a plain table, without a gathering folder: who they are, with whom, and in which pool."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.people import Person, Sheet
from huiyou.people.unpack import Row
from huiyou.people.values import BLANKS, split_values
from huiyou.selection import Asked, Placed, Quota
from huiyou.text import nearest, tidy

__all__ = ["Columns", "Roll", "read_roll"]

# What people write for each pool, whatever the case of letters.
_POOLS = {
    "invited": ("invited", "受邀", "邀请"),
    "reviewed": ("reviewed", "评审", "选定"),
    "drawn": ("drawn", "抽签", "抽选"),
    "excluded": ("excluded", "排除", "不参加"),
}
_POOL_OF = {word: pool for pool, words in _POOLS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table say what; an empty name: none does.

    Parameters
    ----------
    id : str
        If empty, a column ``id`` where there is one, else ids are ``r`` and the row's number.
    together, one_per : str
        People with the same value here come all or not at all; only one of them may come.
    pool, reason : str
        Who is invited, reviewed or excluded, and why.
    multi : tuple of str
        Columns whose cells hold several values between ``┋``, ``|`` or ``;``.
    """

    id: str = ""
    together: str = ""
    one_per: str = ""
    pool: str = ""
    reason: str = ""
    multi: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, list[str]]:
        """Give what is set, for a record."""
        single = {name: getattr(self, name) for name in self.__slots__ if name != "multi"}
        named = {name: [column] for name, column in single.items() if column}
        return {**named, "multi": list(self.multi)}

    @classmethod
    def from_dict(cls, told: Mapping[str, Sequence[str]]) -> Columns:
        """Take back what `to_dict` gave."""
        single = {name: columns for name, columns in told.items() if name != "multi"}
        named = {name: column for name, (column,) in single.items()}
        return cls(**named, multi=tuple(told.get("multi", ())))


@dataclass(frozen=True, slots=True)
class Roll:
    """What a table says of people.

    Parameters
    ----------
    file : str
    people : tuple of Person
        Their traits are the columns that were asked for, and no others.
    together, one_of : tuple of tuple of str
    placed : mapping of str to Placed
    columns : Columns
        With the headers as they stand in the table.
    """

    file: str
    people: tuple[Person, ...]
    together: tuple[tuple[str, ...], ...]
    one_of: tuple[tuple[str, ...], ...]
    placed: Mapping[str, Placed]
    columns: Columns

    def asked(self, seats: int, quotas: Sequence[Quota]) -> Asked:
        """Ask for seats for these people."""
        return Asked(self.people, seats, quotas, self.together, self.one_of, self.placed)


def read_roll(sheet: Sheet, features: Iterable[str], columns: Columns) -> Roll:
    r"""Read people from a table with one row each.

    Parameters
    ----------
    sheet : Sheet
    features : iterable of str
        Columns that quotas name. Nothing else is read of a person, so that whoever checks the
        record needs no names and no phones.
    columns : Columns

    Returns
    -------
    Roll

    Raises
    ------
    InputError
        Every fault: a column that is not there, a row of another width, an id that is missing or
        belongs to two.

    Examples
    --------
    >>> from huiyou.people import read_sheet
    >>> table = read_sheet("姓名,行业,同行\n甲,影视,a\n乙,法律,a\n".encode(), "people.csv")
    >>> roll = read_roll(table, ["行业"], Columns(together="同行"))
    >>> [person.id for person in roll.people], roll.together
    (['r2', 'r3'], (('r2', 'r3'),))
    >>> roll.people[0].traits
    {'行业': ('影视',)}
    """
    features = tuple(dict.fromkeys(features))
    places, faults = _places(sheet, features, columns)
    if faults:
        raise InputError(faults)
    rows: list[tuple[str, Row]] = []
    seen = set[str]()
    for row in sheet.rows:
        if row.blank:
            continue
        if len(row.cells) != len(sheet.header):
            params: dict[str, Any] = {"cells": len(row.cells), "columns": len(sheet.header)}
            faults.append(Fault("row_width", sheet.file, row.number, None, params))
            continue
        who = _cell(row, places["id"]) if "id" in places else f"r{row.number}"
        if not who:
            faults.append(Fault("cell_empty", sheet.file, row.number, sheet.header[places["id"]]))
        elif who in seen:
            column = sheet.header[places["id"]]
            faults.append(Fault("id_twice", sheet.file, row.number, column, {"id": who}))
        seen.add(who)
        rows.append((who, row))
    if not rows and not faults:
        faults.append(Fault("file_empty", sheet.file))
    if faults:
        raise InputError(faults)
    return Roll(
        file=sheet.file,
        people=tuple(_person(who, row, features, places, columns.multi) for who, row in rows),
        together=_groups(rows, places.get("together")),
        one_of=_groups(rows, places.get("one_per")),
        placed=_placed(rows, places),
        columns=columns,
    )


def _places(
    sheet: Sheet, features: Sequence[str], columns: Columns
) -> tuple[dict[str, int], list[Fault]]:
    """Find where each column stands, by its use; features under their own names after ``=``."""
    headers = {tidy(name).casefold(): k for k, name in reversed(list(enumerate(sheet.header)))}
    wanted = [(name, getattr(columns, name)) for name in columns.__slots__ if name != "multi"]
    wanted = [(use, name) for use, name in wanted if name]
    wanted += [(f"={feature}", feature) for feature in features]
    places, faults = {}, []
    for use, name in wanted:
        at = headers.get(tidy(name).casefold())
        if at is not None:
            places[use] = at
            continue
        params = {"nearest": nearest(name, sheet.header), "header": list(sheet.header)}
        code = "feature_column_missing" if use[0] == "=" else "option_column_missing"
        faults.append(Fault(code, sheet.file, sheet.header_row, name, {**params, "use": use}))
    for name in columns.multi:
        if name not in features:
            params = {"nearest": nearest(name, features), "features": list(features)}
            faults.append(Fault("multi_without_quota", sheet.file, None, name, params))
    if not columns.id and "id" in headers:
        places["id"] = headers["id"]
    return places, faults


def _cell(row: Row, at: int) -> str:
    text = tidy(row.cells[at])
    return "" if text in BLANKS else text


def _person(
    who: str, row: Row, features: Sequence[str], places: Mapping[str, int], multi: Sequence[str]
) -> Person:
    traits: dict[str, tuple[str, ...]] = {}
    for feature in features:
        at = places[f"={feature}"]
        several = split_values(row.cells[at], (), "") if feature in multi else [_cell(row, at)]
        traits[feature] = tuple(dict.fromkeys(filter(None, map(tidy, several))))
    return Person(who, traits)


def _groups(rows: Sequence[tuple[str, Row]], at: int | None) -> tuple[tuple[str, ...], ...]:
    """Give those who share a value, where at least two do."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    if at is not None:
        for who, row in rows:
            if value := _cell(row, at):
                groups[value].append(who)
    return tuple(tuple(group) for group in groups.values() if len(group) > 1)


def _placed(rows: Sequence[tuple[str, Row]], places: Mapping[str, int]) -> dict[str, Placed]:
    if "pool" not in places:
        return {}
    placed = {}
    for who, row in rows:
        if pool := _cell(row, places["pool"]):
            reason = _cell(row, places["reason"]) if "reason" in places else ""
            placed[who] = Placed(_POOL_OF.get(pool.casefold(), pool), reason, row.number)
    return placed
