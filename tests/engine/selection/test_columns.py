"""Panels found one by one, beside every panel there is."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest

from huiyou.people import Person
from huiyou.proof import sealed
from huiyou.selection import Quota, lottery, prepare, verify
from huiyou.selection.columns import generate
from huiyou.selection.pool import make_pool
from huiyou.selection.program import best_counts, solved
from huiyou.selection.relaxed import priced, relax
from tests.engine.selection.fairest import leximin


def petersen() -> tuple[list[Person], list[Quota]]:
    """Give a person for each edge of the Petersen graph, with its ends as traits, each wanted once."""
    ends = [(k, (k + 1) % 5) for k in range(5)] + [(k, k + 5) for k in range(5)]
    ends += [(5 + k, 5 + (k + 2) % 5) for k in range(5)]
    people = [Person(f"p{k:02}", {"end": (str(a), str(b))}) for k, (a, b) in enumerate(ends)]
    return people, [Quota("end", str(k), 1, 1) for k in range(10)]


def panels_of(people: list[Person], seats: int, quotas: list[Quota]) -> list[set[str]]:
    return [
        {person.id for person in some}
        for some in combinations(people, seats)
        if all(
            q.minimum <= sum(p.has(q.feature, q.value) for p in some) <= q.maximum for q in quotas
        )
    ]


def test_from_one_panel_all_that_matter_are_found() -> None:
    people, quotas = petersen()
    pool = make_pool(people, 5, quotas)
    start = best_counts(pool, np.zeros(15))

    columns, odds, levels = generate(pool, [start])

    chances = (np.array(columns).T @ odds)[pool.type_of]
    fairest = leximin(panels_of(people, 5, quotas), [unit[0] for unit in pool.units])
    assert chances.tolist() == pytest.approx(list(fairest.values()), abs=1e-7)
    assert len(columns) > 4
    assert levels is not None
    assert levels[0].value == pytest.approx(1 / 3)


def test_after_so_many_panels_the_fairest_of_those_is_given() -> None:
    people, quotas = petersen()
    pool = make_pool(people, 5, quotas)
    start = best_counts(pool, np.zeros(15))

    columns, odds, levels = generate(pool, [start], most=0)

    assert (len(columns), odds.tolist(), levels) == (1, [1.0], None)


def test_maximin_stops_at_the_first_level_above_nobody() -> None:
    people = [Person(str(k), {"trait": ("a",) if k < 3 else ()}) for k in range(6)]
    pool = make_pool(people, 2, [Quota("trait", "a", 0, 1)])

    _, _, levels = generate(pool, [best_counts(pool, np.ones(2))], first_only=True)

    assert levels is not None
    assert len(levels) == 1


def triangle() -> tuple[list[Person], list[Quota]]:
    """Give three people of whom any two share a trait that one may have, and three with none."""
    people = [Person(str(k), {"trait": tuple(t for t in "abc" if t != "abc"[k])}) for k in range(3)]
    return [*people, *(Person(f"x{k}") for k in range(3))], [Quota("trait", t, 0, 1) for t in "abc"]


def test_where_fractions_promise_half_as_much_again_the_bound_is_that_of_whole_people() -> None:
    """Half of each of the three is one and a half people; whole, one at most can come."""
    people, quotas = triangle()
    relaxed = relax(make_pool(people, 3, quotas))

    record = prepare(people, 3, quotas, seed="a")

    fairest = leximin(panels_of(people, 3, quotas), [person.id for person in people])
    chances = {who: float(Fraction(text)) for who, text in record.probabilities.items()}
    assert chances == pytest.approx(fairest, abs=1e-7)
    assert relaxed is not None
    assert relaxed.levels[0].value == pytest.approx(1.5 * min(chances.values()))
    assert verify(record.to_dict(), people).status == "PROVEN"


def test_if_panels_run_out_the_bound_of_fractions_stands_with_a_gap(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(lottery, "generate", lambda *a, **k: (*generate(*a, **k)[:2], None))
    people, quotas = triangle()

    record = prepare(people, 3, quotas, seed="a")

    assert record.status == "bounded"
    assert float(Fraction(record.gap)) == pytest.approx(1 / 3)
    assert verify(record.to_dict(), people).reasons == ("fairness_unproven",)


def test_an_answer_that_rounding_hides_is_an_error() -> None:
    with pytest.raises(RuntimeError, match="HiGHS"):
        solved(None)
    with pytest.raises(RuntimeError, match="settled"):
        priced(np.zeros(3, dtype=bool), 0.5)


def test_that_panels_are_too_few_for_everybodys_share_is_proven() -> None:
    """No three perfect matchings of the Petersen graph cover it, though each edge is due once in three."""
    people, quotas = petersen()

    record = prepare(people, 5, quotas, panels=3, seed="a")
    verdict = verify(record.to_dict(), people)

    assert record.published["smallest"] == "0"
    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert "shortfall_unavoidable" in verdict.claims
    assert verify(record.to_dict()).reasons == ("inputs_missing", "published_short")
    assert "nobody_left_out" not in verdict.claims
    same = record.to_dict()
    del same["digest"]
    same["published"]["panels"] = same["published"]["panels"][:1] * 3  # more could have had one
    assert verify(sealed(same), people).reasons == ("published_short",)
    assert "nobody_left_out" in verify(prepare(people, 5, quotas, panels=60, seed="a").to_dict(), people).claims  # fmt: skip
