from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings

from huiyou.people import Person, people_digest
from huiyou.proof import digest, sealed
from huiyou.selection import Quota, Selection, select, verify
from tests.engine.altered import altered, resealed, without

PEOPLE = [Person(f"p{k}", {"trade": ("law" if k % 2 else "film",)}) for k in range(10)]
TOGETHER = (("p0", "p1"), ("p2", "p3"), ("p4", "p5"))
QUOTAS = [Quota("trade", "film", 1, 3), Quota("trade", "law", 1, 3)]
RECORD: dict[str, Any] = select(
    PEOPLE, 5, QUOTAS, together=TOGETHER, alternates=5, seed="judge"
).to_dict()


def forged(**changes: Any) -> dict[str, Any]:
    return sealed({**without(RECORD, "digest"), **changes})


def quota(**changes: Any) -> list[dict[str, Any]]:
    return [{**RECORD["quotas"][0], **changes}, RECORD["quotas"][1]]


def swapped(out: str, into: str) -> dict[str, Any]:
    """Give a seat to somebody else of the same trade, and the queue what is left."""
    chosen = sorted({*RECORD["chosen"], into} - {out})
    alternates = [out if who == into else who for who in RECORD["alternates"]]
    return forged(chosen=chosen, alternates=alternates)


def test_the_example_is_as_the_forgeries_below_suppose() -> None:
    assert RECORD["chosen"] == ["p0", "p1", "p2", "p3", "p9"]
    assert RECORD["alternates"] == ["p4", "p5", "p8", "p6", "p7"]


def test_an_unchanged_record_is_consistent() -> None:
    verdict = verify(RECORD, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("fairness_unproven",))
    assert verdict.claims == ("record_unchanged", "seats_filled", "quotas_hold", "companions_together")  # fmt: skip
    assert verdict.facts == (("seats", "5"), ("people", "10"))


def test_without_the_people_only_the_record_itself_is_judged() -> None:
    verdict = verify(RECORD)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("inputs_missing", "fairness_unproven"))  # fmt: skip
    assert verdict.claims == ("record_unchanged", "seats_filled")


@pytest.mark.parametrize(
    ("reason", "record"),
    [
        ("not_a_record", None),
        ("not_a_record", without(RECORD, "digest")),
        ("wrong_kind", forged(kind="grouping")),
        ("wrong_version", forged(version=2)),
        ("digest_differs", {**RECORD, "seed": "other"}),
        ("not_canonical", {**RECORD, "seed": None}),
        ("malformed", forged(more="claims")),
        ("malformed", sealed(without(without(RECORD, "digest"), "alternates"))),
        ("malformed", forged(chosen="abcde")),
        ("malformed", forged(quotas=[[]])),
        ("malformed", forged(inputs=["people"])),
        ("malformed", forged(seats=True, chosen=["p0"])),
        ("claim_unfounded", forged(fairness="proven")),
        ("claim_unfounded", forged(status="optimal")),
        ("claim_unfounded", forged(objective="leximin")),
        ("claim_unfounded", forged(rehearsal=False)),
        ("seats_differ", forged(seats=6)),
        ("seats_differ", forged(chosen=["p0", "p0", "p2", "p3", "p9"])),
        ("id_twice", forged(alternates=["p4", "p5", "p8", "p6", "p6"])),
        ("chosen_and_alternate", forged(alternates=["p9"])),
        ("quota_broken", forged(quotas=quota(chosen=4))),
        ("quota_broken", forged(quotas=quota(chosen=0))),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "people": digest([])})),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "together": digest([])})),
        ("unknown_person", forged(chosen=["p0", "p1", "p2", "p3", "stranger"])),
        ("unknown_person", forged(alternates=["stranger"])),
        ("counts_differ", forged(quotas=quota(pool=6))),
        ("counts_differ", forged(quotas=quota(chosen=3))),
        ("counts_differ", forged(quotas=quota(value="opera"))),
        ("companions_split", swapped("p0", "p8")),
        ("companions_split", forged(chosen=["p0", "p1", "p2", "p3", "p5"], alternates=[])),
        ("companions_split", forged(alternates=["p4", "p8", "p5"])),
        ("companions_split", forged(alternates=["p4"])),
    ],
)
def test_a_forged_record_is_refused_and_told_why(reason: str, record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


def test_other_people_are_refused() -> None:
    others = [*PEOPLE[:-1], Person("p9", {"trade": ("film",)})]

    assert verify(RECORD, others, TOGETHER).reasons == ("inputs_differ",)


def test_other_companions_are_refused() -> None:
    assert verify(RECORD, PEOPLE, TOGETHER[:2]).reasons == ("inputs_differ",)


def test_people_and_companions_may_come_in_any_order() -> None:
    assert verify(RECORD, PEOPLE[::-1], [pair[::-1] for pair in TOGETHER[::-1]]).exit_code == 5


def test_a_record_says_which_people_it_was_made_from() -> None:
    assert RECORD["inputs"]["people"] == people_digest(PEOPLE)


@given(record=altered(RECORD))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_record_changed_anywhere_is_refused(record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert verdict.status == "REFUSED" or Selection.from_dict(record).to_dict() == RECORD


@given(record=altered(RECORD).map(resealed))
@settings(max_examples=600, deadline=None, derandomize=True)
def test_a_record_forged_anywhere_is_refused_or_still_holds(record: Any) -> None:
    alone, verdict = verify(record), verify(record, PEOPLE, TOGETHER)

    assert {alone.status, verdict.status} <= {"REFUSED", "CONSISTENT"}
    if verdict.status == "CONSISTENT":
        # A stranger may claim another seed, ask for other bounds that hold, shorten the queue.
        free = ("digest", "seed", "quotas", "alternates", "chosen")
        assert {k: v for k, v in record.items() if k not in free} == {
            k: v for k, v in RECORD.items() if k not in free
        }
        assert sorted(record["chosen"]) == RECORD["chosen"]
