"""A table from any spreadsheet file, every cell as text, every fault with its place."""

from __future__ import annotations

import hashlib
import io
import zipfile
import zlib
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from huiyou.errors import Fault, InputError
from huiyou.people import Sheet, check_size, read_columns, read_sheet, sheets, unpack
from huiyou.people.sheets import is_formula
from huiyou.people.unpack import Row

SAMPLES = Path(__file__).parent / "samples"
TABLE = "姓名,手机\n林小满,19900001001\n欧阳晴川,+852 5689 0601\n"
HEADER = ("姓名", "手机")
ROWS = (Row(2, ("林小满", "19900001001")), Row(3, ("欧阳晴川", "+852 5689 0601")))
MEGABYTE = 1024**2


def read(text: str) -> Sheet:
    return read_sheet(text.encode(), "a.csv")


def workbook(**tables: list[list[object]]) -> bytes:
    data = io.BytesIO()
    options = {"in_memory": True, "default_date_format": "yyyy-mm-dd hh:mm:ss"}
    with xlsxwriter.Workbook(data, options) as book:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return data.getvalue()


def zipped(name: str, content: bytes) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return data.getvalue()


def faults(data: bytes, sheet: str | None = None) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        read_sheet(data, "a.csv", sheet)
    return caught.value.faults


# What is read


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (TABLE.encode(), "utf-8"),
        (TABLE.encode("utf-8-sig"), "utf-8"),
        (TABLE.encode("gb18030"), "gb18030"),
        (TABLE.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + TABLE.encode("utf-16-be"), "utf-16"),
        (TABLE.replace("\n", "\r\n").encode(), "utf-8"),
        (TABLE.replace("\n", "\r").encode(), "utf-8"),
        (TABLE.replace(",", "\t").encode("gb18030"), "gb18030"),
        (TABLE.replace(",", ";").encode(), "utf-8"),
        (TABLE.replace("\n", ",\n").encode(), "utf-8"),
    ],
)
def test_a_table_of_any_encoding_line_end_and_mark_is_the_same_table(data, form):
    expected = Sheet("a.csv", form, hashlib.sha256(data).hexdigest(), HEADER, 1, ROWS)

    assert read_sheet(data, "a.csv") == expected


@pytest.mark.parametrize("codec", ["utf-16-le", "utf-16-be"])
def test_utf_16_without_a_mark_is_told_from_its_zeros(codec):
    sheet = read_sheet("name,phone\nLin,1990000\n".encode(codec), "a.csv")

    assert (sheet.form, sheet.header) == ("utf-16", ("name", "phone"))


def test_a_workbook_is_told_from_its_bytes_whatever_its_name():
    data = workbook(报名=[["姓名", "手机"], ["林小满", "19900001001"]])

    sheet = read_sheet(data, "报名.csv")

    assert (sheet.form, sheet.header, sheet.rows) == ("xlsx", HEADER, ROWS[:1])


def test_text_that_calls_itself_xls_is_read_as_text():
    assert read_sheet(TABLE.replace(",", "\t").encode("gb18030"), "export.xls").rows == ROWS


def test_a_quoted_cell_may_hold_commas_quotes_and_line_ends():
    sheet = read('姓名,"介绍\r\n（一句话）"\n林小满,"写作, ""画画""\n和唱歌"\n韦明,\n')

    assert sheet.header == ("姓名", "介绍\r\n（一句话）")
    assert sheet.rows == (Row(2, ("林小满", '写作, "画画"\n和唱歌')), Row(3, ("韦明", "")))


def test_a_title_above_does_not_hide_the_mark_between_cells():
    sheet = read("报名名单\n姓名\t介绍\n林小满\t写作,画画,唱\n")

    assert (sheet.header, sheet.header_row) == (("姓名", "介绍"), 2)


def test_rows_are_numbered_as_a_spreadsheet_numbers_them():
    sheet = read("\n一起AI，交个朋友\n\n姓名,手机\n\n林小满,19900001001\n,,\n")

    assert (sheet.header, sheet.header_row) == (HEADER, 4)
    assert sheet.rows == (Row(5, ()), Row(6, ROWS[0].cells), Row(7, ("", "")))


