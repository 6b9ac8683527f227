"""A messy export becomes people, and nothing disappears without a line."""

from __future__ import annotations

import csv
import io
import json
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.errors import Fault, InputError
from huiyou.gathering import read_folder
from huiyou.people import Applicant, Clean, Form, clean, lay_out, read_sheet, verify
from huiyou.people.companions import Pending
from huiyou.people.record import Mapped, Merged, Noted, Rejected

SAMPLES = Path(__file__).parent / "samples"
TRADES = ("影视文娱", "金融投资", "AI/大模型", "教育科研", "其他")
FORM = Form(
    traits=("行业", "想认识的行业"),
    multi=("想认识的行业",),
    known={"行业": TRADES, "想认识的行业": TRADES},
    zone=ZoneInfo("Asia/Shanghai"),
)
PEOPLE = [
    (
        "林小满",
        "+8619900001001",
        {"行业": ("影视文娱",), "想认识的行业": ("金融投资", "教育科研")},
        "2024-05-14T12:43:14+08:00",
    ),
    (
        "欧阳晴川",
        "+85256890601",
        {"行业": ("AI/大模型",), "想认识的行业": ("影视文娱",)},
        "2024-05-14T12:51:02+08:00",
    ),
    (
        "陈𬀪",
        "+8619900001003",
        {"行业": ("其他",), "想认识的行业": ()},
        "2024-05-15T09:05:40+08:00",
    ),
]


def clean_sample(name: str, sheet: str | None = None) -> Clean:
    return clean(read_sheet((SAMPLES / name).read_bytes(), name, sheet), FORM)


def clean_text(text: str, form: Form = FORM) -> Clean:
    return clean(read_sheet(text.encode(), "a.csv"), form)


# Exports of every tool


@pytest.mark.parametrize(
    ("name", "sheet", "layout", "form", "first_row"),
    [
        ("wjx.csv", None, "问卷星", "gb18030", 2),
        ("tencent.csv", None, "腾讯问卷", "utf-8", 2),
        ("jinshuju.csv", None, "金数据", "utf-8", 2),
        ("feishu.xlsx", None, "飞书多维表格", "xlsx", 2),
        ("luma.csv", None, "Luma", "utf-8", 2),
        ("luma_guests.csv", None, "Luma", "utf-8", 2),
        ("huodongxing.xlsx", None, "活动行", "xlsx", 3),
        ("plain.xlsx", None, "table", "xlsx", 2),
        ("two_sheets.xlsx", "报名", "table", "xlsx", 2),
        ("legacy.xls", None, "table", "xls", 2),
        ("unicode_text.csv", None, "table", "utf-16", 2),
        ("bom.csv", None, "table", "utf-8", 2),
        ("semicolons.csv", None, "table", "utf-8", 2),
    ],
)
def test_the_export_of_every_tool_gives_the_same_people(name, sheet, layout, form, first_row):
    record = clean_sample(name, sheet)

    people = [(who.name, who.phone, who.traits, who.submitted_at) for who in record.people]
    assert people == PEOPLE
    assert (record.columns["layout"], record.source["form"]) == (layout, form)
    assert record.people[0].rows == (first_row,)


def test_a_wjx_row_of_blank_words_is_refused_with_its_columns():
    assert clean_sample("wjx.csv").rejected == (
        Rejected(5, "1、您的姓名", "missing", ""),
        Rejected(5, "2、您的手机号码（仅用于通知）：", "missing", ""),
    )


def test_a_wjx_export_lists_how_each_answer_was_read():
    assert clean_sample("wjx.csv").mapped == (
        Mapped(2, "3、您所在的行业是？", "影视/文娱", "影视文娱", "spelling"),
        Mapped(3, "3、您所在的行业是？", "ＡＩ／大模型", "AI/大模型", "width"),
        Mapped(4, "3、您所在的行业是？", "其他〖宠物〗", "其他", "fill_in"),
    )


def test_the_mapping_of_columns_is_part_of_the_record():
    assert clean_sample("huodongxing.xlsx").columns == {
        "layout": "活动行",
        "fields": {
            "name": "姓名",
            "phone": "手机",
            "email": "邮箱",
            "submitted_at": "报名时间",
            "company": "公司",
        },
        "traits": {"行业": "行业", "想认识的行业": "想认识的行业"},
        "guessed": [],
        "unused": ["职位"],
    }


