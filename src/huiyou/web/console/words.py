"""What the desk says, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest

from huiyou.errors import Fault
from huiyou.phrases import Speaker

__all__ = ["speaker", "told"]


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
