from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar

from huiyou.programme import Session, calendar
from tests.engine.programme.example import OCCASION, SESSIONS


def entries(sessions: list[Session]) -> list[icalendar.Event]:
    """Read the calendar back as a calendar application would."""
    return list(icalendar.Calendar.from_ical(calendar(OCCASION, sessions)).walk("VEVENT"))


def test_every_session_is_an_entry_at_its_time() -> None:
    times = [(entry.decoded("dtstart"), entry.decoded("dtend")) for entry in entries(SESSIONS)]

    assert times == [(session.starts, session.ends) for session in SESSIONS]
    assert times[0][0].astimezone(UTC) == datetime(2024, 5, 25, 5, 30, tzinfo=UTC)


def test_an_entry_says_what_where_and_who() -> None:
    said = [
        (str(e["summary"]), str(e["location"]), str(e.get("description", "")), e["categories"].cats)
        for e in entries(SESSIONS)
    ]

    assert said == [
        ("交个朋友", "宴会厅", "", ["icebreaker"]),
        ("AI < 艺术 & 设计", "宴会厅", "陈妍，设计专家\n汗青", ["talk"]),
        ("我们怎么看AI？", "B厅, 宴会厅", "竺迪，投资人", ["roundtable"]),
        ("下一站", "宴会厅", "", ["talk"]),
    ]


def test_a_calendar_names_town_and_street_so_that_a_map_finds_them() -> None:
    there = replace(OCCASION, address="深圳 海天二路33号")

    book = icalendar.Calendar.from_ical(calendar(there, SESSIONS))

    assert [str(entry["location"]) for entry in book.walk("VEVENT")] == [
        "宴会厅, 深圳 海天二路33号",
        "宴会厅, 深圳 海天二路33号",
        "B厅, 宴会厅, 深圳 海天二路33号",
        "宴会厅, 深圳 海天二路33号",
    ]


def test_the_zone_is_written_into_the_calendar() -> None:
    book = icalendar.Calendar.from_ical(calendar(OCCASION, SESSIONS))

    assert [str(zone["tzid"]) for zone in book.walk("VTIMEZONE")] == ["Asia/Shanghai"]
    assert str(book["x-wr-calname"]) == "一起AI，交个朋友"


def test_identities_stay_when_a_session_is_moved_or_renamed() -> None:
    moved = [
        replace(session, title="改名", starts=session.starts + timedelta(minutes=5))
        for session in SESSIONS
    ]

    uids = [str(entry["uid"]) for entry in entries(SESSIONS)]

    assert [str(entry["uid"]) for entry in entries(moved)] == uids
    assert len(set(uids)) == len(SESSIONS)


def test_identities_differ_between_stops() -> None:
    other = replace(OCCASION, slug="shanghai-2024")

    assert {OCCASION.guid(k) for k in range(1, 9)}.isdisjoint(other.guid(k) for k in range(1, 9))


def test_an_identity_never_changes_between_versions() -> None:
    assert str(entries(SESSIONS)[0]["uid"]) == "ec665231-7bad-5b1d-814d-81d3121acd13@huiyou"


def test_the_same_programme_gives_the_same_bytes() -> None:
    assert calendar(OCCASION, SESSIONS) == calendar(OCCASION, list(SESSIONS))


def test_lines_are_as_long_as_calendars_allow() -> None:
    written = calendar(OCCASION, [replace(SESSIONS[0], title="长" * 200)])

    assert max(map(len, written.split(b"\r\n"))) <= 75
    assert str(icalendar.Calendar.from_ical(written).walk("VEVENT")[0]["summary"]) == "长" * 200


def test_a_title_cannot_end_its_line_and_begin_another() -> None:
    title = "AI\r\nATTENDEE:mailto:a@b\\n;,"

    (entry,) = entries([replace(SESSIONS[0], title=title)])

    assert "attendee" not in entry
    assert str(entry["summary"]) == "AI\nATTENDEE:mailto:a@b\\n;,"


def test_a_session_over_the_end_of_summer_time_ends_when_it_is_over() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    night = Session("talk", "Nacht", datetime(2024, 10, 27, 2, 30, tzinfo=berlin), 60)

    (entry,) = entries([night])

    began, ended = entry.decoded("dtstart"), entry.decoded("dtend")
    assert (ended.hour, ended.minute) == (2, 30)
    assert began.replace(tzinfo=None) == datetime(2024, 10, 27, 2, 30)  # noqa: DTZ001 -- on the wall


def test_an_empty_programme_is_an_empty_calendar() -> None:
    assert entries([]) == []
