from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.grouping import Terms
from huiyou.grouping.terms import as_fraction, as_number, make_units, table_sizes
from huiyou.people import Person
from tests.engine.grouping.instances import Instance, instances

PEOPLE = [Person(who) for who in "abcde"]


@given(value=st.fractions(min_value=0))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_an_exact_number_reads_back(value: Fraction) -> None:
    assert as_fraction(as_number(value)) == value


@pytest.mark.parametrize(
    "written",
    ["", "1", "0.5", "1e9", "1e999999999", "2/4", "3/1", "0/3", "1/0", "-1/2", "+1/2", " 1/2", "1/2\n",
     "1_0/3", "１/2", "1/" + "9" * 5000],
)  # fmt: skip
def test_another_spelling_of_a_number_is_refused(written: str) -> None:
    with pytest.raises(ValueError):
        as_fraction(written)


@given(instance=instances())
@settings(max_examples=50, deadline=None, derandomize=True)
def test_terms_read_back(instance: Instance) -> None:
    assert Terms.from_dict(instance.terms.to_dict()) == instance.terms


@pytest.mark.parametrize("part", [{"host": ["a"]}, {"each_table": [["a", "b", "c"]]}])
def test_a_need_is_a_trait_and_a_value(part: dict[str, Any]) -> None:
    with pytest.raises(ValueError):
        Terms.from_dict({**Terms().to_dict(), **part})


@given(people=st.integers(1, 400), tables=st.integers(1, 40))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_tables_are_as_even_as_can_be_and_the_larger_come_first(people: int, tables: int) -> None:
    sizes = table_sizes(people, tables)

    assert (len(sizes), sum(sizes), max(sizes) - min(sizes) <= 1) == (tables, people, True)
    assert sizes == sorted(sizes, reverse=True)


def test_units_are_groups_by_size_then_everybody_else() -> None:
    together = [("e", "d"), ("a", "b", "x"), ("c", "y")]

    assert make_units(PEOPLE, together) == [[0, 1], [3, 4], [2]]


def test_units_do_not_overlap() -> None:
    with pytest.raises(ValueError, match="overlap"):
        make_units(PEOPLE, [("a", "b"), ("b", "c")])


def test_wishes_are_the_values_hoped_for_under_the_trait_that_has_them() -> None:
    terms = Terms(wants={"hopes": "trade", "seeks": "city"})
    person = Person("a", {"hopes": ("law", "film"), "trade": ("art",)})

    assert terms.wishes(person) == {("trade", "law"), ("trade", "film")}
