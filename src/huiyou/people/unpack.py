"""The bytes of a spreadsheet file into rows of text, none of them larger than memory should hold."""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import reduce
from typing import IO, Any
from xml.parsers import expat

from huiyou.errors import Fault, InputError
from huiyou.text import trim

__all__ = ["Row", "unpack"]

LARGEST_UNPACKED = 512 * 1024 * 1024
PIECE = 1024 * 1024
LARGEST_CELLS = 16 * 1024 * 1024  # as many as the old .xls could hold

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0"
_DELIMITERS = ",\t;"
_PLACE = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_CELLS = b"sheetData"  # without it the reader finds no cell, whatever a part is called
_OTHER_KINDS = ("workbook.bin", "content.xml")  # the reader would take them for .xlsb and .ods
_FILLINGS = ("v", "is", "f")


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


def unpack(data: bytes, file: str, sheet: str | None) -> tuple[str, list[Row]]:
    """Give the form (``xlsx``, ``xls`` or the encoding of a CSV) and every row.

    Parameters
    ----------
    data : bytes
    file : str
        Name for messages.
    sheet : str or None
        Which sheet of a workbook; None if only one has anything in it.

    Raises
    ------
    InputError
        If it cannot be read, or holds several sheets.
    """
    if data.startswith((_ZIP, _OLE)):
        return _read_workbook(data, file, sheet)
    return _read_text(data, file)


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
    """Refuse a workbook that unpacks to more than memory should hold.

    What its directory says of sizes and names is not believed: every part is unpacked and looked at.
    """
    unpacked = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                _require_known_kind(info.filename)
                info.file_size = (
                    LARGEST_UNPACKED + 2 * PIECE
                )  # read on to where the part really ends
                with archive.open(info) as part:
                    size, sheet = _look_through(part, LARGEST_UNPACKED - unpacked)
                unpacked += size
                if unpacked > LARGEST_UNPACKED:
                    limit = LARGEST_UNPACKED // 1024**2
                    params = {"limit": limit, "size": -(-unpacked // 1024**2)}
                    raise InputError([Fault("file_too_large", file, params=params)])
                if sheet:
                    with archive.open(info) as part:
                        _check_spread(part, file)
    except (
        zipfile.BadZipFile, zlib.error, RuntimeError, EOFError, ValueError, expat.ExpatError,
    ) as error:  # fmt: skip
        fault = Fault("workbook_unreadable", file, params={"detail": str(error)})
        raise InputError([fault]) from error


def _require_known_kind(name: str) -> None:
    if name.casefold().endswith(_OTHER_KINDS):
        raise ValueError(name)


def _look_through(part: IO[bytes], most: int) -> tuple[int, bool]:
    """Give the size of a part, as far as ``most`` and a little more, and whether cells stand in it."""
    size, sheet, before = 0, False, b""
    while size <= most and (piece := part.read(PIECE)):
        size += len(piece)
        sheet = sheet or _CELLS in before + piece
        before = piece[-len(_CELLS) :]
    return size, sheet


def _check_spread(worksheet: IO[bytes], file: str) -> None:
    """Refuse a sheet with one cell far out: the reader makes every cell up to it, and runs out of memory."""
    corner = _Corner()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler = corner.enter
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.ParseFile(worksheet)
    cells = corner.width * corner.height
    if cells > LARGEST_CELLS:
        params = {"corner": corner.name, "cells": cells, "limit": LARGEST_CELLS}
        raise InputError([Fault("sheet_too_large", file, params=params)])


class _Corner:
    """How far a worksheet is filled; rows and cells that give no place follow the one before."""

    def __init__(self) -> None:
        self.row = self.column = self.height = self.width = 0

    @property
    def name(self) -> str:
        """The last column and row, as a spreadsheet names them."""
        letters, left = "", self.width
        while left:
            left, letter = divmod(left - 1, 26)
            letters = chr(ord("A") + letter) + letters
        return f"{letters}{self.height}"

    def enter(self, tag: str, attributes: dict[str, str]) -> None:
        """Follow one element; a cell with something in it is a filled one."""
        name, place = tag.rpartition(" ")[2], attributes.get("r")
        if name == "row":
            self.row, self.column = int(place) if place else self.row + 1, 0
        elif name == "c":
            self.column += 1
            if place:
                self._go_to(place)
        elif name in _FILLINGS:
            self.height, self.width = max(self.height, self.row), max(self.width, self.column)

    def _go_to(self, place: str) -> None:
        found = _PLACE.fullmatch(place)
        if found is None:
            raise ValueError(place)
        letters, row = found.groups()
        self.row = int(row)
        self.column = reduce(
            lambda total, letter: 26 * total + ord(letter) - ord("A") + 1, letters.upper(), 0
        )


def _refuse_doctype(*_: object) -> None:
    raise ValueError("doctype")


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
