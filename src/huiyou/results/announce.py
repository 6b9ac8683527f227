"""Texts an organiser pastes into groups, ready to copy."""

from __future__ import annotations

import re

from huiyou.phrases import Speaker
from huiyou.results.page import context_for, environment
from huiyou.results.view import View

__all__ = ["TEXTS", "announcements"]

TEXTS = ("received", "seated", "alternate", "arrival", "next")


def announcements(view: View, speaker: Speaker) -> list[tuple[str, str, str]]:
    """Give key, heading and text of each announcement, in the order they are sent."""
    templates = environment()
    context = context_for(view)
    texts = []
    for key in TEXTS:
        text = templates.get_template(f"announce/{speaker.language}/{key}.txt.j2").render(context)
        text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
        texts.append((key, speaker.say(f"announce.{key}"), text))
    return texts
