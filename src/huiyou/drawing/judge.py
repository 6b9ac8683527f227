"""Whether a hydraw/1 proof holds: the specification read from top to bottom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from huiyou.drawing import protocol
from huiyou.errors import RefusedError
from huiyou.proof import Verdict, canonical

__all__ = ["check_commitment", "verify"]

_HEX96 = re.compile(r"[0-9a-f]{96}")
_ENTRY = re.compile(r"[0-9a-f]{64} (0|[1-9][0-9]{0,3})")
_TIER = re.compile(r"[0-9A-Za-z._-]{1,32}")
_LOCAL = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9][+-](0[0-9]|1[0-4]):[0-5][0-9]"
)
_COMMIT_FIELDS = {
    "v", "event", "rehearsal", "created", "margin", "entries", "root", "chain", "absent_wait",
    "one_prize", "tiers",
}  # fmt: skip
_TIER_FIELDS = {"id", "prize", "qty", "source", "at", "local"}
_SOURCE_FIELDS = {"drand": {"round"}, "dice": {"dice", "salt_commit"}}
MOST_TIERS, FEWEST_DICE, MOST_DICE, SHORTEST_WAIT = 32, 20, 200, 60
FIELD_PRIME = int(
    "1a0111ea397fe69a4b1ba7b6434bacd764774b84f38512bf6730d2a0f6b0f6241eabfffeb153ffffb9feffffffffaaab",
    16,
)


def verify(
    proof: bytes,
    *,
    fingerprint: str | None = None,
    rolls: Mapping[str, str] | None = None,
    seen: Iterable[str] = (),
) -> Verdict:
    """Judge the proof file of a draw.

    Parameters
    ----------
    proof : bytes
        The file as it is.
    fingerprint : str, optional
        From a phone, before the first tier was drawn.
    rolls : mapping of str to str, optional
        Tier → the digits as seen in the room.
    seen : iterable of str
        Hashes of events that a phone kept.

    Returns
    -------
    Verdict
        PROVEN, CONSISTENT or REFUSED as in section 9 of hydraw/1. Signatures of drand are not
        checked by this version, so a draw with a beacon is CONSISTENT at best.

    Notes
    -----
    O(total weight × tiers) hashes.
    """
    try:
        body = canonical.loads(proof)
        _require(body.keys() == {"commit", "list", "beacons", "log", "openings"}, "malformed")
        commit, given = body["commit"], dict(rolls or {})
        check_commitment(commit, body["list"])
        print_ = protocol.fingerprint(commit)
        _require(fingerprint in (None, print_), "fingerprint_differs")
        randomness = _check_beacons(commit, body["beacons"], given)
        skips = _check_log(commit, body["list"], body["log"], print_, randomness)
        hashes = {protocol.event_hash(event) for event in body["log"]}
        _require(set(seen) <= hashes, "event_missing")
        _check_openings(body)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except (KeyError, TypeError, ValueError, AttributeError):
        return Verdict("REFUSED", ("malformed",))
    tiers = commit["tiers"]
    lacking = [
        reason
        for reason, lacks in (
            ("rehearsal", commit["rehearsal"]),
            ("fingerprint_not_given", fingerprint is None),
            ("rolls_not_given", any(t["source"] == "dice" and t["id"] not in given for t in tiers)),
            ("signature_unchecked", any(t["source"] == "drand" for t in tiers)),
        )
        if lacks
    ]
    return Verdict(
        "CONSISTENT" if lacking else "PROVEN",
        tuple(lacking),
        ("list_fixed", "draw_recomputes", "winners_opened"),
        (("fingerprint", print_), ("entries", str(commit["entries"])), ("skips", str(skips))),
    )


def check_commitment(commit: Any, entries: Any) -> None:
    """Raise `RefusedError` if this is not what may be committed to by §2 and §3."""
    _check_commit(commit)
    _check_list(commit, entries)


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason=reason)


def _whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _matches(pattern: re.Pattern[str], value: Any) -> bool:
    return isinstance(value, str) and pattern.fullmatch(value) is not None


def _check_commit(commit: Any) -> None:
    """§3."""
    _require(isinstance(commit, dict) and commit.keys() == _COMMIT_FIELDS, "commit_fields")
    _require(commit["v"] == "hydraw/1", "version_unknown")
    _require(isinstance(commit["event"], str), "commit_fields")
    _require(all(isinstance(commit[f], bool) for f in ("rehearsal", "one_prize")), "commit_fields")
    _require(
        all(_whole(commit[f]) for f in ("created", "margin", "entries", "absent_wait")),
        "commit_fields",
    )
    _require(protocol.is_hex64(commit["root"]), "commit_fields")
    _require(commit["chain"] == protocol.QUICKNET, "chain_unknown")
    _require(commit["margin"] >= SHORTEST_WAIT, "margin_too_short")
    _require(commit["absent_wait"] == 0 or commit["absent_wait"] >= SHORTEST_WAIT, "wait_too_short")
    tiers = commit["tiers"]
    _require(isinstance(tiers, list) and 1 <= len(tiers) <= MOST_TIERS, "tier_count")
    for tier in tiers:
        _check_tier(commit, tier)
    _require(len({tier["id"] for tier in tiers}) == len(tiers), "tier_twice")
    times = [tier["at"] for tier in tiers]
    _require(times == sorted(times), "tiers_out_of_order")
    salts = [tier["salt_commit"] for tier in tiers if tier["source"] == "dice"]
    _require(len(set(salts)) == len(salts), "salt_twice")


def _check_tier(commit: Mapping[str, Any], tier: Any) -> None:
    _require(isinstance(tier, dict) and tier.get("source") in _SOURCE_FIELDS, "tier_fields")
    _require(tier.keys() == _TIER_FIELDS | _SOURCE_FIELDS[tier["source"]], "tier_fields")
    _require(_matches(_TIER, tier["id"]) and isinstance(tier["prize"], str), "tier_fields")
    _require(_whole(tier["qty"]) and tier["qty"] >= 1 and _whole(tier["at"]), "tier_fields")
    since = tier["at"] - protocol.GENESIS
    _require(since >= 0 and since % protocol.PERIOD == 0, "time_off_grid")
    _require(commit["created"] + commit["margin"] <= tier["at"], "committed_too_late")
    _require(_matches(_LOCAL, tier["local"]), "local_time")
    _require(datetime.fromisoformat(tier["local"]).timestamp() == tier["at"], "local_time")
    if tier["source"] == "drand":
        _require(_whole(tier["round"]), "tier_fields")
        _require(tier["round"] == since // protocol.PERIOD + 1, "round_differs")
    else:
        _require(_whole(tier["dice"]) and FEWEST_DICE <= tier["dice"] <= MOST_DICE, "dice_count")
        _require(protocol.is_hex64(tier["salt_commit"]), "tier_fields")


def _check_list(commit: Mapping[str, Any], entries: Any) -> None:
    """§2."""
    _require(isinstance(entries, list) and all(_matches(_ENTRY, e) for e in entries), "list_entry")
    _require(len(entries) == commit["entries"] >= 1, "list_length")
    _require(entries == sorted(entries), "list_unsorted")
    parts = [protocol.split_entry(entry) for entry in entries]
    _require(len({name for name, _ in parts}) == len(parts), "leaf_twice")
    _require(sum(weight for _, weight in parts) <= protocol.MOST_WEIGHT, "weight_too_large")
    _require(protocol.list_root(entries) == commit["root"], "root_differs")


def _check_beacons(
    commit: Mapping[str, Any], beacons: Any, rolls: dict[str, str]
) -> dict[str, str]:
    """§4. Give each tier's randomness."""
    _require(isinstance(beacons, dict), "beacons_differ")
    _require(beacons.keys() == {tier["id"] for tier in commit["tiers"]}, "beacons_differ")
    dice = {tier["id"] for tier in commit["tiers"] if tier["source"] == "dice"}
    _require(rolls.keys() <= dice, "rolls_without_dice")
    randomness = {}
    for tier in commit["tiers"]:
        name, beacon = tier["id"], beacons[tier["id"]]
        if tier["source"] == "drand":
            _require(_matches(_HEX96, beacon) and _canonical_point(beacon), "signature_malformed")
            randomness[name] = protocol.signature_randomness(beacon)
            continue
        _require(isinstance(beacon, dict) and beacon.keys() == {"rolls", "salt"}, "beacon_fields")
        _require(protocol.is_rolls(beacon["rolls"], tier["dice"]), "rolls_malformed")
        _require(protocol.is_hex64(beacon["salt"]), "beacon_fields")
        _require(protocol.salt_commitment(beacon["salt"]) == tier["salt_commit"], "salt_differs")
        _require(rolls.get(name, beacon["rolls"]) == beacon["rolls"], "rolls_differ")
        randomness[name] = protocol.dice_randomness(beacon["salt"], beacon["rolls"])
    return randomness


