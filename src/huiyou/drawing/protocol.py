"""The formulas of hydraw/1, one function each; the numbers are the specification's sections."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from huiyou.proof import canonical, h, merkle

__all__ = [
    "GENESIS",
    "MOST_WEIGHT",
    "PERIOD",
    "QUICKNET",
    "dice_randomness",
    "event_hash",
    "fingerprint",
    "is_hex64",
    "is_id",
    "is_rolls",
    "leaf",
    "list_root",
    "rank",
    "salt_commitment",
    "signature_randomness",
    "split_entry",
    "tier_seed",
]

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"
GENESIS, PERIOD = 1692803367, 3  # Unix seconds
MOST_WEIGHT = 3_000_000
_HEX64 = re.compile(r"[0-9a-f]{64}")
_ID = re.compile(r"(?=.{1,128}$)[!-~]+( [!-~]+)*")


def is_hex64(value: Any) -> bool:
    """Say whether this is a hash or a salt: 64 lowercase hex digits."""
    return isinstance(value, str) and _HEX64.fullmatch(value) is not None


def is_id(value: Any) -> bool:
    """§1. Say whether an entrant may be called so."""
    return isinstance(value, str) and _ID.fullmatch(value) is not None


def is_rolls(value: Any, dice: int) -> bool:
    """§4. Say whether these are the digits of so many dice."""
    digits = isinstance(value, str) and value.isascii() and value.isdigit()
    return digits and len(value) == dice


def leaf(id_: str, salt: str) -> str:
    """§1. What stands in the public list for an entrant."""
    return h("hydraw1-leaf", id_, salt)


def split_entry(entry: str) -> tuple[str, int]:
    """§2. Take an entry of the list apart into leaf and weight."""
    name, _, weight = entry.partition(" ")
    return name, int(weight)


def list_root(entries: Sequence[str]) -> str:
    """§2. Merkle root of the sorted list."""
    return merkle.root([entry.encode("ascii") for entry in entries])


def fingerprint(commit: Mapping[str, Any]) -> str:
    """§3. What every phone holds before the draw."""
    return h("hydraw1-commit", canonical.dumps(dict(commit)).decode())


def salt_commitment(salt: str) -> str:
    """§3. What is published of a dice salt before the throw."""
    return h("hydraw1-salt", salt)


def signature_randomness(signature: str) -> str:
    """§4. The randomness of a drand beacon, from its signature's 96 hex digits."""
    return hashlib.sha256(bytes.fromhex(signature)).hexdigest()


def dice_randomness(salt: str, rolls: str) -> str:
    """§4. The randomness of dice and the salt sealed before they were thrown."""
    return h("hydraw1-dice", salt, rolls)


def tier_seed(print_: str, tier: str, randomness: str) -> str:
    """§5. The seed of one tier."""
    return h("hydraw1-seed", print_, tier, randomness)


def rank(seed: str, entries: Iterable[str]) -> list[str]:
    """§5. Leaves of positive weight by ticket, smallest first.

    A leaf has one ticket for each unit of weight and the smallest counts, so weight 2 wins twice as
    often as weight 1. O(total weight) hashes.
    """
    ranked = []
    for entry in entries:
        name, weight = split_entry(entry)
        if weight:
            ticket = min(h("hydraw1-ticket", seed, name, j) for j in range(weight))
            ranked.append((ticket, name))
    return [name for _, name in sorted(ranked)]


def event_hash(event: Mapping[str, Any]) -> str:
    """§7. What the next event of the log points back to."""
    return h("hydraw1-event", canonical.dumps(dict(event)).decode())