def test_a_table_of_one_column_has_no_title():
    assert read("姓名\n林小满\n").rows == (Row(2, ("林小满",)),)


def test_names_of_columns_lose_outer_space_and_marks():
    assert read("\ufeff 姓名\u3000,\u200b手机\ufeff\n").header == HEADER


def test_a_mark_of_utf_8_in_the_middle_is_a_character_like_others():
    assert read("姓名,手机\n\ufeff林小满,1\n").rows == (Row(2, ("\ufeff林小满", "1")),)


def test_rows_of_another_width_are_kept_as_they_are():
    sheet = read("姓名,手机\n林小满\n韦明,1,2\n苏,3,,\n")

    assert sheet.rows == (Row(2, ("林小满",)), Row(3, ("韦明", "1", "2")), Row(4, ("苏", "3")))


def test_a_trailing_column_without_a_name_stays_a_fault_if_anything_stands_in_it():
    assert faults("姓名,手机,\n林小满,1,2\n".encode()) == (
        Fault("column_unnamed", "a.csv", 1, params={"position": 3}),
    )


def test_a_very_long_cell_is_read_whole():
    assert read(f"姓名,介绍\n林小满,{'会' * 100_000}\n").rows[0].cells[1] == "会" * 100_000


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        (13812345678.0, "13812345678"),
        (3.5, "3.5"),
        (True, "TRUE"),
        (False, "FALSE"),
        (datetime(2024, 5, 14, 12, 43, 14), "2024-05-14 12:43:14"),  # noqa: DTZ001
        (date(2024, 5, 14), "2024-05-14"),
        (time(9, 5), "09:05:00"),
        (timedelta(hours=36), "1 day, 12:00:00"),
        (7, "7"),
        (None, ""),
        (" 文\n字 ", " 文\n字 "),
    ],
)
def test_a_typed_cell_is_written_as_a_person_would_have(typed, text):
    assert unpack._cell_text(typed) == text


def test_the_cells_of_a_real_workbook_come_out_as_text():
    when = datetime(2024, 5, 14, 12, 43, 14)  # noqa: DTZ001
    header = ["姓名", "手机", "时间", "序列值", "会写"]
    data = workbook(报名=[[], header, [], ["林小满", 19900001001.0, when, 45426.5, True]])

    assert read_sheet(data, "a.xlsx").rows == (
        Row(3, ("", "", "", "", "")),
        Row(4, ("林小满", "19900001001", "2024-05-14 12:43:14", "45426.5", "TRUE")),
    )


def test_a_formula_in_a_workbook_gives_what_it_showed():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "公司", "来源"])
        sheet.write_string(1, 0, "林小满")
        sheet.write_formula(1, 1, '=HYPERLINK("http://example.com")', None, "知了资本")
        sheet.write_formula(1, 2, "=NA()", None, "#N/A")

    assert read_sheet(data.getvalue(), "a.xlsx").rows == (Row(2, ("林小满", "知了资本", "")),)


def test_the_one_sheet_that_holds_anything_is_taken():
    data = workbook(空=[], 报名=[["姓名"], ["林小满"]], 也空=[[" "]])

    assert read_sheet(data, "a.xlsx").rows == (Row(2, ("林小满",)),)


def test_the_sheet_asked_for_is_taken():
    data = (SAMPLES / "two_sheets.xlsx").read_bytes()

    assert read_sheet(data, "a.xlsx", "报名").header[:2] == HEADER


printable = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1)