def test_a_wjx_export_by_numbers_is_refused():
    with pytest.raises(InputError) as caught:
        clean_sample("wjx_by_number.csv")

    assert caught.value.faults == (Fault("wjx_by_number", "wjx_by_number.csv", 1),)


def test_numbers_under_the_names_of_questions_are_kept_and_noted():
    record = clean_text(
        "序号,提交答卷时间,所用时间,1、姓名,2、手机,3、行业,4、想认识的行业\n"
        "1,2024/5/14 12:43:14,9秒,林小满,19900001001,3,1┋4\n",
        Form(FORM.traits, FORM.multi, known={"行业": TRADES[:4], "想认识的行业": TRADES[:4]}),
    )

    assert record.noted == (
        Noted(2, "3、行业", "value_unlisted", "3"),
        Noted(2, "4、想认识的行业", "value_unlisted", "1"),
        Noted(2, "4、想认识的行业", "value_unlisted", "4"),
    )


def test_blank_rows_between_and_below_are_counted_and_do_no_harm():
    record = clean_sample("plain.xlsx")

    assert (record.counts["rows"], record.counts["blank"]) == (3, 3)
    assert [who.id for who in record.people] == ["r2", "r3", "r5"]


def test_missing_columns_are_found_after_the_tools_own_layout_is_undone():
    sheet = read_sheet((SAMPLES / "tencent.csv").read_bytes(), "tencent.csv")

    with pytest.raises(InputError) as caught:
        lay_out(sheet, Form(traits=("星座",)))

    header = ["编号", "开始答题时间", "结束答题时间", "答题时长", "语言", "IP", "UA", "Referrer",
              "1.您的姓名", "2.您的手机号", "3.您所在的行业", "4.想认识的行业"]  # fmt: skip
    params = {"wanted": "星座", "nearest": None, "header": header}
    assert caught.value.faults == (Fault("column_missing", "tencent.csv", 1, "星座", params),)


def test_a_trait_that_is_only_required_needs_a_column_too():
    with pytest.raises(InputError) as caught:
        clean_text("姓名,手机\n林小满,19900001001\n", Form(required=("微信",)))

    assert [(fault.code, fault.column) for fault in caught.value.faults] == [
        ("column_missing", "微信")
    ]


# The sample gathering, with every planted fault counted

TRUTH = {
    "rows": 1617,
    "duplicates": 12,
    "bad_phone": 3,
    "missing_required": 2,
    "formula_cells": 4,
    "variant_cells": 60,
    "companion_links": 53,
    "companions_mutual": 43,
    "hongkong_phones": 42,
    "applicants": 1600,
}


@pytest.fixture(scope="module")
def shenzhen() -> Clean:
    folder = read_folder(Path(str(files("huiyou.sample"))) / "shenzhen")
    return clean(folder.sheet, folder.form)


def test_the_sample_gathering_is_counted_as_it_was_made(shenzhen):
    assert shenzhen.counts == {**TRUTH, "blank": 0, "rejected": 5}


@pytest.mark.needs("shared")
def test_the_counts_are_those_its_maker_wrote_down(shared, shenzhen):
    folder = shared / "data" / "meetup"
    truth = json.loads((folder / "TRUTH.json").read_bytes())
    del truth["seed"]
    read = read_folder(folder)

    record = clean(read.sheet, read.form)

    assert {name: record.counts[name] for name in truth} == truth
    assert record == shenzhen


def test_every_row_of_the_sample_gathering_is_accounted_for_once(shenzhen):
    kept = [row for who in shenzhen.people for row in who.rows]
    rejected = {entry.row for entry in shenzhen.rejected}

    assert sorted([*kept, *rejected]) == list(range(2, 1619))


# The whole record of a small list

LIST = """\
姓名,手机,公司,行业,想认识的行业,提交时间,同行人手机
林小满,19900001001,知了资本,影视/文娱,,2024-05-14 12:00,+86 199 0000 1002
韦明,１９９００００１００２,=1+1,AI/大模型,影视文娱;教育科研,2024-05-14 12:05,19900001001
 ,19900001004,,影视文娱,,,

林小满,+86 19900001001,,金融投资,,2024-05-15 08:00,
苏禾,19900001002,木石设计,教育科研,,2024-05-14 13:00,19900001001
"""


