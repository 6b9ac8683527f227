from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from huiyou.programme import Session, overlaps
from tests.engine.programme.example import SESSIONS, STARTS


def at(minutes: int, lasts: int = 30, room: str = "") -> Session:
    return Session("talk", "AI", STARTS + timedelta(minutes=minutes), lasts, room=room)


def test_a_session_ends_after_its_minutes_in_its_own_zone() -> None:
    assert SESSIONS[1].ends.isoformat() == "2024-05-25T14:45:00+08:00"


def test_a_session_lasts_its_minutes_when_clocks_are_set_forward() -> None:
    night = datetime(2024, 3, 31, 1, 30, tzinfo=ZoneInfo("Europe/Berlin"))

    session = Session("talk", "Nacht", night, 60)

    assert session.ends.isoformat() == "2024-03-31T03:30:00+02:00"
    assert session.ends.astimezone(UTC) - night.astimezone(UTC) == timedelta(hours=1)


def test_a_session_begins_in_a_zone() -> None:
    with pytest.raises(ValueError, match="zone"):
        replace(SESSIONS[0], starts=STARTS.replace(tzinfo=None))


@pytest.mark.parametrize("minutes", [0, -5])
def test_a_session_lasts_some_time(minutes: int) -> None:
    with pytest.raises(ValueError, match="minutes"):
        replace(SESSIONS[0], minutes=minutes)


@pytest.mark.parametrize(
    ("sessions", "pairs"),
    [
        ([at(0), at(30), at(60)], []),
        ([at(0), at(0, room="B")], []),
        ([at(0), at(29)], [(0, 1)]),
        ([at(29), at(0)], [(0, 1)]),
        ([at(0, 120), at(30), at(90)], [(0, 1), (0, 2)]),
        ([at(0), at(0), at(0)], [(0, 1), (0, 2), (1, 2)]),
        (SESSIONS, []),
    ],
)
def test_sessions_overlap_that_need_one_room_at_one_time(
    sessions: list[Session], pairs: list[tuple[int, int]]
) -> None:
    assert overlaps(sessions) == pairs


def test_times_of_different_zones_are_compared_as_instants() -> None:
    abroad = Session("talk", "AI", (STARTS + timedelta(minutes=29)).astimezone(UTC), 30)

    assert overlaps([at(0), abroad]) == [(0, 1)]
