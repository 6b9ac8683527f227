"""That nobody could publish better panels is found out by trying all."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, combinations_with_replacement

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.proof import sealed
from huiyou.selection import Quota, prepare, shortfall, verify
from huiyou.selection.shortfall import is_unavoidable

Counts = list[tuple[int, ...]]


@st.composite
def cases(draw: st.DrawFn) -> tuple[Counts, int, int, list[int], int]:
    """Up to five units that count once in a quota or not, its most, seats, what is due, and panels."""
    counts = draw(st.lists(st.tuples(st.integers(0, 1), st.just(1)), min_size=2, max_size=5))
    due = draw(st.lists(st.integers(0, 2), min_size=len(counts), max_size=len(counts)))
    return counts, draw(st.integers(0, 2)), draw(st.integers(1, 2)), due, draw(st.integers(1, 3))


@given(case=cases())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_it_is_unavoidable_if_no_choice_of_panels_serves_everybody(
    case: tuple[Counts, int, int, list[int], int],
) -> None:
    counts, most, seats, due, m = case
    panels = [
        panel
        for panel in combinations(range(len(counts)), seats)
        if sum(counts[k][0] for k in panel) <= most
    ]
    assume(panels)
    served = any(
        all(times[k] >= n for k, n in enumerate(due))
        for some in combinations_with_replacement(panels, m)
        for times in [Counter(k for panel in some for k in panel)]
    )

    assert is_unavoidable(counts, ([0, seats], [most, seats]), due, m) is not served


@pytest.mark.parametrize(("units", "looks"), [(shortfall.MOST_UNITS + 1, 50_000), (3, 4)])
def test_what_would_take_too_long_is_not_proven(
    monkeypatch: pytest.MonkeyPatch, units: int, looks: int
) -> None:
    monkeypatch.setattr(shortfall, "LOOKS", looks)

    assert not is_unavoidable([(1,)] * units, ([1], [1]), [1] * units, 1)


def test_panels_that_could_be_better_stay_short() -> None:
    people = [Person(str(k), {"trade": ("law",)}) for k in range(3)]
    record = prepare(people, 1, [Quota("trade", "law", 1, 1)], panels=3, seed="a").to_dict()
    del record["digest"]
    worse = {"m": 3, "smallest": "0", "panels": [["0"], ["1"], ["1"]]}

    verdict = verify(sealed({**record, "published": worse}), people)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("published_short",))
