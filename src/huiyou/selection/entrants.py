"""The published panels as the entrants of a draw by hydraw/1, and which of them it drew."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from typing import Any

from huiyou.errors import RefusedError
from huiyou.proof import digest, h

__all__ = ["KEY", "drawn_entrant", "entrants_of"]

KEY = re.compile(r"[0-9a-f]{64}")


def entrants_of(panels: Sequence[Sequence[str]]) -> list[str]:
    """Name each panel by its number, from 0, and the hash of its sorted ids.

    Parameters
    ----------
    panels : sequence of sequence of str
        The published panels, in order.

    Returns
    -------
    list of str
        All different, printable ASCII: ids of entrants as hydraw/1 wants them. Whoever commits to
        them commits to everybody on them.

    Examples
    --------
    >>> names = entrants_of([["p1", "p2"], ["p1", "p3"]])
    >>> [name[:10] for name in names]
    ['0 0a28944d', '1 5a821005']
    """
    return [f"{k} {digest(sorted(panel))}" for k, panel in enumerate(panels)]


def drawn_entrant(panels: Sequence[Sequence[str]], proof: Any, key: str = "") -> int:
    """Say which of the published panels a draw chose.

    Parameters
    ----------
    panels : sequence of sequence of str
    proof : dict
        The proof file of hydraw/1, which its own judge has to accept besides: this looks only at
        what was drawn for and who won.
    key : str
        64 hex digits from which the salts of all entrants were made, once the draw is over. With it
        every entry of the list is opened, without it only the winner.

    Returns
    -------
    int
        Number of the panel, from 0.

    Raises
    ------
    RefusedError
        ``draw_not_of_panels``, if it is no draw of one prize in which each of these panels has one
        ticket; ``draw_key_differs``, if the entries are not those that ``key`` makes.

    Notes
    -----
    Hydraw/1, sections 1 and 2: the salt of an entrant is HMAC-SHA256 of its id, the leaf is
    ``h("hydraw1-leaf", id, salt)``. O(panels × ids).
    """
    names = entrants_of(panels)
    try:
        commit, entries = proof["commit"], proof["list"]
        (tier,) = commit["tiers"]
        (result,) = proof["log"]
        (leaf,) = result["winners"]
        name = proof["openings"][leaf]["id"]
        fits = tier["qty"] == 1 and not commit["absent_wait"] and len(entries) == len(names)
        fits = fits and all(str(entry).endswith(" 1") for entry in entries)
        at = names.index(name) if fits else -1
    except (LookupError, TypeError, ValueError):
        at = -1
    if at < 0:
        raise RefusedError(reason="draw_not_of_panels")
    if key and sorted(f"{_leaf(name, key)} 1" for name in names) != list(entries):
        raise RefusedError(reason="draw_key_differs")
    return at


def _leaf(name: str, key: str) -> str:
    salt = hmac.new(bytes.fromhex(key), name.encode("ascii"), hashlib.sha256).hexdigest()
    return h("hydraw1-leaf", name, salt)
