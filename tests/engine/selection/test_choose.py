from __future__ import annotations

import pickle
import time
from collections import Counter

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError, QuotaError
from huiyou.people import Person
from huiyou.proof import Chance, canonical, digest
from huiyou.selection import Quota, Selection, select, verify
from tests.engine import sample
from tests.engine.selection.instances import Instance, instances

PEOPLE = [Person(f"p{k:02}", {"trade": ("law" if k % 3 else "film",)}) for k in range(12)]
QUOTAS = [Quota("trade", "film", 1, 3), Quota("trade", "law", 2, 5)]


def chosen(instance: Instance, seed: str = "a", alternates: int = 3) -> Selection:
    return select(
        instance.people,
        instance.seats,
        instance.quotas,
        together=instance.together,
        alternates=alternates,
        seed=seed,
    )


@given(instance=instances(), seed=st.sampled_from("abc"), alternates=st.integers(0, 8))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_the_judge_accepts_every_choice(instance: Instance, seed: str, alternates: int) -> None:
    try:
        record = chosen(instance, seed, alternates)
    except ImpossibleError:
        event("impossible")
        return

    verdict = verify(record.to_dict(), instance.people, instance.together)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("fairness_unproven",))
    assert Selection.from_dict(record.to_dict()) == record


@given(instance=instances())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_a_choice_is_found_whenever_there_is_one(instance: Instance) -> None:
    try:
        found = set(chosen(instance).chosen)
    except ImpossibleError:
        assert not instance.possible(instance.quotas)
        return

    assert found in instance.choices()
    assert instance.holds(found, instance.quotas)


@given(instance=instances(), seed=st.sampled_from("abc"))
@settings(max_examples=80, deadline=None, derandomize=True)
def test_the_choice_has_the_largest_weight_drawn_from_the_seed(
    instance: Instance, seed: str
) -> None:
    chance = Chance(seed).fork("selection")
    drawn = [(unit, 1 + chance.below(2**20)) for unit in sorted(map(tuple, map(sorted, instance.units())))]  # fmt: skip
    weight = {who: w for unit, w in drawn for who in unit}
    sums = [
        sum(weight[who] for who in choice)
        for choice in instance.choices()
        if instance.holds(choice, instance.quotas)
    ]
    if not sums:
        return

    record = chosen(instance, seed)

    assert sum(weight[who] for who in record.chosen) == max(sums)


def test_input_order_does_not_matter() -> None:
    people, together = list(PEOPLE), [("p01", "p02"), ("p05", "p03")]
    first = select(people, 5, QUOTAS, together=together, alternates=4, seed="a").to_dict()

    Chance("another order").shuffle(people)
    again = select(people, 5, QUOTAS, together=[("p03", "p05"), ("p02", "p01")], alternates=4, seed="a")  # fmt: skip

    assert canonical.dumps(again.to_dict()) == canonical.dumps(first)


def test_different_seeds_choose_differently() -> None:
    choices = {select(PEOPLE, 5, QUOTAS, seed=str(k)).chosen for k in range(20)}

    assert len(choices) > 15


def test_everyone_is_chosen_by_some_seed() -> None:
    seen = Counter(who for k in range(60) for who in select(PEOPLE, 5, QUOTAS, seed=str(k)).chosen)

    assert seen.keys() == {person.id for person in PEOPLE}


def test_alternates_are_those_with_the_largest_weight_among_the_others() -> None:
    chance = Chance("a").fork("selection")
    weight = {person.id: chance.below(2**20) for person in PEOPLE}

    record = select(PEOPLE, 5, QUOTAS, alternates=4, seed="a")

    others = [person.id for person in PEOPLE if person.id not in record.chosen]
    assert list(record.alternates) == sorted(others, key=lambda who: -weight[who])[:4]


def test_companions_wait_next_to_each_other() -> None:
    pairs = [(f"p{k:02}", f"p{k + 1:02}") for k in range(0, 12, 2)]

    record = select(PEOPLE, 4, [], together=pairs, alternates=8, seed="a")

    waiting = record.alternates
    assert {(waiting[k], waiting[k + 1]) for k in range(0, 8, 2)} <= set(pairs)


