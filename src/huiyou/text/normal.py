"""One spelling for what people type in many: width, outer space, look-alikes."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable

__all__ = ["as_count", "nearest", "squash", "tidy", "trim"]

# What spreadsheets and phones leave around a value: every kind of space, and marks of no width,
# such as those that phones put around a number copied from the address book.
_SPACE = "".join(filter(str.isspace, map(chr, range(0x3001))))
_NO_WIDTH = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
_OUTER = _SPACE + _NO_WIDTH


def trim(text: str) -> str:
    """Take away outer space, full-width and no-break space and marks of no width included.

    Examples
    --------
    >>> trim("\u3000 影视文娱\u200b ")
    '影视文娱'
    """
    return text.strip(_OUTER)


def tidy(text: str) -> str:
    """Write a value in its compatibility composed form without outer space.

    Full-width letters and digits become ordinary ones, so do look-alikes such as the Kangxi radical
    U+2F08 for 人. Not for running text: there it would turn ，and ？into half-width marks.

    Notes
    -----
    Normalisation Form KC of Unicode Standard Annex 15.

    Examples
    --------
    >>> tidy("ＡＩ／大模型 ")
    'AI/大模型'
    """
    return trim(unicodedata.normalize("NFKC", text))


def squash(text: str) -> str:
    """Reduce a value to what two spellings of it share: no case, no space, no punctuation.

    Examples
    --------
    >>> squash("AI / 大模型") == squash("ａｉ·大模型")
    True
    >>> squash("——")
    ''
    """
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(c for c in folded if unicodedata.category(c)[0] not in "PZC")


def as_count(text: str) -> int | None:
    """Read a whole number of things, 0 to 999,999,999; None for any other text.

    Examples
    --------
    >>> as_count("200"), as_count("-1"), as_count("2e2")
    (200, None, None)
    """
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None  # noqa: PLR2004


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Give the known word most like ``word``, if one is like it at all.

    Notes
    -----
    Ratcliff and Obershelp's matching, at least 0.6 alike, as in Python's `difflib`.

    Examples
    --------
    >>> nearest("tabels", ["seats", "tables", "rounds"])
    'tables'
    >>> nearest("budget", ["seats", "tables"]) is None
    True
    """
    close = difflib.get_close_matches(word, list(known), n=1)
    return close[0] if close else None
