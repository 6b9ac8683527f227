"""The programme as ``schedule.xml``, which conference apps read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from xml.etree import ElementTree as ET

from huiyou.programme.session import Occasion, Session

__all__ = ["schedule_xml"]


def schedule_xml(occasion: Occasion, sessions: Sequence[Session]) -> bytes:
    """Write the schedule in the format of frab, pretalx and the c3voc apps.

    Parameters
    ----------
    occasion : Occasion
    sessions : sequence of Session

    Returns
    -------
    bytes
        XML, UTF-8, by day and room; valid under the schema that c3voc publishes.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> start = datetime(2024, 5, 25, 6, tzinfo=UTC)
    >>> day = Occasion("shenzhen-2024", "深圳站", "宴会厅", start, start, "UTC")
    >>> b"<duration>00:30</duration>" in schedule_xml(day, [Session("talk", "AIGC", start, 30)])
    True
    """
    days: dict[date, dict[str, list[tuple[int, Session]]]] = defaultdict(lambda: defaultdict(list))
    for position, session in enumerate(sessions, start=1):
        days[session.starts.date()][session.room or occasion.venue].append((position, session))
    root = ET.Element("schedule")
    ET.SubElement(root, "generator", name="huiyou")
    _leaf(root, "version", "1")
    conference = ET.SubElement(root, "conference")
    for name, text in (
        ("title", occasion.title),
        ("acronym", occasion.slug),
        ("start", occasion.starts.isoformat()),
        ("end", occasion.ends.isoformat()),
        ("days", str(len(days))),
        ("timeslot_duration", "00:05"),
        ("time_zone_name", occasion.zone),
    ):
        _leaf(conference, name, text)
    for index, (when, rooms) in enumerate(sorted(days.items()), start=1):
        today = [session for room in rooms.values() for _, session in room]
        day = ET.SubElement(
            root,
            "day",
            index=str(index),
            date=when.isoformat(),
            start=min(session.starts for session in today).isoformat(),
            end=max(session.ends for session in today).isoformat(),
        )
        for name, room in rooms.items():
            element = ET.SubElement(day, "room", name=name)
            for position, session in room:
                _event(element, occasion, position, session, name)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _event(
    room: ET.Element, occasion: Occasion, position: int, session: Session, name: str
) -> None:
    event = ET.SubElement(room, "event", id=str(position), guid=str(occasion.guid(position)))
    hours, minutes = divmod(session.minutes, 60)
    for tag, text in (
        ("room", name),
        ("title", session.title),
        ("subtitle", ""),
        ("type", session.kind),
        ("date", session.starts.isoformat()),
        ("start", session.starts.strftime("%H:%M")),
        ("duration", f"{hours:02}:{minutes:02}"),
        ("abstract", ""),
        ("slug", f"{occasion.slug.replace('-', '_')}-{position:03}-{session.kind}"),
        ("track", session.kind),
    ):
        _leaf(event, tag, text)
    persons = ET.SubElement(event, "persons")
    for number, who in enumerate(session.speakers, start=1):
        _leaf(persons, "person", who.name).set("id", str(position * 100 + number))


def _leaf(parent: ET.Element, tag: str, text: str) -> ET.Element:
    element = ET.SubElement(parent, tag)
    element.text = text
    return element
