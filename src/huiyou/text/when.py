"""Dates and times as the exports of form tools write them."""

from __future__ import annotations

import re
from datetime import datetime, tzinfo

from huiyou.text.normal import tidy

__all__ = ["parse_time"]

_MONTH_NAMES = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, start=1)}
_CLOCK = r"(?:[T ]?(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?"
_ZONE = r" ?(Z|[+-]\d{2}:?\d{2})?"
_YEAR_FIRST = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日? ?" + _CLOCK + _ZONE)
_NAMED_MONTH = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3})[a-z]*[- ](\d{4}) ?" + _CLOCK + _ZONE)


def parse_time(text: str, zone: tzinfo) -> datetime | None:
    """Read a point in time.

    Parameters
    ----------
    text : str
        ``2024-05-14 12:43:14``, ``2024/5/14 12:43``, ``2024年5月14日``,
        ``2024-05-14T04:43:14.813Z`` or ``14-May-2024 12:43:14``.
    zone : tzinfo
        For a time that names none.

    Returns
    -------
    datetime or None
        In ``zone``; None for anything else. ``05/06/2024`` is May or June depending on who wrote
        it, so it is not guessed.

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> parse_time("14-May-2024 12:43:14", ZoneInfo("Asia/Shanghai")).isoformat()
    '2024-05-14T12:43:14+08:00'
    >>> parse_time("05/06/2024", ZoneInfo("Asia/Shanghai")) is None
    True
    """
    text = tidy(text)
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day, *rest = found.groups()
        number = int(month)
    elif found := _NAMED_MONTH.fullmatch(text):
        day, name, year, *rest = found.groups()
        number = _MONTHS.get(name.lower(), 0)
    else:
        return None
    hour, minute, second, offset = rest
    try:
        naive = datetime(  # noqa: DTZ001 -- the zone is added below
            int(year), number, int(day), int(hour or 0), int(minute or 0), int(second or 0)
        )
        if offset is None:
            return naive.replace(tzinfo=zone)
        return datetime.fromisoformat(naive.isoformat() + offset).astimezone(zone)
    except (ValueError, OverflowError):  # a 30th of February, 25:00, an offset of two days, year 0
        return None
