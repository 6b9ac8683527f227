"""Records carry the digest of themselves, so that a changed one is refused at sight."""

from __future__ import annotations

from typing import Any, TypeAlias

from huiyou.errors import RefusedError
from huiyou.proof.digest import digest

__all__ = ["Shape", "fits", "sealed", "unseal"]

Shape: TypeAlias = type | tuple[type, ...] | list["Shape"] | dict[Any, "Shape"]


def sealed(body: dict[str, Any]) -> dict[str, Any]:
    """Give ``body`` with the digest of everything else in it under ``digest``.

    Examples
    --------
    >>> unseal(sealed({"kind": "note", "version": 1}), "note", 1)
    {'kind': 'note', 'version': 1}
    """
    return {**body, "digest": digest(body)}


def fits(value: Any, shape: Shape) -> bool:
    """Say whether a JSON value has a shape.

    Parameters
    ----------
    value : dict, list, str, int or bool
    shape : type, tuple, list or dict
        A type, one of several types, ``[shape]`` for a list of any length, ``{"name": shape, …}``
        for exactly these keys, ``{str: shape}`` for any keys. A bool is no int.

    Examples
    --------
    >>> fits({"met": {"r2": "1/2"}, "tables": [3, 4]}, {"met": {str: (int, str)}, "tables": [int]})
    True
    >>> fits({"seats": True}, {"seats": int}), fits({}, {"seats": int})
    (False, False)
    """
    if isinstance(shape, (type, tuple)):
        return type(value) in (shape if isinstance(shape, tuple) else (shape,))
    if isinstance(shape, list):
        return isinstance(value, list) and all(fits(item, shape[0]) for item in value)
    if not isinstance(value, dict):
        return False
    if str in shape:
        shape = dict.fromkeys(value, shape[str])
    return value.keys() == shape.keys() and all(fits(value[key], shape[key]) for key in value)


def unseal(
    record: Any, kind: str, version: int, fields: dict[str, Shape] | None = None
) -> dict[str, Any]:
    """Take a record apart again, if it is of this kind and unchanged.

    Parameters
    ----------
    record : dict
        As `sealed` gave it.
    kind : str
    version : int
    fields : dict, optional
        Shape of the body without ``kind`` and ``version``, see `fits`.

    Returns
    -------
    dict
        The body, without its digest.

    Raises
    ------
    RefusedError
        ``not_a_record``, ``wrong_kind``, ``wrong_version``, ``not_canonical``, ``digest_differs``
        or ``malformed``.
    """
    if not isinstance(record, dict) or not {"kind", "version", "digest"} <= record.keys():
        raise RefusedError(reason="not_a_record")
    if record["kind"] != kind:
        raise RefusedError(reason="wrong_kind")
    if not fits(record["version"], int) or record["version"] != version:
        raise RefusedError(reason="wrong_version")
    body = {key: value for key, value in record.items() if key != "digest"}
    try:
        same = digest(body) == record["digest"]
    except (TypeError, ValueError) as error:
        raise RefusedError(reason="not_canonical") from error
    if not same:
        raise RefusedError(reason="digest_differs")
    if fields is not None and not fits(body, {"kind": str, "version": int, **fields}):
        raise RefusedError(reason="malformed")
    return body
