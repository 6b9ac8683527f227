from __future__ import annotations

import re
from datetime import datetime
from xml.etree import ElementTree as ET

from huiyou.programme import schedule_xml
from tests.engine.programme.example import OCCASION, SESSIONS

ROOT = ET.fromstring(schedule_xml(OCCASION, SESSIONS))
EVENTS = list(ROOT.iter("event"))
# What https://c3voc.de/schedule/schema.xsd asks of the children and texts of an event.
EVENT = {
    "room": r".+", "title": r".+", "subtitle": r".*", "type": r".+",
    "date": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)", "start": r"[0-2]\d:[0-5]\d",
    "duration": r"\d{1,2}:\d{2}", "abstract": r".*",
    "slug": r"[a-z0-9_]{4,}-[0-9]{1,6}-[a-z0-9\-_]{4,}", "track": r".+", "persons": r"\s*",
}  # fmt: skip


def texts(element: ET.Element) -> dict[str, str]:
    return {child.tag: child.text or "" for child in element}


def test_a_schedule_holds_version_conference_and_days_in_this_order() -> None:
    assert [child.tag for child in ROOT] == ["generator", "version", "conference", "day", "day"]


def test_the_conference_is_the_occasion() -> None:
    assert texts(ROOT.find("conference") or ROOT) == {
        "title": "一起AI，交个朋友",
        "acronym": "shenzhen-2024",
        "start": "2024-05-25T13:30:00+08:00",
        "end": "2024-05-26T13:30:00+08:00",
        "days": "2",
        "timeslot_duration": "00:05",
        "time_zone_name": "Asia/Shanghai",
    }


def test_days_are_numbered_and_span_their_sessions() -> None:
    assert [day.attrib for day in ROOT.iter("day")] == [
        {"index": "1", "date": "2024-05-25", "start": "2024-05-25T13:30:00+08:00", "end": "2024-05-25T15:30:00+08:00"},
        {"index": "2", "date": "2024-05-26", "start": "2024-05-26T13:30:00+08:00", "end": "2024-05-26T14:30:00+08:00"},
    ]  # fmt: skip


def test_rooms_hold_their_sessions() -> None:
    rooms = [
        (day.get("index"), room.get("name"), [texts(event)["title"] for event in room])
        for day in ROOT.iter("day")
        for room in day
    ]

    assert rooms == [
        ("1", "宴会厅", ["交个朋友", "AI < 艺术 & 设计"]),
        ("1", "B厅", ["我们怎么看AI？"]),
        ("2", "宴会厅", ["下一站"]),
    ]


def test_every_event_has_what_the_schema_asks_for() -> None:
    assert all(texts(event).keys() == EVENT.keys() for event in EVENTS)
    assert [
        (tag, text)
        for event in EVENTS
        for tag, text in texts(event).items()
        if not re.fullmatch(EVENT[tag], text)
    ] == []


def test_ids_guids_and_slugs_are_unique_and_well_formed() -> None:
    assert [event.get("id") for event in EVENTS] == ["1", "2", "3", "4"]
    guids = [event.get("guid", "") for event in EVENTS]
    assert guids == [str(OCCASION.guid(k)) for k in (1, 2, 3, 4)]
    assert len({texts(event)["slug"] for event in EVENTS}) == 4


def test_an_event_begins_and_lasts_as_its_session() -> None:
    times = [
        (datetime.fromisoformat(t["date"]), t["start"], t["duration"]) for t in map(texts, EVENTS)
    ]

    assert times == [
        (SESSIONS[0].starts, "13:30", "00:30"),
        (SESSIONS[1].starts, "14:00", "00:45"),
        (SESSIONS[2].starts, "14:00", "01:30"),
        (SESSIONS[3].starts, "13:30", "01:00"),
    ]


def test_speakers_are_persons_of_their_own() -> None:
    persons = [[(p.get("id"), p.text) for p in event.iter("person")] for event in EVENTS]

    assert persons == [[], [("201", "陈妍"), ("202", "汗青")], [("301", "竺迪")], []]


def test_the_same_programme_gives_the_same_bytes() -> None:
    assert schedule_xml(OCCASION, SESSIONS) == schedule_xml(OCCASION, list(SESSIONS))
