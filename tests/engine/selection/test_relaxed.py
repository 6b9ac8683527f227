"""What the solver's rounding may do between two levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from huiyou.people import Person
from huiyou.selection import Quota, relaxed
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.relaxed import relax


@pytest.fixture
def pool() -> Pool:
    """Two seats for ten from film and two for two from law: chances of 1/5, then of 1."""
    people = [Person(str(k), {"trade": ("law" if k < 2 else "film",)}) for k in range(12)]
    return make_pool(people, 4, [Quota("trade", "film", 2, 2)])


def refuse(monkeypatch: pytest.MonkeyPatch, times: int) -> list[str]:
    """Let the solver find no room after the first level, as if by rounding; give what it said."""
    said: list[str] = []

    def run(*arguments: Any) -> str:
        refused = 1 <= len(said) <= times
        said.append("infeasible" if refused else relaxed_run(*arguments))
        return said[-1]

    relaxed_run = relaxed.run
    monkeypatch.setattr(relaxed, "run", run)
    return said


def test_where_rounding_leaves_no_room_a_hair_is_given_back(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = relax(pool)
    assert before is not None
    said = refuse(monkeypatch, times=2)

    after = relax(pool)

    assert after is not None
    assert said[1:3] == ["infeasible"] * 2
    assert [level.value for level in after.levels] == pytest.approx([0.2, 1.0], abs=1e-9)
    assert np.allclose(after.chances, before.chances, rtol=0, atol=1e-9)


def test_a_solver_that_never_finds_room_again_is_not_believed(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse(monkeypatch, times=100)

    with pytest.raises(RuntimeError, match="rounding leaves no solution"):
        relax(pool)
