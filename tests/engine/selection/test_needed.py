from __future__ import annotations

import pytest
from hypothesis import event, given, settings

from huiyou.people import Person
from huiyou.selection import Asked, Need, Placed, Quota, Row, needed
from tests.engine.selection.instances import Instance, instances

PEOPLE = [Person(f"p{k}", {"trade": ("film" if k < 4 else "law",)}) for k in range(8)]
FILM = ("p0", "p1", "p2", "p3")
LAW = ("p4", "p5", "p6", "p7")


def test_a_minimum_that_only_just_enough_can_meet_needs_them_all() -> None:
    asked = Asked(PEOPLE, 6, [Quota("trade", "film", 4, 5)])

    assert needed(asked) == (Need((Row("min", "trade", "film", 4),), FILM),)


def test_companions_of_whoever_is_needed_are_needed() -> None:
    asked = Asked(PEOPLE, 6, [Quota("trade", "film", 4, 5)], together=[("p0", "p5")])

    assert needed(asked)[0].people == (*FILM, "p5")


def test_a_maximum_for_some_and_the_seats_may_need_the_others() -> None:
    asked = Asked(PEOPLE, 5, [Quota("trade", "film", 0, 1)])

    rows = (Row("max", "trade", "film", 1), Row("seats", "", "", 5))
    assert needed(asked) == (Need(rows, LAW),)


def test_one_of_a_household_may_leave_seats_that_need_everybody_else() -> None:
    (need,) = needed(Asked(PEOPLE, 7, [], one_of=[("p0", "p1")]))

    assert need.rows == (Row("one_of", "", "", 1), Row("seats", "", "", 7))
    assert need.people == tuple(f"p{k}" for k in range(2, 8))


def test_two_minimums_together_need_what_neither_needs_alone() -> None:
    people = [
        Person(f"p{k}", {"trade": (trade,), "city": (city,)})
        for k, (trade, city) in enumerate(
            [("film", "north"), ("film", "south"), ("law", "north"), ("law", "south")]
        )
    ]
    asked = Asked(people, 1, [Quota("trade", "film", 1, 1), Quota("city", "north", 1, 1)])

    (need,) = needed(asked)

    assert need.people == ("p0",)
    assert {row.value for row in need.rows} >= {"film", "north"}
    assert {row.kind for row in need.rows if row.feature} == {"min"}


def test_as_many_seats_as_people_need_everybody() -> None:
    assert needed(Asked(PEOPLE, 8, [])) == (Need((Row("seats", "", "", 8),), (*FILM, *LAW)),)


def test_whoever_is_sure_is_not_drawn_for_and_not_needed_and_quotas_speak_of_the_whole_room() -> None:  # fmt: skip
    placed = {"p0": Placed("invited"), "p7": Placed("excluded", "asked for it")}

    asked = Asked(PEOPLE, 6, [Quota("trade", "film", 4, 5)], placed=placed)

    assert needed(asked) == (Need((Row("min", "trade", "film", 4),), ("p1", "p2", "p3")),)


@pytest.mark.parametrize("quota", [Quota("trade", "film", 2, 3), Quota("trade", "film", 5, 6)])
def test_nobody_is_needed_where_others_will_do_or_nothing_will(quota: Quota) -> None:
    assert needed(Asked(PEOPLE, 5, [quota])) == ()


def test_what_the_watch_raises_ends_the_work() -> None:
    def stop() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        needed(Asked(PEOPLE, 5, []), watch=stop)


@given(instance=instances())
@settings(max_examples=80, deadline=None, derandomize=True)
def test_whoever_is_needed_is_on_every_panel_for_the_rows_named(instance: Instance) -> None:
    found = needed(Asked(instance.people, instance.seats, instance.quotas, instance.together))

    for need in found:
        event("seats only" if not need.rows[0].feature else need.rows[0].kind)
        named = {(row.feature, row.value) for row in need.rows}
        rows = [quota for quota in instance.quotas if (quota.feature, quota.value) in named]
        for panel in instance.choices():
            if instance.holds(panel, rows):
                assert {*need.people} <= {*panel}
