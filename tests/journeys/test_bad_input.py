"""Every fault has a place, all of them are told at once, and nothing is written."""

import io
import os
from pathlib import Path

import pytest
import xlsxwriter
from tests.conftest import huiyou

TOML, PEOPLE, QUOTAS, PRIZES = "gathering.toml", "applicants.csv", "quotas.csv", "prizes.csv"


def workbook(**sheets):
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        for name, rows in sheets.items():
            page = book.add_worksheet(name)
            for k, row in enumerate(rows):
                page.write_row(k, 0, row)
    return out.getvalue()


def rows(desk):
    lines = (desk.folder / PEOPLE).read_text(encoding="utf-8-sig").splitlines()
    return [line.split(",") for line in lines]


def line_of(desk, text):
    lines = (desk.folder / TOML).read_text(encoding="utf-8").splitlines()
    return next(k for k, line in enumerate(lines, start=1) if line.startswith(text))


def refuses(desk, *faults):
    told = desk.run()
    assert (told.code, told.printed, told.faults) == (2, "", list(faults))
    assert sorted(desk.folder.parent.iterdir()) == [desk.folder]
    return told


def test_an_empty_file_is_refused(desk):
    desk.write(PEOPLE, "")

    refuses(desk, ("file_empty", PEOPLE, None, None))


def test_a_missing_column_is_named(desk):
    desk.change(PEOPLE, "提交时间,姓名,手机,", "提交时间,姓名,座机号,")

    refuses(desk, ("column_missing", PEOPLE, 1, "phone"))


def test_two_columns_of_one_name_are_refused(desk):
    desk.change(PEOPLE, "姓名,手机,行业,职位", "姓名,手机,行业,行业")

    told = desk.run()

    assert told.code == 2
    assert ("column_twice", PEOPLE, 1, "行业") in told.faults


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-16-le", "utf-8"])
def test_tables_are_read_in_any_usual_encoding(desk, encoding):
    text = (desk.folder / PEOPLE).read_text(encoding="utf-8-sig")
    desk.write(PEOPLE, ("\ufeff" * (encoding == "utf-16-le") + text).encode(encoding))

    told = desk.run()

    assert told.code == 0
    assert next(e for e in told.events if e["event"] == "summary")["applicants"] == "60"


def test_a_workbook_of_two_sheets_asks_which(desk):
    desk.write("applicants.xlsx", workbook(报名=rows(desk), 备注=[["没有用"]]))
    desk.change(TOML, 'file = "applicants.csv"', 'file = "applicants.xlsx"')

    told = refuses(desk, ("sheets_many", "applicants.xlsx", None, None))

    assert "报名、备注" in told.events[-1]["what"]


def test_the_sheet_that_was_named_is_read(desk):
    desk.write("applicants.xlsx", workbook(报名=rows(desk), 备注=[["没有用"]]))
    desk.change(TOML, 'file = "applicants.csv" ', 'file = "applicants.xlsx"\nsheet = "报名" ')

    assert desk.run().code == 0


def test_a_file_of_50_mb_is_refused_with_the_limit(desk):
    with (desk.folder / PEOPLE).open("wb") as file:
        file.truncate(50 * 1024 * 1024)

    told = refuses(desk, ("file_too_large", PEOPLE, None, None))

    assert told.events[0]["what"] == "文件有 50 MB，超过上限 32 MB"


def test_quotas_list_every_fault_with_its_row(desk):
    desk.write(
        QUOTAS,
        "feature,value,min,max\n行业,互联网,8,4\n行业,制造,3,\n行业,金融,三,6\n行业,互联网,1,2\n",
    )

    refuses(
        desk,
        ("quota_min_above_max", QUOTAS, 2, "min"),
        ("cell_empty", QUOTAS, 3, "max"),
        ("not_a_count", QUOTAS, 4, "min"),
        ("quota_twice", QUOTAS, 5, "value"),
    )


def test_more_seats_than_people_is_refused(desk):
    desk.change(TOML, "seats = 24 ", "seats = 61 ")

    refuses(desk, ("seats_exceed_people", TOML, None, "gathering.seats"))


