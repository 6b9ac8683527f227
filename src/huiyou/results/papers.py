"""Badges, cards and table signs, as HTML that any browser prints."""

from __future__ import annotations

from typing import Any

from markupsafe import Markup

from huiyou.phrases import Speaker
from huiyou.press import lacking
from huiyou.results.page import context_for, environment, qr_svg, stylesheet
from huiyou.results.view import View

__all__ = ["PAPERS", "missing_glyphs", "paper"]

PAPERS = ("cards", "badges", "signs")  # longest to print first
PER_SHEET = 4  # A6 on A4


def paper(view: View, name: str) -> str:
    """Write one of `PAPERS`."""
    zh, en = Speaker("zh"), Speaker("en")
    order = sorted(view.tables_of, key=lambda who: (*view.tables_of[who], who))
    people = [view.people[who] for who in order]
    return environment().get_template(f"print/{name}.html.j2").render(
        **context_for(view),
        css=Markup(stylesheet("tokens.css", "print.css")),  # noqa: S704 -- our own file
        zh=zh.say,
        en=en.say,
        sheets=[people[k : k + PER_SHEET] for k in range(0, len(people), PER_SHEET)],
        qr=qr_svg,
        neighbours=_neighbours(view),
        host_of={host: t for t, host in enumerate(view.day.grouping.hosts, start=1) if host},
    )  # fmt: skip


def _neighbours(view: View) -> dict[str, list[tuple[int, list[tuple[Any, bool]]]]]:
    """Give for each person, round by round, the table and who else sits there, wished-for first."""
    neighbours: dict[str, list[tuple[int, list[tuple[Any, bool]]]]] = {w: [] for w in view.chosen}
    for tables in view.rounds:
        for number, seats in enumerate(tables, start=1):
            for seat in seats:
                others = [
                    (other, view.wished(seat.who, other.who))
                    for other in seats
                    if other is not seat
                ]
                others.sort(key=lambda pair: not pair[1])
                neighbours[seat.who.id].append((number, others))
    return neighbours


def missing_glyphs(view: View) -> str:
    """Give the characters of names and traits that the shipped font cannot print."""
    people = (view.people[who] for who in sorted(view.chosen))
    return lacking("".join(who.name + "".join(view.shown(who)) for who in people))
