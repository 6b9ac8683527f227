from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from huiyou.drawing import protocol


def sha(*fields: str) -> str:
    return hashlib.sha256("\n".join(fields).encode()).hexdigest()


def test_each_formula_is_that_of_the_specification() -> None:
    assert protocol.leaf("T-1", "5a17") == sha("hydraw1-leaf", "T-1", "5a17")
    assert protocol.fingerprint({"b": 1, "a": "会"}) == sha("hydraw1-commit", '{"a":"会","b":1}')
    assert protocol.salt_commitment("5a17") == sha("hydraw1-salt", "5a17")
    assert protocol.dice_randomness("5a17", "0123") == sha("hydraw1-dice", "5a17", "0123")
    assert protocol.tier_seed("f", "1", "r") == sha("hydraw1-seed", "f", "1", "r")
    assert protocol.event_hash({"tier": "1"}) == sha("hydraw1-event", '{"tier":"1"}')


def test_the_list_is_a_tree_of_its_entries() -> None:
    left, right = (hashlib.sha256(b"\x00" + e).digest() for e in (b"aa 1", b"bb 0"))

    assert (
        protocol.list_root(["aa 1", "bb 0"]) == hashlib.sha256(b"\x01" + left + right).hexdigest()
    )


def test_leaves_are_ranked_by_their_smallest_ticket() -> None:
    def ticket(leaf: str, weight: int) -> str:
        return min(sha("hydraw1-ticket", "seed", leaf, str(j)) for j in range(weight))

    ranked = protocol.rank("seed", ["a 1", "b 3", "c 0", "d 2"])

    assert ranked == sorted("abd", key=lambda leaf: ticket(leaf, {"a": 1, "b": 3, "d": 2}[leaf]))


def test_weight_three_wins_three_times_as_often_as_weight_one() -> None:
    firsts = Counter(protocol.rank(f"seed {k}", ["a 3", "b 1"])[0] for k in range(2000))

    # 1,500 expected; four standard deviations are 78, and the seeds are fixed.
    assert abs(firsts["a"] - 1500) < 78


@pytest.mark.parametrize("value", ["a", "T-01", "a b", "!~", "x" * 128, "a b c"])
def test_an_id_is_a_printable_code(value: str) -> None:
    assert protocol.is_id(value)


@pytest.mark.parametrize(
    "value", ["", " ", " a", "a ", "a  b", "a\n", "a\tb", "é", "x" * 129, "\x7f", None, 1, ["a"]]
)
def test_anything_else_is_no_id(value: Any) -> None:
    assert not protocol.is_id(value)


@pytest.mark.parametrize(
    "value", ["0" * 63, "0" * 65, "A" * 64, "g" * 64, "0" * 64 + "\n", None, 0]
)
def test_a_hash_is_64_lowercase_hex_digits(value: Any) -> None:
    assert protocol.is_hex64("0a" * 32)
    assert not protocol.is_hex64(value)


@pytest.mark.parametrize("value", ["123", "12345", "123x", "１２３４", "²²²²", None, 1234])
def test_rolls_are_as_many_digits_as_dice(value: Any) -> None:
    assert protocol.is_rolls("1234", 4)
    assert not protocol.is_rolls(value, 4)


@pytest.mark.needs("shared")
def test_randomness_is_that_of_real_beacons(shared: Path) -> None:
    vectors = json.loads((shared / "data" / "draw" / "drand_vectors.json").read_text("utf-8"))
    beacons = [v for v in vectors["beacons"] if v["chain"] == "quicknet"]

    found = [protocol.signature_randomness(beacon["signature"]) for beacon in beacons]

    assert found == [beacon["randomness"] for beacon in beacons]


@pytest.mark.needs("shared")
def test_quicknet_is_pinned_to_what_is_published(shared: Path) -> None:
    vectors = json.loads((shared / "data" / "draw" / "drand_vectors.json").read_text("utf-8"))
    chain = vectors["chains"]["quicknet"]

    pinned = (protocol.QUICKNET, protocol.GENESIS, protocol.PERIOD)
    assert pinned == (chain["hash"], chain["genesis_time"], chain["period"])
