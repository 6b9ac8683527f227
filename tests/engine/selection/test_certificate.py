"""Proofs, and what happens where they would be too long."""

from __future__ import annotations

import pytest

from huiyou.people import Person
from huiyou.selection import Quota, certificate, prepare, verify

# A pair of whom the quotas leave no room, but half of it, among people of whom one may come.
PEOPLE = [Person(f"p{k}", {"trade": ("film",) if k < 6 else ("law",)}) for k in range(16)]
PAIR = [("p0", "p1")]
QUOTAS = [Quota("trade", "film", 1, 1)]


@pytest.mark.parametrize("objective", ["leximin", "maximin"])
def test_those_of_whom_no_panel_has_any_have_no_chance_and_the_others_all_of_it(
    objective: str,
) -> None:
    record = prepare(PEOPLE, 4, QUOTAS, together=PAIR, objective=objective, panels=20, seed="a")

    assert {who for who, text in record.probabilities.items() if text == "0"} == {"p0", "p1"}
    assert (record.bound, record.gap, record.status) == ("0", "0", "optimal")
    assert verify(record.to_dict(), PEOPLE, PAIR).status == "PROVEN"


def odd_one_out() -> tuple[list[Person], list[Quota]]:
    """Give a pool in which ``t`` can come with halves of people, and never with whole ones."""
    edges = [Person(f"e{k}", {"end": tuple(t for t in "abc" if t != "abc"[k])}) for k in range(3)]
    people = [
        Person("t", {"role": ("lead",)}), Person("f", {"role": ("lead",), "end": tuple("abc")}),
        *edges, *(Person(f"n{k}") for k in range(4)),
    ]  # fmt: skip
    return people, [Quota("role", "lead", 0, 1), *(Quota("end", t, 1, 1) for t in "abc")]


def test_that_nobody_can_bring_somebody_in_is_shown_case_by_case() -> None:
    people, quotas = odd_one_out()

    record = prepare(people, 3, quotas, panels=20, seed="a")

    assert record.probabilities["t"] == "0"
    assert any("type" in node for level in record.certificate for node in level["proof"])
    assert verify(record.to_dict(), people).status == "PROVEN"


def test_a_proof_that_would_be_too_long_is_left_out_and_said_to_be_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(certificate, "MOST_LEAVES", 1)
    people, quotas = odd_one_out()

    record = prepare(people, 3, quotas, panels=20, seed="a")

    assert record.status == "bounded"
    assert any(level["proof"] == [] for level in record.certificate)
    assert verify(record.to_dict(), people).reasons == ("fairness_unproven",)


def test_prices_are_whole_numbers_of_a_part_of_one() -> None:
    level = prepare(PEOPLE[6:], 4, [], panels=20, seed="a").certificate[0]

    assert level["prices"] == [[0, round(2**50 / 10)]]
