from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import product

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from huiyou.people import Person
from huiyou.proof import Chance, digest
from huiyou.selection import Quota
from huiyou.selection.absence import MILLION, Absence, expect_absence
from huiyou.selection.reserves import (
    STAGES,
    _Search,
    _Tally,
    expected_shortfall,
    groups_of,
    next_offers,
    reserve_order,
)
from tests.engine import sample
from tests.engine.selection.instances import Group, Instance, instances

LAW = [Person(f"law{k}", {"trade": ("law",)}) for k in range(6)]
FILM = [Person(f"film{k}", {"trade": ("film",)}) for k in range(6)]
PEOPLE = [*LAW, *FILM]
IDS = [person.id for person in PEOPLE]
HALF = Absence(dict.fromkeys(IDS, 500_000), 500_000, (500_000,))


def fits(instance: Instance, held: set[str], group: Group) -> bool:
    """Say whether a group may join, as the rule has it, word for word."""
    if len(held) + len(group) > instance.seats:
        return False
    return all(
        instance.count(set(group), quota) == 0
        or instance.count(held | set(group), quota) <= quota.maximum
        for quota in instance.quotas
    )


def seated(instance: Instance, held: set[str], order: Sequence[Group]) -> list[Group]:
    """Offer seats one at a time, each to the first of the order who fits."""
    offers: list[Group] = []
    while fitting := [g for g in order if g not in offers and fits(instance, held, g)]:
        offers.append(fitting[0])
        held = held | set(fitting[0])
    return sorted(offers, key=order.index)


def missing(instance: Instance, present: set[str]) -> int:
    return sum(max(0, q.minimum - instance.count(present, q)) for q in instance.quotas)


@st.composite
def evenings(draw: st.DrawFn) -> tuple[Instance, list[Group], list[Group], Absence]:
    """Few people, some of them chosen, the others in some order, and rates for all."""
    instance = draw(instances())
    units = draw(st.permutations(instance.units()))
    split = draw(st.integers(0, len(units)))
    chosen, order = units[:split], units[split:]
    seats = sum(map(len, chosen))
    instance = Instance(instance.people, seats, instance.quotas, instance.together)
    rates = st.sampled_from([0, 100_000, 300_000, 600_000, MILLION])
    levels = draw(st.lists(st.sampled_from([100_000, 300_000, 500_000]), min_size=1, max_size=2))
    absence = Absence({p.id: draw(rates) for p in instance.people}, 300_000, tuple(levels))
    return instance, chosen, order, absence


def exactly(
    instance: Instance,
    chosen: Sequence[Group],
    order: Sequence[Group],
    absence: Absence,
    stages: Sequence[int] = (1,),
) -> Fraction:
    """Give the expected shortfall, summed over every set of people who may stay away."""
    total = Fraction(0)
    units = [*chosen, *order]
    for level, stage in product(range(len(absence.levels)), stages):
        away = [Fraction(absence.of(unit)[level], MILLION) for unit in units]
        away = [p * Fraction(stage, max(stages)) if k < len(chosen) else p for k, p in enumerate(away)]  # fmt: skip
        for stays in product((False, True), repeat=len(units)):
            odds = Fraction(1, len(absence.levels) * len(stages))
            for p, stay in zip(away, stays, strict=True):
                odds *= p if stay else 1 - p
            if odds:
                there = [unit for unit, stay in zip(units, stays, strict=True) if not stay]
                held = {who for unit in there if unit in chosen for who in unit}
                offers = seated(instance, held, [unit for unit in there if unit not in chosen])
                total += odds * missing(instance, held | {who for g in offers for who in g})
    return total


def flat(groups: Sequence[Group]) -> list[str]:
    return [who for group in groups for who in group]


