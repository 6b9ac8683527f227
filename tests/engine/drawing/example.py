"""A draw made by the book: two tiers of dice, one of drand, with an absent winner or two."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from huiyou.proof import canonical
from tests.engine.drawing import book

START = int(datetime(2024, 5, 25, 8, 50, tzinfo=UTC).timestamp())
GENESIS = 1692803367
# Round 123 of quicknet, from drand's own tests; its time does not matter to what is tested here.
SIGNATURE = "b75c69d0b72a5d906e854e808ba7e2accb1542ac355ae486d591aa9d43765482e26cd02df835d3546d23c4b13e0dfc92"


def local(at: int, hours: int = 8) -> str:
    return datetime.fromtimestamp(at, timezone(timedelta(hours=hours))).isoformat()


class Example:
    """A proof in parts that a test may change before it is put together."""

    def __init__(self) -> None:
        self.ids = {f"T-{k:02}": 0 if k == 0 else 3 if k == 1 else 1 for k in range(12)}
        self.people = {
            book.h("hydraw1-leaf", id_, salt): (id_, salt)
            for id_ in self.ids
            for salt in [book.sha(f"salt of {id_}".encode())]
        }
        self.list = sorted(f"{leaf} {self.ids[id_]}" for leaf, (id_, _) in self.people.items())
        self.salts = {tier: book.sha(f"dice {tier}".encode()) for tier in ("1", "2")}
        self.beacons: dict[str, Any] = {
            tier: {"rolls": ("3141592653589793238462" * 2)[:21], "salt": salt}
            for tier, salt in self.salts.items()
        }
        self.commit: dict[str, Any] = {
            "v": "hydraw/1", "event": "深圳站", "rehearsal": False, "created": START - 86_400,
            "margin": 3600, "entries": 12, "root": book.tree(self.list), "chain": book.QUICKNET,
            "absent_wait": 60, "one_prize": True,
            "tiers": [self.dice("1", START, 2), self.dice("2", START + 600, 3)],
        }  # fmt: skip
        self.skips: dict[str, list[Any]] = {}
        self.edit: Callable[[dict[str, Any]], object] = lambda _: None

    def dice(self, tier: str, at: int, qty: int) -> dict[str, Any]:
        commitment = book.h("hydraw1-salt", self.salts[tier])
        return {
            "id": tier, "prize": "AR眼镜", "qty": qty, "source": "dice", "at": at,
            "local": local(at), "dice": 21, "salt_commit": commitment,
        }  # fmt: skip

    def add_drand(self, at: int = START + 1200) -> None:
        self.commit["tiers"].append({
            "id": "3", "prize": "票", "qty": 1, "source": "drand", "at": at, "local": local(at),
            "round": (at - GENESIS) // 3 + 1,
        })  # fmt: skip
        self.beacons["3"] = SIGNATURE

    def rank(self, tier: str = "1") -> list[str]:
        """Give the first rank of a tier, nobody having won before."""
        return book.ranked(self.commit, self.list, self.beacons, tier, set())

    def skip(self, place: int, called: int, at: int, tier: str = "1") -> None:
        """Pass over the one who stands at this place of the first rank of the first tier."""
        self.skips.setdefault(tier, []).append((self.rank(tier)[place], called, at))

    @property
    def rolls(self) -> dict[str, str]:
        return {tier: self.beacons[tier]["rolls"] for tier in ("1", "2")}

    @property
    def fingerprint(self) -> str:
        return book.fingerprint(self.commit)

    def proof(self) -> dict[str, Any]:
        whole = book.proof(self.commit, self.list, self.beacons, self.skips, self.people)
        whole = copy.deepcopy(whole)
        self.edit(whole)
        return whole

    def bytes(self) -> bytes:
        return canonical.dumps(self.proof())