def test_a_small_list_gives_this_whole_record():
    sheet = read_sheet(LIST.encode(), "a.csv")

    lin = {"行业": ("金融投资",), "想认识的行业": ()}
    assert clean(sheet, FORM) == Clean(
        source={"file": "a.csv", "sha256": sheet.digest, "form": "utf-8", "header_row": 1},
        columns={
            "layout": "table",
            "fields": {
                "name": "姓名",
                "phone": "手机",
                "submitted_at": "提交时间",
                "company": "公司",
                "companion_phone": "同行人手机",
            },
            "traits": {"行业": "行业", "想认识的行业": "想认识的行业"},
            "guessed": [],
            "unused": [],
        },
        people=(
            Applicant("r2", (2, 6), "林小满", "+8619900001001", "CN", company="知了资本",
                      companion_phone="+86 199 0000 1002",
                      submitted_at="2024-05-15T08:00:00+08:00", traits=lin),
            Applicant("r3", (3,), "韦明", "+8619900001002", "CN", company="=1+1",
                      companion_phone="19900001001", submitted_at="2024-05-14T12:05:00+08:00",
                      traits={"行业": ("AI/大模型",), "想认识的行业": ("影视文娱", "教育科研")}),
            Applicant("r7", (7,), "苏禾", "+8619900001002", "CN", company="木石设计",
                      companion_phone="19900001001", submitted_at="2024-05-14T13:00:00+08:00",
                      traits={"行业": ("教育科研",), "想认识的行业": ()}),
        ),
        rejected=(Rejected(4, "姓名", "missing", ""),),
        merged=(
            Merged("r2", (2, 6), (
                {"column": "submitted_at", "from": "2024-05-14T12:00:00+08:00",
                 "to": "2024-05-15T08:00:00+08:00", "row": 6},
                {"column": "行业", "from": "影视文娱", "to": "金融投资", "row": 6},
            )),
        ),
        mapped=(Mapped(2, "行业", "影视/文娱", "影视文娱", "spelling"),),
        noted=(
            Noted(3, "phone", "phone_shared", "+8619900001002"),
            Noted(7, "phone", "phone_shared", "+8619900001002"),
        ),
        companions=(),
        pending_companions=(
            Pending("r2", "+86 199 0000 1002", "shared_phone"),
            Pending("r3", "19900001001", "not_mutual", "r2"),
            Pending("r7", "19900001001", "not_mutual", "r2"),
        ),
        counts={
            "rows": 5, "blank": 1, "rejected": 1, "missing_required": 1, "bad_phone": 0,
            "duplicates": 1, "variant_cells": 1, "formula_cells": 1, "companion_links": 3,
            "companions_mutual": 0, "hongkong_phones": 0, "applicants": 3,
        },
    )  # fmt: skip


def test_a_row_without_name_and_phone_counts_once_as_missing():
    record = clean_text("姓名,手机\n,没有\n林小满,没有\n,\u3000\n", Form())

    counts = {
        name: record.counts[name] for name in ("rows", "rejected", "missing_required", "bad_phone")
    }
    assert counts == {"rows": 2, "rejected": 2, "missing_required": 1, "bad_phone": 1}


def test_a_chain_of_companions_is_one_group_and_as_many_pairs_as_named_each_other():
    record = clean_text(
        "姓名,手机,同行人手机\n"
        "林小满,19900001001,19900001002\n"
        "韦明,19900001002,19900001001、19900001003\n"
        "苏禾,19900001003,19900001002\n",
        Form(),
    )

    assert record.companions == (("r2", "r3", "r4"),)
    assert (record.counts["companions_mutual"], record.counts["companion_links"]) == (2, 2)


def test_phones_with_a_tab_before_them_are_no_formulas():
    record = clean_text('姓名,手机\n林小满,"\t19900001001"\n"=HYPERLINK(1)",19900001002\n', Form())

    assert [who.name for who in record.people] == ["林小满", "=HYPERLINK(1)"]
    assert record.counts["formula_cells"] == 1


def test_an_answer_that_the_organiser_gave_a_meaning_is_listed_though_any_answer_will_do():
    form = Form(traits=("行业",), given={"行业": {"学校": "教育"}})
    text = "姓名,手机,行业\n林小满,19900001001,学校\n"

    cleaned = clean_text(text, form)

    assert cleaned.mapped == (Mapped(2, "行业", "学校", "教育", "given"),)
    assert verify(cleaned.to_dict(), read_sheet(text.encode(), "a.csv")).status == "PROVEN"


