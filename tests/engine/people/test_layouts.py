"""Which form tool an export comes from, and what that tool does to a table."""

from __future__ import annotations

import pytest

from huiyou.errors import Fault, InputError
from huiyou.people import Sheet, read_sheet
from huiyou.people.layouts import (
    FEISHU,
    HUODONGXING,
    JINSHUJU,
    LUMA,
    PLAIN,
    TENCENT,
    WJX,
    find_layout,
    undo_layout,
)


def read(text: str) -> Sheet:
    return read_sheet(text.encode(), "a.csv")


def table(sheet: Sheet) -> list[tuple[str, ...]]:
    return [sheet.header, *(row.cells for row in sheet.rows)]


@pytest.mark.parametrize(
    ("header", "layout"),
    [
        ("序号 提交答卷时间 所用时间 来源 来源详情 来自IP 总分 1、您的姓名", WJX),
        ("序号 提交答卷时间 来自IP 1、您的姓名", WJX),
        ("编号 开始答题时间 结束答题时间 答题时长 1.您的姓名", TENCENT),
        ("序号 姓名 提交人 提交时间 修改时间 填写设备 操作系统 浏览器 IP", JINSHUJU),
        ("姓名 提交时间 修改时间 填写设备", JINSHUJU),
        ("姓名 手机 父记录", FEISHU),
        ("姓名 手机 创建人 创建时间", FEISHU),
        ("api_id name first_name last_name email created_at approval_status", LUMA),
        ("guest_id name email approval_status", LUMA),
        ("订单号 票种 姓名 手机 签到状态", HUODONGXING),
        ("签到码 门票名称 姓名", HUODONGXING),
        ("姓名 手机 行业 提交时间", PLAIN),
        ("序号 姓名 来源", PLAIN),
        ("", PLAIN),
    ],
)
def test_a_tool_is_known_by_the_names_only_it_writes(header, layout):
    assert find_layout(tuple(header.split())) is layout


def test_a_tool_is_known_in_any_width_and_with_outer_space():
    assert find_layout((" 提交答卷时间", "来自ＩＰ\u3000")) is WJX


def test_a_wjx_export_by_numbers_is_refused():
    sheet = read("WJX\n序号,提交答卷时间,所用时间,第1题,第2题\n1,2024/5/14,9秒,林小满,2┋4\n")

    with pytest.raises(InputError) as caught:
        undo_layout(sheet, WJX)

    assert caught.value.faults == (Fault("wjx_by_number", "a.csv", 2),)


@pytest.mark.parametrize("layout", [PLAIN, WJX, JINSHUJU, FEISHU, HUODONGXING])
def test_a_table_that_no_tool_rearranged_stays_as_it_is(layout):
    sheet = read("姓名,4.想认识:设计,4.想认识:艺术\n林小满,A.设计,\n")

    assert undo_layout(sheet, layout) is sheet


def test_a_tencent_question_over_several_columns_is_one_column_again():
    sheet = read(
        "1.姓名,4.想认识:AI/大模型,4.想认识:影视_{fillblank-a1},5.城市,4.想认识:[_{fillblank-b2}]其他\n"
        "林小满,A.AI/大模型,,深圳,C.其他\n"
        "韦明,, ,香港,\n"
        "苏禾,A.AI/大模型,B.影视,广州,C.其他\n"
    )

    assert table(undo_layout(sheet, TENCENT)) == [
        ("1.姓名", "5.城市", "4.想认识"),
        ("林小满", "深圳", "AI/大模型┋其他"),
        ("韦明", "香港", ""),
        ("苏禾", "广州", "AI/大模型┋影视┋其他"),
    ]


def test_a_tencent_question_with_a_colon_and_one_column_is_just_a_question():
    sheet = read("1.姓名,2.例如:城市\n林小满,深圳\n")

    assert undo_layout(sheet, TENCENT) == sheet


def test_tencent_letters_go_where_every_answer_of_a_column_has_one():
    sheet = read(
        "1.姓名,2.行业,3.介绍\n林小满,\tA.影视文娱,A.I.爱好者\n韦明,AB.AI/大模型,写作\n苏禾,,\n"
    )

    assert table(undo_layout(sheet, TENCENT))[1:] == [
        ("林小满", "影视文娱", "A.I.爱好者"),
        ("韦明", "AI/大模型", "写作"),
        ("苏禾", "", ""),
    ]


def test_tencent_letters_go_from_options_that_all_have_one():
    sheet = read("1.姓名,4.想认识:B.教育,4.想认识:C.设计\n林小满,B.教育,C.设计\n韦明,,C.设计\n")

    assert table(undo_layout(sheet, TENCENT))[1:] == [("林小满", "教育┋设计"), ("韦明", "设计")]


def test_tencent_rows_of_the_wrong_width_stay_wrong_for_the_cleaning_to_refuse():
    sheet = read("1.姓名,4.想认识:A,4.想认识:B\n林小满,甲\n韦明,,乙,丙\n")

    assert table(undo_layout(sheet, TENCENT)) == [
        ("1.姓名", "4.想认识"),
        ("林小满", "甲"),
        ("韦明", "", "乙", "丙"),
    ]


def test_an_empty_luma_name_is_put_together_from_its_parts():
    sheet = read(
        "name,first_name,last_name,email\nLin Xiaoman,X,L,a\n, Zoë ,Ouyang,b\n,Mei,,c\n,,,d\n,Wei\n"
    )

    assert table(undo_layout(sheet, LUMA))[1:] == [
        ("Lin Xiaoman", "X", "L", "a"),
        ("Zoë Ouyang", " Zoë ", "Ouyang", "b"),
        ("Mei", "Mei", "", "c"),
        ("", "", "", "d"),
        ("", "Wei"),
    ]


def test_a_luma_table_without_parts_of_names_stays_as_it_is():
    sheet = read("guest_id,name,approval_status\ng1,,approved\n")

    assert undo_layout(sheet, LUMA) is sheet
