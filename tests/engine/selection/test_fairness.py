"""What a certificate of the sums proves, and what one that was tampered with does not."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

from huiyou.people import Person
from huiyou.proof import sealed
from huiyou.selection import Quota, select, verify
from huiyou.selection.program import quiet, run
from tests.engine.altered import without

PEOPLE = [Person(f"p{k}", {"trade": ("film",) if k < 3 else ("law",)}) for k in range(9)]
QUOTAS = [Quota("trade", "film", 2, 2)]
SUMS = ("nash", "goldilocks")
RECORDS: dict[str, dict[str, Any]] = {
    objective: select(PEOPLE, 4, QUOTAS, objective=objective, panels=12, seed="a").to_dict()
    for objective in SUMS
}


def forged(objective: str, **changes: Any) -> dict[str, Any]:
    return sealed({**without(RECORDS[objective], "digest"), **changes})


def level(objective: str, **changes: Any) -> dict[str, Any]:
    return forged(objective, certificate=[{**RECORDS[objective]["certificate"][0], **changes}])


@pytest.mark.parametrize("objective", SUMS)
def test_each_objective_has_its_own_claim(objective: str) -> None:
    verdict = verify(RECORDS[objective], PEOPLE)

    assert (verdict.status, verdict.claims[-1]) == ("PROVEN", f"fairest_{objective}")


@pytest.mark.parametrize("objective", SUMS)
def test_a_record_may_claim_less_than_is_proven(objective: str) -> None:
    less = {"nash": ("9/10", "1/10"), "goldilocks": ("2", "1/9")}[objective]

    verdict = verify(forged(objective, bound=less[0], gap=less[1], status="bounded"), PEOPLE)

    assert verdict.status == "PROVEN"


@pytest.mark.parametrize("objective", SUMS)
def test_without_a_proof_nothing_is_bounded(objective: str) -> None:
    bound, gap = ("0", "1") if objective == "nash" else ("2", None)
    value = 1 / (1 - Fraction(RECORDS[objective]["gap"])) * Fraction(RECORDS[objective]["bound"])
    bare = {**RECORDS[objective]["certificate"][0], "proof": []}

    record = forged(
        objective, certificate=[bare], bound=bound, gap=gap or str(1 - 2 / value), status="bounded"
    )

    assert verify(record, PEOPLE).reasons == ("fairness_unproven",)
    assert verify(level(objective, proof=[]), PEOPLE).reasons == ("bound_unfounded",)


@pytest.mark.parametrize("objective", SUMS)
@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("certificate_malformed", {"prices": []}),
        ("certificate_malformed", {"prices": [[0]]}),
        ("certificate_malformed", {"prices": [[0, 1, 1, 1]]}),
        ("bound_unfounded", {"proof": [{"high": [[1, 2**52]], "low": []}]}),
    ],
)
def test_a_forged_certificate_is_refused(
    objective: str, reason: str, changes: dict[str, Any]
) -> None:
    assert verify(level(objective, **changes), PEOPLE).reasons == (reason,)


def test_a_gap_that_does_not_follow_is_refused() -> None:
    assert verify(forged("nash", gap="1/3")).reasons == ("gap_differs",)
    assert verify(forged("goldilocks", gap="2")).reasons == ("gap_differs",)
    assert verify(forged("goldilocks", gap="1/3"), PEOPLE).reasons == ("gap_differs",)


@pytest.mark.parametrize("objective", SUMS)
def test_that_some_cannot_come_must_be_shown(objective: str) -> None:
    people = [*PEOPLE, Person("p9", {"trade": ("none",)})]
    quotas = [*QUOTAS, Quota("trade", "none", 0, 0)]
    record = select(people, 4, quotas, objective=objective, panels=12, seed="a").to_dict()
    nobody, main = record["certificate"]

    def other(*levels: Any, **changes: Any) -> tuple[str, ...]:
        body = {**without(record, "digest"), "certificate": list(levels), **changes}
        return verify(sealed(body), people).reasons

    assert verify(record, people).status == "PROVEN"
    assert other(nobody, nobody, main) == ("certificate_malformed",)
    assert other({**nobody, "proof": [{"high": [[2, 2**50]], "low": []}]}, main) in {
        ("certificate_malformed",), ("bound_unfounded",),
    }  # fmt: skip
    assert other({**nobody, "proof": []}, main) == ("bound_unfounded",)
    assert other({**nobody, "types": [0, 1, 2]}, main) == ("certificate_malformed",)


def test_a_program_without_an_end_is_an_error() -> None:
    solver = quiet()
    solver.addCol(-1.0, 0.0, float("inf"), 0, [], [])

    with pytest.raises(RuntimeError, match="HiGHS ended with"):
        run(solver)