def test_a_prize_of_nothing_is_refused(desk):
    desk.change(PRIZES, "1,一本签名书,本地书店,1", "1,一本签名书,本地书店,0")

    refuses(desk, ("prize_quantity", PRIZES, 2, "quantity"))


def test_an_unknown_key_is_told_with_the_nearest(desk):
    desk.change(TOML, "tables = 6 ", "tabels = 6 ")

    told = refuses(
        desk,
        ("key_missing", TOML, 5, "gathering.tables"),
        ("key_unknown", TOML, 19, "gathering.tabels"),
    )

    assert told.events[1]["mend"].startswith("是不是想写“tables”？")


def test_faults_of_all_files_are_told_at_once(desk):
    desk.write(PEOPLE, "")
    desk.change(QUOTAS, "行业,互联网,4,8", "行业,互联网,9,8")
    desk.change(PRIZES, "2,咖啡券,街角咖啡,3", "1,咖啡券,街角咖啡,-3")

    refuses(
        desk,
        ("file_empty", PEOPLE, None, None),
        ("quota_min_above_max", QUOTAS, 2, "min"),
        ("prize_quantity", PRIZES, 3, "quantity"),
        ("tier_twice", PRIZES, 3, "tier"),
    )


def test_tables_are_looked_at_although_the_facts_are_wrong(desk):
    desk.change(TOML, "tables = 6 ", "tables = 0 ")
    desk.change(TOML, 'prizes = "prizes.csv" ', "prizes = 3 ")
    desk.write(PEOPLE, "")
    desk.change(QUOTAS, "行业,互联网,4,8", "行业,互联网,9,8")

    refuses(
        desk,
        ("value_range", TOML, 19, "gathering.tables"),
        ("value_not_text", TOML, line_of(desk, "prizes = "), "draw.prizes"),
        ("file_empty", PEOPLE, None, None),
        ("quota_min_above_max", QUOTAS, 2, "min"),
    )


def test_a_broken_line_of_toml_has_its_number(desk):
    desk.change(TOML, 'city = "杭州"', "city = 杭州")

    refuses(desk, ("toml_syntax", TOML, 10, None))


def test_a_missing_file_is_told_with_the_nearest(desk):
    desk.change(TOML, 'file = "applicants.csv"', 'file = "applicant.csv"')

    told = refuses(desk, ("file_missing", "applicant.csv", None, None))

    assert told.events[0]["mend"].startswith("是不是想写“applicants.csv”？")


def test_a_file_outside_the_folder_is_refused(desk):
    desk.change(TOML, 'file = "applicants.csv"', 'file = "../applicants.csv"')

    refuses(desk, ("file_outside", TOML, 26, "applicants.file"))


def test_a_folder_without_facts_is_refused(desk):
    (desk.folder / TOML).unlink()

    refuses(desk, ("no_gathering", str(desk.folder), None, None))


def test_a_web_page_called_xls_is_told_apart(desk):
    desk.write("applicants.xls", "<html><table><tr><td>姓名</td></tr></table></html>")
    desk.change(TOML, 'file = "applicants.csv"', 'file = "applicants.xls"')

    refuses(desk, ("file_is_markup", "applicants.xls", None, None))


def test_results_never_cover_files_that_are_not_ours(desk):
    desk.out.mkdir()
    (desk.out / "diary.txt").write_text("mine")

    told = desk.run()

    assert (told.code, told.faults) == (2, [("out_not_empty", str(desk.out), None, None)])
    assert [path.name for path in desk.out.iterdir()] == ["diary.txt"]


def test_results_never_take_the_place_of_a_file(desk):
    desk.out.write_text("mine")

    assert desk.run().faults == [("out_is_file", str(desk.out), None, None)]
    assert desk.out.read_text() == "mine"


def test_results_in_a_place_that_cannot_be_written_are_refused_before_any_work(desk, monkeypatch):
    monkeypatch.setattr("os.access", lambda _, mode: not mode & os.W_OK)

    told = refuses(desk, ("out_read_only", str(desk.out), None, None))

    assert told.events[0]["event"] == "fault"


