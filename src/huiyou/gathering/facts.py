"""What an organiser may write in ``gathering.toml``."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import PurePosixPath
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from huiyou.grouping import Terms
from huiyou.people.columns import FIELDS
from huiyou.programme import Occasion, Session, Speaker
from huiyou.selection import STOPS, Attendance

__all__ = ["Facts", "File", "PastStop", "plain", "sessions_outside"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_HOST_WORDS = ("桌长", "host")


def _printable(text: str) -> str:
    if _CONTROL.search(text):
        raise PydanticCustomError("control_character", "control character")
    return text


def _inside(name: str) -> str:
    path = PurePosixPath(name.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts or ":" in name or not name:
        raise PydanticCustomError("file_outside", "file outside the folder")
    return name


_zones = cache(available_timezones)  # a walk through the disk, at each page of the site


def _zone(name: str) -> str:
    if name not in _zones():
        raise PydanticCustomError("zone_unknown", "no such time zone")
    return name


def _pair(counts: list[int]) -> list[int]:
    if len(counts) != 2 or min(counts) < 0:  # noqa: PLR2004 -- a pair
        raise PydanticCustomError("counts_form", "not [invited, came]")
    return counts


def _need(text: str) -> str:
    if not all(text.partition("=")):
        raise PydanticCustomError("need_form", "not COLUMN=VALUE")
    return text


Text = Annotated[str, Field(max_length=2000), AfterValidator(_printable)]
Name = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_printable)]
File = Annotated[str, AfterValidator(_inside)]
Need = Annotated[str, AfterValidator(_need)]
Pair = Annotated[list[int], AfterValidator(_pair)]
Count = Annotated[int, Field(ge=1, le=100_000)]
Weight = Annotated[Decimal | int, Field(gt=0, le=1000)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class GatheringFacts(_Table):
    """What, when and where."""

    slug: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{3,39}$")]
    title: Name
    starts: datetime
    ends: datetime
    seats: Count
    tables: Count
    rounds: Annotated[int, Field(ge=1, le=20)] = 1
    series: Text = ""
    title_en: Text = ""
    city: Text = ""
    venue: Name = "—"
    address: Text = ""
    contact: Text = ""
    timezone: Annotated[str, AfterValidator(_zone)] = "Asia/Shanghai"
    region: Annotated[str, Field(pattern=r"^[A-Z]{2}$")] = "CN"
    languages: list[Literal["zh-hans", "en"]] = ["zh-hans", "en"]
    past_stops: list[Text] = []
    next_stop: Text = ""


class ApplicantFacts(_Table):
    """The export of the sign-up form."""

    file: File = "applicants.csv"
    sheet: Name | None = None
    required: list[Name] = ["name", "phone"]
    columns: dict[Name, Name] = {}
    values: dict[Name, dict[Name, Name]] = {}
    companions: Literal["mutual", "off"] = "mutual"
    multi: list[Name] = []
    traits: list[Name] = []


class PastStop(_Table):
    """What an earlier stop saw at its door: invited and came, of everybody and of those with a value."""

    stop: Name
    invited: Annotated[int, Field(ge=1, le=1_000_000)]
    came: Annotated[int, Field(ge=0, le=1_000_000)]
    came_of: dict[Name, dict[Name, Pair]] = {}

    def counts(self) -> list[tuple[tuple[str, ...], int, int]]:
        """Give every two counts, and the keys under which they stand."""
        return [
            (("came",), self.invited, self.came),
            *(
                (("came_of", trait, value), invited, came)
                for trait, values in self.came_of.items()
                for value, (invited, came) in values.items()
            ),
        ]

    @property
    def attendance(self) -> Attendance:
        """The same, for the engine."""
        values = [
            (trait, value, invited, came)
            for trait, counted in self.came_of.items()
            for value, (invited, came) in counted.items()
        ]
        return Attendance(self.invited, self.came, tuple(values))


class PoolFacts(_Table):
    """Some people who are not drawn for: who they are, where they belong, and why."""

    pool: Literal["invited", "reviewed", "excluded"]
    ids: list[Name] = []
    where: Need | None = None
    reason: Text = ""


class SeatFacts(_Table):
    """How seats are given."""

    quotas: File | None = None
    together: Literal["companion", "off"] = "companion"
    one_per: list[Name] = []
    alternates: Annotated[int, Field(ge=0, le=100_000)] = 0
    objective: Literal["leximin", "maximin", "nash", "goldilocks"] = "leximin"
    invite_beyond: bool = True
    crowding: Annotated[int, Field(ge=1, le=50)] = 5
    offer_hours: Annotated[int, Field(ge=1, le=336)] = 24
    answer_hours: Annotated[int, Field(ge=0, le=2160)] = 0
    past: Annotated[list[PastStop], Field(max_length=STOPS)] = []
    pools: list[PoolFacts] = []

    @property
    def cap(self) -> int:
        """Millionths: up to which chance that more come than fit people are invited beyond the seats."""
        return 10_000 * self.crowding if self.invite_beyond else 0


class TableFacts(_Table):
    """What tables should be like."""

    mix: dict[Name, Weight] = {}
    wants: dict[Name, Name] = {}
    apart: list[Name] = []
    together: Literal["companion", "off"] = "companion"
    each_table: list[Need] = []
    host: Need | None = None
    home_round: Count = 1
    sweeps: Annotated[int, Field(ge=1, le=1_000_000)] = 1000


class SpeakerFacts(_Table):
    """Somebody on stage."""

    name: Name
    title: Text = ""
    role: Literal["speaker", "moderator"] = "speaker"


class SessionFacts(_Table):
    """One item of the programme."""

    kind: Literal[
        "talk", "keynote", "roundtable", "icebreaker", "draw", "cocreation", "break", "other"
    ]
    title: Name
    starts: datetime
    minutes: Annotated[int, Field(ge=1, le=1440)]
    speakers: list[SpeakerFacts] = []
    room: Text = ""


class DrawFacts(_Table):
    """What is drawn, and when."""

    prizes: File
    at: datetime
    every: Annotated[int, Field(ge=0, le=86_400)] = 300

    @model_validator(mode="after")
    def _on_the_minute(self) -> DrawFacts:
        if self.at.second or self.at.microsecond or self.every % 60:
            raise PydanticCustomError("off_the_minute", "not a whole minute")
        return self


class SponsorFacts(_Table):
    """Who gives what."""

    name: Name
    gives: Text = ""


class CardFacts(_Table):
    """What badges and cards show of a person besides the name."""

    show: list[Name] | None = None


class Facts(_Table):
    """The whole of ``gathering.toml``."""

    gathering: GatheringFacts
    applicants: ApplicantFacts
    seats: SeatFacts = SeatFacts()
    tables: TableFacts = TableFacts()
    sessions: list[SessionFacts] = []
    draw: DrawFacts | None = None
    sponsors: list[SponsorFacts] = []
    cards: CardFacts = CardFacts()

    @property
    def zone(self) -> ZoneInfo:
        """Zone of every time that names none."""
        return ZoneInfo(self.gathering.timezone)

    def when(self, time: datetime) -> datetime:
        """Give a time in the gathering's zone."""
        return time.astimezone(self.zone) if time.tzinfo else time.replace(tzinfo=self.zone)

    @property
    def occasion(self) -> Occasion:
        """What the programme belongs to."""
        about = self.gathering
        return Occasion(
            about.slug, about.title, about.venue, self.when(about.starts), self.when(about.ends), about.timezone,
            address=" ".join(filter(None, (about.city, about.address))),
        )  # fmt: skip

    @property
    def programme(self) -> list[Session]:
        """Sessions in the order of their beginning."""
        return sorted(map(self.session, self.sessions), key=lambda session: session.starts)

    def session(self, item: SessionFacts) -> Session:
        """Give one item of the programme with its times in the gathering's zone."""
        return Session(
            kind=item.kind,
            title=item.title,
            starts=self.when(item.starts),
            minutes=item.minutes,
            speakers=tuple(Speaker(who.name, who.title, who.role) for who in item.speakers),
            room=item.room,
        )

    @property
    def terms(self) -> Terms:
        """What tables should be like, for the engine."""
        needs = [
            (need.partition("=")[0], need.partition("=")[2]) for need in self.tables.each_table
        ]
        named = self.tables.host
        hosting = [need for need in needs if any(word in need[0].lower() for word in _HOST_WORDS)]
        host = (
            (named.partition("=")[0], named.partition("=")[2])
            if named
            else next(iter(hosting), None)
        )
        return Terms(
            mix={trait: Fraction(weight) for trait, weight in self.tables.mix.items()},
            wants=dict(self.tables.wants),
            apart=tuple(self.tables.apart),
            each_table=tuple(needs),
            host=host,
            home_round=self.tables.home_round,
        )

    @property
    def told_by_list(self) -> frozenset[str]:
        """Traits by which people are put into pools: whoever could answer would give themselves a seat."""
        return frozenset(rule.where.partition("=")[0] for rule in self.seats.pools if rule.where)

    def traits(self, features: Iterable[str]) -> tuple[str, ...]:
        """Give every trait that some decision or paper needs, each once."""
        terms = self.terms
        named: list[str] = [
            *self.applicants.traits,
            *self.applicants.multi,
            *features,
            *self.seats.one_per,
            *(trait for stop in self.seats.past for trait in stop.came_of),
            *terms.mix,
            *terms.wants,
            *terms.wants.values(),
            *terms.apart,
            *(trait for trait, _ in terms.each_table),
            *([terms.host[0]] if terms.host else []),
            *(self.cards.show or []),
            *sorted(self.told_by_list),
            *(name for name in self.applicants.required if name not in FIELDS),
        ]
        return tuple(dict.fromkeys(named))

    @property
    def shown(self) -> tuple[str, ...]:
        """Traits that badges and cards show."""
        if self.cards.show is not None:
            return tuple(self.cards.show)
        return tuple(self.applicants.traits[:2])


def sessions_outside(facts: Facts) -> list[int]:
    """Give the positions, from 0, of sessions that do not lie within the gathering."""
    begin, end = facts.when(facts.gathering.starts), facts.when(facts.gathering.ends)
    return [
        k
        for k, item in enumerate(facts.sessions)
        if not begin <= facts.when(item.starts) <= facts.when(item.starts) + timedelta(minutes=item.minutes) <= end
    ]  # fmt: skip


def plain(value: Any) -> Any:
    """Write a TOML value for a message."""
    return value.isoformat(sep=" ") if isinstance(value, datetime) else value
