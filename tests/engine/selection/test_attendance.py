from __future__ import annotations

import pytest

from huiyou.errors import InputError
from huiyou.people import read_sheet
from huiyou.selection import Attendance, read_attendance

HEAD = "stop,feature,value,invited,came\n"


def faults(table: str) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        read_attendance(read_sheet((HEAD + table).encode(), "past.csv"))
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_stops_come_in_the_order_of_their_first_rows() -> None:
    table = HEAD + "上海,职业,学生,60,24\n北京,,,100,70\n上海,,,200,140\n"

    past, extra = read_attendance(read_sheet(table.encode(), "past.csv"))

    assert past == (Attendance(200, 140, (("职业", "学生", 60, 24),)), Attendance(100, 70))
    assert extra == ()


def test_columns_that_are_not_read_are_named() -> None:
    sheet = read_sheet(b"stop,feature,value,invited,came,weather\nA,,,10,7,rain\n", "past.csv")

    assert read_attendance(sheet)[1] == ("weather",)


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ("A,,,10,11\n", [("came_above_invited", 2, "came")]),
        ("A,,,ten,7\n", [("not_a_count", 2, "invited")]),
        ("A,,,10,7\nA,,,10,7\n", [("attendance_twice", 3, "value")]),
        ("A,,,10,7\nA,r,s,5,2\nA,r,s,5,2\n", [("attendance_twice", 4, "value")]),
        ("A,r,s,5,2\n", [("attendance_without_total", 2, "stop")]),
        ("A,r,,5,2\nA,,,10,7\n", [("cell_empty", 2, "value")]),
        ("A,,,,\n,,,10,7\n", [("cell_empty", 2, "invited"), ("cell_empty", 2, "came"), ("cell_empty", 3, "stop")]),
    ],
)  # fmt: skip
def test_every_fault_of_a_table_is_told_with_its_place(
    table: str, found: list[tuple[str, int, str]]
) -> None:
    assert faults(table) == found


def test_more_stops_than_tell_anything_are_too_many() -> None:
    assert faults("".join(f"s{k},,,10,7\n" for k in range(51))) == [("attendance_many", None, None)]


@pytest.mark.parametrize("counts", [(10, 11), (-1, -1)])
def test_no_more_can_have_come_than_were_invited(counts: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="came"):
        Attendance(*counts)
