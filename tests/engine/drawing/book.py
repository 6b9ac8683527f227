"""hydraw/1 written a second time from DRAW_SPEC, as short and as plainly as can be."""

from __future__ import annotations

import hashlib
import json
from typing import Any

QUICKNET = "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def h(*fields: Any) -> str:
    return sha("\n".join(str(field) for field in fields).encode())


def j(value: Any) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def fingerprint(commit: Any) -> str:
    return h("hydraw1-commit", j(commit))


def event_hash(event: Any) -> str:
    return h("hydraw1-event", j(event))


def tree(entries: list[str]) -> str:
    """Merkle tree hash of RFC 6962 by its recursion."""

    def node(part: list[str]) -> bytes:
        if len(part) == 1:
            return hashlib.sha256(b"\x00" + part[0].encode()).digest()
        k = 1
        while k * 2 < len(part):
            k *= 2
        return hashlib.sha256(b"\x01" + node(part[:k]) + node(part[k:])).digest()

    return node(entries).hex()


def randomness(beacon: Any) -> str:
    if isinstance(beacon, str):
        return sha(bytes.fromhex(beacon))
    return h("hydraw1-dice", beacon["salt"], beacon["rolls"])


def ranked(commit: Any, entries: list[str], beacons: Any, tier: str, out: set[str]) -> list[str]:
    """§5: leaves in the order in which they win ``tier``, those in ``out`` left aside."""
    seed = h("hydraw1-seed", fingerprint(commit), tier, randomness(beacons[tier]))
    tickets = []
    for entry in entries:
        leaf, weight = entry.split(" ")
        if int(weight) and leaf not in out:
            numbers = [h("hydraw1-ticket", seed, leaf, k) for k in range(int(weight))]
            tickets.append((min(numbers), leaf))
    return [leaf for _, leaf in sorted(tickets)]


def log(commit: Any, entries: list[str], beacons: Any, skips: dict[str, list[Any]]) -> list[Any]:
    """§6 and §7: the log of a draw in which these skips were made, (leaf, called, at) by tier."""
    events: list[Any] = []
    out: set[str] = set()

    def add(event: Any) -> None:
        prev = event_hash(events[-1]) if events else fingerprint(commit)
        events.append({**event, "prev": prev})

    for tier in commit["tiers"]:
        name = tier["id"]
        order = ranked(commit, entries, beacons, name, out)
        gone = [leaf for leaf, _, _ in skips.get(name, [])]
        for leaf, called, at in skips.get(name, []):
            add({"type": "skip", "tier": name, "leaf": leaf, "called": called, "at": at})
        winners = [leaf for leaf in order if leaf not in gone][: tier["qty"]]
        add({"type": "result", "tier": name, "winners": winners})
        out |= set(gone) | (set(winners) if commit["one_prize"] else set())
    return events


def proof(
    commit: Any, entries: list[str], beacons: Any, skips: dict[str, list[Any]], people: Any
) -> dict[str, Any]:
    """§8: the whole file, from who is behind each leaf."""
    events = log(commit, entries, beacons, skips)
    named = {event["leaf"] for event in events if event["type"] == "skip"}
    named |= {leaf for event in events if event["type"] == "result" for leaf in event["winners"]}
    openings = {leaf: {"id": people[leaf][0], "salt": people[leaf][1]} for leaf in named}
    return {
        "commit": commit, "list": entries, "beacons": beacons, "log": events, "openings": openings,
    }  # fmt: skip
