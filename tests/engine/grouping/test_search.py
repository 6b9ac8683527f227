from __future__ import annotations

from collections import Counter
from fractions import Fraction
from itertools import combinations

import pytest
from hypothesis import assume, event, given, settings
from hypothesis import strategies as st

from huiyou.errors import ImpossibleError
from huiyou.grouping import Grouping, Terms, group, verify
from huiyou.grouping.search import _packed
from huiyou.people import Person
from huiyou.proof import Chance, canonical, digest
from tests.engine import sample
from tests.engine.grouping.instances import Instance, instances

MIX = Terms(mix={"trade": Fraction(1)})


def company(n: int) -> list[Person]:
    return [Person(f"p{k:02}", {"trade": ("abcd"[k % 4],)}) for k in range(n)]


def grouped(instance: Instance, sweeps: int = 3, seed: str = "a") -> Grouping:
    return group(
        instance.people,
        instance.tables,
        rounds=instance.rounds,
        terms=instance.terms,
        together=instance.together,
        seed=seed,
        sweeps=sweeps,
    )


@given(instance=instances(), sweeps=st.integers(0, 4))
@settings(max_examples=120, deadline=None, derandomize=True)
def test_the_judge_accepts_every_grouping(instance: Instance, sweeps: int) -> None:
    try:
        record = grouped(instance, sweeps)
    except ImpossibleError as error:
        event(error.code)
        return

    assert verify(record.to_dict(), instance.people, instance.together).status == "PROVEN"
    assert Grouping.from_dict(record.to_dict()) == record


@given(instance=instances(most_people=7))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_grouping_is_found_whenever_there_is_one(instance: Instance) -> None:
    try:
        record = grouped(instance, sweeps=1)
    except ImpossibleError:
        assert not instance.seatings()
        return

    seatings = [{frozenset(table) for table in seating} for seating in instance.seatings()]
    assert all({frozenset(table) for table in tables} in seatings for tables in record.rounds)


@given(instance=instances(most_people=6, most_rounds=1))
@settings(max_examples=40, deadline=None, derandomize=True)
def test_enough_sweeps_find_the_best_mix_of_all(instance: Instance) -> None:
    assume(instance.seatings())
    instance = Instance(instance.people, instance.tables, 1, instance.together, MIX)

    record = grouped(instance, sweeps=60)

    assert record.diversity == max(instance.diversity([s]) for s in instance.seatings())


@given(
    sizes=st.lists(st.integers(1, 7), min_size=1, max_size=3), groups=st.lists(st.integers(1, 4))
)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_groups_are_packed_whenever_they_can_be(sizes: list[int], groups: list[int]) -> None:
    groups = sorted(groups[:6], reverse=True)

    def fit(left: tuple[int, ...], rest: list[int]) -> bool:
        return not rest or any(
            seats >= rest[0] and fit((*left[:t], seats - rest[0], *left[t + 1 :]), rest[1:])
            for t, seats in enumerate(left)
        )

    packed = _packed(groups, sizes)

    assert (packed is not None) == fit(tuple(sizes), groups)
    taken = Counter[int]()
    for table, heads in zip(packed or [], groups, strict=packed is not None):
        taken[table] += heads
    assert all(taken[t] <= seats for t, seats in enumerate(sizes))


def test_groups_that_dealing_leaves_standing_are_seated_all_the_same() -> None:
    """Dealt round, 3 + 2 and 3 + 2 leave one seat at each table and a pair without one."""
    ids = [person.id for person in company(12)]
    together = [ids[:3], ids[3:6], ids[6:8], ids[8:10], ids[10:]]

    record = group(company(12), 2, terms=MIX, together=together, seed="a", sweeps=1)

    assert sorted(map(sorted, record.rounds[0])) == [ids[:6], ids[6:]]


def test_same_seed_gives_same_tables_whatever_the_order() -> None:
    people, pairs = company(20), [("p00", "p04"), ("p01", "p02")]
    first = group(people, 4, rounds=2, terms=MIX, together=pairs, seed="a", sweeps=20)

    Chance("another order").shuffle(people)
    turned = [pair[::-1] for pair in pairs[::-1]]
    again = group(people, 4, rounds=2, terms=MIX, together=turned, seed="a", sweeps=20)

    assert canonical.dumps(again.to_dict()) == canonical.dumps(first.to_dict())


def test_different_seeds_give_different_tables() -> None:
    plans = {group(company(20), 4, terms=MIX, seed=str(k), sweeps=5).rounds for k in range(10)}

    assert len(plans) == 10


@pytest.mark.parametrize(("people", "tables", "rounds"), [(9, 3, 4), (16, 4, 3), (20, 5, 3)])
def test_nobody_meets_twice_where_that_is_possible(people: int, tables: int, rounds: int) -> None:
    record = group(company(people), tables, rounds=rounds, terms=Terms(), seed="b", sweeps=300)

    met = Counter(pair for seating in record.rounds for t in seating for pair in combinations(t, 2))
    assert (max(met.values()), record.repeats, record.status) == (1, 0, "optimal")


def test_where_counting_forces_repeats_no_more_are_made() -> None:
    record = group(company(4), 2, rounds=4, terms=Terms(), seed="a", sweeps=50)

    assert [(v.constraint, v.count, v.minimum) for v in record.violations] == [("repeats", 2, 2)]
    assert record.status == "optimal"