@given(case=evenings(), data=st.data())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_each_offer_goes_to_the_first_who_fits(
    case: tuple[Instance, list[Group], list[Group], Absence], data: st.DataObject
) -> None:
    instance, chosen, order, _ = case
    held = set(flat([g for g in chosen if data.draw(st.booleans())]))
    asked = [g for g in order if data.draw(st.booleans())]

    offers = next_offers(
        instance.people, instance.quotas, seats=instance.seats, holding=held, order=flat(order),
        asked=flat(asked), together=instance.together,
    )  # fmt: skip

    expected = seated(instance, held, [g for g in order if g not in asked])
    assert [set(offer) for offer in offers] == [set(offer) for offer in expected]


def test_whoever_was_passed_over_is_first_again() -> None:
    quotas = [Quota("trade", "law", 0, 2)]
    order = ["law2", "film0", "law3"]

    first = next_offers(PEOPLE, quotas, seats=3, holding=["law0", "law1"], order=order)
    then = next_offers(PEOPLE, quotas, seats=3, holding=["law0", "film0"], order=order, asked=["film0"])  # fmt: skip

    assert (first, then) == ((("film0",),), (("law2",),))


def test_a_pair_waits_for_two_seats_and_then_goes_first() -> None:
    order, pair = ["law2", "law3", "film0"], [("law3", "law2")]

    one = next_offers(PEOPLE, [], seats=3, holding=["law0", "law1"], order=order, together=pair)
    two = next_offers(PEOPLE, [], seats=3, holding=["law0"], order=order, together=pair)

    assert (one, two) == ((("film0",),), (("law2", "law3"),))


def test_a_quota_over_its_maximum_keeps_nobody_else_out() -> None:
    quotas = [Quota("trade", "law", 0, 1)]

    offers = next_offers(PEOPLE, quotas, seats=3, holding=["law0", "law1"], order=["law2", "film0"])

    assert offers == (("film0",),)


def test_nobody_is_asked_twice() -> None:
    assert next_offers(PEOPLE, [], seats=2, holding=[], order=["law0"], asked=["law0"]) == ()


def test_more_held_seats_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="2 seats are held and there are 1"):
        next_offers(PEOPLE, [], seats=1, holding=["law0", "law1"], order=[])


@pytest.mark.parametrize(
    ("order", "asked"),
    [(["law0", "film0", "law1"], []), (["law0"], []), (["law0", "law1"], ["law0"])],
)
def test_companions_apart_are_refused(order: list[str], asked: list[str]) -> None:
    with pytest.raises(ValueError, match="companions"):
        next_offers(
            PEOPLE, [], seats=4, holding=[], order=order, asked=asked, together=[("law0", "law1")]
        )


def test_groups_that_overlap_are_refused() -> None:
    with pytest.raises(ValueError, match="two groups"):
        next_offers(
            PEOPLE, [], seats=4, holding=[], order=IDS[:3],
            together=[("law0", "law1"), ("law1", "law2")],
        )  # fmt: skip


@given(case=evenings())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_estimate_is_near_the_shortfall_of_all_evenings_counted(
    case: tuple[Instance, list[Group], list[Group], Absence],
) -> None:
    instance, chosen, order, absence = case
    exact = exactly(instance, chosen, order, absence)

    found = expected_shortfall(
        instance.people, flat(chosen), flat(order), instance.quotas, absence,
        together=instance.together, chance=Chance("a"), evenings=4000,
    )  # fmt: skip

    assert abs(found - exact) < Fraction(1, 10)


@given(case=evenings())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_where_nothing_is_left_to_chance_the_estimate_is_exact(
    case: tuple[Instance, list[Group], list[Group], Absence],
) -> None:
    instance, chosen, order, absence = case
    sure = Absence({who: MILLION * (r > 300_000) for who, r in absence.rates.items()}, 300_000, (300_000,))  # fmt: skip
    assume(all(sure.of(unit)[0] in (0, MILLION) for unit in [*chosen, *order]))

    found = expected_shortfall(
        instance.people, flat(chosen), flat(order), instance.quotas, sure,
        together=instance.together, chance=Chance("a"), evenings=3,
    )  # fmt: skip

    assert found == exactly(instance, chosen, order, sure)


