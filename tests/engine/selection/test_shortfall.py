"""That nobody could publish better panels is found out by trying all."""

from __future__ import annotations

from collections import Counter
from itertools import combinations, combinations_with_replacement
from typing import Any

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
    least = min(
        sum(max(n - times[k], 0) for k, n in enumerate(due))
        for some in combinations_with_replacement(panels, m)
        for times in [Counter(k for panel in some for k in panel)]
    )

    for lacking in (least, least + 1):
        unavoidable = is_unavoidable(counts, ([0, seats], [most, seats]), due, m, max(lacking, 1))
        assert unavoidable is (max(lacking, 1) <= least)


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


@pytest.mark.parametrize(
    ("published", "why"),
    [
        ({"m": 1, "smallest": "0", "panels": [["0"]]}, "one panel is no lottery"),
        ({"m": 2, "smallest": "0", "panels": [["0"], ["1"]]}, "two of three"),
        ({"m": 4, "smallest": "0", "panels": [["0"]] * 4}, "always the same"),
        ({"m": 2000, "smallest": "0", "panels": [["0"]] * 2000}, "deeper than calls go"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_draw_among_too_few_or_the_same_panels_is_never_proven(
    published: dict[str, Any], why: str
) -> None:
    people = [Person(str(k)) for k in range(3)]
    record = prepare(people, 1, [], panels=3, seed="a").to_dict()
    del record["digest"]

    verdict = verify(sealed({**record, "published": published}), people)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("published_short",)), why


def test_what_counting_rules_out_takes_no_search() -> None:
    units = [(int(k < 3), 1) for k in range(22)]  # of the first three one comes at a time

    assert is_unavoidable(units, ([0, 3], [1, 3]), [4] * 3 + [1] * 19, 10)
