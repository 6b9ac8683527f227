"""Which column of an export answers which question."""

from __future__ import annotations

import pytest

from huiyou.errors import Fault, InputError
from huiyou.people.columns import Columns, find_columns, plain_question
from huiyou.people.layouts import PLAIN, WJX


def find(*header: str, **terms) -> Columns:
    return find_columns(header, file="a.csv", **terms)


def faults(*header: str, **terms) -> tuple[Fault, ...]:
    with pytest.raises(InputError) as caught:
        find(*header, row=2, **terms)
    return caught.value.faults


@pytest.mark.parametrize(
    ("header", "question"),
    [
        ("姓名", "姓名"),
        ("1、您的姓名", "姓名"),
        ("Q12_请填写您的姓名：", "姓名"),
        ("第3题：请输入你的手机号码（用于接收短信）", "手机号码"),
        ("6.您所在的行业是？", "行业"),
        ("手机【必填】*", "手机"),
        ("７．您目前从事的行业是什么？〖单选〗", "行业"),
        ("您是否会写代码", "会写代码"),
        ("What is your Full Name?", "full name"),
        ("Please enter your email", "email"),
        ("您是谁？", "您是谁?"),
        ("(选填)", ""),
    ],
)
def test_a_question_is_reduced_to_what_it_asks_for(header, question):
    assert plain_question(header) == question


def test_every_column_is_told_by_its_question_and_the_rest_is_reported():
    header = ("序号", "提交答卷时间", "所用时间", "来源", "1、您的姓名", "2、您的手机号码（必填）",
              "3、您所在的行业是？", "4、爱吃什么")  # fmt: skip

    columns = find(*header, traits=["行业"], required=["name", "phone"])

    assert columns == Columns(
        WJX, {"name": 4, "phone": 5, "submitted_at": 1}, {"行业": 6}, (), ("4、爱吃什么",)
    )


def test_the_mapping_is_shown_by_the_names_of_columns():
    header = ("姓名", "手机", "行业", "备注")

    assert find(*header, traits=["行业"]).to_dict(header) == {
        "layout": "table",
        "fields": {"name": "姓名", "phone": "手机"},
        "traits": {"行业": "行业"},
        "guessed": [],
        "unused": ["备注"],
    }


def test_a_part_of_a_question_is_enough_for_what_is_needed_and_shown_as_a_guess():
    columns = find("*您的真实姓名/Name", "常用手机号码", "您的行业方向", traits=["行业"],
                   required=["name", "phone"])  # fmt: skip

    assert columns == Columns(
        PLAIN, {"name": 0, "phone": 1}, {"行业": 2}, ("行业", "name", "phone"), ()
    )


def test_nobody_guesses_for_a_field_that_nobody_needs():
    assert find("您的真实姓名/Name").fields == {}


@pytest.mark.parametrize(
    "column", ["紧急联系人电话号码", "朋友的手机号码", "推荐人手机", "Emergency phone"]
)
def test_somebody_elses_phone_is_no_guess_for_ones_own(column):
    assert faults("姓名", column, required=["phone"]) == (
        Fault("column_missing", "a.csv", 2, "phone",
              {"wanted": "phone", "nearest": None, "header": ["姓名", column]}),
    )  # fmt: skip


def test_a_more_telling_name_wins_over_a_less_telling_one():
    assert find("名字", "姓名", "联系方式", "手机").fields == {"name": 1, "phone": 3}


def test_a_column_may_be_a_field_and_a_trait():
    columns = find("姓名", "公司", traits=["公司"])

    assert (columns.fields["company"], columns.traits["公司"]) == (1, 1)


def test_a_trait_of_the_very_name_of_a_column_is_that_column():
    assert find("您的行业", "行业", "行业方向", traits=["行业"]).traits == {"行业": 1}


def test_what_the_organiser_said_wins_over_every_guess():
    columns = find("姓名", "花名", "手机", "职业", "行业", traits=["行业"],
                   given={"name": "花名", "行业": " 职业 "})  # fmt: skip

    assert (dict(columns.fields), dict(columns.traits)) == ({"name": 1, "phone": 2}, {"行业": 3})


def test_a_tools_own_columns_are_no_answers_and_not_reported():
    columns = find("编号", "开始答题时间", "结束答题时间", "昵称", "1.姓名", "IP")

    assert (dict(columns.fields), columns.unused) == ({"submitted_at": 2, "name": 4}, ())


# What is refused


def test_a_missing_field_is_refused_with_the_nearest_name():
    assert faults("姓各", "手机", required=["name", "phone"]) == (
        Fault("column_missing", "a.csv", 2, "name",
              {"wanted": "name", "nearest": None, "header": ["姓各", "手机"]}),
    )  # fmt: skip


def test_a_missing_trait_is_refused_with_the_nearest_name():
    assert faults("姓名", "工作年数", traits=["工作年限"]) == (
        Fault("column_missing", "a.csv", 2, "工作年限",
              {"wanted": "工作年限", "nearest": "工作年数", "header": ["姓名", "工作年数"]}),
    )  # fmt: skip


def test_every_missing_column_is_listed_traits_first():
    found = faults("城市", traits=["行业", "职位"], required=["phone"])

    assert [(fault.code, fault.column) for fault in found] == [
        ("column_missing", "行业"),
        ("column_missing", "职位"),
        ("column_missing", "phone"),
    ]


def test_two_columns_of_the_same_question_are_a_question_which():
    assert faults("1、您的邮箱", "2、邮箱") == (
        Fault("column_ambiguous", "a.csv", 2, "email", {"columns": ["1、您的邮箱", "2、邮箱"]}),
    )


def test_two_columns_with_a_part_of_the_question_are_a_question_which():
    assert faults("工作行业", "兴趣行业", traits=["行业"]) == (
        Fault("column_ambiguous", "a.csv", 2, "行业", {"columns": ["工作行业", "兴趣行业"]}),
    )


def test_a_column_the_organiser_named_but_that_is_not_there_is_refused():
    assert faults("姓名", "手机号码", given={"phone": "手机号马"}) == (
        Fault("column_missing", "a.csv", 2, "手机号马",
              {"wanted": "phone", "nearest": "手机号码", "header": ["姓名", "手机号码"]}),
    )  # fmt: skip


def test_an_override_of_neither_field_nor_trait_is_refused_in_the_organisers_file():
    assert faults("姓名", "手机", given={"phonne": "手机", "颜色": "手机"}) == (
        Fault("column_override_unknown", "gathering.toml", None, "applicants.columns.phonne",
              {"name": "phonne", "nearest": "phone"}),
        Fault("column_override_unknown", "gathering.toml", None, "applicants.columns.颜色",
              {"name": "颜色", "nearest": None}),
    )  # fmt: skip


def test_a_trait_of_marks_alone_is_no_part_of_anything():
    assert faults("姓名", traits=["——"])[0].code == "column_missing"


def test_a_column_that_is_one_trait_is_no_guess_for_another():
    with pytest.raises(InputError) as caught:
        find_columns(
            ("姓名", "手机", "想认识的行业"), file="a.csv", traits=["行业", "想认识的行业"]
        )

    assert [(f.code, f.column) for f in caught.value.faults] == [("column_missing", "行业")]
