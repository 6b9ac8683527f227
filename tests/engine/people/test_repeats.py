"""Applications of one person made into one."""

from __future__ import annotations

from dataclasses import replace

from huiyou.people.record import Applicant, Merged, Noted
from huiyou.people.repeats import merge_repeats, shared_phones

FIRST = Applicant(
    id="r2",
    rows=(2,),
    name="林小满",
    phone="+8619900001001",
    region="CN",
    email="old@example.com",
    company="知了资本",
    submitted_at="2024-05-14T12:00:00+08:00",
    traits={"行业": ("影视文娱",), "想认识": ("金融投资",), "性别": ()},
)
LATER = replace(
    FIRST,
    id="r3",
    rows=(3,),
    email="new@example.com",
    company="",
    submitted_at="2024-05-15T12:00:00+08:00",
    traits={"行业": (), "想认识": ("教育科研", "影视文娱"), "性别": ("女",)},
)
MERGED = replace(
    FIRST,
    rows=(2, 3),
    email="new@example.com",
    submitted_at="2024-05-15T12:00:00+08:00",
    traits={"行业": ("影视文娱",), "想认识": ("教育科研", "影视文娱"), "性别": ("女",)},
)
CHANGES = (
    {"column": "email", "from": "old@example.com", "to": "new@example.com", "row": 3},
    {
        "column": "submitted_at",
        "from": "2024-05-14T12:00:00+08:00",
        "to": "2024-05-15T12:00:00+08:00",
        "row": 3,
    },
    {"column": "想认识", "from": "金融投资", "to": "教育科研┋影视文娱", "row": 3},
    {"column": "性别", "from": "", "to": "女", "row": 3},
)


def test_the_later_wins_field_by_field_and_an_empty_field_never_overwrites():
    assert merge_repeats([FIRST, LATER]) == ([MERGED], [Merged("r2", (2, 3), CHANGES)])


def test_later_means_by_submission_time_whatever_the_order_of_rows():
    first, later = replace(FIRST, id="r3", rows=(3,)), replace(LATER, id="r2", rows=(2,))

    people, merged = merge_repeats([later, first])

    assert people == [replace(MERGED, id="r3", rows=(3, 2))]
    assert [(entry.id, entry.rows) for entry in merged] == [("r3", (3, 2))]


def test_times_are_compared_across_zones():
    first = replace(FIRST, id="r3", rows=(3,), submitted_at="2024-05-14T12:00:00+08:00")
    later = replace(LATER, id="r2", rows=(2,), submitted_at="2024-05-14T05:00:00+00:00")

    assert merge_repeats([later, first])[0][0].rows == (3, 2)


def test_without_times_the_lower_row_is_the_later():
    drafts = [replace(FIRST, submitted_at=""), replace(LATER, submitted_at="")]

    assert merge_repeats(drafts[::-1])[0] == [replace(MERGED, submitted_at="")]


def test_an_unknown_time_is_the_earliest():
    unknown = replace(LATER, submitted_at="")

    assert merge_repeats([FIRST, unknown])[0][0].rows == (3, 2)


def test_three_applications_are_merged_one_after_the_other():
    third = replace(
        FIRST, id="r9", rows=(9,), company="木石设计", submitted_at="2024-05-16T00:00:00Z"
    )

    people, merged = merge_repeats([third, LATER, FIRST])

    assert [(who.rows, who.company, who.email) for who in people] == [
        ((2, 3, 9), "木石设计", "old@example.com")
    ]
    assert [entry.rows for entry in merged] == [(2, 3, 9)]


def test_one_name_in_two_spellings_is_one_person_and_the_later_spelling_stays():
    spaced = replace(LATER, name="林 小满")

    assert [who.name for who in merge_repeats([FIRST, spaced])[0]] == ["林 小满"]


def test_names_of_marks_alone_are_compared_as_they_are():
    drafts = [replace(FIRST, name="——"), replace(LATER, name="。。")]

    assert merge_repeats(drafts) == (drafts, [])


def test_one_phone_under_two_names_stays_two_people_and_is_listed():
    friend = replace(LATER, name="韦明")

    people, merged = merge_repeats([FIRST, friend])

    assert (people, merged) == ([FIRST, friend], [])
    assert shared_phones(people) == [
        Noted(2, "phone", "phone_shared", "+8619900001001"),
        Noted(3, "phone", "phone_shared", "+8619900001001"),
    ]


def test_one_name_with_two_phones_stays_two_people_unlisted():
    namesake = replace(LATER, phone="+8619900001002")

    assert merge_repeats([FIRST, namesake]) == ([FIRST, namesake], [])
    assert shared_phones([FIRST, namesake]) == []


def test_people_stand_in_the_order_of_their_first_row():
    other = replace(FIRST, id="r3", rows=(3,), name="韦明", phone="+8619900001002")
    late = replace(LATER, id="r4", rows=(4,))

    people, _ = merge_repeats([late, other, FIRST])

    assert [who.rows for who in people] == [(2, 4), (3,)]
