"""What past stops saw at their doors."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.people import Sheet, read_columns
from huiyou.text import as_count

__all__ = ["STOPS", "Attendance", "read_attendance"]

STOPS = 50  # more past stops tell nothing more, and a judge would count for ever

_COLUMNS = {name: (name,) for name in ("stop", "feature", "value", "invited", "came")}


@dataclass(frozen=True, slots=True)
class Attendance:
    """What a past stop saw at its door.

    Parameters
    ----------
    invited, came : int
        People with a seat, and how many of them were there.
    values : tuple of (str, str, int, int)
        Feature, value, invited and came, for each value that was counted.

    Raises
    ------
    ValueError
        If more came than were invited.
    """

    invited: int
    came: int
    values: tuple[tuple[str, str, int, int], ...] = ()

    def __post_init__(self) -> None:
        for invited, came in [(self.invited, self.came), *(each[2:] for each in self.values)]:
            if not 0 <= came <= invited:
                raise ValueError(f"{came} of {invited} came")

    def to_dict(self) -> dict[str, Any]:
        """Give it as it stands in a record."""
        names = ("feature", "value", "invited", "came")
        values = [dict(zip(names, each, strict=True)) for each in self.values]
        return {"invited": self.invited, "came": self.came, "values": values}

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Attendance:
        """Read it from a record."""
        values = (
            (each["feature"], each["value"], each["invited"], each["came"])
            for each in told["values"]
        )
        return cls(told["invited"], told["came"], tuple(values))


@dataclass(slots=True)
class _Stop:
    total: tuple[int, int] | None = None
    values: dict[tuple[str, str], tuple[int, int]] = field(default_factory=dict)


def read_attendance(sheet: Sheet) -> tuple[tuple[Attendance, ...], tuple[str, ...]]:
    r"""Read past stops from a table with the columns stop, feature, value, invited and came.

    Parameters
    ----------
    sheet : Sheet
        For each stop a row without feature and value, which counts everybody, and as many others
        as were counted.

    Returns
    -------
    past : tuple of Attendance
        In the order of their first rows.
    extra : tuple of str
        Columns that were not read.

    Raises
    ------
    InputError
        Every fault: a missing column or count, more who came than were invited, a value counted
        twice, a stop of which nobody counted everybody, more than 50 stops.

    Examples
    --------
    >>> from huiyou.people import read_sheet
    >>> table = b"stop,feature,value,invited,came\nParis,,,200,140\nParis,role,student,60,24\n"
    >>> read_attendance(read_sheet(table, "past.csv"))[0]
    (Attendance(invited=200, came=140, values=(('role', 'student', 60, 24),)),)
    """
    faults: list[Fault] = []
    rows, extra = read_columns(sheet, _COLUMNS, faults)
    stops: dict[str, _Stop] = {}
    first: dict[str, int] = {}
    for row, cells in rows:
        told = _counts(sheet.file, row, cells, faults)
        name, key = cells["stop"], (cells["feature"], cells["value"])
        stop = stops.setdefault(name, _Stop())
        first.setdefault(name, row)
        if key in stop.values or (not any(key) and stop.total):
            faults.append(Fault("attendance_twice", sheet.file, row, "value", {"value": cells["value"] or name}))  # fmt: skip
        elif any(key):
            stop.values[key] = told
        else:
            stop.total = told
    faults += [
        Fault("attendance_without_total", sheet.file, first[name], "stop", {"value": name})
        for name, stop in stops.items()
        if stop.total is None
    ]
    if len(stops) > STOPS:
        faults.append(
            Fault("attendance_many", sheet.file, params={"stops": len(stops), "most": STOPS})
        )
    if faults:
        raise InputError(faults)
    return tuple(
        Attendance(*(stop.total or (0, 0)), tuple((*key, *told) for key, told in stop.values.items()))
        for stop in stops.values()
    ), extra  # fmt: skip


def _counts(file: str, row: int, cells: Mapping[str, str], faults: list[Fault]) -> tuple[int, int]:
    """Read a row's two counts and note what is wrong with it."""
    half = bool(cells["feature"]) != bool(cells["value"])
    needed = ["stop", "invited", "came", *(("feature", "value") if half else ())]
    faults += [Fault("cell_empty", file, row, column) for column in needed if not cells[column]]
    counts = {column: as_count(cells[column]) for column in ("invited", "came")}
    faults += [
        Fault("not_a_count", file, row, column, {"value": cells[column]})
        for column, number in counts.items()
        if number is None and cells[column]
    ]
    invited, came = counts["invited"], counts["came"]
    if invited is None or came is None:
        return (0, 0)
    if came > invited:
        faults.append(
            Fault("came_above_invited", file, row, "came", {"came": came, "invited": invited})
        )
        return (0, 0)
    return (invited, came)
