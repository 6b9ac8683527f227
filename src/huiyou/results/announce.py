"""Texts an organiser pastes into groups, ready to copy."""

from __future__ import annotations

import re
from typing import Any

from huiyou.phrases import Speaker
from huiyou.results.page import context_for, environment
from huiyou.results.view import View

__all__ = ["TEXTS", "announcements"]

TEXTS = ("received", "seated", "alternate", "arrival", "next")


def announcements(view: View, speaker: Speaker) -> list[tuple[str, str, str]]:
    """Give key, heading and text of each announcement, in the order they are sent."""
    templates = environment()
    context = context_for(view) | _promises(view, speaker)
    texts = []
    for key in TEXTS:
        text = templates.get_template(f"announce/{speaker.language}/{key}.txt.j2").render(context)
        text = re.sub(r"\n{3,}", "\n\n", text).strip() + "\n"
        texts.append((key, speaker.say(f"announce.{key}"), text))
    return texts


def _promises(view: View, speaker: Speaker) -> dict[str, Any]:
    """Say what may be promised of this day, so that no text promises what it does not hold."""
    about, facts, grouping = view.about, view.facts, view.day.grouping
    objective = speaker.say(f"objective.{view.day.selection.objective}")
    zh, en = view.where, ", ".join(filter(None, (view.venue, about.city)))
    return {
        "where_zh": f"{zh}（{about.address}）" if zh and about.address else zh or about.address,
        "where_en": f"{en} ({about.address})" if en and about.address else en or about.address,
        "companions": facts.applicants.companions == "mutual"
        and facts.seats.together == "companion"
        and "companion_phone" in view.day.clean.columns["fields"],
        "sure": view.sure,
        "objective": objective[0].lower() + objective[1:],  # within a sentence
        "changing": about.rounds > 1 and about.tables > 1,
        "fresh": grouping.repeats == 0,
        "tied": facts.applicants.companions == "mutual"
        and facts.tables.together == "companion"
        and any(view.chosen >= set(group) for group in view.day.clean.companions),
        "together": any(session.kind == "cocreation" for session in facts.sessions),
        "trades": len({view.trade_of(view.people[who]) for who in view.chosen} - {""}),
        "count": lambda n, one, many: f"{n:,} {one if n == 1 else many}",
    }
