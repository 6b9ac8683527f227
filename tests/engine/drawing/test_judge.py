from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.drawing import verify
from huiyou.drawing.judge import FIELD_PRIME
from huiyou.proof import canonical
from tests.engine.altered import altered
from tests.engine.drawing import book
from tests.engine.drawing.example import GENESIS, SIGNATURE, START, Example, local

Change = Callable[[Example], object]


def example(*changes: Change) -> Example:
    made = Example()
    for change in changes:
        change(made)
    return made


def judged(made: Example) -> Any:
    """Judge with all that a phone and the room can give."""
    return verify(made.bytes(), fingerprint=made.fingerprint, rolls=made.rolls)


def field(**fields: Any) -> Change:
    return lambda made: made.commit.update(fields)


def tier(index: int = 0, **fields: Any) -> Change:
    return lambda made: made.commit["tiers"][index].update(fields)


def beacon(name: str, value: Any) -> Change:
    return lambda made: made.beacons.update({name: value})


def edit(change: Callable[[dict[str, Any]], object]) -> Change:
    """Change the finished file."""
    return lambda made: setattr(made, "edit", change)


def skip(place: int, called: int, at: int, tier: str = "1") -> Change:
    return lambda made: made.skip(place, START + called, START + at, tier)


def drand(made: Example) -> None:
    made.add_drand()


def relisted(*entries: str) -> Change:
    """Commit to another list."""

    def change(made: Example) -> None:
        made.list = list(entries)
        made.commit |= {"root": book.tree(made.list), "entries": len(entries)}

    return change


def of_one_name(made: Example) -> None:
    """Give everyone the same id, with salts of their own."""
    made.people = {
        book.h("hydraw1-leaf", "T", book.sha(b"%d" % k)): ("T", book.sha(b"%d" % k))
        for k in range(12)
    }
    relisted(*sorted(f"{leaf} 1" for leaf in made.people))(made)


LEAF = book.sha(b"leaf")
OTHER = book.sha(b"other")
PAST_PRIME = f"{FIELD_PRIME | 1 << 383:096x}"

