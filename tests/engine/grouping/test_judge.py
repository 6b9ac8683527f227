from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from huiyou.grouping import Grouping, Terms, Violation, group, verify
from huiyou.people import Person
from huiyou.proof import digest, sealed
from tests.engine.altered import altered, replaced, resealed, without

PEOPLE = [
    Person(
        f"p{k}",
        {
            "trade": ("law" if k % 2 else "film",),
            "firm": (f"f{k // 2}",),
            "hopes": ("law",) if k < 4 else (),
            "host": ("yes",) if k in (0, 7) else (),
        },
    )
    for k in range(9)
]
TOGETHER = (("p0", "p1"),)
HOST = ("host", "yes")
TERMS = Terms(
    mix={"trade": Fraction(3, 2)},
    wants={"hopes": "trade"},
    apart=("firm",),
    each_table=(HOST,),
    host=HOST,
)
GROUPING = group(PEOPLE, 3, rounds=2, terms=TERMS, together=TOGETHER, seed="judge", sweeps=20)
RECORD = GROUPING.to_dict()


def claiming(**changes: Any) -> dict[str, Any]:
    """Give the record with other facts, and all that follows from them put right."""
    return replace(GROUPING, **changes).to_dict()


def forged(*path: str | int, to: Any) -> dict[str, Any]:
    """Give the record with one part replaced and a digest to match."""
    return sealed(without(replaced(RECORD, path, to), "digest"))


def reseated(a: str, b: str, round_: int = 0) -> dict[str, Any]:
    """Let two people change places in one round."""
    turn = {a: b, b: a}
    tables = tuple(tuple(turn.get(who, who) for who in table) for table in GROUPING.rounds[round_])
    rounds = [*GROUPING.rounds]
    rounds[round_] = tables
    return claiming(rounds=tuple(rounds))


def recounted(position: int, **changes: int) -> dict[str, Any]:
    violations = list(GROUPING.violations)
    violations[position] = replace(violations[position], **changes)
    return claiming(violations=tuple(violations))


def test_the_example_is_as_the_forgeries_below_suppose() -> None:
    assert GROUPING.rounds == (
        (("p0", "p1", "p8"), ("p3", "p4", "p7"), ("p2", "p5", "p6")),
        (("p0", "p1", "p5"), ("p2", "p4", "p7"), ("p3", "p6", "p8")),
    )
    assert GROUPING.hosts == ("p0", "p7", "")
    assert [entry.count for entry in GROUPING.violations] == [1, 0, 2]


def test_an_unchanged_record_is_proven() -> None:
    verdict = verify(RECORD, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert verdict.facts == (("gap", "0.000%"), ("repeats", "1"))


def test_people_who_were_not_seated_do_not_matter() -> None:
    others = [Person("q0"), *PEOPLE[::-1], Person("q1")]

    assert verify(RECORD, others, [("p1", "p0"), ("q0", "q1"), ("p7", "q0")]).status == "PROVEN"


def test_without_the_people_only_the_record_itself_is_judged() -> None:
    verdict = verify(RECORD)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("inputs_missing",))
    assert verdict.claims == ("record_unchanged", "everyone_seated_once")