@given(st.lists(st.tuples(printable, printable), max_size=5))
def test_any_text_in_a_workbook_is_read_back(rows):
    data = io.BytesIO()
    with xlsxwriter.Workbook(data, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([("姓名", "介绍"), *rows]):
            sheet.write_string(number, 0, row[0])
            sheet.write_string(number, 1, row[1])

    assert read_sheet(data.getvalue(), "a.xlsx").rows == tuple(
        Row(number, row) for number, row in enumerate(rows, start=2)
    )


# What is refused


@pytest.mark.parametrize(
    "data",
    [b"", b"\xef\xbb\xbf", b"\xff\xfe\n\x00", b" \r\n\t", b",,\n,,\n", workbook(a=[]), workbook(a=[[" "]])],
    ids=["nothing", "mark", "utf16", "blanks", "commas", "no_row", "blank_cell"],  # a workbook holds the time
)  # fmt: skip
def test_an_empty_file_is_refused(data):
    assert faults(data) == (Fault("file_empty", "a.csv"),)


def test_columns_of_one_name_are_refused_each_name_once():
    assert faults("姓名,手机, 姓名,ＩＤ,ID\n".encode()) == (
        Fault("column_twice", "a.csv", 1, "姓名", {"times": 2}),
        Fault("column_twice", "a.csv", 1, "ID", {"times": 2}),
    )


def test_columns_without_a_name_are_refused_with_their_position():
    assert faults("表\n姓名,,手机,\u3000\n林,1,2,3\n".encode()) == (
        Fault("column_unnamed", "a.csv", 2, params={"position": 2}),
        Fault("column_unnamed", "a.csv", 2, params={"position": 4}),
    )


def test_merged_cells_in_a_header_are_columns_without_a_name():
    data = workbook(
        报名=[["基本信息", "", "联系方式"], ["姓名", "性别", "手机"], ["林小满", "女", "1"]]
    )

    assert faults(data) == (Fault("column_unnamed", "a.csv", 1, params={"position": 2}),)


def test_two_sheets_are_a_question_which():
    data = (SAMPLES / "two_sheets.xlsx").read_bytes()

    assert faults(data) == (Fault("sheets_many", "a.csv", params={"sheets": ["说明", "报名"]}),)


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are():
    data = (SAMPLES / "two_sheets.xlsx").read_bytes()

    assert faults(data, "名单") == (
        Fault("sheet_missing", "a.csv", params={"sheet": "名单", "sheets": ["说明", "报名"]}),
    )


def test_a_file_over_the_limit_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(sheets, "LARGEST_FILE", MEGABYTE)

    check_size(MEGABYTE, "a.csv")
    assert faults(b"a,b".ljust(MEGABYTE + 1)) == (
        Fault("file_too_large", "a.csv", params={"limit": 1, "size": 2}),
    )


def test_a_real_file_of_50_megabytes_is_refused_with_the_limit(tmp_path):
    path = tmp_path / "large.csv"
    with path.open("wb") as file:
        file.truncate(50 * MEGABYTE)

    with pytest.raises(InputError) as caught:
        check_size(path.stat().st_size, "large.csv")

    fault = Fault("file_too_large", "large.csv", params={"limit": 32, "size": 50})
    assert caught.value.faults == (fault,)
    assert faults(path.read_bytes()) == (Fault("file_too_large", "a.csv", params=fault.params),)


def test_a_workbook_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch):
    monkeypatch.setattr(unpack, "LARGEST_UNPACKED", MEGABYTE)

    assert faults(zipped("xl/worksheets/sheet1.xml", b" " * (MEGABYTE + 1))) == (
        Fault("file_too_large", "a.csv", params={"limit": 1, "size": 2}),
    )


def test_a_sheet_with_one_cell_far_out_is_refused_before_it_fills_the_memory():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, HEADER)
        sheet.write_string(1_048_575, 16_383, " ")

    params = {"corner": "XFD1048576", "cells": 2**34, "limit": 2**24}
    assert faults(data.getvalue()) == (Fault("sheet_too_large", "a.csv", params=params),)


FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
FAR_OUT = {
    "single quotes": FAR.replace('"', "'"),
    "room around =": FAR.replace("=", " = "),
    "an entity": FAR.replace("XFD1", "XFD&#49;"),
    "small letters": FAR.replace("XFD", "xfd"),
    "a mark before": FAR.replace("<c ", '<c x="&gt;>" '),
    "no place of its own": '<row r="1048576">' + "<c><v>1</v></c>" * 20 + "</row>",
}


@pytest.mark.parametrize("cells", FAR_OUT.values(), ids=FAR_OUT)
@pytest.mark.parametrize("name", ["worksheets/sheet1.xml", "any/thing.bin"])
def test_a_cell_far_out_is_found_however_it_is_written_and_wherever_it_stands(cells, name):
    assert [fault.code for fault in faults(made_up(cells, name))] == ["sheet_too_large"]