BYTES = [
    ("not_json", b""),
    ("not_json", b"\xff"),
    ("not_canonical", Example().bytes() + b"\n"),
    ("not_canonical", b" " + Example().bytes()),
    ("not_canonical", json.dumps(Example().proof(), sort_keys=True).encode()),
    ("malformed", b"[]"),
    ("malformed", b"{}"),
]
FILE = [
    ("malformed", lambda body: body.pop("openings")),
    ("malformed", lambda body: body.update(note="")),
    ("commit_fields", lambda body: body.update(commit=[])),
    ("commit_fields", lambda body: body["commit"].pop("margin")),
    ("commit_fields", lambda body: body["commit"].update(note="")),
    ("tier_count", lambda body: body["commit"].update(tiers=[])),
    ("tier_count", lambda body: body["commit"].update(tiers={"1": {}})),
    ("tier_count", lambda body: body["commit"].update(tiers=body["commit"]["tiers"] * 17)),
    ("tier_fields", lambda body: body["commit"]["tiers"].append([])),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].pop("prize")),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(note="")),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(source="moon")),
    ("malformed", lambda body: body["commit"]["tiers"][0].update(source=[])),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(id="")),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(id="a b")),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(id="一等奖")),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(id="t" * 33)),
    ("tier_fields", lambda body: body["commit"]["tiers"][0].update(source="drand")),
    ("list_entry", lambda body: body.update(list="")),
    ("list_entry", lambda body: body["list"].append(1)),
    ("list_length", lambda body: body["list"].pop()),
    ("beacons_differ", lambda body: body.update(beacons=[])),
    ("beacons_differ", lambda body: body["beacons"].pop("2")),
    ("beacons_differ", lambda body: body["beacons"].update({"3": body["beacons"]["2"]})),
    ("log_malformed", lambda body: body.update(log={})),
    ("log_malformed", lambda body: body["log"].insert(0, "event")),
    ("log_malformed", lambda body: body["log"][1].update(note="")),
    ("result_missing", lambda body: body["log"].pop()),
    ("result_missing", lambda body: body["log"].clear()),
    ("log_broken", lambda body: body["log"].pop(0)),
    ("log_broken", lambda body: body["log"].reverse()),
    ("log_broken", lambda body: body["log"][0].update(prev=LEAF)),
    ("log_broken", lambda body: body["log"][1].update(prev=body["log"][0]["prev"])),
    ("log_broken", lambda body: body["log"][0].update(tier="2")),
    ("log_broken", lambda body: body["log"][1].update(tier="1")),
    ("log_malformed", lambda body: body["log"][0].pop("winners")),
    ("log_too_long", lambda body: body["log"].append(body["log"][1])),
    ("winners_differ", lambda body: body["log"][0].update(type="verdict")),
    ("winners_differ", lambda body: body["log"][0].update(winners="")),
    ("winners_differ", lambda body: body["log"][0]["winners"].reverse()),
    ("winners_differ", lambda body: body["log"][0]["winners"].pop()),
    ("winners_differ", lambda body: body["log"][0]["winners"].append(LEAF)),
    ("openings_differ", lambda body: body.update(openings=[])),
    ("openings_differ", lambda body: body["openings"].popitem()),
    ("openings_differ", lambda body: body["openings"].update({LEAF: {"id": "T", "salt": OTHER}})),
    ("opening_malformed", lambda body: first(body["openings"]).update(note="")),
    ("opening_malformed", lambda body: first(body["openings"]).update(id="T  1")),
    ("opening_malformed", lambda body: first(body["openings"]).update(id="会友")),
    ("opening_malformed", lambda body: first(body["openings"]).update(id="T" * 129)),
    ("opening_malformed", lambda body: first(body["openings"]).update(salt="")),
    ("opening_malformed", lambda body: body["openings"].update(dict.fromkeys(body["openings"], ""))),
    ("opening_differs", lambda body: first(body["openings"]).update(id="T-99")),
    ("opening_differs", lambda body: first(body["openings"]).update(salt=OTHER)),
]  # fmt: skip
COMMITTED = [
    ("version_unknown", field(v="hydraw/2")),
    ("commit_fields", field(event=1)),
    ("commit_fields", field(rehearsal=0)),
    ("commit_fields", field(one_prize="yes")),
    ("commit_fields", field(created=True)),
    ("commit_fields", field(margin="3600")),
    ("commit_fields", field(absent_wait=False)),
    ("commit_fields", field(entries="12")),
    ("commit_fields", field(root=LEAF.upper())),
    ("commit_fields", field(root=LEAF[1:])),
    ("chain_unknown", field(chain="8990e7a9aaed2ffed73dbd7092123d6f289930540d7651336225dc172e51b2ce")),
    ("margin_too_short", field(margin=59)),
    ("wait_too_short", field(absent_wait=59)),
    ("committed_too_late", field(created=START - 3599)),
    ("tier_fields", tier(prize=1)),
    ("tier_fields", tier(qty=0)),
    ("tier_fields", tier(qty=True)),
    ("tier_fields", tier(at=str(START))),
    ("tier_fields", tier(salt_commit="")),
    ("time_off_grid", tier(at=START + 1, local=local(START + 1))),
    ("time_off_grid", tier(at=GENESIS - 3, local=local(GENESIS - 3))),
    ("local_time", tier(local="2024-05-25 16:50:00+08:00")),
    ("local_time", tier(local="2024-05-25T08:50:00Z")),
    ("local_time", tier(local="2024-05-25T16:50:00")),
    ("local_time", tier(local="2024-05-25T16:50:00+09:00")),
    ("local_time", tier(local="2024-05-25T16:50:03+08:00")),
    ("local_time", tier(local="2024-05-25T23:50:00+15:00")),
    ("local_time", tier(local="2024-05-24T24:50:00-08:00")),
    ("local_time", tier(local=0)),
    ("malformed", tier(local="2024-02-30T16:50:00+08:00")),
    ("tier_twice", tier(1, id="1")),
    ("tiers_out_of_order", tier(0, at=START + 1200, local=local(START + 1200))),
    ("salt_twice", lambda made: tier(1, salt_commit=made.commit["tiers"][0]["salt_commit"])(made)),
    ("dice_count", tier(dice=19)),
    ("dice_count", tier(dice=201)),
    ("dice_count", tier(dice="21")),
    ("round_differs", lambda made: (made.add_drand(), tier(2, round=made.commit["tiers"][2]["round"] + 1)(made))),
    ("tier_fields", lambda made: (made.add_drand(), tier(2, round="1")(made))),
    ("list_length", field(entries=11)),
    ("root_differs", field(root=LEAF)),
]  # fmt: skip
LISTED = [
    ("list_entry", [f"{LEAF} 01"]),
    ("list_entry", [f"{LEAF} 10000"]),
    ("list_entry", [f"{LEAF} +1"]),
    ("list_entry", [f"{LEAF} １"]),
    ("list_entry", [f"{LEAF}  1"]),
    ("list_entry", [f"{LEAF} 1\n"]),
    ("list_entry", [f"{LEAF.upper()} 1"]),
    ("list_entry", [LEAF]),
    ("list_unsorted", sorted([f"{LEAF} 1", f"{OTHER} 1"], reverse=True)),
    ("leaf_twice", [f"{LEAF} 1", f"{LEAF} 2"]),
    ("weight_too_large", sorted(f"{book.sha(b'%d' % k)} 9999" for k in range(301))),
]
THROWN = [
    ("beacon_fields", beacon("1", "")),
    ("beacon_fields", lambda made: made.beacons["1"].update(note="")),
    ("beacon_fields", lambda made: made.beacons["1"].update(salt="0")),
    ("rolls_malformed", lambda made: made.beacons["1"].update(rolls="1" * 20)),
    ("rolls_malformed", lambda made: made.beacons["1"].update(rolls="1" * 22)),
    ("rolls_malformed", lambda made: made.beacons["1"].update(rolls="1" * 20 + "x")),
    ("rolls_malformed", lambda made: made.beacons["1"].update(rolls="1" * 20 + "１")),
    ("rolls_malformed", lambda made: made.beacons["1"].update(rolls=["1"] * 21)),
    ("salt_differs", lambda made: made.beacons["1"].update(salt=OTHER)),
]
SKIPPED = [
    ("skip_not_a_winner", [skip(2, 0, 60)]),
    ("skip_not_a_winner", [skip(0, 0, 60), skip(0, 0, 60)]),
    ("called_too_early", [skip(0, -1, 60)]),
    ("called_too_early", [skip(0, 0, 60), skip(2, 59, 120)]),
    ("called_too_early", [skip(0, 0, 60), skip(1, 0, 70), skip(3, 69, 150)]),
    ("skips_not_allowed", [field(absent_wait=0), skip(0, 0, 60)]),
    ("skipped_too_soon", [skip(0, 0, 59)]),
    ("skipped_too_soon", [skip(0, 60, 60)]),
    ("skipped_too_late", [skip(0, 0, 601)]),
    ("skips_out_of_order", [skip(0, 0, 70), skip(1, 0, 69)]),
    ("log_malformed", [skip(0, 0, 60), edit(lambda body: body["log"][0].update(called="now"))]),
    ("log_malformed", [skip(0, 0, 60), edit(lambda body: body["log"][0].update(at=True))]),
    ("log_malformed", [skip(0, 0, 60), edit(lambda body: body["log"][0].update(note=""))]),
    ("log_broken", [skip(0, 0, 60), edit(lambda body: body["log"][1].update(prev=LEAF))]),
    ("log_broken", [skip(0, 0, 60), skip(1, 0, 60), edit(lambda body: body["log"].pop(0))]),
    ("openings_differ", [skip(0, 0, 60), edit(lambda body: body["openings"].pop(body["log"][0]["leaf"]))]),
]  # fmt: skip


