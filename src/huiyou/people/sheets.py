"""A table from any spreadsheet file, every cell as text, every fault with its place."""

from __future__ import annotations

import csv
import hashlib
import io
import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.text import nearest, tidy, trim

__all__ = ["LARGEST_FILE", "Row", "Sheet", "check_size", "is_formula", "read_columns", "read_sheet"]

LARGEST_FILE = 32 * 1024 * 1024
LARGEST_UNPACKED = 512 * 1024 * 1024
LARGEST_CELLS = 16 * 1024 * 1024  # as many as the old .xls could hold

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",\t;"
_FILLED_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*(?<!/)>')


@dataclass(frozen=True, slots=True)
class Row:
    """One row under the header.

    Parameters
    ----------
    number : int
        As a spreadsheet numbers it; the first row of the file is 1.
    cells : tuple of str
        As many as the file has in this row: a comma-separated file may have more or fewer than
        there are columns.
    """

    number: int
    cells: tuple[str, ...]

    @property
    def blank(self) -> bool:
        """Whether nothing was typed into it."""
        return not any(map(trim, self.cells))


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
    if data.startswith((_ZIP, _OLE)):
        form, table = _read_workbook(data, file, sheet)
    else:
        form, table = _read_text(data, file)
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


def _read_text(data: bytes, file: str) -> tuple[str, list[Row]]:
    form, text = _decode(data, file)
    if trim(text[:2048]).lower().startswith(("<html", "<!doctype html", "<table", "<?xml")):
        raise InputError([Fault("file_is_markup", file)])
    # An empty line counts as a row, as it does when a spreadsheet opens the file.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    rows: list[Row] = []
    try:
        rows.extend(Row(number, tuple(cells)) for number, cells in enumerate(reader, start=1))
    except csv.Error as error:
        fault = Fault("csv_broken", file, reader.line_num, params={"detail": str(error)})
        raise InputError([fault]) from error
    return form, rows


def _decode(data: bytes, file: str) -> tuple[str, str]:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        attempts = [("utf-16", "utf-16")]
    elif data[:200].count(0) > len(data[:200]) // 4:
        order = "le" if data[:200:2].count(0) < data[1:200:2].count(0) else "be"
        attempts = [("utf-16", f"utf-16-{order}")]
    else:
        attempts = [("utf-8", "utf-8-sig"), ("gb18030", "gb18030")]
    for form, codec in attempts:
        try:
            text = data.decode(codec)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return form, text
    raise InputError([Fault("encoding_unknown", file)])


def _delimiter(text: str) -> str:
    """Whichever of comma, tab and semicolon stands most often in the first line that has one."""
    bare = "".join(text.split('"')[::2])  # outside quotes, where a header may run over lines
    lines = (part for part in bare.splitlines() if any(mark in part for mark in _DELIMITERS))
    line = next(lines, "")
    return max(_DELIMITERS, key=lambda mark: (line.count(mark), -_DELIMITERS.index(mark)))


def _read_workbook(data: bytes, file: str, sheet: str | None) -> tuple[str, list[Row]]:
    import python_calamine as calamine  # noqa: PLC0415 -- slow import, and most tables are CSV

    form = "xlsx" if data.startswith(_ZIP) else "xls"
    if form == "xlsx":
        _check_unpacked(data, file)
    try:
        book = calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
        tables = {name: _worksheet(book, name) for name in book.sheet_names}
    except (calamine.CalamineError, OSError, ValueError) as error:
        fault = Fault("workbook_unreadable", file, params={"detail": str(error)})
        raise InputError([fault]) from error
    full = {name: rows for name, rows in tables.items() if any(not row.blank for row in rows)}
    if sheet is not None:
        if sheet not in tables:
            raise InputError(
                [Fault("sheet_missing", file, params={"sheet": sheet, "sheets": list(tables)})]
            )
        return form, tables[sheet]
    if len(full) > 1:
        raise InputError([Fault("sheets_many", file, params={"sheets": list(full)})])
    return form, next(iter(full.values()), [])


def _check_unpacked(data: bytes, file: str) -> None:
    """Refuse a workbook that unpacks to more than memory should hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            size = sum(info.file_size for info in archive.infolist())
            if size > LARGEST_UNPACKED:
                limit = LARGEST_UNPACKED // 1024**2
                params = {"limit": limit, "size": -(-size // 1024**2)}
                raise InputError([Fault("file_too_large", file, params=params)])
            for name in archive.namelist():
                if name.startswith("xl/worksheets/"):
                    _check_spread(archive.read(name), file)
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        fault = Fault("workbook_unreadable", file, params={"detail": str(error)})
        raise InputError([fault]) from error


def _check_spread(worksheet: bytes, file: str) -> None:
    """Refuse a sheet with one cell far out: the reader makes every cell up to it, and runs out of memory."""
    cells = _FILLED_CELL.findall(worksheet)
    column = max(
        (name.decode() for name, _ in cells), key=lambda name: (len(name), name), default=""
    )
    row = max((int(number) for _, number in cells), default=0)
    width = reduce(lambda total, letter: 26 * total + ord(letter) - ord("A") + 1, column, 0)
    if width * row > LARGEST_CELLS:
        params = {"corner": f"{column}{row}", "cells": width * row, "limit": LARGEST_CELLS}
        raise InputError([Fault("sheet_too_large", file, params=params)])


def _worksheet(book: Any, name: str) -> list[Row]:
    cells: Iterable[list[Any]] = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [Row(number, tuple(map(_cell_text, row))) for number, row in enumerate(cells, start=1)]


def _cell_text(value: Any) -> str:
    """Write a typed cell the way a person would have typed it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    if isinstance(value, datetime):
        return value.isoformat(sep=" ", timespec="seconds")
    if isinstance(value, (date, time, timedelta, int)):
        return str(value)
    return ""