def _canonical_point(signature: str) -> bool:
    """Whether this is a compressed point other than infinity with x below the field's prime."""
    bits = int(signature, 16)
    compressed, infinity = bits >> 383 & 1, bits >> 382 & 1
    return bool(compressed) and not infinity and bits & ((1 << 381) - 1) < FIELD_PRIME


def _check_log(
    commit: Mapping[str, Any],
    entries: Sequence[str],
    log: Any,
    print_: str,
    randomness: Mapping[str, str],
) -> int:
    """§5 to §7. Give the number of skips."""
    _require(isinstance(log, list), "log_malformed")
    events, prev, latest, skips = list(log), print_, 0, 0
    out: set[str] = set()  # who can no longer win a later tier
    for number, tier in enumerate(commit["tiers"]):
        free = [entry for entry in entries if protocol.split_entry(entry)[0] not in out]
        seed = protocol.tier_seed(print_, tier["id"], randomness[tier["id"]])
        order = protocol.rank(seed, free)
        until = commit["tiers"][number + 1]["at"] if number + 1 < len(commit["tiers"]) else None
        passed: list[dict[str, Any]] = []
        while True:
            _require(bool(events), "result_missing")
            event = events.pop(0)
            _require(isinstance(event, dict), "log_malformed")
            _require(event.get("prev") == prev and event.get("tier") == tier["id"], "log_broken")
            prev = protocol.event_hash(event)
            if event.get("type") != "skip":
                break
            _check_skip(commit, tier, event, order, passed, until=until)
            _require(event["at"] >= latest, "skips_out_of_order")
            latest = event["at"]
            passed.append(event)
        gone = {event["leaf"] for event in passed}
        winners = [name for name in order if name not in gone][: tier["qty"]]
        _require(event.keys() == {"type", "tier", "winners", "prev"}, "log_malformed")
        _require(event["type"] == "result" and event["winners"] == winners, "winners_differ")
        out |= gone | (set(winners) if commit["one_prize"] else set())
        skips += len(passed)
    _require(not events, "log_too_long")
    return skips


