"""Tags that every template has."""

from __future__ import annotations

from datetime import datetime
from fractions import Fraction
from typing import Any

from django import template
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from huiyou.phrases import Speaker
from huiyou.web.shared.codes import qr_picture

__all__ = [
    "clock",
    "here",
    "kind",
    "percent",
    "picture_of_code",
    "say",
    "thousands",
    "when",
    "why",
    "words",
]

WEEKDAYS = "一二三四五六日"

register = template.Library()


def speaker(context: Context) -> Speaker:
    """Give the speaker of the reader's language."""
    return Speaker("en" if context.get("language") == "en" else "zh")


@register.simple_tag(takes_context=True)
def say(context: Context, code: str, **params: Any) -> str:
    """Give a sentence in the reader's language; what people typed into it is escaped."""
    return speaker(context).say(code, **params)


@register.simple_tag(takes_context=True)
def kind(context: Context, name: str) -> str:
    """Name a kind of session."""
    return speaker(context).say(f"kind.{name}")


@register.filter
def when(time: datetime, language: str) -> str:
    """Write day and hour of a time in its own zone."""
    if language == "en":
        return f"{time:%A}, {time.day} {time:%B %Y} {time:%H:%M}"
    return f"{time.year}年{time.month}月{time.day}日 周{WEEKDAYS[time.weekday()]} {time:%H:%M}"


@register.filter
def clock(time: datetime) -> str:
    """Write the hour of a time in its own zone."""
    return f"{time:%H:%M}"


@register.simple_tag(takes_context=True)
def why(context: Context, reason: str) -> str:
    """Say what keeps a record from being proven, or why it is refused."""
    told = speaker(context)
    for code in (f"why.{reason}", f"proof.{reason}"):
        if told.knows(code):
            return told.say(code)
    return told.say("why.other", code=reason)


@register.filter
def here(time: datetime) -> datetime:
    """Give a time in the site's zone."""
    return timezone.localtime(time)


@register.filter
def percent(share: Any) -> str:
    """Write a share as a record holds it: a whole number or a fraction like 14/2545."""
    return f"{float(Fraction(share)):.2%}"


@register.filter
def thousands(number: int) -> str:
    """Write a large number in groups of three digits."""
    return f"{number:,}"


@register.filter
def words(text: str) -> list[str]:
    """Take a text apart at its blanks."""
    return text.split()


@register.simple_tag
def picture_of_code(text: str, label: str) -> SafeString:
    """Show a QR code as a picture, for a long press; ``label`` says what it is."""
    return format_html('<img class="code-picture" src="{}" alt="{}">', qr_picture(text), label)
