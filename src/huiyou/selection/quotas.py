"""Quotas: how many people with each value may and must be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from huiyou.errors import Fault, InputError
from huiyou.people import Person, Sheet, read_columns
from huiyou.text import as_count

__all__ = ["Quota", "check_quotas", "count", "read_quotas"]

_COLUMNS = {
    "feature": ("feature", "category"),
    "value": ("value", "name"),
    "min": ("min",),
    "max": ("max",),
}


@dataclass(frozen=True, slots=True)
class Quota:
    """At least ``minimum`` and at most ``maximum`` chosen people have ``value`` for ``feature``.

    ``row`` is where it stands in its file; 0 if it comes from nowhere.
    """

    feature: str
    value: str
    minimum: int
    maximum: int
    row: int = field(default=0, compare=False, repr=False)


def count(people: Sequence[Person], quota: Quota) -> int:
    """Count the people whom a quota speaks of."""
    return sum(person.has(quota.feature, quota.value) for person in people)


def read_quotas(sheet: Sheet) -> tuple[tuple[Quota, ...], tuple[str, ...]]:
    r"""Read quotas from a table with the columns feature, value, min and max.

    Parameters
    ----------
    sheet : Sheet
        ``category`` is taken for ``feature`` and ``name`` for ``value``, as the sortition tools
        write them.

    Returns
    -------
    quotas : tuple of Quota
        In the order of the rows.
    extra : tuple of str
        Columns that were not read.

    Raises
    ------
    InputError
        Every fault: a missing column, a bound that is no whole number, a minimum above its
        maximum, a value listed twice.

    Examples
    --------
    >>> from huiyou.people import read_sheet
    >>> read_quotas(read_sheet(b"feature,value,min,max\nA,x,1,2\n", "quotas.csv"))[0]
    (Quota(feature='A', value='x', minimum=1, maximum=2),)
    """
    faults: list[Fault] = []
    rows, extra = read_columns(sheet, _COLUMNS, faults)
    quotas: list[Quota] = []
    for row, cells in rows:
        empty = [column for column in _COLUMNS if not cells[column]]
        faults += [Fault("cell_empty", sheet.file, row, column) for column in empty]
        bounds = {column: as_count(cells[column]) for column in ("min", "max")}
        faults += [
            Fault("not_a_count", sheet.file, row, column, {"value": cells[column]})
            for column, bound in bounds.items()
            if bound is None and cells[column]
        ]
        low, high = bounds["min"], bounds["max"]
        if low is None or high is None:
            continue
        if low > high:
            faults.append(
                Fault("quota_min_above_max", sheet.file, row, "min", {"min": low, "max": high})
            )
        if any((q.feature, q.value) == (cells["feature"], cells["value"]) for q in quotas):
            faults.append(Fault("quota_twice", sheet.file, row, "value", {"value": cells["value"]}))
        quotas.append(Quota(cells["feature"], cells["value"], low, high, row))
    if faults:
        raise InputError(faults)
    return tuple(quotas), extra


def check_quotas(quotas: Sequence[Quota]) -> None:
    """Raise ValueError if a bound is negative, upside down, or a value listed twice."""
    for quota in quotas:
        if not 0 <= quota.minimum <= quota.maximum:
            raise ValueError(f"bounds of {quota} are not in order")
    twice = [key for key, n in Counter((q.feature, q.value) for q in quotas).items() if n > 1]
    if twice:
        raise ValueError(f"listed twice: {twice}")