@given(case=evenings())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_the_first_place_goes_to_whom_all_evenings_counted_would_give_it(
    case: tuple[Instance, list[Group], list[Group], Absence],
) -> None:
    instance, chosen, waiting, absence = case
    alone = [group for group in waiting if len(group) == 1]
    assume(alone)

    order = reserve_order(
        instance.people, flat(chosen), flat(alone), instance.quotas, absence, length=1,
        together=instance.together, chance=Chance("a"), evenings=4000,
    )  # fmt: skip

    values = {group: exactly(instance, chosen, [group], absence, STAGES) for group in alone}
    event(f"{len(set(values.values()))} different")
    assert values[order] - min(values.values()) < Fraction(1, 10)


@given(case=evenings(), length=st.integers(0, 8), seed=st.sampled_from("abc"))
@settings(max_examples=150, deadline=None, derandomize=True)
def test_an_order_is_as_long_as_asked_and_keeps_companions_side_by_side(
    case: tuple[Instance, list[Group], list[Group], Absence], length: int, seed: str
) -> None:
    instance, chosen, waiting, absence = case

    order = reserve_order(
        instance.people, flat(chosen), flat(waiting), instance.quotas, absence, length=length,
        together=instance.together, chance=Chance(seed), evenings=40,
    )  # fmt: skip

    placed = [g for g in waiting if set(g) <= set(order)]
    left = [g for g in waiting if g not in placed]
    assert sorted(order) == sorted(flat(placed))
    assert all(sorted(order[k : k + len(g)]) == sorted(g) for g in placed for k in [min(map(order.index, g))])  # fmt: skip
    assert all(len(order) + len(g) > length for g in left) or len(order) == length
    assert len(order) <= length


