from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given, reject, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError, QuotaError
from huiyou.people import Person
from huiyou.selection import Quota, select
from huiyou.selection.pool import make_pool
from huiyou.selection.program import best_counts
from huiyou.selection.repairs import Request, find_repairs
from tests.engine import sample
from tests.engine.selection.instances import Instance, instances

# Half of a pair would do.
PAIRS = Instance(
    tuple(Person(f"p{k}", {"A": ("x",) if k < 2 else ()}) for k in range(4)), 2,
    (Quota("A", "x", 1, 1),), (("p0", "p1"), ("p2", "p3")),
)  # fmt: skip


def conflict(instance: Instance) -> dict[str, Any]:
    """Give what the error says; only for instances whose quotas conflict."""
    if not instance.choices() or instance.possible(instance.quotas):
        reject()
    with pytest.raises(QuotaError) as caught:
        select(instance.people, instance.seats, instance.quotas, together=instance.together, seed="a")  # fmt: skip
    assert (caught.value.code, caught.value.exit_code) == ("quotas_impossible", 3)
    return caught.value.params


@given(instance=instances())
@example(instance=PAIRS)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_rows_named_conflict_and_leaving_out_any_one_would_do(instance: Instance) -> None:
    said = conflict(instance)
    rows = {(row["feature"], row["value"]) for row in said["conflict"]}
    quotas = [q for q in instance.quotas if (q.feature, q.value) in rows]

    assert rows in instance.conflicts()
    # companions are named where the conflict is theirs alone
    alone = replace(instance, together=()).possible(quotas)
    assert said["companions"] == (bool(instance.together) and alone)


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_suggested_changes_move_as_few_people_as_possible_in_steps_as_small(
    instance: Instance,
) -> None:
    said = conflict(instance)
    moves = [
        old["min"] - new["min"] + new["max"] - old["max"]
        for old, new in zip(said["asked"], said["changes"], strict=True)
    ]
    fewest = min(map(instance.moved, instance.choices()))

    def step(choice: set[str]) -> int:
        counts = [(instance.count(choice, q), q) for q in instance.quotas]
        return max(max(q.minimum - n, n - q.maximum) for n, q in counts)

    assert sum(moves) == fewest
    assert max(moves) == min(step(c) for c in instance.choices() if instance.moved(c) == fewest)


@given(instance=instances())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_the_suggested_changes_and_each_repair_work(instance: Instance) -> None:
    said = conflict(instance)
    mended = [instance.changed(said["changes"])] + [
        replace(
            instance.changed([change["then"] for change in repair["changes"]]),
            seats=repair["seats"],
            together=() if repair["apart"] else instance.together,
        )
        for repair in said["repairs"]
    ]

    assert all(one.possible(one.quotas) for one in mended)
    record = select(mended[-1].people, mended[-1].seats, mended[-1].quotas, together=mended[-1].together, seed="a")  # fmt: skip
    assert mended[-1].holds(set(record.chosen), mended[-1].quotas)


