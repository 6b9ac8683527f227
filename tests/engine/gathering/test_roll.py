from __future__ import annotations

import pytest

from huiyou.errors import InputError
from huiyou.gathering import Columns, read_roll
from huiyou.people import read_sheet
from huiyou.selection import Placed

TABLE = """编号,姓名,行业,爱好,同行,公司,类别,理由
a1,甲,影视,茶┋棋,x,某某,受邀,
a2,乙,法律,茶,x,,,
a3,丙,法律,(空),,某某,Excluded,自己要求
a4,丁,,棋;茶;棋,y,,评审,带投影仪
,,,,,,,
"""
COLUMNS = Columns("编号", "同行", "公司", "类别", "理由", ("爱好",))


def roll(
    text: str = TABLE, features: tuple[str, ...] = ("行业", "爱好"), columns: Columns = COLUMNS
):
    return read_roll(read_sheet(text.encode(), "people.csv"), features, columns)


def faults(*arguments, **options) -> list[tuple[str, int | None, str | None]]:
    with pytest.raises(InputError) as caught:
        roll(*arguments, **options)
    return [(fault.code, fault.row, fault.column) for fault in caught.value.faults]


def test_a_table_says_who_with_whom_and_in_which_pool() -> None:
    read = roll()

    assert {p.id: dict(p.traits) for p in read.people} == {
        "a1": {"行业": ("影视",), "爱好": ("茶", "棋")},
        "a2": {"行业": ("法律",), "爱好": ("茶",)},
        "a3": {"行业": ("法律",), "爱好": ()},
        "a4": {"行业": (), "爱好": ("棋", "茶")},
    }
    assert (read.together, read.one_of) == ((("a1", "a2"),), (("a1", "a3"),))
    assert read.placed == {
        "a1": Placed("invited", "", 2),
        "a3": Placed("excluded", "自己要求", 4),
        "a4": Placed("reviewed", "带投影仪", 5),
    }


def test_only_what_quotas_name_is_read_of_a_person() -> None:
    without_names = TABLE.replace("甲", "").replace("乙", "").replace("丙", "").replace("丁", "")

    assert roll(without_names).people == roll().people
    assert not any("姓名" in person.traits for person in roll().people)


def test_ids_are_found_or_made_from_rows() -> None:
    made = read_roll(read_sheet(b"trade\nlaw\nfilm\n", "p.csv"), ["trade"], Columns())
    found = read_roll(read_sheet(b"ID,trade\nx,law\ny,film\n", "p.csv"), ["trade"], Columns())

    assert [person.id for person in made.people] == ["r2", "r3"]
    assert [person.id for person in found.people] == ["x", "y"]


def test_all_faults_of_columns_are_told_at_once() -> None:
    columns = Columns("号", "同", pool="类", multi=("爱好", "姓名"))

    assert faults(features=("行业", "城市"), columns=columns) == [
        ("option_column_missing", 1, "号"),
        ("option_column_missing", 1, "同"),
        ("option_column_missing", 1, "类"),
        ("feature_column_missing", 1, "城市"),
        ("multi_without_quota", None, "爱好"),
        ("multi_without_quota", None, "姓名"),
    ]


def test_all_faults_of_rows_are_told_at_once() -> None:
    assert faults("id,trade\na,law\n,film\na,film\nb,law,more\n", ("trade",), Columns()) == [
        ("cell_empty", 3, "id"),
        ("id_twice", 4, "id"),
        ("row_width", 5, None),
    ]
    assert faults("id,trade\n,\n", ("trade",), Columns()) == [("file_empty", None, None)]


def test_a_record_says_what_the_columns_meant() -> None:
    assert Columns.from_dict(COLUMNS.to_dict()) == COLUMNS
    assert Columns.from_dict({}) == Columns()
    with pytest.raises((TypeError, ValueError)):
        Columns.from_dict({"id": []})
    with pytest.raises(TypeError):
        Columns.from_dict({"other": ["x"]})


def test_a_pool_is_read_without_a_column_of_reasons() -> None:
    assert roll(columns=Columns("编号", pool="类别")).placed["a4"] == Placed("reviewed", "", 5)