@given(case=evenings())
@settings(max_examples=150, deadline=None, derandomize=True)
def test_what_a_group_is_worth_is_what_seating_it_mends(
    case: tuple[Instance, list[Group], list[Group], Absence],
) -> None:
    instance, chosen, waiting, absence = case
    comes = Absence({**absence.rates, **dict.fromkeys(flat(waiting), 0)}, 300_000, absence.levels)
    search = _Search(
        _Tally(instance.people, instance.quotas), chosen, waiting, comes, length=8, evenings=40,
        chance=Chance("a"),
    )  # fmt: skip
    before, counts, free = search.world.shortfall(), search.world.counts, search.world.free

    gains = []
    for adds, size in zip(search.adds, search.sizes, strict=True):
        search.world.counts, search.world.free = counts.copy(), free.copy()
        search.world.offer(adds, int(size), free >= 0)
        gains.append(MILLION * (before - search.world.shortfall()))

    search.world.counts, search.world.free = counts, free
    by_head = search.gain(range(len(search.queues))) if waiting else search.worth
    assert (by_head // search.heads).tolist() == gains


@given(case=evenings(), seed=st.sampled_from("abc"))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_types_that_are_not_measured_again_would_not_have_been_better(
    case: tuple[Instance, list[Group], list[Group], Absence], seed: str
) -> None:
    instance, chosen, waiting, absence = case

    class Eager(_Search):
        def best(self, order: Sequence[int]) -> int | None:
            if self.queues:
                self.worth = self.gain(range(len(self.queues)))
            return super().best(order)

    def order(kind: type[_Search]) -> list[Group]:
        return kind(
            _Tally(instance.people, instance.quotas),
            groups_of(flat(chosen), instance.together),
            groups_of(flat(waiting), instance.together),
            absence, length=8, evenings=40, chance=Chance(seed),
        ).greedy()  # fmt: skip

    assert order(_Search) == order(Eager)


def test_those_come_first_whose_like_stay_away_most() -> None:
    rates = {who: 600_000 if who.startswith("law") else 50_000 for who in IDS}
    absence = Absence(rates, 300_000, (200_000, 300_000, 400_000))
    quotas = [Quota("trade", "law", 3, 4), Quota("trade", "film", 1, 4)]
    chosen = [*IDS[:3], *IDS[6:9]]

    order = reserve_order(PEOPLE, chosen, set(IDS) - set(chosen), quotas, absence, length=5, chance=Chance("a"))  # fmt: skip

    assert {who[:3] for who in order[:3]} == {"law"}


def test_input_order_does_not_matter() -> None:
    quotas = [Quota("trade", "law", 2, 4), Quota("trade", "film", 1, 4)]
    pairs = [("law4", "film4"), ("film2", "law0")]

    def order(people: list[Person], waiting: list[str], pairs: list[tuple[str, str]]) -> Group:
        return reserve_order(
            people, {"law1", "law2", "film1"}, waiting, quotas, HALF, length=6, together=pairs,
            chance=Chance("a"),
        )  # fmt: skip

    waiting = [who for who in IDS if who not in {"law1", "law2", "film1"}]
    swapped = [(b, a) for a, b in pairs[::-1]]
    assert order(PEOPLE[::-1], waiting[::-1], swapped) == order(PEOPLE, waiting, pairs)


def test_who_of_those_alike_comes_first_is_drawn() -> None:
    first = {
        reserve_order(LAW, ["law0"], IDS[1:6], [], HALF, length=1, chance=Chance(str(k)))
        for k in range(60)
    }

    assert first == {(who,) for who in IDS[1:6]}


def test_nobody_waiting_leaves_an_empty_order() -> None:
    assert reserve_order(PEOPLE, IDS, [], [], HALF, length=3, chance=Chance("a")) == ()


@pytest.mark.parametrize(
    ("chosen", "together"), [(["law0", "law1"], []), (["law0"], [("law0", "law1")])]
)
def test_who_is_chosen_and_waits_is_refused(chosen: list[str], together: list[Group]) -> None:
    with pytest.raises(ValueError, match=r"both chosen and waiting|split"):
        reserve_order(
            PEOPLE, chosen, ["law1"], [], HALF, length=1, together=together, chance=Chance("a")
        )


@pytest.mark.xdist_group("sampled")
def test_40_alternates_of_1600_mend_what_random_ones_do_not() -> None:
    people, together = sample.applicants().persons(), sample.applicants().companions
    chosen, quotas = sample.selection().chosen, sample.folder().quotas
    waiting = sorted({person.id for person in people} - set(chosen))
    order = reserve_order(
        people, chosen, waiting, quotas, expect_absence(people), length=40, together=together,
        chance=Chance("a"),
    )  # fmt: skip

    for level in (150_000, 300_000):
        known = Absence({person.id: level for person in people}, level, (level,))

        def short(order: Sequence[str], known: Absence = known) -> Fraction:
            return expected_shortfall(
                people, chosen, order, quotas, known, together=together, chance=Chance("fresh"),
                evenings=300,
            )  # fmt: skip

        assert short(order) <= Fraction(7, 10) * sum(
            short(at_random(waiting, together, 40, k)) / 5 for k in range(5)
        )


def test_40_of_1600_stand_in_the_same_order_as_ever() -> None:
    people, together = sample.applicants().persons(), sample.applicants().companions
    ids = [person.id for person in people]
    chosen = at_random(ids, together, 200, 0)

    order = reserve_order(
        people, chosen, set(ids) - set(chosen), sample.folder().quotas, expect_absence(people),
        length=40, together=together, chance=Chance("a"),
    )  # fmt: skip

    assert digest(list(order)) == "70c9dc0cef70cac979dd4adedea1411a59a83ee2e5877e66ef685897367a75d3"


def at_random(ids: Sequence[str], together: Sequence[Group], length: int, k: int) -> list[str]:
    groups = groups_of(ids, together)
    Chance(str(k)).shuffle(groups)
    order: list[str] = []
    for group in groups:
        if len(order) + len(group) <= length:
            order += group
    return order
