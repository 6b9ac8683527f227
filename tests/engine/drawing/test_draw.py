from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.drawing import Commitment, DiceTier, commit, draw, rehearse, verify
from huiyou.errors import ImpossibleError
from huiyou.proof import canonical
from tests.engine.drawing import book

AT = datetime(2024, 5, 25, 16, 50, tzinfo=timezone(timedelta(hours=8)))
CREATED = int(AT.timestamp()) - 86_400
KEY = book.sha(b"key")
SALTS = {tier: book.sha(f"salt {tier}".encode()) for tier in "123"}
TIERS = [
    DiceTier("1", "AR眼镜", 1, AT),
    DiceTier("2", "票", 3, AT + timedelta(minutes=5)),
]
ENTRANTS = {f"T-{k}": 1 for k in range(10)}


def committed(**changes: Any) -> Commitment:
    wanted: dict[str, Any] = {
        "entrants": ENTRANTS, "tiers": TIERS, "event": "深圳站", "created": CREATED, "key": KEY,
        "dice_salts": SALTS, **changes,
    }  # fmt: skip
    return commit(wanted.pop("entrants"), wanted.pop("tiers"), **wanted)


@st.composite
def draws(draw: st.DrawFn) -> tuple[Commitment, dict[str, str]]:
    """Up to 12 entrants of weight 0 to 4, up to three tiers, and their dice."""
    entrants = draw(
        st.dictionaries(
            st.from_regex(r"[!-~]{1,6}( [!-~]{1,3})?", fullmatch=True),
            st.integers(0, 4),
            min_size=1,
            max_size=12,
        )
    )
    winnable = sum(weight > 0 for weight in entrants.values())
    entrants |= {f"T-{k}": 1 for k in range(3 - winnable)}
    winnable = max(3, winnable)
    tiers, one_prize = [], draw(st.booleans())
    for name in "123"[: draw(st.integers(1, 3))]:
        quantity = draw(st.integers(1, winnable // 3 if one_prize else winnable))
        at = AT + timedelta(minutes=len(tiers) * draw(st.integers(0, 5)))
        tiers.append(DiceTier(name, "礼品", quantity, at, draw(st.integers(20, 25))))
    tiers.sort(key=lambda tier: (tier.at, tier.id))
    rolls = {t.id: draw(st.text("0123456789", min_size=t.dice, max_size=t.dice)) for t in tiers}
    return committed(entrants=entrants, tiers=tiers, one_prize=one_prize), rolls


@given(given_draw=draws())
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_draw_is_the_one_of_the_specification_byte_by_byte(
    given_draw: tuple[Commitment, dict[str, str]],
) -> None:
    commitment, rolls = given_draw
    public, people = dict(commitment.public), commitment.openings
    beacons = {tier: {"rolls": rolls[tier], "salt": SALTS[tier]} for tier in rolls}
    expected = book.proof(public, list(commitment.entries), beacons, {}, people)

    found = draw(commitment, rolls)

    assert found.proof.decode() == book.j(expected)
    assert found.winners == {
        event["tier"]: tuple(people[leaf][0] for leaf in event["winners"])
        for event in expected["log"]
    }


@given(given_draw=draws())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_judge_accepts_every_draw(given_draw: tuple[Commitment, dict[str, str]]) -> None:
    commitment, rolls = given_draw

    verdict = verify(draw(commitment, rolls).proof, fingerprint=commitment.fingerprint, rolls=rolls)

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())


def test_the_list_holds_a_leaf_for_everyone_salted_from_the_key() -> None:
    made = committed(entrants={"T-1": 1, "staff": 0, "T-2": 9999}, tiers=TIERS[:1])

    salts = {
        id_: hmac.digest(bytes.fromhex(KEY), id_.encode(), hashlib.sha256).hex()
        for id_ in ("T-1", "staff", "T-2")
    }
    leaves = {id_: book.h("hydraw1-leaf", id_, salt) for id_, salt in salts.items()}
    assert made.openings == {leaves[id_]: (id_, salts[id_]) for id_ in leaves}
    assert made.entries == tuple(
        sorted([f"{leaves['T-1']} 1", f"{leaves['staff']} 0", f"{leaves['T-2']} 9999"])
    )


def test_the_commitment_says_what_is_drawn_and_when() -> None:
    made = committed(tiers=TIERS[:1], margin=60, absent_wait=90, one_prize=False)

    assert made.public == {
        "v": "hydraw/1", "event": "深圳站", "rehearsal": False, "created": CREATED, "margin": 60,
        "entries": 10, "root": book.tree(list(made.entries)), "chain": book.QUICKNET,
        "absent_wait": 90, "one_prize": False,
        "tiers": [
            {
                "id": "1", "prize": "AR眼镜", "qty": 1, "source": "dice", "dice": 21,
                "salt_commit": book.h("hydraw1-salt", SALTS["1"]), "at": int(AT.timestamp()),
                "local": "2024-05-25T16:50:00+08:00",
            }
        ],
    }  # fmt: skip
    assert made.fingerprint == book.fingerprint(made.public)


def test_the_commitment_tells_no_secret() -> None:
    made = committed()

    published = book.j(made.public) + "".join(made.entries)

    secrets = [KEY, *SALTS.values(), *(part for pair in made.openings.values() for part in pair)]
    assert [secret for secret in secrets if secret in published] == []


def test_entrants_in_another_order_give_the_same_commitment() -> None:
    turned = dict(reversed(ENTRANTS.items()))

    assert committed(entrants=turned).fingerprint == committed().fingerprint


@pytest.mark.parametrize(
    ("changes", "params"),
    [
        ({"tiers": [replace(TIERS[0], quantity=11)]}, {"prizes": 11, "entrants": 10}),
        ({"entrants": {"a": 1, "b": 1, "c": 1}}, {"prizes": 4, "entrants": 3}),
        ({"entrants": {"a": 1, "staff": 0}, "one_prize": False}, {"prizes": 3, "entrants": 1}),
    ],
)
def test_there_are_no_more_prizes_than_can_be_won(
    changes: dict[str, Any], params: dict[str, int]
) -> None:
    with pytest.raises(ImpossibleError) as caught:
        committed(**changes)

    assert (caught.value.code, caught.value.params) == ("prizes_exceed_entrants", params)


def test_prizes_that_add_up_are_no_more_than_entrants_tier_by_tier() -> None:
    assert committed(entrants={"a": 1, "b": 1, "c": 1}, one_prize=False).public["entries"] == 3


@pytest.mark.parametrize(
    "changes",
    [
        {"entrants": {**ENTRANTS, "张三": 1}},
        {"entrants": {**ENTRANTS, "T  1": 1}},
        {"entrants": {**ENTRANTS, "x" * 129: 1}},
        {"entrants": {**ENTRANTS, "a": -1}},
        {"entrants": {**ENTRANTS, "a": 10_000}},
        {"entrants": {f"T-{k}": 9999 for k in range(301)}},
        {"entrants": {}, "tiers": []},
        {"tiers": []},
        {"tiers": [], "one_prize": False},
        {"tiers": TIERS[::-1]},
        {"tiers": [TIERS[0], TIERS[0]]},
        {"tiers": [replace(TIERS[0], id="一等奖")], "dice_salts": {"一等奖": KEY}},
        {"tiers": [replace(TIERS[0], dice=19)]},
        {"tiers": [replace(TIERS[0], quantity=0)]},
        {"tiers": [replace(TIERS[0], at=AT + timedelta(seconds=1))]},
        {"tiers": [replace(TIERS[0], at=AT.replace(tzinfo=None))]},
        {"created": CREATED + 86_400},
        {"margin": 59},
        {"absent_wait": 30},
        {"event": 1},
        {"key": "secret"},
        {"key": ""},
        {"dice_salts": {"1": "", "2": KEY}},
        {"dice_salts": {"1": KEY, "2": KEY}},
    ],
)
def test_nothing_is_committed_to_that_the_judge_would_refuse(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        committed(**changes)


@pytest.mark.parametrize("rolls", ["1" * 20, "1" * 22, "x" * 21, ""])
def test_dice_are_read_as_many_as_were_committed_to(rolls: str) -> None:
    with pytest.raises(ValueError, match="dice"):
        draw(committed(tiers=TIERS[:1]), {"1": rolls})


def test_a_rehearsal_says_that_it_is_one_and_is_never_proven() -> None:
    commitment, result = rehearse(ENTRANTS, TIERS, event="demo", seed="x")
    beacons = canonical.loads(result.proof)["beacons"]
    rolls = {tier: beacon["rolls"] for tier, beacon in beacons.items()}

    verdict = verify(result.proof, fingerprint=commitment.fingerprint, rolls=rolls)

    assert commitment.public["rehearsal"] is True
    assert commitment.public["created"] == CREATED
    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("rehearsal",))


def test_a_rehearsal_repeats_from_its_seed_in_any_order() -> None:
    turned = dict(reversed(ENTRANTS.items()))

    first, again = (rehearse(e, TIERS, event="demo", seed="x")[1] for e in (ENTRANTS, turned))

    assert first == again


def test_rehearsals_of_other_seeds_have_other_winners() -> None:
    firsts = {rehearse(ENTRANTS, TIERS, event="e", seed=str(k))[1].winners["1"] for k in range(30)}

    assert len(firsts) > 5


def test_every_secret_of_a_rehearsal_is_another() -> None:
    commitment, _ = rehearse(ENTRANTS, TIERS, event="demo", seed="x")

    salts = [salt for _, salt in commitment.openings.values()] + [*commitment.dice_salts.values()]
    assert len(set(salts)) == len(ENTRANTS) + len(TIERS)


def test_21_prizes_among_200_are_drawn_as_ever() -> None:
    starts = datetime(2024, 5, 25, 8, 50, tzinfo=UTC)
    tiers = [
        DiceTier(str(k + 1), f"奖品 {k + 1}", quantity, starts + k * timedelta(minutes=5))
        for k, quantity in enumerate((1, 2, 3, 5, 10))
    ]
    entrants = {f"T-{k:03}": 1 for k in range(200)}

    commitment, result = rehearse(entrants, tiers, event="shenzhen-2024", seed="shenzhen-2024")

    assert verify(result.proof, fingerprint=commitment.fingerprint).status == "CONSISTENT"
    assert len({who for winners in result.winners.values() for who in winners}) == 21
    assert book.sha(result.proof) == (
        "57a3ad890cdfc228a3cc845ee2ea2b53d4ce1ee793770b09c639e7391e440ce7"
    )
