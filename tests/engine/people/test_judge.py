"""The judge accepts a right record and refuses each change to one, with its reason."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from huiyou.people import Form, clean, read_sheet, verify
from huiyou.proof import Verdict, canonical, sealed

SAMPLES = Path(__file__).parent / "samples"
TRADES = ("影视文娱", "金融投资", "AI/大模型", "教育科研", "其他")
FORM = Form(
    traits=("行业", "想认识的行业"),
    multi=("想认识的行业",),
    known={"行业": TRADES, "想认识的行业": TRADES},
    zone=ZoneInfo("Asia/Shanghai"),
)
TABLE = """\
名单
姓名,手机,公司,行业,想认识的行业,提交时间,同行人手机,一句话介绍
林小满,19900001001,知了资本,影视/文娱,,2024-05-14 12:00,19900001002,写作，画画
韦明,１９９００００１００２,,AI/大模型,影视文娱;教育科研,2024-05-14 12:05,19900001001、+85256890601,=1+1
,19900001004,,影视文娱,,,,

林 小满,+86 19900001001,,,金融投资,2024-05-15 08:00,,
欧阳晴川,+852 5689 0601,木石设计,宠物,,2024-05-14 13:00,,
苏禾,1990,,,,,,
施雨,19900001009
闻歌,12345678901,,,,,,
"""
SHEET = read_sheet(TABLE.encode(), "a.csv")
RECORD = json.loads(canonical.dumps(clean(SHEET, FORM).to_dict()))

Change = Callable[[dict[str, Any]], object]


def forged(change: Change) -> dict[str, Any]:
    """Change a right record and seal it again, as somebody would who can read our code."""
    body = copy.deepcopy(RECORD)
    del body["digest"]
    change(body)
    return sealed(body)


def set_(*path: Any) -> Change:
    """Put the last of ``path`` where the others lead."""
    *way, key, value = path

    def change(body: Any) -> None:
        for step in way:
            body = body[step]
        body[key] = value

    return change


def drop(*path: Any, **counts: int) -> Change:
    """Take away where ``path`` leads, and change the counts as a careful forger would."""
    *way, key = path

    def change(body: Any) -> None:
        body["counts"].update({name: body["counts"][name] + by for name, by in counts.items()})
        for step in way:
            body = body[step]
        del body[key]

    return change


def test_the_record_that_is_forged_below_holds_one_of_everything():
    kinds = ("people", "rejected", "merged", "mapped", "noted", "companions", "pending_companions")

    assert {kind: len(RECORD[kind]) for kind in kinds} == {
        "people": 4,
        "rejected": 3,
        "merged": 1,
        "mapped": 2,
        "noted": 1,
        "companions": 1,
        "pending_companions": 1,
    }


def test_a_right_record_is_proven_with_its_export():
    assert verify(RECORD, SHEET) == Verdict(
        "PROVEN",
        (),
        ("record_unchanged", "counts_add_up", "rows_accounted", "answers_found"),
        (("rows", "8"), ("applicants", "4")),
    )


def test_a_right_record_is_consistent_without_its_export():
    assert verify(RECORD) == Verdict(
        "CONSISTENT", ("inputs_missing",), ("record_unchanged", "counts_add_up")
    )


@pytest.mark.parametrize(
    ("name", "sheet"),
    [
        ("wjx.csv", None),
        ("tencent.csv", None),
        ("jinshuju.csv", None),
        ("feishu.xlsx", None),
        ("luma.csv", None),
        ("huodongxing.xlsx", None),
        ("two_sheets.xlsx", "报名"),
        ("legacy.xls", None),
    ],
)
def test_the_record_of_every_tools_export_is_proven(name, sheet):
    table = read_sheet((SAMPLES / name).read_bytes(), name, sheet)

    assert verify(clean(table, FORM).to_dict(), table).status == "PROVEN"


@pytest.mark.parametrize(
    "table",
    [
        "编号,开始答题时间,结束答题时间,1.姓名,2.手机\n1,,,J.Smith,19900001001\n",
        "姓名,手机\n林小满,19900001001.0\n",
        "姓名,手机\n——,1990000\u200c1001\n",
        "姓名,手机\n",
        "id,姓名,手机,同行人手机\nA,林小满,19900001001,无\nA,林小满,19900001001,、\n",
    ],
)
def test_an_odd_but_right_record_is_proven(table):
    sheet = read_sheet(table.encode(), "a.csv")

    assert verify(clean(sheet, Form()).to_dict(), sheet).status == "PROVEN"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("luma.csv", ("people", 1, "name")),
        ("tencent.csv", ("people", 0, "traits", "想认识的行业")),
        ("wjx.csv", ("people", 0, "traits", "行业")),
    ],
)
def test_what_a_tool_moved_about_is_held_against_the_record_too(name, path):
    sheet = read_sheet((SAMPLES / name).read_bytes(), name)
    body = clean(sheet, FORM).to_dict()
    del body["digest"]
    set_(*path, ["AI/大模型"] if "traits" in path else "张三")(body)

    assert verify(sealed(body), sheet).status == "REFUSED"


def test_a_record_that_was_changed_without_sealing_it_again_is_refused():
    changed = copy.deepcopy(RECORD)
    changed["people"][0]["name"] = "张三"

    assert verify(changed, SHEET) == Verdict("REFUSED", ("digest_differs",))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (drop("people", 3), "counts_differ"),
        (drop("people", 2), "unknown_person"),
        (drop("people", 3, rows=-1, applicants=-1), "row_unaccounted"),
        (set_("people", 2, "rows", [2]), "row_unaccounted"),
        (set_("people", 2, "rows", [3]), "row_unaccounted"),
        (set_("people", 2, "id", "r3"), "id_twice"),
        (set_("people", 2, "name", "张三"), "name_unfounded"),
        (set_("people", 2, "name", ""), "name_unfounded"),
        (set_("people", 3, "id", "r12"), "id_unfounded"),
        (set_("people", 3, "id", ""), "id_unfounded"),
        (set_("people", 3, "phone", "+8"), "phone_unfounded"),
        (set_("people", 3, "phone", "+8612345678902"), "phone_unfounded"),
        (set_("people", 2, "company", "别家公司"), "answer_unfounded"),
        (set_("people", 2, "company", ""), "answer_missing"),
        (set_("people", 2, "email", "x@example.com"), "answer_unfounded"),
        (set_("people", 0, "bio", "写作"), "answer_unfounded"),
        (set_("people", 0, "bio", "唱歌"), "answer_unfounded"),
        (set_("people", 2, "submitted_at", "2024-05-13T13:00:00+08:00"), "time_unfounded"),
        (set_("people", 2, "submitted_at", ""), "time_unfounded"),
        (set_("people", 2, "submitted_at", "昨天"), "malformed"),
        (set_("columns", "fields", "submitted_at", "公司"), "time_unfounded"),
        (set_("people", 1, "traits", "行业", ["金融投资"]), "answer_unfounded"),
        (set_("people", 1, "traits", "行业", []), "answer_missing"),
        (set_("people", 1, "traits", "行业", ["大"]), "answer_unfounded"),
        (set_("people", 1, "traits", {"行业": ["AI/大模型"]}), "malformed"),
        (drop("merged", 0), "merge_unlisted"),
        (set_("merged", 0, "rows", [3, 4]), "merge_unlisted"),
        (set_("merged", 0, "id", "r4"), "merge_unlisted"),
        (drop("rejected", 0), "counts_differ"),
        (drop("rejected", 0, rows=-1, rejected=-1, missing_required=-1), "row_unaccounted"),
        (set_("rejected", 0, "row", 4), "row_unaccounted"),
        (set_("rejected", 0, "column", "手机"), "rejection_unfounded"),
        (set_("rejected", 0, "column", ""), "rejection_unfounded"),
        (set_("rejected", 1, "value", "1991"), "rejection_unfounded"),
        (set_("rejected", 1, "value", ""), "rejection_unfounded"),
        (set_("rejected", 1, "reason", "row_too_short"), "counts_differ"),
        (set_("rejected", 2, "value", "3"), "rejection_unfounded"),
        (set_("rejected", 2, "reason", "row_too_long"), "rejection_unfounded"),
        (set_("rejected", 2, "reason", "phone_too_short"), "counts_differ"),
        (drop("mapped", 0), "counts_differ"),
        (drop("mapped", 0, variant_cells=-1), "answer_unfounded"),
        (set_("mapped", 0, "written", "影视文化"), "mapping_unfounded"),
        (set_("mapped", 0, "value", "金融投资"), "answer_unfounded"),
        (set_("mapped", 0, "row", 4), "mapping_unfounded"),
        (set_("mapped", 0, "row", 400), "malformed"),
        (set_("companions", 0, ["r3", "r8"]), "not_companions"),
        (set_("companions", 0, ["r3", "r4", "r8"]), "not_companions"),
        (set_("companions", 0, ["r3", "r99"]), "unknown_person"),
        (drop("companions", 0, companions_mutual=-1, companion_links=-1), "companion_unlisted"),
        (drop("pending_companions", 0), "counts_differ"),
        (set_("pending_companions", 0, "id", "r99"), "unknown_person"),
        (set_("pending_companions", 0, "other", "r99"), "unknown_person"),
        (set_("pending_companions", 0, "named", "19900001008"), "companion_unfounded"),
        (set_("pending_companions", 0, "other", "r4"), "companion_unfounded"),
        (set_("pending_companions", 0, "reason", "not_applied"), "companion_unfounded"),
        (set_("noted", 0, "value", "12345678902"), "note_unfounded"),
        (set_("noted", 0, "note", "phone_shared"), "shared_phone_unlisted"),
        (set_("source", "sha256", "0" * 64), "inputs_differ"),
        (set_("source", "form", "xlsx"), "inputs_differ"),
        (set_("source", "header_row", 1), "inputs_differ"),
        (set_("columns", "fields", "name", "公司"), "rejection_unfounded"),
        (set_("columns", "fields", "phone", "提交时间"), "rejection_unfounded"),
        (set_("columns", "traits", "行业", "公司"), "answer_unfounded"),
        (set_("columns", "traits", []), "malformed"),
        (set_("columns", "fields", {}), "rejection_unfounded"),
        (set_("people", 0, "traits", []), "malformed"),
        (set_("people", 0, "age", 7), "malformed"),
        (set_("people", "r3"), "malformed"),
        (drop("counts", "rows"), "counts_differ"),
        (set_("counts", "blank", 0), "counts_differ"),
        (set_("counts", "formula_cells", 0), "counts_differ"),
        *[(set_("counts", name, 5), "counts_differ") for name in (
            "rows", "rejected", "missing_required", "bad_phone", "duplicates", "variant_cells",
            "companion_links", "companions_mutual", "hongkong_phones", "applicants",
        )],
    ],
)  # fmt: skip
def test_each_forgery_is_refused_with_its_reason(change, reason):
    assert verify(forged(change), SHEET) == Verdict("REFUSED", (reason,))


def test_a_repeat_that_was_not_merged_is_refused():
    def split(body: dict[str, Any]) -> None:
        (merged,) = (who for who in body["people"] if len(who["rows"]) > 1)
        again = {"id": "r7", "rows": merged["rows"][1:], "companion_phone": ""}
        body["people"].append(merged | again)
        merged["rows"] = merged["rows"][:1]
        body["merged"] = []
        body["counts"].update(duplicates=0, applicants=5)

    assert verify(forged(split), SHEET) == Verdict("REFUSED", ("repeat_unmerged",))


def test_a_merge_in_the_wrong_order_is_refused():
    def swap(body: dict[str, Any]) -> None:
        (merged,) = (who for who in body["people"] if len(who["rows"]) > 1)
        merged["rows"] = body["merged"][0]["rows"] = merged["rows"][::-1]

    assert verify(forged(swap), SHEET) == Verdict("REFUSED", ("order_differs",))


def test_a_phone_of_two_people_that_is_not_listed_is_refused():
    sheet = read_sheet("姓名,手机\n林小满,19900001001\n韦明,19900001001\n".encode(), "a.csv")
    body = clean(sheet, Form()).to_dict()
    del body["digest"]
    del body["noted"][1]

    assert verify(sealed(body), sheet) == Verdict("REFUSED", ("shared_phone_unlisted",))


# What the judge takes on trust: labels, and what only the cleaning's own rules could tell.
ON_TRUST = [
    ("source", "file"), ("columns", "layout"), ("columns", "guessed"), ("columns", "unused"),
    ("people", "region"), ("merged", "changes"), ("mapped", "rule"),
    ("noted", "note"), ("noted", "row"), ("noted", "column"), ("pending_companions", "reason"),
]  # fmt: skip


def leaves(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not isinstance(value, (dict, list)):
        return [path]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    return [leaf for key, inner in items for leaf in leaves(inner, (*path, key))]


def trusted(path: tuple[Any, ...]) -> bool:
    names = tuple(part for part in path if isinstance(part, str))
    return any(names[: len(start)] == start for start in ON_TRUST)


BODY = {key: value for key, value in RECORD.items() if key != "digest"}
CHECKED = [path for path in leaves(BODY) if not trusted(path)]


@given(st.sampled_from(CHECKED), st.one_of(st.text(max_size=4), st.integers(0, 99), st.just([])))
def test_any_other_value_anywhere_is_refused(path, value):
    here: Any = RECORD
    for step in path:
        here = here[step]
    assume(value != here)

    assert verify(forged(set_(*path, value)), SHEET).status == "REFUSED"
