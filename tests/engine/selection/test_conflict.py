from __future__ import annotations

from typing import Any

import pytest
from hypothesis import assume, given, settings

from huiyou.errors import QuotaError
from huiyou.people import Person
from huiyou.selection import Quota, select
from tests.engine.selection.instances import Instance, instances


def conflict(instance: Instance) -> dict[str, Any]:
    """Give what the error says; only for instances whose quotas conflict."""
    assume(instance.choices())
    assume(not instance.possible(instance.quotas))
    with pytest.raises(QuotaError) as caught:
        select(instance.people, instance.seats, instance.quotas, together=instance.together, seed="a")  # fmt: skip
    assert (caught.value.code, caught.value.exit_code) == ("quotas_impossible", 3)
    return caught.value.params


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_rows_named_conflict_and_leaving_out_any_one_would_do(instance: Instance) -> None:
    rows = {(row["feature"], row["value"]) for row in conflict(instance)["conflict"]}

    assert rows in instance.conflicts()


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_suggested_changes_make_it_possible(instance: Instance) -> None:
    mended = instance.changed(conflict(instance)["changes"])

    record = select(mended.people, mended.seats, mended.quotas, together=mended.together, seed="a")

    assert mended.holds(set(record.chosen), mended.quotas)


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_suggested_changes_move_as_few_people_as_possible(instance: Instance) -> None:
    said = conflict(instance)

    moved = sum(
        old["min"] - new["min"] + new["max"] - old["max"]
        for old, new in zip(said["asked"], said["changes"], strict=True)
    )

    assert moved == min(map(instance.moved, instance.choices()))


@given(instance=instances())
@settings(max_examples=40, deadline=None, derandomize=True)
def test_the_largest_step_is_as_small_as_it_can_be(instance: Instance) -> None:
    said = conflict(instance)
    fewest = min(map(instance.moved, instance.choices()))

    largest = max(
        old["min"] - new["min"] + new["max"] - old["max"]
        for old, new in zip(said["asked"], said["changes"], strict=True)
    )

    def step(choice: set[str]) -> int:
        counts = [(instance.count(choice, q), q) for q in instance.quotas]
        return max(max(q.minimum - n, n - q.maximum) for n, q in counts)

    assert largest == min(step(c) for c in instance.choices() if instance.moved(c) == fewest)


def test_a_conflict_is_told_row_by_row() -> None:
    people = [Person(str(k), {"trade": ("law",), "city": ("x", "y")}) for k in range(4)]
    quotas = [
        Quota("city", "x", 0, 2, row=2), Quota("trade", "film", 1, 2, row=3), Quota("trade", "law", 0, 9, row=4),
    ]  # fmt: skip

    with pytest.raises(QuotaError) as caught:
        select(people, 2, quotas, seed="a")

    assert caught.value.params == {
        "seats": 2,
        "conflict": [{"feature": "trade", "value": "film", "min": 1, "max": 2, "pool": 0, "row": 3}],
        "asked": [{"feature": "trade", "value": "film", "min": 1, "max": 2}],
        "changes": [{"feature": "trade", "value": "film", "min": 0, "max": 2}],
    }  # fmt: skip


def test_a_quota_above_everybody_there_is_can_be_lowered() -> None:
    people = [Person(str(k)) for k in range(3)]

    with pytest.raises(QuotaError) as caught:
        select(people, 1, [Quota("trade", "film", 4, 5)], seed="a")

    assert caught.value.params["changes"] == [{"feature": "trade", "value": "film", "min": 0, "max": 5}]  # fmt: skip


def test_a_burden_is_spread_over_rows_that_can_share_it() -> None:
    """Ten seats, and room for six: four people more, two in each trade rather than four in one."""
    people = [Person(str(k), {"trade": ("law" if k % 2 else "film",)}) for k in range(20)]

    with pytest.raises(QuotaError) as caught:
        select(people, 10, [Quota("trade", "film", 0, 3), Quota("trade", "law", 0, 3)], seed="a")

    assert [change["max"] for change in caught.value.params["changes"]] == [5, 5]
