from __future__ import annotations

import numpy as np
import pytest

from huiyou.selection import weights
from huiyou.selection.weights import TOTAL, weigh, whole


def panels(*units: tuple[int, ...]) -> list[np.ndarray]:
    return [np.array(some) for some in units]


def test_a_panel_that_would_need_odds_below_nothing_is_left_out() -> None:
    found = weigh(panels((0,), (1,), (0, 1)), np.array([0.05, 0.05]))

    assert found is not None
    assert found[0] == [0, 1]
    assert found[1].tolist() == pytest.approx([0.05, 0.05])


def test_after_so_many_rounds_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(weights, "ROUNDS", 1)

    assert weigh(panels((0,), (1,), (0, 1)), np.array([0.05, 0.05])) is None


@pytest.mark.parametrize("some", [panels((0,), (0,)), []])
def test_chances_that_no_odds_give_are_none(some: list[np.ndarray]) -> None:
    assert weigh(some, np.array([0.5, 0.5])) is None


def test_odds_too_small_for_a_whole_number_are_one() -> None:
    assert whole(np.array([1.0, 1e-30])) == [TOTAL - 1, 1]
