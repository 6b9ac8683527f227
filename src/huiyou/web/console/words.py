"""What the desk says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from huiyou.errors import Fault
from huiyou.people.columns import FIELDS
from huiyou.phrases import Speaker
from huiyou.web.journal.models import Entry

__all__ = ["Line", "sentence", "speaker", "told"]

FINGERPRINTS = ("digest", "fingerprint", "sha256", "before", "after")


def speaker(request: HttpRequest) -> Speaker:
    """Give the speaker of the reader's language."""
    return Speaker("en" if getattr(request, "LANGUAGE_CODE", "") == "en" else "zh")


def told(request: HttpRequest, faults: Iterable[Fault]) -> list[dict[str, str]]:
    """Say each fault: where, what, and how to mend it."""
    voice = speaker(request)
    lines = []
    for fault in faults:
        what, mend = voice.fault(fault)
        lines.append({"place": voice.place(fault), "what": what, "mend": mend})
    return lines


@dataclass(frozen=True, slots=True)
class Line:
    """One deed of the journal as somebody reads it."""

    number: int
    at: datetime
    who: str
    what: str
    fingerprints: tuple[str, ...]


def sentence(request: HttpRequest, entry: Entry) -> Line:
    """Say who did what, with its numbers, and which fingerprints it left."""
    voice = speaker(request)
    who = f"journal_who.{entry.who}"
    return Line(
        entry.number,
        entry.at,
        voice.say(who) if voice.knows(who) else entry.who,
        voice.say(f"deed.{entry.deed}", **{
            name: _written(voice, name, value, entry) for name, value in entry.about.items()
        }),
        tuple(entry.about[name] for name in FINGERPRINTS if entry.about.get(name)),
    )  # fmt: skip


def _written(voice: Speaker, name: str, value: Any, entry: Entry) -> Any:
    """Write what a deed was about as people say it."""
    if name == "role" and voice.knows(f"journal_role.{value}"):
        return voice.say(f"journal_role.{value}")
    if name in {"pool", "section"}:
        return voice.say(f"{name}.{value}")
    if name in {"opens", "closes", "until", "draw_at"}:
        zone = entry.gathering.facts.zone
        return f"{datetime.fromisoformat(value).astimezone(zone):%Y-%m-%d %H:%M}" if value else voice.say("journal.any_time")  # fmt: skip
    if name == "listed":
        return voice.say("journal.listed" if value else "journal.unlisted")
    if name == "columns":
        return [
            voice.say("journal.column", name=voice.say(f"field.{key}") if key in FIELDS else key, column=column)
            for key, column in value.items()
        ]  # fmt: skip
    return value
