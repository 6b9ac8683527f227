from __future__ import annotations

import numpy as np
import pytest

from huiyou.selection import centre
from huiyou.selection.centre import mix


def test_if_the_steps_run_out_what_they_led_to_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(centre, "STEPS", 3)

    x = centre.centre(np.ones((1, 2)), np.array([0.2, 0.8]), np.zeros(1), np.ones(1))
    odds = mix(np.eye(2), np.array([0.25, 0.75]))

    assert x.min() > 0
    assert (odds.min() > 0, odds.sum()) == (True, pytest.approx(1))


def test_rows_without_room_between_their_bounds_are_met_to_the_last_digit() -> None:
    rows = np.array([[1.0, 0.0, 0.0], [1.0, 3.0, 2.0], [0.0, 3.0, 0.0]])
    lower, upper = np.array([1.0, 3.0, 1.0]), np.array([2.0, 3.0, 1.0])

    found = centre.centre(rows, np.array([1, 3, 2]) / 6, lower, upper)

    assert found == pytest.approx([1, 1 / 3, 1 / 2], abs=1e-14)


def test_panels_that_are_worth_their_cost_but_not_used_leave_no_trace() -> None:
    spare = mix(np.array([[2.0, 0.0, 1.0, 0.0], [0.0, 2.0, 0.0, 1.0]]), np.array([0.5, 0.5]))

    assert spare[2:].tolist() == [0.0, 0.0]


def test_a_small_share_that_counts_is_kept() -> None:
    weights = np.array([1 - 1e-6, 1e-6])

    alone = mix(np.eye(2), weights)
    beside = mix(np.array([[1.0, 0.9], [0.1, 0.2]]), np.array([1 / 2 - 1e-6, 1 / 2 + 1e-6]))

    assert alone == pytest.approx(weights, rel=1e-6)
    assert beside.sum() == pytest.approx(1)


def test_a_small_share_whose_types_others_have_too_is_kept() -> None:
    # The best share of the second panel is 2e-6: with one half of it more it would be none.
    columns = np.array([[1.0, 0.0], [1.0, 2.0 + 4e-6]])
    weights = np.array([0.5, 0.5])

    odds = mix(columns, weights)

    chances = columns @ odds
    assert (columns.T @ (weights / chances)).max() <= 1 + 1e-11
    assert 0 < odds[1] < 1e-5
