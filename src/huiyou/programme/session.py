"""Sessions of a gathering."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

__all__ = ["Occasion", "Session", "Speaker", "overlaps"]

_NAMESPACE = uuid5(NAMESPACE_URL, "tag:huiyou,2026:session")


@dataclass(frozen=True, slots=True)
class Speaker:
    """Somebody on stage; ``role`` is ``speaker`` or ``moderator``."""

    name: str
    title: str = ""
    role: str = "speaker"


@dataclass(frozen=True, slots=True)
class Session:
    """One item of the programme.

    Parameters
    ----------
    kind : str
        ``talk``, ``roundtable``, ``icebreaker``, ``draw``, ``cocreation`` …
    title : str
    starts : datetime
        With its zone.
    minutes : int
        At least 1.
    speakers : tuple of Speaker
    room : str
        Empty for the venue itself.

    Raises
    ------
    ValueError
        If it begins in no zone or lasts no time.
    """

    kind: str
    title: str
    starts: datetime
    minutes: int
    speakers: tuple[Speaker, ...] = ()
    room: str = ""

    def __post_init__(self) -> None:
        if self.starts.utcoffset() is None:
            raise ValueError(f"{self.title!r} begins in no time zone")
        if self.minutes < 1:
            raise ValueError(f"{self.title!r} lasts {self.minutes} minutes")

    @property
    def ends(self) -> datetime:
        """When it is over, by the clock on the wall, even in a night when that is set back."""
        over = self.starts.astimezone(UTC) + timedelta(minutes=self.minutes)
        return over.astimezone(self.starts.tzinfo)


@dataclass(frozen=True, slots=True)
class Occasion:
    """What the programme belongs to.

    Parameters
    ----------
    slug : str
        At least four of ``a-z 0-9 - _``; the same stop keeps it for ever.
    title : str
    venue : str
    starts, ends : datetime
        With their zone.
    zone : str
        IANA name.
    address : str
        Town and street, so that a map finds the venue.
    """

    slug: str
    title: str
    venue: str
    starts: datetime
    ends: datetime
    zone: str
    address: str = ""

    def guid(self, position: int) -> UUID:
        """Give the identity of the session at a place in the programme, the same in every export."""
        return uuid5(_NAMESPACE, f"{self.slug}/{position}")


def overlaps(sessions: Sequence[Session]) -> list[tuple[int, int]]:
    """Give the pairs of positions, from 0, of sessions that need one room at one time.

    Examples
    --------
    >>> start = datetime(2024, 5, 25, 6, tzinfo=UTC)
    >>> talk, later = Session("talk", "AIGC", start, 30), start + timedelta(minutes=20)
    >>> overlaps([talk, Session("talk", "AI", later, 30), Session("talk", "AI", later, 30, (), "B")])
    [(0, 1)]
    """
    return [
        (i, j)
        for j, second in enumerate(sessions)
        for i, first in enumerate(sessions[:j])
        if first.room == second.room and first.starts < second.ends and second.starts < first.ends
    ]
