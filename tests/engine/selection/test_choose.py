from __future__ import annotations

import pickle
import threading
import time
from collections import Counter
from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError, QuotaError
from huiyou.people import Person
from huiyou.proof import Chance, canonical
from huiyou.selection import Quota, Selection, draw_seats, prepare, select, verify
from huiyou.selection.pool import make_pool
from huiyou.selection.program import best_counts
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
        panels=20,
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

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
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


def test_input_order_does_not_matter() -> None:
    people, together = list(PEOPLE), [("p01", "p02"), ("p05", "p03")]
    first = select(people, 5, QUOTAS, together=together, alternates=4, seed="a").to_dict()

    Chance("another order").shuffle(people)
    again = select(people, 5, QUOTAS, together=[("p03", "p05"), ("p02", "p01")], alternates=4, seed="a")  # fmt: skip

    assert canonical.dumps(again.to_dict()) == canonical.dumps(first)


def test_different_seeds_choose_differently() -> None:
    choices = {select(PEOPLE, 5, QUOTAS, panels=20, seed=str(k)).chosen for k in range(20)}

    assert len(choices) > 15


def test_everyone_is_chosen_by_some_seed() -> None:
    seen = Counter(who for k in range(60) for who in select(PEOPLE, 5, QUOTAS, seed=str(k)).chosen)

    assert seen.keys() == {person.id for person in PEOPLE}


def test_alternates_are_some_of_the_others_in_an_order_that_chance_decides() -> None:
    records = [select(PEOPLE, 5, QUOTAS, alternates=4, seed=str(k)) for k in range(8)]

    assert all(len(set(r.alternates) - set(r.chosen)) == 4 for r in records)
    assert len({r.alternates for r in records}) == 8


def test_companions_wait_next_to_each_other() -> None:
    pairs = [(f"p{k:02}", f"p{k + 1:02}") for k in range(0, 12, 2)]

    record = select(PEOPLE, 4, [], together=pairs, alternates=8, seed="a")

    waiting = record.alternates
    assert {(waiting[k], waiting[k + 1]) for k in range(0, 8, 2)} <= set(pairs)


def test_companions_who_no_longer_fit_the_queue_are_passed_over() -> None:
    pairs = [("p00", "p01"), ("p02", "p03")]

    records = [
        select(PEOPLE[:5], 2, [], together=pairs, alternates=1, seed=str(k)) for k in range(4)
    ]

    assert {record.alternates for record in records if "p04" not in record.chosen} == {("p04",)}


def test_the_record_says_what_was_asked_and_reached() -> None:
    record = select(PEOPLE, 5, QUOTAS, seed="a")

    film = sum(who in ("p00", "p03", "p06", "p09") for who in record.chosen)
    assert record.quotas == (
        {"feature": "trade", "value": "film", "min": 1, "max": 3, "pool": 4, "chosen": film},
        {"feature": "trade", "value": "law", "min": 2, "max": 5, "pool": 8, "chosen": 5 - film},
    )
    assert record.alternates == ()
    assert (record.seats, record.seed, record.rehearsal, record.status) == (5, "a", True, "optimal")


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


@pytest.mark.xdist_group("sampled")
def test_200_of_1600_have_the_fairest_chances_and_the_judge_proves_it() -> None:
    people, together = sample.applicants().persons(), sample.applicants().companions
    record = sample.selection()

    verdict = verify(record.to_dict(), people, together)

    assert len(people) == 1600
    assert (verdict.status, record.status) == ("PROVEN", "optimal")
    assert verdict.facts == (("seats", "200"), ("people", "1600"), ("smallest", "0.100295"))
    assert Fraction(record.gap) < Fraction(1, 10**9)


@pytest.mark.xdist_group("sampled")
def test_nobody_of_1600_comes_up_less_often_than_their_chance_allows() -> None:
    published = sample.selection().published

    assert (published["m"], published["smallest"]) == (1000, "1/10")  # floor(1000 · 0.100295)


def test_another_seed_gives_the_same_chances() -> None:
    one, other = (select(PEOPLE, 5, QUOTAS, seed=seed) for seed in "ab")

    assert one.panels != other.panels or one.weights != other.weights
    for who, text in one.probabilities.items():
        assert float(Fraction(text)) == pytest.approx(float(Fraction(other.probabilities[who])))