def first(items: dict[str, Any]) -> Any:
    return items[min(items)]


@pytest.mark.parametrize(("reason", "proof"), BYTES)
def test_bytes_that_are_no_proof_are_refused(reason: str, proof: bytes) -> None:
    assert verify(proof).reasons == (reason,)


@pytest.mark.parametrize(("reason", "change"), FILE)
def test_a_changed_file_is_refused(reason: str, change: Callable[[Any], object]) -> None:
    verdict = verify(example(edit(change)).bytes())

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


@pytest.mark.parametrize(("reason", "change"), COMMITTED)
def test_a_commitment_that_is_not_allowed_is_refused(reason: str, change: Change) -> None:
    verdict = judged(example(change))

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


@pytest.mark.parametrize(("reason", "entries"), LISTED)
def test_a_list_that_is_not_allowed_is_refused(reason: str, entries: list[str]) -> None:
    made = example()
    body = made.proof()
    body["list"] = entries
    body["commit"] |= {"root": book.tree(entries), "entries": len(entries)}

    assert verify(canonical.dumps(body)).reasons == (reason,)


def test_an_empty_list_is_refused() -> None:
    body = Example().proof()
    body["list"] = []
    body["commit"] |= {"root": book.sha(b""), "entries": 0}

    assert verify(canonical.dumps(body)).reasons == ("list_length",)


