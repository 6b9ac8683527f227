"""Sessions of a gathering."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

__all__ = ["Occasion", "Session", "Speaker"]

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
    speakers : tuple of Speaker
    room : str
    """

    kind: str
    title: str
    starts: datetime
    minutes: int
    speakers: tuple[Speaker, ...] = ()
    room: str = ""

    @property
    def ends(self) -> datetime:
        """When it is over."""
        return self.starts + timedelta(minutes=self.minutes)


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
    """

    slug: str
    title: str
    venue: str
    starts: datetime
    ends: datetime
    zone: str

    def guid(self, position: int) -> UUID:
        """Give the identity of the session at a place in the programme, the same in every export."""
        return uuid5(_NAMESPACE, f"{self.slug}/{position}")