def test_one_household_has_one_seat_and_companions_count_once() -> None:
    homes = [("p00", "p01", "p02"), ("p03", "p04")]
    record = select(
        PEOPLE, 5, QUOTAS, together=[("p03", "p04")], one_of=[*homes, ("p05",)], seed="a"
    )

    assert all(len({*panel} & {*homes[0]}) <= 1 for panel in record.panels)
    assert any({"p03", "p04"} <= {*panel} for panel in record.panels)
    verdict = verify(record.to_dict(), PEOPLE, [("p03", "p04")], [*homes, ("p05",)])
    assert verdict.status == "PROVEN"
    assert "households_hold" in verdict.claims


def test_too_few_households_for_the_seats_are_told_apart_from_quotas() -> None:
    with pytest.raises(ImpossibleError) as caught:
        select(PEOPLE, 5, QUOTAS, one_of=[[person.id for person in PEOPLE]], seed="a")

    assert (caught.value.code, caught.value.params) == ("one_of_too_many", {"seats": 5})


def test_quotas_that_conflict_because_of_households_come_with_repairs_that_respect_them() -> None:
    films = [person.id for person in PEOPLE if person.has("trade", "film")]

    with pytest.raises(QuotaError) as caught:
        select(PEOPLE, 5, [Quota("trade", "film", 2, 3)], one_of=[films], seed="a")

    assert caught.value.params["least"] == 1
    mended = [Quota("trade", "film", 1, 3)]
    assert len(select(PEOPLE, 5, mended, one_of=[films], seed="a").chosen) == 5


def test_a_household_of_strangers_and_an_unknown_objective_are_refused() -> None:
    with pytest.raises(ValueError, match="not there"):
        select(PEOPLE, 5, [], one_of=[("p00", "nobody")], seed="a")
    with pytest.raises(ValueError, match="objective"):
        select(PEOPLE, 5, [], objective="luck", seed="a")


def test_whoever_watches_may_leave_a_search_that_takes_long():
    chance = Chance("hard")
    people = [
        Person(f"p{k:04}", {f"f{f}": ("abcd"[chance.below(4)],) for f in range(30)})
        for k in range(1600)
    ]
    quotas = [Quota(f"f{f}", value, 49, 51) for f in range(30) for value in "abcd"]
    pool = make_pool(people, 200, quotas)
    looks = []
    before = threading.active_count()

    def watch() -> None:
        looks.append(time.monotonic())
        if len(looks) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        best_counts(pool, np.sin(np.arange(len(pool.sizes))), watch=watch)

    assert len(looks) == 3
    assert time.monotonic() - looks[-1] < 5  # the solver alone would be silent for longer
    while threading.active_count() > before:  # and it ends too, instead of working on for nobody
        time.sleep(0.05)


def test_the_lottery_can_be_published_before_anybody_is_drawn() -> None:
    lottery = prepare(PEOPLE, 5, QUOTAS, seed="a")

    assert (lottery.chosen, lottery.drawn, lottery.rehearsal) == ((), {}, False)
    assert draw_seats(lottery, PEOPLE, alternates=3) == select(PEOPLE, 5, QUOTAS, alternates=3, seed="a")  # fmt: skip


def test_a_lottery_is_drawn_once_and_for_those_it_was_made_for() -> None:
    drawn = select(PEOPLE, 5, QUOTAS, seed="a")

    with pytest.raises(ValueError, match="another lottery"):
        draw_seats(drawn, PEOPLE)
    with pytest.raises(ValueError, match="other people"):
        draw_seats(prepare(PEOPLE, 5, QUOTAS, seed="a"), PEOPLE[1:])


def test_nobody_waits_for_a_second_seat_of_one_household() -> None:
    people = [Person(f"p{k:02}") for k in range(40)]
    homes = [[f"p{k + j:02}" for j in range(4)] for k in range(0, 40, 4)]
    pair = [("p00", "p01")]

    record = select(people, 4, [], together=pair, one_of=homes, alternates=20, panels=40, seed="a")

    named = {*record.chosen, *record.alternates}
    units = [{"p00" if who == "p01" else who for who in named if who in home} for home in homes]
    assert max(map(len, units)) == 1
    assert sum(map(len, units)) == 10
    assert verify(record.to_dict(), people, pair, homes).status == "PROVEN"
    twice = replace(record, alternates=(*record.alternates, next(w for w in homes[5] if w not in named)), reserves=record.reserves)  # fmt: skip
    assert verify(twice.to_dict(), people, pair, homes).reasons == ("household_twice",)


def test_seats_are_not_drawn_without_the_households_they_were_prepared_with() -> None:
    lottery = prepare(PEOPLE, 5, QUOTAS, one_of=[("p00", "p01")], panels=20, seed="a")

    with pytest.raises(ValueError, match="groups"):
        draw_seats(lottery, PEOPLE)