def made_up(cells, name="worksheets/sheet1.xml", before=""):
    """A workbook as somebody might write it by hand."""
    data, out = io.BytesIO(), io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        book.add_worksheet().write_row(0, 0, HEADER)
    with zipfile.ZipFile(data) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.namelist():
            text = old.read(part).decode().replace("</sheetData>", f"{cells}</sheetData>")
            text = text.replace("<worksheet ", f"{before}<worksheet ")
            text = text.replace("worksheets/sheet1.xml", name)
            new.writestr(part.replace("worksheets/sheet1.xml", name), text)
    return out.getvalue()


def test_a_workbook_made_up_without_anything_far_out_is_read():
    assert read_sheet(made_up("<row><c><v>1</v></c></row>"), "a.xlsx").rows[0].cells[0] == "1"


@pytest.mark.parametrize("cells", ["<row r='x'/>", "<row><c r='1A'/></row>", "<row>"])
def test_a_sheet_that_is_no_proper_markup_is_refused(cells):
    assert [fault.code for fault in faults(made_up(cells))] == ["workbook_unreadable"]


def test_a_sheet_that_brings_entities_of_its_own_is_refused():
    bomb = made_up("", before='<!DOCTYPE worksheet [<!ENTITY ha "ha">]>')

    assert [fault.code for fault in faults(bomb)] == ["workbook_unreadable"]


def test_a_part_that_is_larger_than_the_directory_says_is_measured(monkeypatch):
    monkeypatch.setattr(unpack, "LARGEST_UNPACKED", MEGABYTE)
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", b"<sst>" + b" " * (4 * MEGABYTE))
    bomb = bytearray(data.getvalue())
    directory = bomb.rindex(b"PK\x01\x02")
    bomb[directory + 24 : directory + 28] = (5).to_bytes(4, "little")
    bomb[directory + 16 : directory + 20] = zlib.crc32(b"<sst>").to_bytes(4, "little")

    assert [fault.code for fault in faults(bytes(bomb))] == ["file_too_large"]


@pytest.mark.parametrize("name", ["xl/workbook.bin", "XL/Workbook.bin", "content.xml"])
def test_a_workbook_of_another_kind_is_not_read_in_disguise(name):
    assert [fault.code for fault in faults(zipped(name, b"x"))] == ["workbook_unreadable"]


def test_far_out_cells_that_have_a_colour_but_no_text_do_no_harm():
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as book:
        sheet, yellow = book.add_worksheet(), book.add_format({"bg_color": "yellow"})
        sheet.write_row(0, 0, HEADER)
        sheet.write_blank(1_048_575, 16_383, None, yellow)

    assert read_sheet(data.getvalue(), "a.xlsx").header == HEADER


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04 and nothing more",
        b"\xd0\xcf\x11\xe0 and nothing more",
        workbook(a=[["姓名"]])[:-30],
        zipped("报名.txt", b"no workbook"),
    ],
)
def test_a_broken_workbook_is_refused(data):
    (fault,) = faults(data)

    detail = fault.params["detail"]
    assert fault == Fault("workbook_unreadable", "a.csv", params={"detail": detail})
    assert isinstance(detail, str)


