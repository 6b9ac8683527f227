from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from huiyou.grouping import Grouping, Terms, Violation

BEST = Grouping(
    rounds=((("a", "b"), ("c", "d")),),
    hosts=(),
    terms=Terms(mix={"trade": Fraction(1, 2)}),
    wants={"a": Fraction(1), "b": Fraction(1)},
    diversity=Fraction(3, 2),
    bound=Fraction(3, 2),
    violations=(Violation("repeats", "", "", 2, 2), Violation("apart", "firm", "", 0, 0)),
    seed="a",
    sweeps_done=10,
    inputs={"people": "", "together": ""},
)


def test_a_record_with_nothing_left_to_better_is_optimal() -> None:
    assert BEST.status == "optimal"


@pytest.mark.parametrize(
    "worse",
    [
        replace(BEST, diversity=Fraction(1)),
        replace(BEST, wants={"a": Fraction(1, 2)}),
        replace(BEST, violations=(Violation("repeats", "", "", 3, 2),)),
    ],
)
def test_a_record_with_anything_left_to_better_is_bounded(worse: Grouping) -> None:
    assert worse.status == "bounded"


def test_figures_follow_from_what_was_reached() -> None:
    record = replace(BEST, diversity=Fraction(1), wants={"a": Fraction(1), "b": Fraction(1, 3)})

    assert (record.gap, record.repeats) == (Fraction(1, 3), 2)
    assert (record.smallest_want, record.mean_want) == (Fraction(1, 3), Fraction(2, 3))


def test_where_nothing_is_asked_nothing_is_missing() -> None:
    record = replace(BEST, wants={}, diversity=Fraction(0), bound=Fraction(0))

    assert (record.gap, record.smallest_want, record.mean_want) == (0, 1, 1)


def test_a_record_reads_back() -> None:
    assert Grouping.from_dict(BEST.to_dict()) == BEST