def test_a_conflict_is_told_row_by_row() -> None:
    people = [Person(str(k), {"trade": ("law",), "city": ("x", "y")}) for k in range(4)]
    quotas = [
        Quota("city", "x", 0, 2, row=2), Quota("trade", "film", 1, 2, row=3), Quota("trade", "law", 0, 9, row=4),
    ]  # fmt: skip

    with pytest.raises(QuotaError) as caught:
        select(people, 2, quotas, seed="a")

    assert caught.value.params == {
        "seats": 2,
        "companions": False,
        "conflict": [{"feature": "trade", "value": "film", "min": 1, "max": 2, "pool": 0, "row": 3}],
        "least": 1,
        "asked": [{"feature": "trade", "value": "film", "min": 1, "max": 2}],
        "changes": [{"feature": "trade", "value": "film", "min": 0, "max": 2}],
        "repairs": [{
            "kinds": ["fewest", "even", "lower"], "total": 1, "seats": 2, "apart": False,
            "changes": [{
                "row": 3,
                "now": {"feature": "trade", "value": "film", "min": 1, "max": 2},
                "then": {"feature": "trade", "value": "film", "min": 0, "max": 2},
            }],
        }],
        "missing": ["raise", "seats"],
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


def steps(instance: Instance, choice: set[str]) -> tuple[int, ...]:
    """How far each minimum would have to go down, then each maximum up, for this choice."""
    counts = [(instance.count(choice, q), q) for q in instance.quotas]
    return (
        *(max(0, q.minimum - n) for n, q in counts),
        *(max(0, n - q.maximum) for n, q in counts),
    )


def taken(instance: Instance, repair: dict[str, Any]) -> tuple[int, ...]:
    """The same of a repair."""
    by_key = {(c["now"]["feature"], c["now"]["value"]): c for c in repair["changes"]}
    found = [by_key.get((q.feature, q.value)) for q in instance.quotas]
    return (
        *(c["now"]["min"] - c["then"]["min"] if c else 0 for c in found),
        *(c["then"]["max"] - c["now"]["max"] if c else 0 for c in found),
    )


def below(one: tuple[int, ...], other: tuple[int, ...]) -> bool:
    return all(a <= b for a, b in zip(one, other, strict=True))


def least(instance: Instance) -> set[tuple[int, ...]]:
    """Every way to give way of which no step could be smaller."""
    ways = {steps(instance, choice) for choice in instance.choices()}
    return {way for way in ways if not any(w != way and below(w, way) for w in ways)}


def seats_that_work(instance: Instance) -> list[int]:
    return [
        n for n in range(1, len(instance.people) + 1)
        if replace(instance, seats=n).possible(instance.quotas)
    ]  # fmt: skip


def apart_works(instance: Instance) -> bool:
    return bool(instance.together) and replace(instance, together=()).possible(instance.quotas)


@given(instance=instances())
@example(instance=PAIRS)
@settings(max_examples=60, deadline=None, derandomize=True)
def test_every_kind_of_repair_is_the_best_of_its_kind_or_there_is_none(instance: Instance) -> None:
    said = conflict(instance)
    m, ways = len(instance.quotas), least(instance)
    found = {kind: repair for repair in said["repairs"] for kind in repair["kinds"]}
    best = {
        "fewest": min(map(sum, ways)),
        "lower": min((sum(way) for way in ways if not any(way[m:])), default=None),
        "raise": min((sum(way) for way in ways if not any(way[:m])), default=None),
        "seats": min(seats_that_work(instance), key=lambda n: (abs(n - instance.seats), n), default=None),
        "apart": True if apart_works(instance) else None,
    }  # fmt: skip

    offered = {
        kind: found[kind]["seats" if kind == "seats" else "apart" if kind == "apart" else "total"]
        for kind in best
        if kind in found
    }

    assert offered == {kind: value for kind, value in best.items() if value is not None}
    assert said["least"] == found["even"]["total"] == best["fewest"]
    assert not any(taken(instance, found["lower"])[m:] if "lower" in found else ())
    assert not any(taken(instance, found["raise"])[:m] if "raise" in found else ())
    kinds = {"fewest", "lower", "raise", "seats"} | ({"apart"} if instance.together else set())
    assert set(said["missing"]) == kinds - best.keys() | {k for k in kinds if best[k] is None}
    # they are different, and three where there are three
    repairs = [(taken(instance, r), r["seats"], r["apart"]) for r in said["repairs"]]
    assert len(set(repairs)) == len(repairs)
    there = len(ways) + bool(seats_that_work(instance)) + apart_works(instance)
    assert len(repairs) >= min(3, there)
    assert {way for way, _, _ in repairs if any(way)} <= ways


@given(instance=instances(), order=st.randoms(use_true_random=False))
@settings(max_examples=25, deadline=None, derandomize=True)
def test_the_order_of_people_and_quotas_does_not_matter(instance: Instance, order: Any) -> None:
    said = conflict(instance)
    people, quotas = list(instance.people), list(instance.quotas)
    order.shuffle(people)
    order.shuffle(quotas)

    again = conflict(replace(instance, people=tuple(people), quotas=tuple(quotas)))

    assert again == said


def test_of_several_conflicts_one_row_that_nobody_can_meet_is_shown() -> None:
    people = [Person(str(k), {"trade": ("law" if k % 2 else "film",)}) for k in range(20)]
    quotas = [
        Quota("trade", "film", 0, 3, row=2), Quota("trade", "law", 0, 3, row=3),
        Quota("trade", "art", 2, 3, row=4), Quota("city", "x", 1, 3, row=5),
    ]  # fmt: skip

    with pytest.raises(QuotaError) as caught:
        select(people, 10, quotas, seed="a")

    assert [row["row"] for row in caught.value.params["conflict"]] == [4]


def test_companions_who_straddle_a_quota_are_named_and_may_come_apart() -> None:
    said = conflict(PAIRS)

    assert said["companions"]
    assert {(tuple(sorted(r["kinds"])), r["total"], r["apart"]) for r in said["repairs"]} in (
        {(("even", "fewest", "lower"), 1, False), (("raise",), 1, False), (("apart",), 0, True)},
        {(("even", "fewest", "raise"), 1, False), (("lower",), 1, False), (("apart",), 0, True)},
    )


@given(sizes=st.lists(st.integers(1, 4), min_size=1, max_size=6), seats=st.integers(1, 12))
@settings(max_examples=60, deadline=None, derandomize=True)
def test_seats_that_companions_cannot_fill_come_with_the_nearest_that_they_can(
    sizes: list[int], seats: int
) -> None:
    units = [tuple(f"{k}.{i}" for i in range(size)) for k, size in enumerate(sizes)]
    people = [Person(who) for unit in units for who in unit]
    sums = {sum(s for s, yes in zip(sizes, some, strict=True) if yes) for some in product((0, 1), repeat=len(sizes))}  # fmt: skip
    assume(seats <= len(people) and seats not in sums)

    with pytest.raises(ImpossibleError) as caught:
        select(people, seats, [], together=units, seed="a")

    nearest = min(sums - {0}, key=lambda n: (abs(n - seats), n))
    assert caught.value.params == {"seats": seats, "nearest": nearest}


def test_repairs_are_not_asked_of_seats_that_nobody_can_fill() -> None:
    people = [Person(str(k)) for k in range(4)]
    quotas = [Quota("A", "x", 0, 1)]
    request = Request(make_pool(people, 3, quotas, [("0", "1"), ("2", "3")]), quotas)

    with pytest.raises(ValueError, match="seats"):
        find_repairs(request)


def test_real_size_every_repair_is_proven_and_works() -> None:
    """The sample's 1,600 people; one trade asks for sixty more than fit."""
    folder, people = sample.folder(), sample.applicants().persons()
    first, *others = folder.quotas
    quotas = [replace(first, minimum=first.minimum + 60, maximum=first.maximum + 60), *others]

    with pytest.raises(QuotaError) as caught:
        select(people, 200, quotas, together=sample.applicants().companions, seed="a")

    said = caught.value.params
    assert len(said["repairs"]) >= 3
    for repair in said["repairs"]:
        then = {(c["then"]["feature"], c["then"]["value"]): c["then"] for c in repair["changes"]}
        mended = [
            replace(q, minimum=new["min"], maximum=new["max"])
            if (new := then.get((q.feature, q.value)))
            else q
            for q in quotas
        ]
        together = () if repair["apart"] else sample.applicants().companions
        pool = make_pool(people, repair["seats"], mended, together)
        assert best_counts(pool, np.zeros(len(pool.sizes))) @ pool.types[-1] == repair["seats"]
