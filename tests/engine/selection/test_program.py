from __future__ import annotations

import numpy as np
import pytest

from huiyou.people import Person
from huiyou.proof import Chance
from huiyou.selection import Quota
from huiyou.selection.pace import Deadline
from huiyou.selection.pool import make_pool
from huiyou.selection.program import best_counts, maximise, solve_linear

PEOPLE = [Person(who, {"trade": ("law",)}) for who in "abc"]


def test_a_row_counts_the_people_of_each_unit_and_the_last_one_heads() -> None:
    quotas = [Quota("trade", "law", 0, 1), Quota("trade", "film", 0, 1)]

    pool = make_pool(PEOPLE, 1, quotas, [("a", "b")])

    assert pool.counts.tolist() == [[2, 1], [0, 0], [2, 1]]
    assert pool.units == (("a", "b"), ("c",))


def test_a_panel_that_there_is_not_is_an_error() -> None:
    pool = make_pool(PEOPLE, 2, [Quota("trade", "law", 0, 1)])

    with pytest.raises(ValueError, match="no panel"):
        best_counts(pool, np.ones(len(pool.sizes)))


def test_a_program_without_a_solution_has_none() -> None:
    one = np.ones((1, 1))

    assert solve_linear(one, one[0], 2 * one[0], 2 * one[0], most=one[0]) is None


def test_an_end_without_an_answer_is_an_error_and_no_answer() -> None:
    one, endless = np.ones((1, 1)), np.full(1, np.inf)

    with pytest.raises(RuntimeError, match="HiGHS"):
        maximise(one, one[0], endless, one[0], endless, watch=lambda: None, whole=[False])


def test_once_the_deadline_is_over_the_best_solution_so_far_does() -> None:
    chance = Chance("many knapsacks")
    sizes = np.array([[float(100 + chance.below(900)) for _ in range(60)] for _ in range(8)])
    worth = np.array([float(100 + chance.below(900)) for _ in range(60)])
    room = sizes.sum(axis=1) / 3

    found = maximise(
        sizes, worth, np.ones(60), np.zeros(8), room,
        watch=lambda: None, gap=0.0, deadline=Deadline(0),
    )  # fmt: skip

    assert found is not None
    taken = np.array(found.col_value)
    assert np.rint(taken) == pytest.approx(taken)
    assert (sizes @ taken <= room + 1e-6).all()
