"""The programme as an iCalendar file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC

import icalendar

from huiyou.programme.session import Occasion, Session

__all__ = ["calendar", "event_of"]


def calendar(occasion: Occasion, sessions: Sequence[Session]) -> bytes:
    r"""Write a calendar with one entry for each session.

    Parameters
    ----------
    occasion : Occasion
    sessions : sequence of Session

    Returns
    -------
    bytes
        RFC 5545, UTF-8. The time stamp of each entry is the beginning of the occasion, since a
        clock would make every run differ; identities stay the same, so a newer file replaces an
        older one.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> start = datetime(2024, 5, 25, 6, tzinfo=UTC)
    >>> day = Occasion("shenzhen-2024", "深圳站", "宴会厅", start, start, "UTC")
    >>> calendar(day, [Session("talk", "AIGC", start, 30)]).count(b"BEGIN:VEVENT")
    1
    """
    book = icalendar.Calendar()
    book.add("prodid", "-//Huiyou//huiyou//ZH")
    book.add("version", "2.0")
    book.add("method", "PUBLISH")
    book.add("x-wr-calname", occasion.title)
    for position, session in enumerate(sessions, start=1):
        entry = icalendar.Event()
        entry.add("uid", f"{occasion.guid(position)}@huiyou")
        entry.add("dtstamp", occasion.starts.astimezone(UTC))
        entry.add("dtstart", session.starts)
        entry.add("dtend", session.ends)
        entry.add("summary", session.title)
        entry.add(
            "location", ", ".join(filter(None, (session.room, occasion.venue, occasion.address)))
        )
        entry.add("categories", [session.kind])
        people = "\n".join(
            f"{who.name}，{who.title}" if who.title else who.name for who in session.speakers
        )
        if people:
            entry.add("description", people)
        book.add_component(entry)
    book.add_missing_timezones()
    written: bytes = book.to_ical()
    return written


def event_of(occasion: Occasion) -> str:
    r"""Write the whole occasion as one event, short enough for a QR code.

    Parameters
    ----------
    occasion : Occasion

    Returns
    -------
    str
        A VEVENT of RFC 5545 in UTC, without the folding of long lines, which readers of codes do not
        undo.

    Examples
    --------
    >>> from datetime import UTC, datetime
    >>> start = datetime(2024, 5, 25, 6, tzinfo=UTC)
    >>> print(event_of(Occasion("shenzhen-2024", "深圳站", "宴会厅", start, start, "UTC")))
    BEGIN:VEVENT
    SUMMARY:深圳站
    DTSTART:20240525T060000Z
    DTEND:20240525T060000Z
    LOCATION:宴会厅
    END:VEVENT
    """
    entry = icalendar.Event()
    entry.add("summary", occasion.title)
    entry.add("dtstart", occasion.starts.astimezone(UTC))
    entry.add("dtend", occasion.ends.astimezone(UTC))
    entry.add("location", ", ".join(filter(None, (occasion.venue, occasion.address))))
    text: str = entry.to_ical().decode("utf-8")
    return text.replace("\r\n ", "").replace("\r\n", "\n").strip()