def test_one_id_for_two_people_is_refused_with_every_row():
    with pytest.raises(InputError) as caught:
        clean_text(
            "id,姓名,手机\nA,林小满,19900001001\nA,韦明,19900001002\nB,苏禾,19900001003\n", Form()
        )

    assert caught.value.faults == (
        Fault("id_twice", "a.csv", 2, "id", {"id": "A"}),
        Fault("id_twice", "a.csv", 3, "id", {"id": "A"}),
    )


def test_one_id_for_two_applications_of_one_person_is_in_order():
    record = clean_text("id,姓名,手机\nA,林小满,19900001001\nA,林小满,19900001001\n", Form())

    assert [(who.id, who.rows) for who in record.people] == [("A", (2, 3))]


def test_a_second_header_in_the_middle_is_refused_as_a_row():
    record = clean_text("姓名,手机\n林小满,19900001001\n\ufeff姓名,手机\n", Form())

    assert record.rejected == (Rejected(3, "手机", "phone_not_a_number", "手机"),)


# Any table at all

names = st.sampled_from(["林小满", " 林小满", "韦明", "😀", "=1+1", "——", "", "(空)"])
phones = st.sampled_from(
    ["19900001001", "+86 19900001001", "１９９００００１００２", "+85256890601", "19900001001.0",
     "没有", "1990", "1.99E+10", "", "\u200b"]
)  # fmt: skip
answers = st.sampled_from(
    ["影视文娱", "影视/文娱", "宠物", "AI/大模型┋金融投资", "┋", "", "——", "(跳过)", "\u2003"]
)
times = st.sampled_from(["2024-05-14 12:00", "2024/5/13", "14-May-2024", "昨天", ""])
cells = st.tuples(names, phones, answers, answers, times, phones)
lines = st.one_of(cells, cells.map(lambda row: row[:-1]), cells.map(lambda row: (*row, "x")),
                  st.just(()))  # fmt: skip
HEADER = ("姓名", "手机", "行业", "想认识的行业", "提交时间", "同行人手机")


@given(st.lists(lines, max_size=12))
def test_no_row_of_any_table_disappears_without_a_line(table):
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *table])
    record = clean_text(text.getvalue())

    filled = sum(bool("".join(row).strip(" \u2003\u200b")) for row in table)
    repeats = sum(len(entry.rows) - 1 for entry in record.merged)
    rejected = len({entry.row for entry in record.rejected})
    assert len(record.people) + repeats + rejected == filled


@given(st.lists(lines, max_size=12))
def test_the_judge_accepts_the_record_of_any_table(table):
    text = io.StringIO()
    csv.writer(text).writerows([HEADER, *table])
    sheet = read_sheet(text.getvalue().encode(), "a.csv")

    assert verify(clean(sheet, FORM).to_dict(), sheet).status == "PROVEN"


@given(st.lists(cells, max_size=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_never_decides_who_applied(table, random):
    shuffled = random.sample(table, len(table))

    def applied(rows: list[tuple[str, ...]]) -> set[tuple[str, str]]:
        text = io.StringIO()
        csv.writer(text).writerows([HEADER, *rows])
        return {(who.name, who.phone) for who in clean_text(text.getvalue()).people}

    assert applied(shuffled) == applied(table)


@pytest.mark.parametrize(
    ("own", "state", "noted"),
    [
        ("api_id,approval_status", "g1,declined", [(2, "approval_status", "says_no", "declined")]),
        ("api_id,approval_status", "g1,Invited", [(2, "approval_status", "says_no", "Invited")]),
        ("api_id,approval_status", "g1,pending_approval", []),
        ("票号,票种,审核状态", "1,免费票,审核拒绝", [(2, "审核状态", "says_no", "审核拒绝")]),
        ("备注栏,审核状态", "好,审核拒绝", []),
    ],
)
def test_a_row_that_its_tool_marks_as_no_is_kept_and_listed(own, state, noted):
    table = f"{own},姓名,手机\n{state},林小满,19900000001\n"
    sheet = read_sheet(table.encode(), "people.csv")

    record = clean(sheet, Form())

    assert [(e.row, e.column, e.note, e.value) for e in record.noted] == noted
    assert len(record.people) == 1
    assert verify(record.to_dict(), sheet).status == "PROVEN"