def test_a_name_that_no_disk_holds_is_an_input_fault(desk):
    desk.out = desk.out.with_name("长" * 200)

    refuses(desk, ("out_unwritable", str(desk.out), None, None))


def test_a_disk_that_is_full_leaves_nothing_behind(desk, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    told = refuses(desk, ("out_unwritable", str(desk.out), None, None))

    assert "No space left" in told.events[-1]["what"]


def test_the_folder_one_stands_in_is_never_replaced(desk, monkeypatch):
    desk.out.mkdir()
    monkeypatch.chdir(desk.out)

    told = huiyou("run", desk.folder, "--out", ".")

    assert told.faults == [("out_is_here", ".", None, None)]
    assert desk.out.is_dir()


def test_a_link_keeps_leading_to_the_results(desk):
    real = desk.folder.parent / "real"
    real.mkdir()
    desk.out.symlink_to(real)

    assert [desk.run().code, desk.run().code] == [0, 0]
    assert desk.out.is_symlink()
    assert (real / "index.html").is_file()
    assert sorted(p.name for p in desk.folder.parent.iterdir()) == ["RESULTS", "gathering", "real"]


def test_quotas_that_conflict_end_with_3_and_the_rows(desk):
    desk.write(
        QUOTAS,
        "feature,value,min,max\n行业,互联网,12,14\n行业,制造,8,10\n行业,金融,9,9\n会写代码,是,0,24\n",
    )

    told = desk.run()

    assert (told.code, told.printed) == (3, "")
    error = told.events[-1]
    assert error["code"] == "quotas_impossible"
    assert [row["row"] for row in error["conflict"]] == [2, 3, 4]
    assert not desk.out.exists()


def test_the_changes_that_are_offered_make_it_possible(desk):
    desk.write(QUOTAS, "feature,value,min,max\n行业,互联网,12,14\n行业,制造,8,10\n行业,金融,9,9\n")
    changed = {(c["feature"], c["value"]): c for c in desk.run().events[-1]["changes"]}
    asked = {"互联网": (12, 14), "制造": (8, 10), "金融": (9, 9)}
    lines = [
        f"行业,{value},{changed.get(('行业', value), {'min': low})['min']},{changed.get(('行业', value), {'max': high})['max']}"
        for value, (low, high) in asked.items()
    ]
    desk.write(QUOTAS, "\n".join(["feature,value,min,max", *lines]))

    assert desk.run().code == 0


def test_there_are_three_ways_out_and_the_kinds_that_do_not_exist_are_named(desk):
    desk.change(QUOTAS, "行业,互联网,4,8", "行业,互联网,15,20")

    error = desk.run().events[-1]

    assert len(error["repairs"]) == 3
    assert [repair["total"] for repair in error["repairs"]] == [error["least"]] * 3
    assert error["missing"] == ["raise", "seats", "apart"]


def test_a_misspelt_quota_is_one_fault_with_the_answer_that_people_gave(desk):
    desk.change(QUOTAS, "行业,互联网,4,8", "行业,互连网,4,8")

    told = desk.run()

    assert (told.code, told.faults) == (2, [("quota_value_unheld", "quotas.csv", 2, "value")])
    assert "互联网" in told.events[-1]["mend"]
    assert not desk.out.exists()


def test_more_prizes_than_people_end_with_3(desk):
    desk.change(PRIZES, "2,咖啡券,街角咖啡,3", "2,咖啡券,街角咖啡,30")

    told = desk.run()

    assert (told.code, told.events[-1]["code"]) == (3, "prizes_exceed_entrants")


def test_companions_that_no_table_holds_end_with_3_and_a_way_out(desk):
    desk.change(TOML, "tables = 6 ", "tables = 24 ")

    told = desk.run("--seed", "two")  # with two pairs among those who have a seat

    error = told.events[-1]
    assert (told.code, error["code"]) == (3, "group_exceeds_table")
    assert 'together = "off"' in error["mend"]
