"""SHA-256 over fields, and over values in canonical JSON."""

from __future__ import annotations

import hashlib
from typing import Any

from huiyou.proof import canonical

__all__ = ["digest", "h"]


def h(*fields: str | int) -> str:
    r"""Hash fields joined by line feeds: ``h(a, b, …)`` of the hydraw/1 specification.

    Parameters
    ----------
    *fields : str or int
        Integers are written in decimal.

    Returns
    -------
    str
        64 lowercase hex digits.

    Examples
    --------
    >>> h("hydraw1-salt", 7) == hashlib.sha256(b"hydraw1-salt\n7").hexdigest()
    True
    """
    return hashlib.sha256("\n".join(map(str, fields)).encode("utf-8")).hexdigest()


def digest(value: Any) -> str:
    """Hash a value in canonical JSON.

    Parameters
    ----------
    value : dict, list, str, int or bool
        See `huiyou.proof.canonical.dumps` for what is allowed.

    Returns
    -------
    str
        64 lowercase hex digits.

    Examples
    --------
    >>> digest({"b": 1, "a": 2}) == digest({"a": 2, "b": 1})
    True
    """
    return hashlib.sha256(canonical.dumps(value)).hexdigest()
