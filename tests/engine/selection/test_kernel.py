"""Exchanges as Python runs them, without the compiler: step for step the same, and always a panel."""

from __future__ import annotations

from collections.abc import Iterator
from types import FunctionType
from typing import Any

import numpy as np
import pytest

from huiyou.people import Person
from huiyou.proof import Chance
from huiyou.selection import Quota, exchange, kernel
from huiyou.selection.exchange import Exchange
from huiyou.selection.lottery import find_lottery
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.relaxed import relax

# The same functions, uncompiled, calling one another uncompiled.
PURE: dict[str, Any] = dict(vars(kernel))
for name, function in vars(kernel).items():
    if hasattr(function, "py_func"):
        PURE[name] = FunctionType(function.py_func.__code__, PURE)


@pytest.fixture
def uncompiled(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(exchange, "wander", PURE["wander"])
    monkeypatch.setattr(exchange, "pull", PURE["pull"])
    with np.errstate(over="ignore"):
        yield


def crowd(n: int = 60, seed: str = "crowd") -> Pool:
    """People of three traits with quotas that bind, pairs among them."""
    chance = Chance(seed)
    values = {"trade": "aabcde", "town": "xxyyz", "role": "mnn"}
    people = [
        Person(f"p{k:03}", {trait: (chance.pick(some),) for trait, some in values.items()})
        for k in range(n)
    ]
    quotas = [
        Quota("trade", "a", 0, 3), Quota("trade", "b", 3, 3), Quota("trade", "c", 2, 4),
        Quota("trade", "d", 2, 9), Quota("trade", "e", 2, 3), Quota("town", "z", 4, 6),
        Quota("town", "x", 0, 5), Quota("role", "m", 6, 7),
    ]  # fmt: skip
    pairs = [(f"p{k:03}", f"p{k + 1:03}") for k in range(0, 12, 2)]
    return make_pool(people, 14, quotas, pairs, [("p020", "p021", "p022")])


def begin(pool: Pool) -> Exchange:
    relaxed = relax(pool)
    assert relaxed is not None
    lottery = find_lottery(pool, "leximin", Chance("start"))
    assert lottery is not None
    made = Exchange(pool, relaxed.chances, Chance("exchange"))
    made.load(lottery.panels[0])
    return made


@pytest.mark.usefixtures("uncompiled")
def test_python_takes_the_same_steps_and_every_state_is_a_panel(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool = crowd()
    slow = begin(pool).run(12)
    monkeypatch.undo()

    fast = begin(pool).run(12)

    assert [panel.tolist() for panel in slow] == [panel.tolist() for panel in fast]
    assert all(pool.holds(panel) for panel in slow)
    assert len({tuple(panel.tolist()) for panel in slow}) > 6


@pytest.mark.usefixtures("uncompiled")
def test_companions_are_exchanged_for_those_who_come_alone() -> None:
    pool = crowd()
    pairs = [k for k, unit in enumerate(pool.units) if len(unit) > 1]

    panels = begin(pool).run(60)

    with_pairs = [sum(k in panel for k in pairs) for panel in panels]
    assert min(with_pairs) < max(with_pairs)


@pytest.mark.usefixtures("uncompiled")
def test_one_who_cannot_come_is_left_out() -> None:
    people = [Person(f"p{k}", {"trade": ("a" if k else "b",)}) for k in range(6)]
    pool = make_pool(people, 2, [Quota("trade", "a", 2, 2)])

    panels = begin(pool).run(8)

    assert all(0 not in panel for panel in panels)


@pytest.mark.usefixtures("uncompiled")
def test_nobody_is_exchanged_for_somebody_who_is_wished_as_much() -> None:
    made = begin(crowd())
    before = made.panel

    made.mend(np.arange(len(made.target)), np.zeros(len(made.target)))

    assert made.panel.tolist() == before.tolist()


@pytest.mark.usefixtures("uncompiled")
def test_those_out_of_reach_are_not_exchanged() -> None:
    made = begin(crowd())
    everybody, wish = np.arange(len(made.target)), np.sin(np.arange(len(made.target)))

    near = exchange.pull(made.rules, made.state, wish, everybody, 20, 0, 0.0)
    far = exchange.pull(made.rules, made.state, wish, everybody, 20, 8, 0.0)

    assert near >= 0
    assert far > 0
    assert made.pool.holds(made.panel)
