"""Prizes: what is drawn, tier by tier."""

from __future__ import annotations

import re
from dataclasses import dataclass

from huiyou.errors import Fault, InputError
from huiyou.people import Sheet, read_columns
from huiyou.text import as_count

__all__ = ["Prize", "read_prizes"]

_COLUMNS = ("tier", "prize", "sponsor", "quantity")
MOST_PRIZES = 10_000
_TIER = re.compile(r"[0-9A-Za-z._-]{1,32}")  # what hydraw/1 allows, §3


@dataclass(frozen=True, slots=True)
class Prize:
    """One tier: so many of one prize, from one sponsor."""

    tier: str
    name: str
    sponsor: str
    quantity: int


def read_prizes(sheet: Sheet) -> tuple[tuple[Prize, ...], tuple[str, ...]]:
    r"""Read prizes from a table with the columns tier, prize, sponsor and quantity.

    Parameters
    ----------
    sheet : Sheet

    Returns
    -------
    prizes : tuple of Prize
        In the order of the rows, which is the order drawn.
    extra : tuple of str
        Columns that were not read.

    Raises
    ------
    InputError
        Every fault: a missing column, an empty cell, a quantity that is not between 1 and 10,000,
        a tier listed twice or with characters a proof cannot hold.

    Examples
    --------
    >>> from huiyou.people import read_sheet
    >>> table = read_sheet("tier,prize,sponsor,quantity\n1,AR眼镜,极客公园,1\n".encode(), "prizes.csv")
    >>> read_prizes(table)[0][0].quantity
    1
    """
    faults: list[Fault] = []
    rows, extra = read_columns(sheet, {column: (column,) for column in _COLUMNS}, faults)
    prizes: list[Prize] = []
    for row, cells in rows:
        faults += _faults(cells, sheet.file, row, {prize.tier for prize in prizes})
        quantity = as_count(cells["quantity"]) or 0
        prizes.append(Prize(cells["tier"], cells["prize"], cells["sponsor"], quantity))
    if faults:
        raise InputError(faults)
    return tuple(prizes), extra


def _faults(cells: dict[str, str], file: str, row: int, tiers: set[str]) -> list[Fault]:
    tier, quantity = cells["tier"], cells["quantity"]
    faults = [
        Fault("cell_empty", file, row, column) for column in ("tier", "prize") if not cells[column]
    ]
    if not 1 <= (as_count(quantity) or 0) <= MOST_PRIZES:
        params = {"value": quantity, "most": MOST_PRIZES}
        faults.append(Fault("prize_quantity", file, row, "quantity", params))
    if tier and not _TIER.fullmatch(tier):
        faults.append(Fault("tier_name", file, row, "tier", {"value": tier}))
    if tier in tiers:
        faults.append(Fault("tier_twice", file, row, "tier", {"value": tier}))
    return faults
