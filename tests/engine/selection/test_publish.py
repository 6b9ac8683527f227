"""Equally likely panels beside the exact lottery."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError
from huiyou.people import Person
from huiyou.selection import Selection, prepare
from tests.engine import sample
from tests.engine.selection.instances import Instance, instances


def times(record: Selection) -> Counter[str]:
    return Counter(who for panel in record.published["panels"] for who in panel)


def floor(record: Selection) -> int:
    """Give in how many panels everybody with a chance should be, at least."""
    chances = [chance for chance in map(Fraction, record.probabilities.values()) if chance]
    smallest = min(chances) * (1 + Fraction(1, 10**9))
    return max(1, int(smallest * record.published["m"]))


@given(instance=instances(), m=st.sampled_from([30, 60, 100]))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_nobody_comes_up_less_often_than_their_chance_rounded_down(
    instance: Instance, m: int
) -> None:
    try:
        record = prepare(instance.people, instance.seats, instance.quotas, together=instance.together, panels=m, seed="a")  # fmt: skip
    except ImpossibleError:
        event("impossible")
        return

    seen = times(record)

    for who, text in record.probabilities.items():
        assert (seen[who] >= floor(record)) if text != "0" else not seen[who]


def test_few_panels_still_leave_nobody_out() -> None:
    people = [Person(f"p{k}") for k in range(10)]

    record = prepare(people, 1, [], panels=10, seed="a")

    assert set(times(record).values()) == {1}


@pytest.mark.xdist_group("sampled")
def test_1_000_panels_of_the_sample_give_everybody_100() -> None:
    record = sample.selection()

    assert min(times(record).values()) == floor(record) == 100
    assert record.published["smallest"] == "1/10"
