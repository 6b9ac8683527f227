import io
import zipfile

import openpyxl
import pytest

from huiyou.results.lists import harmless, workbook

FORMULAS = ['=HYPERLINK("http://example.com")', "+1+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1"]


def cells(path):
    return [
        cell
        for page in openpyxl.load_workbook(path).worksheets
        for row in page.iter_rows()
        for cell in row
        if cell.value is not None
    ]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_could_run_gets_an_apostrophe(text):
    assert harmless(text) == "'" + text


@pytest.mark.parametrize("text", ["李明", "", "+8613800000000", "A=B", " 空格", "'x"])
def test_what_cannot_run_stays(text):
    assert harmless(text) == text


def test_no_cell_of_any_list_is_a_formula(shenzhen):
    lists = sorted((shenzhen / "lists").glob("*.xlsx"))

    kinds = {cell.data_type for path in lists for cell in cells(path)}

    assert len(lists) == 6
    assert kinds == {"s", "n"}


def test_the_formula_in_a_name_is_text_in_the_list(desk):
    desk.change("applicants.csv", ",黄云舒,", ',"=HYPERLINK(""http://example.com"",""点我"")",')
    desk.run()

    values = [cell.value for cell in cells(desk.out / "lists" / "people.xlsx")]

    assert '\'=HYPERLINK("http://example.com","点我")' in values


def test_a_workbook_comes_back_as_it_was_written():
    rows = [["李明", 3, "https://example.com"], ["0012", 0, "a\nb"]]

    book = openpyxl.load_workbook(io.BytesIO(workbook([("名单", ["姓名", "数", "链接"], rows)])))

    assert [list(row) for row in book["名单"].values] == [["姓名", "数", "链接"], *rows]
    assert book["名单"].freeze_panes == "A2"


def test_a_cell_too_long_for_excel_says_that_it_was_cut():
    book = openpyxl.load_workbook(io.BytesIO(workbook([("x", ["text"], [["字" * 40_000]])])))

    written = book["x"]["A2"].value

    assert len(written) == 32_767
    assert written.endswith("字…")


def test_same_lists_give_the_same_bytes():
    sheet = ("x", ["a"], [["b"]])

    assert workbook([sheet]) == workbook([sheet])


def test_every_applicant_is_in_a_list(shenzhen):
    counts = {
        name: openpyxl.load_workbook(shenzhen / "lists" / f"{name}.xlsx").worksheets[0].max_row - 1
        for name in ("people", "seats", "alternates", "winners")
    }

    assert counts == {"people": 1600, "seats": 200, "alternates": 40, "winners": 21}


def test_the_lists_open_without_repair(shenzhen):
    for path in (shenzhen / "lists").glob("*.xlsx"):
        assert zipfile.ZipFile(path).testzip() is None


def test_the_list_of_seats_is_in_the_order_of_the_rows(shenzhen):
    page = openpyxl.load_workbook(shenzhen / "lists" / "seats.xlsx").worksheets[0]

    numbers = [int(row[0][1:]) for row in page.iter_rows(min_row=2, values_only=True)]

    assert numbers == sorted(numbers)