def test_a_workbook_whose_sheet_is_damaged_is_refused():
    data = bytearray(workbook(a=[["姓名", "手机"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        info = archive.getinfo("xl/worksheets/sheet1.xml")
    start = info.header_offset + 30 + len(info.filename)
    data[start : start + 40] = b"\xff" * 40

    assert [fault.code for fault in faults(bytes(data))] == ["workbook_unreadable"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x81",
        b"name,phone\n\xff\xff\xff\n",
        b"\xff\xfe" + "姓名".encode("utf-16-le") + b"\x00",
        b"name,phone\nLin\x00,1\n",
        "name,phone\n".encode("utf-32"),
        b"\xff\xfe\x00\xd8,\x00",
    ],
)
def test_bytes_in_no_known_encoding_are_refused(data):
    assert faults(data) == (Fault("encoding_unknown", "a.csv"),)


@pytest.mark.parametrize("start", ["", "\ufeff", "\r\n "])
@pytest.mark.parametrize("head", ["<html>", "<!DOCTYPE html>", "<table>", '<?xml version="1.0"?>'])
def test_a_web_page_that_calls_itself_a_table_is_refused(start, head):
    assert faults(f"{start}{head}<tr><td>姓名,手机".encode()) == (Fault("file_is_markup", "a.csv"),)


def test_quotes_that_do_not_pair_are_refused_with_their_line():
    assert faults('姓名,介绍\n林小满,"好"的\n'.encode()) == (
        Fault("csv_broken", "a.csv", 2, params={"detail": "',' expected after '\"'"}),
    )


def test_a_quote_that_never_closes_is_refused_with_the_last_line():
    assert faults('姓名,介绍\n林小满,"好\n的\n'.encode()) == (
        Fault("csv_broken", "a.csv", 3, params={"detail": "unexpected end of data"}),
    )


def test_a_cell_too_long_for_any_spreadsheet_is_refused_with_its_line():
    assert faults(f"姓名,介绍\n林小满,{'会' * 131_073}\n".encode()) == (
        Fault(
            "csv_broken", "a.csv", 2, params={"detail": "field larger than field limit (131072)"}
        ),
    )


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused_with_faults(data):
    try:
        outcome = read_sheet(data, "a.csv").header
    except InputError as error:
        outcome = error.faults

    assert outcome


# Formulas


@pytest.mark.parametrize(
    ("cell", "runs"),
    [
        ('=HYPERLINK("http://example.com","点我")', True),
        ("\t=1+1", True),
        ("@SUM(A1)", True),
        ("+1+cmd|'/c calc'!A0", True),
        ("-2+3+cmd|' /C calc'!A0", True),
        ("+86 19900001001", False),
        ("\t19900001001", False),
        ("-", False),
        ("——", False),
        ("a=b", False),
        ("", False),
    ],
)
def test_a_cell_a_spreadsheet_would_run_is_told_from_one_it_would_not(cell, runs):
    assert is_formula(cell) is runs


# Tables whose columns are agreed on

PRIZES = {"tier": ("tier", "奖项"), "quantity": ("quantity", "数量")}


def test_agreed_columns_are_found_by_any_of_their_names_and_the_rest_is_reported():
    found: list[Fault] = []

    rows, extra = read_columns(
        read("数量,Tier,备注\n１, 一等奖 ,\n,,\n5,二等奖,x\n"), PRIZES, found
    )

    assert rows == [
        (2, {"tier": "一等奖", "quantity": "1"}),
        (4, {"tier": "二等奖", "quantity": "5"}),
    ]
    assert (extra, found) == (("备注",), [])


def test_the_first_of_a_columns_names_wins():
    rows, extra = read_columns(read("奖项,tier,数量\na,b,1\n"), PRIZES, [])

    assert (rows, extra) == ([(2, {"tier": "b", "quantity": "1"})], ("奖项",))


def test_a_missing_agreed_column_is_raised_with_all_faults_so_far():
    earlier = Fault("file_missing", "b.csv")

    with pytest.raises(InputError) as caught:
        read_columns(read("tier,quantitty\n1,2\n"), PRIZES, [earlier])

    params = {"nearest": "quantitty", "header": ["tier", "quantitty"]}
    assert caught.value.faults == (earlier, Fault("column_missing", "a.csv", 1, "quantity", params))


def test_rows_of_another_width_are_faults_of_an_agreed_table():
    found: list[Fault] = []

    rows, _ = read_columns(read("tier,quantity\n1\n\n2,3,4\n5,6\n"), PRIZES, found)

    assert rows == [(5, {"tier": "5", "quantity": "6"})]
    assert found == [
        Fault("row_width", "a.csv", 2, None, {"cells": 1, "columns": 2}),
        Fault("row_width", "a.csv", 4, None, {"cells": 3, "columns": 2}),
    ]


def test_an_agreed_table_without_rows_is_empty():
    found: list[Fault] = []

    assert read_columns(read("tier,quantity\n,\n"), PRIZES, found) == ([], ())
    assert found == [Fault("file_empty", "a.csv")]