EVERYONE = tuple(person.id for person in PEOPLE)
ALONE = [
    ("not_a_record", []),
    ("wrong_kind", forged("kind", to="selection")),
    ("wrong_version", forged("version", to=3)),
    ("digest_differs", {**RECORD, "seed": "other"}),
    ("not_canonical", {**RECORD, "seed": 1.5}),
    ("malformed", forged("more", to="claims")),
    ("malformed", forged("terms", to=[])),
    ("malformed", forged("terms", "mix", to=[])),
    ("malformed", forged("terms", "mix", "trade", to="1e999999999")),
    ("malformed", forged("terms", "mix", "trade", to="6/4")),
    ("malformed", forged("terms", "host", to=["host"])),
    ("malformed", forged("terms", "each_table", 0, to=["host", "yes", "no"])),
    ("malformed", forged("terms", "home_round", to=True)),
    ("malformed", forged("wants", "met", to=[])),
    ("malformed", forged("wants", "met", "p0", to="0/1")),
    ("malformed", forged("diversity", to="1/0")),
    ("malformed", forged("violations", 0, "count", to="0")),
    ("malformed", forged("hosts", to="ab")),
    ("malformed", forged("rounds", 0, 0, to="abcd")),
    ("malformed", forged("rounds", 0, to=[])),
    ("no_rounds", claiming(rounds=())),
    ("not_seated_once", forged("rounds", 0, 0, 0, to="p7")),
    ("not_seated_once", forged("rounds", 1, 0, 0, to="q0")),
    ("not_seated_once", forged("rounds", to=[[["p0", "p1"], ["p2", "p2"]]] * 2)),
    ("sizes_differ", claiming(rounds=((EVERYONE[:6], EVERYONE[6:]),))),
    ("sizes_differ", claiming(rounds=(GROUPING.rounds[0], (*GROUPING.rounds[1], ())))),
    ("sizes_differ", claiming(rounds=(((), ()),), hosts=("", ""))),
    ("sizes_differ", claiming(rounds=(GROUPING.rounds[0], tuple((who,) for who in EVERYONE)))),
    ("no_home_round", claiming(terms=replace(TERMS, home_round=3))),
    ("no_home_round", claiming(terms=replace(TERMS, home_round=0))),
    ("hosts_differ", claiming(hosts=GROUPING.hosts[:1])),
    ("hosts_differ", claiming(terms=replace(TERMS, host=None))),
    ("host_elsewhere", claiming(hosts=GROUPING.hosts[::-1])),
    ("violations_differ", claiming(violations=GROUPING.violations[:2])),
    ("violations_differ", forged("violations", to=[])),
    ("violations_differ", claiming(violations=GROUPING.violations[::-1])),
    ("violations_differ", claiming(terms=replace(TERMS, apart=()))),
    ("figures_differ", forged("gap", to="1/8")),
    ("figures_differ", forged("repeats", to=0)),
    ("figures_differ", forged("status", to="optimal")),
    ("figures_differ", forged("wants", "smallest", to="1/2")),
    ("figures_differ", forged("wants", "mean", to="1/2")),
]  # fmt: skip
WITH_PEOPLE = [
    ("unknown_person", claiming(rounds=tuple(tuple(tuple("q" if w == "p4" else w for w in t) for t in r) for r in GROUPING.rounds))),
    ("inputs_differ", forged("inputs", "people", to=digest([]))),
    ("inputs_differ", forged("inputs", "together", to=digest([]))),
    ("companions_split", reseated("p1", "p3")),
    ("host_unwilling", claiming(hosts=("p1", "p7", ""))),
    ("host_unwilling", claiming(hosts=("p0", "p7", "p2"))),
    ("host_unwilling", claiming(hosts=("", "p7", ""))),
    ("diversity_differs", claiming(diversity=GROUPING.diversity + 1)),
    ("diversity_differs", claiming(terms=replace(TERMS, mix={"trade": Fraction(1)}))),
    ("bound_differs", claiming(bound=GROUPING.bound + 1)),
    ("wants_differ", claiming(wants={**GROUPING.wants, "p0": Fraction(1, 2)})),
    ("wants_differ", claiming(wants={})),
    ("violations_differ", recounted(0, count=0)),
    ("violations_differ", recounted(1, count=1)),
    ("violations_differ", recounted(2, minimum=1)),
]  # fmt: skip


@pytest.mark.parametrize(("reason", "record"), ALONE + WITH_PEOPLE)
def test_a_forged_record_is_refused_and_told_why(reason: str, record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


@pytest.mark.parametrize(("reason", "record"), ALONE)
def test_what_needs_no_people_is_refused_without_them(reason: str, record: Any) -> None:
    verdict = verify(record)

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


def test_other_people_are_refused() -> None:
    others = [*PEOPLE[:-1], Person("p8", {"trade": ("law",)})]

    assert verify(RECORD, others, TOGETHER).reasons == ("inputs_differ",)


@given(record=altered(RECORD))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_record_changed_anywhere_is_refused(record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert verdict.status == "REFUSED" or Grouping.from_dict(record) == GROUPING


@given(record=altered(RECORD).map(resealed))
@settings(max_examples=800, deadline=None, derandomize=True)
def test_a_record_forged_anywhere_is_refused_or_still_holds(record: Any) -> None:
    verdicts = verify(record), verify(record, PEOPLE, TOGETHER)

    assert [verdict.status for verdict in verdicts] in (
        ["REFUSED", "REFUSED"],
        ["CONSISTENT", "REFUSED"],
        ["CONSISTENT", "PROVEN"],
    )
    if verdicts[1].status == "PROVEN":
        # Who made it, how long, and in which order people of one table are listed are no claims.
        free = ("digest", "seed", "sweeps_done", "rounds", "terms")
        assert {k: v for k, v in record.items() if k not in free} == {
            k: v for k, v in RECORD.items() if k not in free
        }


def test_a_violation_is_what_the_record_lists() -> None:
    assert RECORD["violations"][0] == {
        "constraint": "repeats", "column": "", "value": "", "count": 1, "minimum": 0,
    }  # fmt: skip
    assert Violation(**RECORD["violations"][0]) == GROUPING.violations[0]