def _check_skip(
    commit: Mapping[str, Any],
    tier: Mapping[str, Any],
    event: Mapping[str, Any],
    order: Sequence[str],
    passed: Sequence[Mapping[str, Any]],
    *,
    until: int | None,
) -> None:
    """§6."""
    _require(event.keys() == {"type", "tier", "leaf", "called", "at", "prev"}, "log_malformed")
    _require(_whole(event["called"]) and _whole(event["at"]), "log_malformed")
    gone = {earlier["leaf"] for earlier in passed}
    standing = [name for name in order if name not in gone][: tier["qty"]]
    _require(event["leaf"] in standing, "skip_not_a_winner")
    _require(event["called"] >= tier["at"], "called_too_early")
    _require(commit["absent_wait"] > 0, "skips_not_allowed")
    _require(event["at"] - event["called"] >= commit["absent_wait"], "skipped_too_soon")
    _require(until is None or event["at"] <= until, "skipped_too_late")
    place = order.index(event["leaf"])
    if place >= tier["qty"]:
        _require(event["called"] >= passed[place - tier["qty"]]["at"], "called_too_early")


def _check_openings(body: Mapping[str, Any]) -> None:
    """§8."""
    openings = body["openings"]
    _require(isinstance(openings, dict), "openings_differ")
    named = {event["leaf"] for event in body["log"] if event["type"] == "skip"}
    named |= {
        name for event in body["log"] if event["type"] == "result" for name in event["winners"]
    }
    _require(openings.keys() == named, "openings_differ")
    for name, opening in openings.items():
        _require(
            isinstance(opening, dict) and opening.keys() == {"id", "salt"}, "opening_malformed"
        )
        _require(
            protocol.is_id(opening["id"]) and protocol.is_hex64(opening["salt"]),
            "opening_malformed",
        )
        _require(protocol.leaf(opening["id"], opening["salt"]) == name, "opening_differs")
    ids = [opening["id"] for opening in openings.values()]
    _require(len(set(ids)) == len(ids), "id_twice")
