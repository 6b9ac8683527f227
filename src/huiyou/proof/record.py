"""Records carry the digest of themselves, so that a changed one is refused at sight."""

from __future__ import annotations

from typing import Any

from huiyou.errors import RefusedError
from huiyou.proof.digest import digest

__all__ = ["sealed", "unseal"]


def sealed(body: dict[str, Any]) -> dict[str, Any]:
    """Give ``body`` with the digest of everything else in it under ``digest``.

    Examples
    --------
    >>> unseal(sealed({"kind": "note", "version": 1}), "note", 1)
    {'kind': 'note', 'version': 1}
    """
    return {**body, "digest": digest(body)}


def unseal(record: Any, kind: str, version: int) -> dict[str, Any]:
    """Take a record apart again, if it is of this kind and unchanged.

    Parameters
    ----------
    record : dict
        As `sealed` gave it.
    kind : str
    version : int

    Returns
    -------
    dict
        The body, without its digest.

    Raises
    ------
    RefusedError
        ``not_a_record``, ``wrong_kind``, ``wrong_version`` or ``digest_differs``.
    """
    if not isinstance(record, dict) or not {"kind", "version", "digest"} <= record.keys():
        raise RefusedError(reason="not_a_record")
    if record["kind"] != kind:
        raise RefusedError(reason="wrong_kind")
    if record["version"] != version:
        raise RefusedError(reason="wrong_version")
    body = {key: value for key, value in record.items() if key != "digest"}
    try:
        same = digest(body) == record["digest"]
    except (TypeError, ValueError) as error:
        raise RefusedError(reason="not_canonical") from error
    if not same:
        raise RefusedError(reason="digest_differs")
    return body