def test_companions_who_no_longer_fit_the_queue_are_passed_over() -> None:
    pairs = [("p00", "p01"), ("p02", "p03")]

    record = select(PEOPLE[:5], 2, [], together=pairs, alternates=1, seed="a")

    assert record.alternates == ("p04",)


def test_the_record_says_what_was_asked_and_reached() -> None:
    record = select(PEOPLE, 5, QUOTAS, seed="a")

    film = sum(who in ("p00", "p03", "p06", "p09") for who in record.chosen)
    assert record.quotas == (
        {"feature": "trade", "value": "film", "min": 1, "max": 3, "pool": 4, "chosen": film},
        {"feature": "trade", "value": "law", "min": 2, "max": 5, "pool": 8, "chosen": 5 - film},
    )
    assert record.alternates == ()
    assert (record.seats, record.seed, record.rehearsal, record.fairness) == (5, "a", True, "unproven")  # fmt: skip


def test_everyone_may_have_a_seat() -> None:
    assert len(select(PEOPLE, 12, [], seed="a").chosen) == 12


@pytest.mark.parametrize("seats", [0, 13])
def test_seats_that_cannot_be_filled_are_refused(seats: int) -> None:
    with pytest.raises(ImpossibleError) as caught:
        select(PEOPLE, seats, [], seed="a")

    error = caught.value
    assert (error.code, error.params) == ("seats_exceed_people", {"seats": seats, "people": 12})


def test_companions_can_leave_a_seat_that_nobody_fills() -> None:
    with pytest.raises(ImpossibleError) as caught:
        select(PEOPLE[:4], 3, QUOTAS, together=[("p00", "p01"), ("p02", "p03")], seed="a")

    assert (caught.value.code, caught.value.params) == (
        "seats_not_filled",
        {"seats": 3, "nearest": 2},
    )


@pytest.mark.parametrize(
    "together", [[("p00", "p01"), ("p01", "p02")], [("p00", "nobody")], [("p00", "p00")]]
)
def test_groups_that_contradict_themselves_are_refused(together: list[tuple[str, str]]) -> None:
    with pytest.raises(ValueError, match="groups"):
        select(PEOPLE, 5, [], together=together, seed="a")


def test_a_conflict_survives_the_way_to_another_process() -> None:
    with pytest.raises(QuotaError) as caught:
        select(PEOPLE, 5, [Quota("trade", "film", 5, 5)], seed="a")

    copy = pickle.loads(pickle.dumps(caught.value))  # noqa: S301 -- our own bytes
    assert (type(copy), copy.params, copy.exit_code) == (QuotaError, caught.value.params, 3)


def test_200_of_1600_are_chosen_as_ever() -> None:
    record = sample.selection()

    assert len(sample.applicants().people) == 1600
    assert digest(list(record.chosen)) == (
        "28680f8dc1ab93c1e2971f9ae689fe4e77f20c919370571a535387958a3b4775"
    )


def test_the_judge_accepts_200_of_1600() -> None:
    people, together = sample.applicants().persons(), sample.applicants().companions

    verdict = verify(sample.selection().to_dict(), people, together)

    assert verdict.status == "CONSISTENT"
    assert verdict.facts == (("seats", "200"), ("people", "1600"))


def test_whoever_watches_may_leave_a_search_that_takes_long():
    chance = Chance("hard")
    people = [
        Person(f"p{k:04}", {f"f{f}": ("abcd"[chance.below(4)],) for f in range(30)})
        for k in range(1600)
    ]
    quotas = [Quota(f"f{f}", value, 49, 51) for f in range(30) for value in "abcd"]
    looks = []

    def watch() -> None:
        looks.append(time.monotonic())
        if len(looks) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        select(people, 200, quotas, seed="a", watch=watch)

    assert len(looks) == 3
    assert time.monotonic() - looks[-1] < 5  # the solver alone would be silent for longer
