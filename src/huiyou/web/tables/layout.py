"""How many tables stand beside each other on a projector."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from unicodedata import east_asian_width

__all__ = ["Layout", "fit", "size_of"]

MOST = 12  # columns, rows and lines that the style sheet knows
_WIDE, _HIGH = 16.0, 9.0 * 0.88  # a projector, less the line on top


@dataclass(frozen=True, slots=True)
class Layout:
    """Columns and rows of tables, and the lines of names at each; names stand in pairs."""

    columns: int
    rows: int
    lines: int


def fit(tables: int, people: int) -> Layout:
    """Choose the columns under which names become largest; `screen.css` has the same formula."""
    tables = max(1, tables)
    lines = min(MOST, max(1, ceil(people / 2)))

    def size(columns: int) -> float:
        rows = ceil(tables / columns)
        return min(_WIDE / columns / 7.4, _HIGH / rows / (lines * 1.3 + 2.2))

    columns = max(range(1, min(MOST, tables) + 1), key=size)
    return Layout(columns, min(MOST, ceil(tables / columns)), lines)


def size_of(name: str) -> str:
    """Say how large a name fits its place: whole, and as large as goes; `screen.css` has the sizes."""
    width = sum(1 if east_asian_width(each) in "WF" else 0.55 for each in name)
    for size, most in (("", 3), ("four", 4.2), ("long", 12)):
        if width <= most:
            return size
    return "longest"
