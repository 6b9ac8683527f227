"""Canonical JSON: one value, one sequence of bytes."""

from __future__ import annotations

import json
from typing import Any

from huiyou.errors import RefusedError

__all__ = ["LARGEST_INTEGER", "dumps", "loads"]

LARGEST_INTEGER = 2**53 - 1  # the largest that JavaScript keeps exact
DEEPEST = 64


def dumps(value: Any) -> bytes:
    r"""Write ``value`` as canonical JSON, UTF-8.

    Keys are sorted by code point, there are no spaces, and only ``"``, ``\`` and U+0000 to U+001F
    are escaped. Every record and proof of Huiyou is hashed and stored in this form.

    Parameters
    ----------
    value : dict, list, tuple, str, int or bool, nested at most 64 deep
        Integers lie in 0 … 2⁵³−1. There are no floats and no null, so that no two machines can
        write the same value differently: fractions are text, ``"3/8"``.

    Returns
    -------
    bytes

    Raises
    ------
    TypeError
        For a value of another type, or a key that is not a string.
    ValueError
        For an integer out of range, a lone surrogate, or nesting that is too deep.

    Notes
    -----
    ``J(x)`` of the hydraw/1 specification, with booleans allowed; what a commitment may hold is the
    business of its own checks. O(length).

    Examples
    --------
    >>> dumps({"b": [1, True], "a": "会友\n"}).decode()
    '{"a":"会友\\n","b":[1,true]}'
    """
    _check(value, 0)
    # Python's own writer, told so, escapes and sorts as the specification says.
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8")  # a lone surrogate ends here: UnicodeEncodeError is a ValueError


def _check(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str):
                raise TypeError(f"key is not a string: {key!r}")
            _check(item, depth + 1)
    elif isinstance(value, (list, tuple)):
        for item in value:
            _check(item, depth + 1)
    elif not isinstance(value, (str, int)):
        raise TypeError(f"not allowed in canonical JSON: {type(value).__name__}")
    elif isinstance(value, int) and not 0 <= value <= LARGEST_INTEGER:
        raise ValueError(f"integer out of range: {value}")


def loads(data: bytes) -> Any:
    """Read canonical JSON and refuse every other spelling of the same value.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    dict, list, str, int or bool

    Raises
    ------
    RefusedError
        ``not_json`` if the bytes are no JSON, ``not_canonical`` if ``dumps`` would have written
        other bytes: spaces, unsorted or repeated keys, floats, null, needless escapes.

    Examples
    --------
    >>> loads(b'{"a":1}')
    {'a': 1}
    >>> loads(b'{"a": 1}')
    Traceback (most recent call last):
    huiyou.errors.RefusedError: refused reason='not_canonical'
    """
    try:
        value = json.loads(data.decode("utf-8"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        raise RefusedError(reason="not_json") from error
    try:
        same = dumps(value) == data
    except (TypeError, ValueError) as error:
        raise RefusedError(reason="not_canonical") from error
    if not same:
        raise RefusedError(reason="not_canonical")
    return value