@pytest.mark.parametrize(("reason", "change"), THROWN)
def test_dice_that_are_not_those_committed_to_are_refused(reason: str, change: Change) -> None:
    made = example()
    fixed = made.proof()
    change(made)

    verdict = verify(canonical.dumps({**fixed, "beacons": made.beacons}))

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


@pytest.mark.parametrize(
    "signature",
    [SIGNATURE[:-1], SIGNATURE + "0", SIGNATURE.upper(), "", {"rolls": "", "salt": ""},
     "c0" + "00" * 47, "3" + SIGNATURE[1:], PAST_PRIME],
)  # fmt: skip
def test_a_signature_that_is_no_point_is_refused(signature: Any) -> None:
    body = example(drand).proof()
    body["beacons"]["3"] = signature

    assert verify(canonical.dumps(body)).reasons == ("signature_malformed",)


@pytest.mark.parametrize(("reason", "changes"), SKIPPED)
def test_a_skip_that_is_not_allowed_is_refused(reason: str, changes: list[Change]) -> None:
    verdict = judged(example(*changes))

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


def test_an_id_that_wins_under_two_leaves_is_refused() -> None:
    assert judged(example(of_one_name)).reasons == ("id_twice",)


def test_a_proof_with_all_that_was_seen_is_proven() -> None:
    made = example()

    verdict = judged(made)

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert verdict.claims == ("list_fixed", "draw_recomputes", "winners_opened")
    assert verdict.facts == (("fingerprint", made.fingerprint), ("entries", "12"), ("skips", "0"))


@pytest.mark.parametrize(
    "changes",
    [
        [skip(0, 0, 60)],
        [skip(1, 0, 600)],
        [skip(0, 0, 60), skip(2, 60, 120)],
        [skip(0, 0, 60), skip(1, 0, 60), skip(2, 60, 120), skip(3, 60, 120)],
        [skip(0, 0, 60), skip(1, 0, 60), skip(3, 60, 120), skip(2, 60, 120)],
        [field(one_prize=False), skip(0, 0, 60)],
        [field(absent_wait=0)],
        [field(margin=60, created=START - 60)],
        [tier(0, qty=9999)],
        [tier(0, local=local(START, hours=-14))],
        [tier(0, at=START + 600, local=local(START + 600))],
    ],
)
def test_what_the_specification_allows_is_proven(changes: list[Change]) -> None:
    verdict = judged(example(*changes))

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())


def test_a_winner_of_the_last_tier_is_waited_for_as_long_as_one_likes() -> None:
    made = example()
    absent = made.proof()["log"][1]["winners"][0]
    made.skips["2"] = [(absent, START + 600, START + 9000)]

    assert judged(made).status == "PROVEN"


def test_skips_are_counted_in_the_verdict() -> None:
    made = example(skip(0, 0, 60), skip(2, 60, 120))

    assert dict(judged(made).facts)["skips"] == "2"


def test_who_was_skipped_cannot_win_later_even_where_prizes_add_up() -> None:
    made = example(field(one_prize=False), tier(1, qty=99), skip(0, 0, 60))

    results = {e["tier"]: e["winners"] for e in made.proof()["log"] if e["type"] == "result"}

    assert judged(made).status == "PROVEN"
    assert set(results["1"]) < set(results["2"])
    assert made.rank()[0] not in results["2"]


def test_who_is_listed_with_weight_zero_never_wins() -> None:
    made = example(tier(1, qty=99), field(one_prize=False))

    winners = made.proof()["log"][1]["winners"]

    staff = next(leaf for leaf, (id_, _) in made.people.items() if made.ids[id_] == 0)
    assert judged(made).status == "PROVEN"
    assert sorted([*winners, staff]) == sorted(made.people)


