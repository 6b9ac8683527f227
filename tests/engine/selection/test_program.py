from __future__ import annotations

import pytest

from huiyou.people import Person
from huiyou.selection import Quota
from huiyou.selection.program import Program

PEOPLE = [Person(who, {"trade": ("law",)}) for who in "abc"]
UNITS = [("a", "b"), ("c",)]


def test_a_row_counts_the_people_of_each_unit_and_the_last_one_heads() -> None:
    program = Program(PEOPLE, UNITS, 1, [Quota("trade", "law", 0, 1), Quota("trade", "film", 0, 1)])

    assert program.counts.tolist() == [[2, 1], [0, 0], [2, 1]]


def test_an_end_without_an_answer_is_an_error_and_no_answer() -> None:
    program = Program(PEOPLE, UNITS, 1, [])

    with pytest.raises(RuntimeError, match="HiGHS"):
        program.best([float("inf"), 1])  # type: ignore[list-item]
