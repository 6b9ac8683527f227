"""Commit to a list and its prizes; later, name the winners and write the proof."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyou.drawing import protocol
from huiyou.drawing.judge import check_commitment
from huiyou.errors import ImpossibleError, RefusedError
from huiyou.proof import Chance, canonical

__all__ = ["Commitment", "DiceTier", "Draw", "commit", "draw", "rehearse"]

DICE_THROWN = 21
DAY = 86_400  # seconds


@dataclass(frozen=True, slots=True)
class DiceTier:
    """A tier whose chance is thrown in the room.

    Parameters
    ----------
    id : str
        1 to 32 of ``0-9 A-Z a-z . _ -``.
    prize : str
    quantity : int
        At least 1.
    at : datetime
        When it is drawn, with its zone; a whole minute.
    dice : int
        How many ten-sided dice are thrown, 20 to 200.
    """

    id: str
    prize: str
    quantity: int
    at: datetime
    dice: int = DICE_THROWN


@dataclass(frozen=True, slots=True)
class Commitment:
    """A draw that can no longer be changed.

    Parameters
    ----------
    public : mapping
        The commitment of hydraw/1, section 3.
    entries : tuple of str
        The list: ``leaf weight``, sorted.
    openings : mapping of str to tuple of str
        Leaf → (id, salt). Secret.
    dice_salts : mapping of str to str
        Tier → salt. Secret until the throw.
    """

    public: Mapping[str, Any]
    entries: tuple[str, ...]
    openings: Mapping[str, tuple[str, str]]
    dice_salts: Mapping[str, str]

    @property
    def fingerprint(self) -> str:
        """64 hex digits that fix everything; on every phone before the first throw."""
        return protocol.fingerprint(self.public)


@dataclass(frozen=True, slots=True)
class Draw:
    """A finished draw.

    Parameters
    ----------
    winners : mapping of str to tuple of str
        Tier → ids of the winners, in the order of their tickets.
    proof : bytes
        The proof file of hydraw/1, section 8.
    """

    winners: Mapping[str, tuple[str, ...]]
    proof: bytes


def commit(
    entrants: Mapping[str, int],
    tiers: Sequence[DiceTier],
    *,
    event: str,
    created: int,
    key: str,
    dice_salts: Mapping[str, str],
    rehearsal: bool = False,
    margin: int = 3600,
    absent_wait: int = 0,
    one_prize: bool = True,
) -> Commitment:
    """Fix the list, the prizes and the times of a draw.

    Parameters
    ----------
    entrants : mapping of str to int
        Id → weight, 0 to 9,999; weight 0 is listed but cannot win. Ids are printable ASCII codes
        that say nothing about a person.
    tiers : sequence of DiceTier
        In the order drawn; 1 to 32.
    event : str
        Which gathering this is.
    created : int
        Unix seconds.
    key : str
        64 hex digits that nobody knows; every entrant's salt is made from it.
    dice_salts : mapping of str to str
        Tier → 64 hex digits.
    rehearsal : bool
        True if ``key``, salts or dice can be known beforehand.
    margin : int
        Seconds that must lie between commitment and draw.
    absent_wait : int
        Seconds an absent winner is waited for; 0 if nobody is passed over.
    one_prize : bool
        Whether who has won is out of later tiers.

    Returns
    -------
    Commitment

    Raises
    ------
    ImpossibleError
        ``prizes_exceed_entrants``, if there are more prizes than entrants who can win.
    ValueError
        For anything else that the judge would refuse: it is too late to find out at the draw.

    Notes
    -----
    Sections 1 to 3 of hydraw/1. O(n log n) hashes.
    """
    if not all(map(protocol.is_id, entrants)):
        raise ValueError("an id is no printable ASCII code of at most 128 characters")
    if not all(map(protocol.is_hex64, (key, *dice_salts.values()))):
        raise ValueError("the key or a salt is not 64 hex digits")
    winnable = sum(weight > 0 for weight in entrants.values())
    prizes = (
        sum(tier.quantity for tier in tiers)
        if one_prize
        else max((t.quantity for t in tiers), default=0)
    )
    if prizes > winnable:
        raise ImpossibleError("prizes_exceed_entrants", prizes=prizes, entrants=winnable)
    openings, entries = {}, []
    for id_, weight in entrants.items():
        salt = hmac.new(bytes.fromhex(key), id_.encode("ascii"), hashlib.sha256).hexdigest()
        name = protocol.leaf(id_, salt)
        openings[name] = (id_, salt)
        entries.append(f"{name} {weight}")
    entries.sort()
    public = {
        "v": "hydraw/1",
        "event": event,
        "rehearsal": rehearsal,
        "created": created,
        "margin": margin,
        "entries": len(entries),
        "root": protocol.list_root(entries),
        "chain": protocol.QUICKNET,
        "absent_wait": absent_wait,
        "one_prize": one_prize,
        "tiers": [
            {
                "id": tier.id,
                "prize": tier.prize,
                "qty": tier.quantity,
                "source": "dice",
                "dice": tier.dice,
                "salt_commit": protocol.salt_commitment(dice_salts[tier.id]),
                "at": int(tier.at.timestamp()),
                "local": tier.at.isoformat(timespec="seconds"),
            }
            for tier in tiers
        ],
    }
    try:
        check_commitment(public, entries)
    except RefusedError as error:
        raise ValueError(f"not a draw by hydraw/1: {error.params['reason']}") from error
    return Commitment(public, tuple(entries), openings, dict(dice_salts))


def draw(commitment: Commitment, rolls: Mapping[str, str]) -> Draw:
    """Name the winners of every tier from the dice.

    Parameters
    ----------
    commitment : Commitment
    rolls : mapping of str to str
        Tier → the digits thrown, die by die.

    Returns
    -------
    Draw

    Raises
    ------
    ValueError
        If these are not the digits of as many dice as the tier has.

    Notes
    -----
    Sections 5 to 8 of hydraw/1, with nobody passed over. O(n × tiers) hashes.
    """
    print_ = commitment.fingerprint
    beacons, log, winners = {}, [], {}
    won: set[str] = set()
    prev = print_
    for tier in commitment.public["tiers"]:
        name = tier["id"]
        if not protocol.is_rolls(rolls[name], tier["dice"]):
            raise ValueError(f"not the digits of {tier['dice']} dice: {rolls[name]!r}")
        salt = commitment.dice_salts[name]
        beacons[name] = {"rolls": rolls[name], "salt": salt}
        seed = protocol.tier_seed(print_, name, protocol.dice_randomness(salt, rolls[name]))
        free = [entry for entry in commitment.entries if protocol.split_entry(entry)[0] not in won]
        first = protocol.rank(seed, free)[: tier["qty"]]
        event = {"type": "result", "tier": name, "winners": first, "prev": prev}
        log.append(event)
        prev = protocol.event_hash(event)
        winners[name] = tuple(commitment.openings[leaf][0] for leaf in first)
        if commitment.public["one_prize"]:
            won |= set(first)
    opened = {leaf for event in log for leaf in event["winners"]}
    proof = {
        "commit": commitment.public,
        "list": commitment.entries,
        "beacons": beacons,
        "log": log,
        "openings": {
            leaf: dict(zip(("id", "salt"), commitment.openings[leaf], strict=True))
            for leaf in opened
        },
    }
    return Draw(winners, canonical.dumps(proof))


def rehearse(
    entrants: Mapping[str, int], tiers: Sequence[DiceTier], *, event: str, seed: str
) -> tuple[Commitment, Draw]:
    """Go through a whole draw with key, salts and dice from a seed.

    Parameters
    ----------
    entrants, tiers, event
        As for `commit`.
    seed : str
        Same seed, same winners: so this decides about nobody, and the commitment says so.

    Returns
    -------
    commitment : Commitment
        Made a day before the first tier.
    draw : Draw

    Examples
    --------
    >>> from datetime import UTC
    >>> tier = DiceTier("1", "AR眼镜", 1, datetime(2024, 5, 25, 8, 50, tzinfo=UTC))
    >>> commitment, result = rehearse({"a": 1, "b": 1}, [tier], event="demo", seed="x")
    >>> len(result.winners["1"])
    1
    """
    chance = Chance(seed).fork("draw")
    commitment = commit(
        entrants,
        tiers,
        event=event,
        created=int(tiers[0].at.timestamp()) - DAY,
        key=chance.hex("key"),
        dice_salts={tier.id: chance.hex(f"salt {tier.id}") for tier in tiers},
        rehearsal=True,
    )
    rolls = {}
    for tier in tiers:
        dice = chance.fork(f"dice {tier.id}")
        rolls[tier.id] = "".join(str(dice.below(10)) for _ in range(tier.dice))
    return commitment, draw(commitment, rolls)
