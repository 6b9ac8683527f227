"""Quotas: how many people with each value may and must be chosen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from huiyou.errors import Fault, InputError
from huiyou.people import Person, Sheet, read_columns
from huiyou.text import as_count, tidy

__all__ = ["Quota", "check_quotas", "check_values", "count", "read_quotas"]

ALIKE = 0.5  # one wrong character of two

_COLUMNS = {
    "feature": ("feature", "category"),
    "value": ("value", "name"),
    "min": ("min",),
    "max": ("max",),
}
_OLDER = {**_COLUMNS, "feature": ("category",), "value": ("feature",)}


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
        write them; and beside ``category``, ``feature`` for ``value``, as some of them do.

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
    names = {tidy(name).casefold() for name in sheet.header}
    older = {"category", "feature"} <= names and not {"value", "name"} & names
    rows, extra = read_columns(sheet, _OLDER if older else _COLUMNS, faults)
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


def check_values(
    quotas: Sequence[Quota],
    people: Sequence[Person],
    *,
    file: str,
    written: Iterable[tuple[str, str]] = (),
) -> None:
    """Refuse quotas for values that nobody has, when people gave a value that looks like it.

    Parameters
    ----------
    quotas : sequence of Quota
    people : sequence of Person
    file : str
        Where the quotas stand.
    written : iterable of (str, str)
        Trait and answer of whoever gave one that was counted as something else, such as 其他.

    Raises
    ------
    InputError
        One fault for each such quota, whoever many people it concerns, with the ``nearest`` of the
        values that people gave and no quota names, and how many ``people`` gave it. A value that
        nobody has and nobody meant is no mistake: its quota is met by nobody, or a conflict.

    Notes
    -----
    Ratcliff and Obershelp's matching, at least half alike: Chinese values are often two characters
    long. Of equally near values, the one that more people gave. O(people × traits + quotas ×
    values).

    Examples
    --------
    >>> people = [Person(str(k), {"trade": ("金融",)}) for k in range(312)]
    >>> check_values([Quota("trade", "金溶", 1, 20, row=7)], people, file="quotas.csv")
    Traceback (most recent call last):
    huiyou.errors.InputError: quotas.csv:7:value quota_value_unheld feature='trade' value='金溶' nearest='金融' people=312
    """
    held = Counter(
        (trait, value)
        for person in people
        for trait, values in person.traits.items()
        for value in values
    )
    named = {(quota.feature, quota.value) for quota in quotas}
    free = Counter({key: n for key, n in held.items() if key not in named}) + Counter(
        key for key in written if key not in named
    )
    faults = []
    for quota in quotas:
        if held[quota.feature, quota.value]:
            continue
        answers = {value: n for (trait, value), n in free.items() if trait == quota.feature}
        nearest = _nearest(quota.value, answers)
        if nearest:
            params = {"feature": quota.feature, "value": quota.value, "nearest": nearest, "people": answers[nearest]}  # fmt: skip
            faults.append(Fault("quota_value_unheld", file, quota.row or None, "value", params))
    if faults:
        raise InputError(faults)


def _nearest(word: str, answers: Mapping[str, int]) -> str:
    """Give the answer most like a word, or nothing if none is like it."""
    alike = [(SequenceMatcher(None, answer, word).ratio(), n, answer) for answer, n in answers.items()]  # fmt: skip
    ratio, _, answer = max(alike, default=(0.0, 0, ""))
    return answer if ratio >= ALIKE else ""