@pytest.mark.parametrize(
    ("changes", "given_", "reasons"),
    [
        ([], {"fingerprint"}, ("rolls_not_given",)),
        ([], {"rolls"}, ("fingerprint_not_given",)),
        ([], set(), ("fingerprint_not_given", "rolls_not_given")),
        ([field(rehearsal=True)], {"fingerprint", "rolls"}, ("rehearsal",)),
        ([drand], {"fingerprint", "rolls"}, ("signature_unchecked",)),
    ],
)
def test_a_proof_that_lacks_something_is_consistent(
    changes: list[Change], given_: set[str], reasons: tuple[str, ...]
) -> None:
    made = example(*changes)
    known = {"fingerprint": made.fingerprint, "rolls": made.rolls}

    verdict = verify(made.bytes(), **{name: known[name] for name in given_})

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", reasons)


def test_rolls_of_one_tier_alone_are_not_enough() -> None:
    made = example()

    verdict = verify(made.bytes(), fingerprint=made.fingerprint, rolls={"1": made.rolls["1"]})

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("rolls_not_given",))


@pytest.mark.parametrize("fingerprint", ["", LEAF, LEAF[:12]])
def test_another_fingerprint_is_refused(fingerprint: str) -> None:
    assert verify(Example().bytes(), fingerprint=fingerprint).reasons == ("fingerprint_differs",)


def test_a_short_form_of_the_fingerprint_proves_nothing() -> None:
    made = example()

    assert verify(made.bytes(), fingerprint=made.fingerprint[:16]).status == "REFUSED"


@pytest.mark.parametrize(
    ("rolls", "reason"),
    [({"1": "0" * 21}, "rolls_differ"), ({"1": ""}, "rolls_differ"),
     ({"3": "1" * 21}, "rolls_without_dice"), ({"9": ""}, "rolls_without_dice")],
)  # fmt: skip
def test_rolls_that_were_seen_otherwise_are_refused(rolls: dict[str, str], reason: str) -> None:
    assert verify(example(drand).bytes(), rolls=rolls).reasons == (reason,)


def test_a_log_that_holds_what_phones_saw_is_accepted() -> None:
    made = example(skip(0, 0, 60))
    seen = [book.event_hash(event) for event in made.proof()["log"]]

    assert verify(made.bytes(), seen=seen).status == "CONSISTENT"


def test_a_log_rewritten_after_phones_saw_it_is_refused() -> None:
    seen = book.event_hash(Example().proof()["log"][0])

    assert verify(example(skip(0, 0, 60)).bytes(), seen=[seen]).reasons == ("event_missing",)


@pytest.mark.needs("shared")
def test_the_signature_of_the_example_is_one_of_drand(shared: Any) -> None:
    vectors = json.loads((shared / "data" / "draw" / "drand_vectors.json").read_text("utf-8"))

    assert SIGNATURE in {v["signature"] for v in vectors["beacons"] if v["chain"] == "quicknet"}


WHOLE = example(skip(0, 0, 60), skip(2, 60, 120))
PROOF = WHOLE.proof()
WITH_DRAND = example(drand, skip(0, 0, 60)).proof()


def as_bytes(body: Any) -> bytes:
    """Write what may not be canonical as a forger would have to."""
    try:
        return canonical.dumps(body)
    except (TypeError, ValueError):
        return json.dumps(body, sort_keys=True, separators=(",", ":")).encode()


@given(body=altered(PROOF))
@settings(max_examples=800, deadline=None, derandomize=True)
def test_a_proof_changed_anywhere_is_refused(body: Any) -> None:
    verdict = verify(as_bytes(body), fingerprint=WHOLE.fingerprint, rolls=WHOLE.rolls)

    assert verdict.status == "REFUSED" or as_bytes(body) == WHOLE.bytes()


@given(body=altered(WITH_DRAND))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_proof_changed_anywhere_is_never_proven_to_who_saw_nothing(body: Any) -> None:
    assert verify(as_bytes(body)).status in ("REFUSED", "CONSISTENT")


@given(place=st.integers(0, len(WHOLE.bytes()) - 1), value=st.integers(0, 255))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_proof_with_another_byte_is_refused(place: int, value: int) -> None:
    proof = bytearray(WHOLE.bytes())
    proof[place] = value

    verdict = verify(bytes(proof), fingerprint=WHOLE.fingerprint, rolls=WHOLE.rolls)

    assert verdict.status == "REFUSED" or bytes(proof) == WHOLE.bytes()
