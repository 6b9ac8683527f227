"""A table from any spreadsheet file, every cell as text, every fault with its place."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.people.unpack import Row, unpack
from huiyou.text import nearest, tidy, trim

__all__ = ["LARGEST_FILE", "Sheet", "check_size", "is_formula", "read_columns", "read_sheet"]

LARGEST_FILE = 32 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table as it stands in the file.

    Parameters
    ----------
    file : str
        Name for messages.
    form : str
        How it was read: ``utf-8``, ``gb18030``, ``utf-16``, ``xlsx`` or ``xls``.
    digest : str
        SHA-256 of the file's bytes, hex.
    header : tuple of str
        Column names, outer space taken away, all different.
    header_row : int
        Row the names stand in; more than 1 if titles stand above them.
    rows : tuple of Row
    """

    file: str
    form: str
    digest: str
    header: tuple[str, ...]
    header_row: int
    rows: tuple[Row, ...]


def is_formula(cell: str) -> bool:
    r"""Say whether a spreadsheet would run this cell.

    A leading ``+`` or ``-`` is mostly a phone or a dash, and a tab is put before phones on purpose.

    Examples
    --------
    >>> is_formula('=HYPERLINK("http://example.com")'), is_formula("+1+cmd|'/c calc'!A0")
    (True, True)
    >>> is_formula("\t19900000166"), is_formula("+86 19900000166"), is_formula("-")
    (False, False, False)
    """
    text = trim(cell)
    return text.startswith(("=", "@")) or (
        text.startswith(("+", "-")) and any(mark in text for mark in "(!|")
    )


def check_size(size: int, file: str) -> None:
    """Raise `InputError` if a file of ``size`` bytes is larger than Huiyou reads."""
    if size > LARGEST_FILE:
        limit = LARGEST_FILE // 1024**2
        raise InputError(
            [Fault("file_too_large", file, params={"limit": limit, "size": -(-size // 1024**2)})]
        )


def read_sheet(data: bytes, file: str, sheet: str | None = None) -> Sheet:
    r"""Read a CSV, XLSX or XLS file.

    The kind is told from the bytes, not from the name: form tools call many things ``.xls``.

    Parameters
    ----------
    data : bytes
        The whole file, at most 32 MiB. CSV may be UTF-8 with or without a mark, UTF-16, or
        GB18030; commas, semicolons or tabs.
    file : str
        Name for messages.
    sheet : str, optional
        Which sheet of a workbook; needed if more than one has anything in it.

    Returns
    -------
    Sheet

    Raises
    ------
    InputError
        Every fault found: empty, too large, unreadable, several sheets, columns without a name or
        with the same one.

    Notes
    -----
    A first row with one cell above a fuller second row is taken for a title. O(size).

    Examples
    --------
    >>> table = read_sheet("姓名,手机\n毛佑涵,19900000166\n".encode("gb18030"), "people.csv")
    >>> table.form, table.header, table.rows[0].number
    ('gb18030', ('姓名', '手机'), 2)
    """
    check_size(len(data), file)
    if not data.strip(b"\xef\xbb\xbf\xff\xfe \t\r\n\x00"):
        raise InputError([Fault("file_empty", file)])
    form, table = unpack(data, file, sheet)
    return _with_header(table, file, form, hashlib.sha256(data).hexdigest())


def read_columns(
    sheet: Sheet, columns: Mapping[str, Sequence[str]], faults: list[Fault]
) -> tuple[list[tuple[int, dict[str, str]]], tuple[str, ...]]:
    """Read a table whose columns are agreed on, such as quotas or prizes.

    Parameters
    ----------
    sheet : Sheet
    columns : mapping of str to sequence of str
        Each column and the headers it may have, in any case.
    faults : list of Fault
        Rows of the wrong width and tables without rows are added.

    Returns
    -------
    rows : list of (int, dict)
        Row number and tidy cells by column; blank rows are left out.
    extra : tuple of str
        Headers of columns that were not asked for.

    Raises
    ------
    InputError
        If a column is missing, and all faults so far.
    """
    names = [tidy(name).casefold() for name in sheet.header]
    places = {
        column: names.index(alias)
        for column, aliases in columns.items()
        for alias in reversed(aliases)
        if alias in names
    }
    for column in [name for name in columns if name not in places]:
        params: dict[str, Any] = {"nearest": nearest(column, names), "header": list(sheet.header)}
        faults.append(Fault("column_missing", sheet.file, sheet.header_row, column, params))
    if len(places) < len(columns):
        raise InputError(faults)
    rows = []
    for row in sheet.rows:
        if len(row.cells) != len(sheet.header) and not row.blank:
            params = {"cells": len(row.cells), "columns": len(sheet.header)}
            faults.append(Fault("row_width", sheet.file, row.number, None, params))
        elif not row.blank:
            rows.append((row.number, {column: tidy(row.cells[k]) for column, k in places.items()}))
    if not rows and not faults:
        faults.append(Fault("file_empty", sheet.file))
    taken = set(places.values())
    return rows, tuple(name for k, name in enumerate(sheet.header) if k not in taken)


def _with_header(table: list[Row], file: str, form: str, sha256: str) -> Sheet:
    filled = [row for row in table if not row.blank]
    if not filled:
        raise InputError([Fault("file_empty", file)])
    top = filled[0]
    if len(filled) > 1 and _filled_cells(top) == 1 < _filled_cells(filled[1]):
        top = filled[1]
    names = [trim(cell) for cell in top.cells]
    below = [row for row in table if row.number > top.number]
    while names and not names[-1] and not any(
        trim(row.cells[len(names) - 1]) for row in below if len(row.cells) >= len(names)
    ):  # fmt: skip
        names.pop()  # some tools end each line with a comma
    width = len(names)
    _check_names(names, file, top.number)
    rows = tuple(
        Row(row.number, row.cells[:width] if not any(map(trim, row.cells[width:])) else row.cells)
        for row in below
    )
    return Sheet(file, form, sha256, tuple(names), top.number, rows)


def _filled_cells(row: Row) -> int:
    return sum(bool(trim(cell)) for cell in row.cells)


def _check_names(names: list[str], file: str, row: int) -> None:
    faults = [
        Fault("column_unnamed", file, row, params={"position": k})
        for k, name in enumerate(names, start=1)
        if not name
    ]
    times = Counter(tidy(name) for name in names if name)
    faults += [
        Fault("column_twice", file, row, name, {"times": n}) for name, n in times.items() if n > 1
    ]
    if faults:
        raise InputError(faults)
