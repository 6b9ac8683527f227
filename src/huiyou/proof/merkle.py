"""Merkle trees after RFC 6962: one root for a list, a short path for each entry."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence

__all__ = ["audit_path", "root", "root_from_path"]

_HASH = re.compile(r"[0-9a-f]{64}")


def root(entries: Sequence[bytes]) -> str:
    """Give the Merkle tree hash of a list.

    Parameters
    ----------
    entries : sequence of bytes, length n

    Returns
    -------
    str
        64 lowercase hex digits; of no entries, the hash of nothing.

    Notes
    -----
    Laurie, Langley and Kasper (2013), RFC 6962, section 2.1: leaves are hashed behind a zero byte,
    nodes behind a one, and the left side of a node holds the largest power of two below n.
    O(n) hashes, level by level: pairing neighbours and carrying an odd one up gives the same tree.

    Examples
    --------
    >>> root([b""])
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d'
    """
    if not entries:
        return hashlib.sha256(b"").hexdigest()
    level = [_leaf(entry) for entry in entries]
    while len(level) > 1:
        level = _parents(level)
    return level[0].hex()


def audit_path(entries: Sequence[bytes], index: int) -> list[str]:
    """Give the hashes that lead from one entry to the root, from the leaf upwards.

    Parameters
    ----------
    entries : sequence of bytes, length n
    index : int
        From 0.

    Returns
    -------
    list of str
        At most ⌈log₂ n⌉ hashes.

    Raises
    ------
    IndexError
        If there is no such entry.

    Notes
    -----
    RFC 6962, section 2.1.1. O(n) hashes.

    Examples
    --------
    >>> entries = [b"a", b"b", b"c"]
    >>> root_from_path(b"c", 2, 3, audit_path(entries, 2)) == root(entries)
    True
    """
    if not 0 <= index < len(entries):
        raise IndexError(index)
    level = [_leaf(entry) for entry in entries]
    path = []
    while len(level) > 1:
        sibling = index ^ 1
        if sibling < len(level):
            path.append(level[sibling].hex())
        level = _parents(level)
        index //= 2
    return path


def root_from_path(entry: bytes, index: int, size: int, path: Sequence[str]) -> str | None:
    """Climb from an entry to the root it belongs to.

    Parameters
    ----------
    entry : bytes
    index : int
        Place of the entry in the list, from 0.
    size : int
        Length of the list.
    path : sequence of str
        What `audit_path` gave.

    Returns
    -------
    str or None
        The root, or None if the path is too short or too long for this place in this list, or
        holds anything but 64 lowercase hex digits.

    Notes
    -----
    RFC 6962, section 2.1.1. O(log n) hashes.

    Examples
    --------
    >>> root_from_path(b"a", 0, 1, []) == root([b"a"])
    True
    >>> root_from_path(b"a", 0, 2, []) is None
    True
    """
    if not 0 <= index < size:
        return None
    if not all(_HASH.fullmatch(step) for step in path):
        return None
    node, steps = _leaf(entry), list(path)
    while size > 1:
        if index ^ 1 < size:
            if not steps:
                return None
            sibling = bytes.fromhex(steps.pop(0))
            node = _node(sibling, node) if index & 1 else _node(node, sibling)
        index, size = index // 2, (size + 1) // 2
    return None if steps else node.hex()


def _leaf(entry: bytes) -> bytes:
    return hashlib.sha256(b"\x00" + entry).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\x01" + left + right).digest()


def _parents(level: list[bytes]) -> list[bytes]:
    """Pair neighbours; the odd one out goes up as it is."""
    pairs = [_node(left, right) for left, right in zip(level[::2], level[1::2], strict=False)]
    return pairs + level[len(pairs) * 2 :]