def test_companions_sit_together_in_every_round_and_are_no_repeats() -> None:
    pairs = [("p00", "p05"), ("p01", "p02")]

    record = group(company(16), 4, rounds=3, terms=MIX, together=pairs, seed="a", sweeps=100)

    for pair in pairs:
        assert all(any(set(pair) <= set(table) for table in tables) for tables in record.rounds)
    assert record.repeats == 0


def test_colleagues_are_kept_apart() -> None:
    people = [Person(f"p{k}", {"firm": (f"f{k // 3}",)}) for k in range(12)]

    record = group(people, 3, rounds=2, terms=Terms(apart=("firm",)), seed="a", sweeps=100)

    assert [(v.constraint, v.count) for v in record.violations][1:] == [("apart", 0)]


def test_every_table_has_somebody_it_needs() -> None:
    people = [Person(f"p{k}", {"code": ("yes" if k < 3 else "no",)}) for k in range(12)]
    terms = Terms(each_table=(("code", "yes"),))

    record = group(people, 3, terms=terms, seed="a", sweeps=60)

    assert [sum(who in ("p0", "p1", "p2") for who in table) for table in record.rounds[0]] == [1, 1, 1]  # fmt: skip


def test_wishes_are_met() -> None:
    people = [
        Person(f"p{k}", {"trade": ("law" if k % 2 else "film",), "hopes": ("law",)})
        for k in range(4)
    ]
    people += [Person(f"q{k}", {"trade": ("art",), "hopes": ("film",)}) for k in range(2)]

    record = group(people, 2, terms=Terms(wants={"hopes": "trade"}), seed="a", sweeps=60)

    # each lawyer hopes for the other one, so they share a table; two of the rest can join them
    assert record.wants["p1"] == record.wants["p3"] == 1


def test_hosts_are_drawn_among_the_willing_of_the_home_round() -> None:
    people = [Person(f"p{k}", {"host": ("yes",) if k < 4 else ()}) for k in range(12)]
    need = ("host", "yes")
    terms = Terms(each_table=(need,), host=need, home_round=2)

    record = group(people, 3, rounds=2, terms=terms, seed="a", sweeps=60)

    willing = [{f"p{k}" for k in range(4)} & set(table) for table in record.rounds[1]]
    assert [host in some for host, some in zip(record.hosts, willing, strict=True)] == [True] * 3


def test_a_table_where_nobody_is_willing_has_no_host() -> None:
    people = [Person("p0", {"host": ("yes",)}), Person("p1")]

    record = group(people, 2, terms=Terms(host=("host", "yes")), seed="a", sweeps=1)

    assert sorted(record.hosts) == ["", "p0"]


def test_one_table_needs_no_search() -> None:
    record = group(company(5), 1, rounds=2, terms=MIX, seed="a")

    assert record.rounds == ((("p00", "p01", "p02", "p03", "p04"),),) * 2
    assert record.sweeps_done == 0


def test_progress_is_told_to_the_end() -> None:
    shares: list[float] = []

    group(company(8), 2, terms=MIX, seed="a", sweeps=100, report=shares.append)

    assert shares == sorted(shares)
    assert shares[-1] == 1


@pytest.mark.parametrize("tables", [0, 6])
def test_there_are_no_more_tables_than_people(tables: int) -> None:
    with pytest.raises(ImpossibleError) as caught:
        group(company(5), tables, terms=MIX, seed="a")

    error = caught.value
    assert (error.code, error.params) == ("tables_exceed_people", {"tables": tables, "people": 5})


def test_a_group_does_not_exceed_a_table() -> None:
    with pytest.raises(ImpossibleError) as caught:
        group(company(5), 2, terms=MIX, together=[["p00", "p01", "p02", "p03"]], seed="a")

    assert (caught.value.code, caught.value.params) == ("group_exceeds_table", {"group": 4, "seats": 3})  # fmt: skip


def test_groups_that_no_tables_hold_are_refused() -> None:
    pairs = [("p00", "p01"), ("p02", "p03"), ("p04", "p05")]

    with pytest.raises(ImpossibleError) as caught:
        group(company(6), 2, terms=MIX, together=pairs, seed="a")

    assert (caught.value.code, caught.value.params) == ("groups_do_not_fit", {"group": 2, "seats": 3})  # fmt: skip


@pytest.mark.parametrize(("rounds", "home"), [(1, 2), (2, 0), (0, 1)])
def test_the_home_round_is_one_of_the_rounds(rounds: int, home: int) -> None:
    with pytest.raises(ValueError, match="no round"):
        group(company(4), 2, rounds=rounds, terms=Terms(home_round=home), seed="a")


@pytest.mark.xdist_group("sampled")
def test_200_people_at_21_tables_sit_as_ever_and_within_a_hundredth_of_the_bound() -> None:
    chosen = set(sample.selection().chosen)
    people = [person for person in sample.applicants().persons() if person.id in chosen]
    together, terms = sample.applicants().companions, sample.folder().facts.terms

    record = group(people, 21, rounds=3, terms=terms, together=together, seed=sample.SEED)

    verdict = verify(record.to_dict(), sample.applicants().persons(), together)
    assert verdict.status == "PROVEN"
    assert [v.count for v in record.violations] == [0, 0, 0, 0]
    assert record.gap < Fraction(1, 100)
    assert digest([[list(table) for table in tables] for tables in record.rounds]) == (
        "ae5df3e2c8be85ea8cf104b555dfd8e57b4107485e1a9b95af86b01d40c83511"
    )
