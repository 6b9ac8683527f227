"""One row of an export made into an applicant, or refused with its reasons."""

from __future__ import annotations

from types import SimpleNamespace
from zoneinfo import ZoneInfo

import pytest

from huiyou.people import Applicant, Form, lay_out, read_sheet
from huiyou.people.record import Mapped, Noted, Rejected
from huiyou.people.rows import Reader

KNOWN = {"行业": ("影视文娱", "AI/大模型"), "想认识": ("影视文娱", "AI/大模型")}
FORM = Form(
    traits=("行业", "想认识"), multi=("想认识",), known=KNOWN, zone=ZoneInfo("Asia/Shanghai")
)
HEADER = "姓名,手机,行业,想认识,提交时间,一句话介绍"


def read(*lines: str, header: str = HEADER, form: Form = FORM) -> SimpleNamespace:
    sheet = read_sheet("\n".join([header, *lines]).encode(), "a.csv")
    sheet, columns = lay_out(sheet, form)
    made = Reader(sheet, form, columns)
    people = [who for row in sheet.rows if (who := made.read(row))]
    return SimpleNamespace(
        people=people, rejected=made.rejected, mapped=made.mapped, noted=made.noted
    )


def test_a_row_is_an_applicant_with_everything_that_was_asked():
    made = read(
        "林小满,19900001001,影视文娱,影视文娱┋AI/大模型,2024-05-14 12:43,写作",
    )

    assert made.people == [
        Applicant(
            id="r2",
            rows=(2,),
            name="林小满",
            phone="+8619900001001",
            region="CN",
            bio="写作",
            submitted_at="2024-05-14T12:43:00+08:00",
            traits={"行业": ("影视文娱",), "想认识": ("影视文娱", "AI/大模型")},
        )
    ]


def test_values_are_in_composed_ordinary_form_without_outer_space():
    made = read(" Ｚoe\u0308\u3000,１９９００００１００１,⽂娱,,,", form=Form(traits=("行业",)))

    (who,) = made.people
    assert (who.name, who.phone, who.traits) == ("Zoë", "+8619900001001", {"行业": ("文娱",)})


def test_running_text_keeps_its_marks():
    (who,) = read('林小满,19900001001,,,,"　写作，画画？\n😀 "').people

    assert who.bio == "写作，画画？\n😀"


@pytest.mark.parametrize("name", ['=HYPERLINK(""http://example.com"")', "😀", "𬀪𠮷", "<script>"])
def test_an_odd_name_is_kept_as_text(name):
    (who,) = read(f'"{name}",19900001001,,,,').people

    assert who.name == name.replace('""', '"')


@pytest.mark.parametrize(
    ("line", "rejected"),
    [
        (",19900001001,,,,", [Rejected(2, "姓名", "missing", "")]),
        ("(空),（跳过）,,,,", [Rejected(2, "姓名", "missing", ""), Rejected(2, "手机", "missing", "")]),
        ("\u2003\u200b,19900001001,,,,", [Rejected(2, "姓名", "missing", "")]),
        ("林小满,　１９９ ,,,,", [Rejected(2, "手机", "phone_too_short", "199")]),
        (",没有,,,,", [
            Rejected(2, "手机", "phone_not_a_number", "没有"), Rejected(2, "姓名", "missing", ""),
        ]),
        ("林小满,1.99E+10,,,,", [Rejected(2, "手机", "phone_scientific", "1.99E+10")]),
        ("林小满,19900001001", [Rejected(2, "", "row_too_short", "2")]),
        ("林小满,19900001001,,,,写作,画画", [Rejected(2, "", "row_too_long", "7")]),
    ],
)  # fmt: skip
def test_a_row_is_refused_with_number_column_reason_and_what_was_typed(line, rejected):
    made = read(line)

    assert (made.people, made.rejected) == ([], rejected)


def test_a_trait_may_be_required():
    made = read("林小满,19900001001,,影视文娱,,", form=Form(FORM.traits, FORM.multi, ("行业",)))

    assert (made.people, made.rejected) == ([], [Rejected(2, "行业", "missing", "")])


def test_a_refused_row_leaves_no_mapped_answer_and_no_note():
    made = read("林小满,没有,影视/文娱,宠物,昨天,")

    assert (made.mapped, made.noted) == ([], [])


def test_an_answer_read_as_another_is_listed_with_its_rule():
    made = read("林小满,19900001001,影视/文娱,ＡＩ／大模型┋影视文娱行业,,")

    assert made.mapped == [
        Mapped(2, "行业", "影视/文娱", "影视文娱", "spelling"),
        Mapped(2, "想认识", "ＡＩ／大模型", "AI/大模型", "width"),
        Mapped(2, "想认识", "影视文娱行业", "影视文娱", "part"),
    ]


@pytest.mark.parametrize("typed", ["拍片子的", "　拍片子的 "])
def test_the_organisers_own_word_for_an_answer_wins_over_every_rule(typed):
    form = Form(("行业",), known=KNOWN, given={"行业": {"拍片子的": "影视文娱"}})

    made = read(f"林小满,19900001001,{typed},,,", form=form)

    assert made.people[0].traits == {"行业": ("影视文娱",)}
    assert made.mapped == [Mapped(2, "行业", typed, "影视文娱", "given")]


def test_an_answer_that_does_not_count_is_kept_and_noted():
    made = read("林小满,19900001001,宠物,,,")

    assert made.people[0].traits == {"行业": ("宠物",), "想认识": ()}
    assert made.noted == [Noted(2, "行业", "value_unlisted", "宠物")]


def test_an_answer_given_twice_is_one_answer():
    made = read("林小满,19900001001,,影视文娱┋影视·文娱;影视文娱,,")

    assert made.people[0].traits["想认识"] == ("影视文娱",)


def test_a_trait_of_one_value_keeps_the_marks_between_values():
    made = read("林小满,19900001001,影视;文娱|画,,,", form=Form(("行业",)))

    assert made.people[0].traits == {"行业": ("影视;文娱|画",)}


def test_width_is_not_worth_a_line_where_any_answer_will_do():
    made = read("林小满,19900001001,ＡＩ ,,,", form=Form(("行业",)))

    assert (made.people[0].traits, made.mapped) == ({"行业": ("AI",)}, [])


def test_blank_words_are_no_answer():
    made = read("林小满,19900001001,(跳过),（空）┋(空),(空),(跳过)")

    (who,) = made.people
    assert (who.traits, who.submitted_at, who.bio) == ({"行业": (), "想认识": ()}, "", "")


@pytest.mark.parametrize("typed", ["昨天", "05/06/2024", "45426.53", "2024-05-14T12:43:14+25:00"])
def test_a_time_that_cannot_be_read_is_noted_and_unknown(typed):
    made = read(f"林小满,19900001001,,,{typed},")

    assert made.people[0].submitted_at == ""
    assert made.noted == [Noted(2, "提交时间", "time_unreadable", typed)]


def test_a_phone_in_no_assigned_range_is_noted():
    made = read("林小满,12345678901,,,,")

    assert made.people[0].phone == "+8612345678901"
    assert made.noted == [Noted(2, "手机", "phone_unassigned", "12345678901")]


def test_an_id_column_names_people_and_an_empty_cell_in_it_falls_back_to_the_row():
    made = read("A-07,林小满,19900001001", " ,韦明,19900001002", header="ID,姓名,手机",
                  form=Form())  # fmt: skip

    assert [who.id for who in made.people] == ["A-07", "r3"]
