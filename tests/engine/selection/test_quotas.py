from __future__ import annotations

import pytest

from huiyou.errors import Fault, InputError
from huiyou.people import Person, read_sheet
from huiyou.selection import Quota, read_quotas, select
from huiyou.selection.quotas import count

HEADER = "feature,value,min,max\n"


def faults(text: str) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read_quotas(read_sheet(text.encode(), "quotas.csv"))
    return caught.value.faults


def test_quotas_are_read_in_the_order_of_their_rows() -> None:
    quotas, extra = read_quotas(read_sheet((HEADER + "A,x,1,2\nB,y,0,3\n").encode(), "q.csv"))

    assert (quotas, extra) == ((Quota("A", "x", 1, 2), Quota("B", "y", 0, 3)), ())
    assert [quota.row for quota in quotas] == [2, 3]


def test_the_columns_of_the_sortition_tools_are_read() -> None:
    text = "category,name,min,max,min_flex,max_flex\nA,x,1,2,0,9\n"

    quotas, extra = read_quotas(read_sheet(text.encode(), "categories.csv"))

    assert (quotas, extra) == ((Quota("A", "x", 1, 2),), ("min_flex", "max_flex"))


def test_every_fault_is_listed_with_its_place() -> None:
    found = faults(HEADER + "A,x,3,2\n,y,1,2\nA,,-1,zwei\nA,x,1,2\n")

    assert found == (
        Fault("quota_min_above_max", "quotas.csv", 2, "min", {"min": 3, "max": 2}),
        Fault("cell_empty", "quotas.csv", 3, "feature"),
        Fault("cell_empty", "quotas.csv", 4, "value"),
        Fault("not_a_count", "quotas.csv", 4, "min", {"value": "-1"}),
        Fault("not_a_count", "quotas.csv", 4, "max", {"value": "zwei"}),
        Fault("quota_twice", "quotas.csv", 5, "value", {"value": "x"}),
    )


def test_a_missing_column_is_a_fault() -> None:
    found = faults("feature,value,min\nA,x,1\n")

    assert [(fault.code, fault.column) for fault in found] == [("column_missing", "max")]


@pytest.mark.parametrize(
    "quotas",
    [
        [Quota("A", "x", 2, 1)],
        [Quota("A", "x", -1, 1)],
        [Quota("A", "x", 0, 1), Quota("A", "x", 0, 2)],
    ],
)
def test_quotas_that_contradict_themselves_are_not_chosen_by(quotas: list[Quota]) -> None:
    with pytest.raises(ValueError):
        select([Person("a")], 1, quotas, seed="a")


def test_a_person_of_two_values_counts_for_both() -> None:
    people = [Person("a", {"A": ("x", "y")}), Person("b", {"A": ("x",)}), Person("c")]

    assert [count(people, Quota("A", value, 0, 9)) for value in "xyz"] == [2, 1, 0]


def test_the_oldest_layout_calls_the_value_a_feature() -> None:
    sheet = read_sheet(b"category,feature,min,max\ngender,female,9,20\n", "categories.csv")

    assert read_quotas(sheet) == ((Quota("gender", "female", 9, 20),), ())
