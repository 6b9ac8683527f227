"""Tags for questions and answers."""

from __future__ import annotations

from collections.abc import Sequence

from django import template
from django.template.context import Context

from huiyou.web.shared.templatetags.huiyou import speaker

__all__ = ["field_name", "purpose"]

register = template.Library()


@register.simple_tag(takes_context=True)
def field_name(context: Context, key: str) -> str:
    """Name a question that every gathering may ask; the organiser's own are named by them."""
    voice = speaker(context)
    name = voice.say(f"field.{key}") if voice.knows(f"field.{key}") else key
    return name[:1].upper() + name[1:]


@register.simple_tag(takes_context=True)
def purpose(context: Context, codes: Sequence[str]) -> str:
    """Say in one sentence what an answer is used for."""
    voice = speaker(context)
    uses = [voice.say(f"purpose.{code}") for code in codes]
    return voice.say("purpose.used", uses=voice.say("purpose.and").join(uses))
