"""Pools at the edges of what there is."""

from __future__ import annotations

from fractions import Fraction

import pytest

from huiyou.errors import QuotaError
from huiyou.people import Person
from huiyou.selection import Quota, Selection, prepare, verify
from huiyou.selection.pool import make_pool
from huiyou.selection.relaxed import relax


def proven(
    people: list[Person],
    seats: int,
    quotas: list[Quota],
    *,
    together: tuple[tuple[str, ...], ...] = (),
) -> dict[str, Fraction]:
    """Give everybody's chance, once the judge has found it the fairest."""
    record = prepare(people, seats, quotas, together=together, panels=30, seed="a")
    assert verify(record.to_dict(), people, together).status == "PROVEN"
    assert record.gap == "0" or Fraction(record.gap) < Fraction(1, 10**9)
    return {who: Fraction(text) for who, text in record.probabilities.items()}


def test_one_applicant_for_one_seat_has_it() -> None:
    assert proven([Person("a")], 1, []) == {"a": 1}


def test_as_many_seats_as_people_are_everybodys() -> None:
    people = [Person(str(k), {"trade": ("law",)}) for k in range(7)]

    assert set(proven(people, 7, [Quota("trade", "law", 7, 7)]).values()) == {1}


def test_people_who_are_all_alike_have_the_same_chance() -> None:
    people = [Person(f"p{k:03}", {"trade": ("law",)}) for k in range(200)]

    chances = proven(people, 30, [Quota("trade", "law", 0, 200)])

    assert max(chances.values()) - min(chances.values()) < Fraction(1, 10**12)


def test_a_quota_of_zero_leaves_out_who_it_speaks_of_and_nobody_else() -> None:
    people = [Person(f"p{k}", {"trade": ("law" if k < 3 else "film",)}) for k in range(9)]

    chances = proven(people, 3, [Quota("trade", "law", 0, 0)])

    assert [float(chances[f"p{k}"]) for k in range(9)] == pytest.approx([0] * 3 + [1 / 2] * 6)


def test_a_type_that_fills_its_quota_exactly_is_sure_of_its_seats() -> None:
    people = [Person(f"p{k}", {"trade": ("law" if k < 3 else "film",)}) for k in range(9)]

    chances = proven(people, 5, [Quota("trade", "law", 3, 5)])

    assert [float(chances[f"p{k}"]) for k in range(9)] == pytest.approx([1] * 3 + [1 / 3] * 6)


def test_companions_may_straddle_a_quota() -> None:
    """One of the pair counts for it, the other does not."""
    people = [Person(f"p{k}", {"trade": ("law" if k < 4 else "film",)}) for k in range(8)]

    chances = proven(people, 4, [Quota("trade", "law", 2, 2)], together=(("p0", "p7"),))

    assert {round(float(chance), 9) for chance in chances.values()} == {0.5}
    assert chances["p0"] == chances["p7"]


def test_fractions_of_people_that_meet_every_quota_are_no_panel() -> None:
    """Three people of whom any two share a value, and each value is wanted once: halves would do."""
    people = [Person(str(k), {"end": tuple(t for t in "abc" if t != "abc"[k])}) for k in range(3)]
    people += [Person(f"n{k}") for k in range(3)]
    quotas = [Quota("end", t, 1, 1) for t in "abc"]
    assert relax(make_pool(people, 3, quotas)) is not None

    with pytest.raises(QuotaError) as caught:
        prepare(people, 3, quotas, seed="a")

    assert len(caught.value.params["conflict"]) == 3


def test_five_thousand_quota_rows_are_no_trouble() -> None:
    people = [Person(f"p{k:03}", {f"f{f}": (str(k % 5),) for f in range(1000)}) for k in range(60)]
    quotas = [Quota(f"f{f}", str(value), 1, 4) for f in range(1000) for value in range(5)]

    chances = proven(people, 12, quotas)

    assert {round(float(chance), 9) for chance in chances.values()} == {0.2}


def test_twenty_seeds_give_the_same_chances() -> None:
    people = [
        Person(f"p{k:02}", {"trade": ("abc"[k % 3],), "town": ("xyz"[k % 7 % 3],)})
        for k in range(40)
    ]
    quotas = [Quota("trade", "a", 4, 5), Quota("trade", "b", 1, 2), Quota("town", "x", 2, 3)]

    def sorted_chances(seed: str) -> list[float]:
        record: Selection = prepare(people, 9, quotas, panels=40, seed=seed)
        return sorted(float(Fraction(text)) for text in record.probabilities.values())

    first = sorted_chances("0")

    for seed in range(1, 20):
        assert sorted_chances(str(seed)) == pytest.approx(first, abs=1e-7)
