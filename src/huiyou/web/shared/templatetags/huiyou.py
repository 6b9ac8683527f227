"""Tags that every template has."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import template
from django.template.context import Context

from huiyou.phrases import Speaker

__all__ = ["clock", "kind", "say", "when"]

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
