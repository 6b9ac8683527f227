"""The whole day on one page, in Chinese and in English."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from importlib import resources
from typing import Any

import jinja2
import segno
from markupsafe import Markup

from huiyou.phrases import Speaker
from huiyou.results.view import View, percent

__all__ = ["chart", "environment", "page", "qr_svg", "stylesheet"]

PAGES = {"zh": "index.html", "en": "index.en.html"}
WEEKDAYS = "一二三四五六日"


@cache
def environment() -> jinja2.Environment:
    """Give the templates: everything is escaped, and a missing value is an error."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("huiyou.results"),
        autoescape=jinja2.select_autoescape(enabled_extensions=("html.j2",), default=False),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def chart(name: str, *numbers: Any, speaker: Speaker) -> Markup:
    """Draw one of the charts by its name in ``charts.html.j2``."""
    module = environment().get_template("charts.html.j2").module
    return Markup(getattr(module, name)(*numbers, speaker.say))  # noqa: S704 -- the template escapes


def page(
    view: View,
    speaker: Speaker,
    *,
    announcements: Sequence[tuple[str, str]],
    take: Sequence[tuple[str, Sequence[tuple[Sequence[str], str]]]],
    pdf: bool,
) -> str:
    """Write the results page in the speaker's language.

    Parameters
    ----------
    view : View
    speaker : Speaker
    announcements : sequence of (str, str)
        Heading and text.
    take : sequence of (str, sequence of (sequence of str, str))
        Heading, and paths and purpose of what stands under it.
    pdf : bool
        Whether PDFs were made.

    Returns
    -------
    str
        HTML that needs no other file.
    """
    day, about, language = view.day, view.about, speaker.language
    clean, counts = day.clean, day.clean.counts
    fields = [
        (speaker.say(f"field.{name}"), column) for name, column in clean.columns["fields"].items()
    ]
    taken = {column for _, column in fields}
    traits = [
        (name, column) for name, column in clean.columns["traits"].items() if column not in taken
    ]
    return environment().get_template("index.html.j2").render(
        view=view,
        day=day,
        t=speaker.say,
        language=language,
        css=Markup(stylesheet("tokens.css", "page.css", "charts.css", "odds.css")),  # noqa: S704 -- our own file
        title=about.title if language == "zh" else about.title_en or about.title,
        when=_when(view, language),
        where=view.where,
        other_page=PAGES["en" if language == "zh" else "zh"],
        num=lambda n: f"{n:,}",
        prizes=sum(len(winners) for *_, winners in view.winners),
        tiles=[
            ("rejected", counts["rejected"]),
            ("duplicates", counts["duplicates"]),
            ("variant_cells", counts["variant_cells"]),
            ("companions_mutual", counts["companions_mutual"]),
            ("pending", len(clean.pending_companions)),
        ],
        mapped=sorted(
            Counter((m.column, m.written, m.value, m.rule) for m in clean.mapped).items(),
            key=lambda item: (-item[1], item[0]),
        ),
        field=lambda name: speaker.say(f"field.{name}") if speaker.knows(f"field.{name}") else name,
        layout=speaker.say("layout.table") if clean.columns["layout"] == "table" else clean.columns["layout"],
        columns=fields + traits,
        guessed=set(clean.columns["guessed"]),
        home=view.facts.terms.home_round,
        smallest_want=percent(day.grouping.smallest_want),
        programme=view.facts.programme,
        fingerprint=_in_fours(day.commitment.fingerprint) if day.commitment else "",
        qr=qr_svg(day.commitment.fingerprint) if day.commitment else "",
        announcements=announcements,
        take=take,
        pdf=pdf,
    )  # fmt: skip


def stylesheet(*names: str) -> str:
    """Put our style sheets together."""
    folder = resources.files("huiyou.results") / "css"
    return "".join((folder / name).read_text(encoding="utf-8") for name in names)


def qr_svg(text: str) -> Markup:
    """Draw a QR code as SVG without colours of its own."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out,
        kind="svg",
        xmldecl=False,
        svgns=False,
        omitsize=True,
        border=0,
        svgclass=None,
        lineclass=None,
    )
    return Markup(out.getvalue().decode().strip())  # noqa: S704 -- drawn by the library, no text in it


def _in_fours(digits: str) -> str:
    return " ".join(digits[k : k + 4] for k in range(0, len(digits), 4))


def _when(view: View, language: str) -> str:
    occasion = view.facts.occasion
    start, end = occasion.starts, occasion.ends
    write = _chinese_day if language == "zh" else _english_day
    # A night that ends after midnight is told by the day it began.
    if end.date() == start.date() or end - start < timedelta(hours=12):
        return f"{write(start)} {start:%H:%M}–{end:%H:%M}"
    return f"{write(start)} {start:%H:%M} – {write(end)} {end:%H:%M}"


def _chinese_day(when: datetime) -> str:
    return f"{when.year}年{when.month}月{when.day}日 周{WEEKDAYS[when.weekday()]}"


def _english_day(when: datetime) -> str:
    """Write a date in English whatever the locale."""
    days = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
    months = (
        "January", "February", "March", "April", "May", "June", "July", "August", "September",
        "October", "November", "December",
    )  # fmt: skip
    return f"{days[when.weekday()]}, {when.day} {months[when.month - 1]} {when.year}"


def context_for(view: View) -> dict[str, Any]:
    """Give what announcements and papers say about the gathering."""
    about, facts = view.about, view.facts
    occasion = facts.occasion
    return {
        "view": view,
        "about": about,
        "facts": facts,
        "day": view.day,
        "occasion": occasion,
        "when_zh": _when(view, "zh"),
        "when_en": _when(view, "en"),
    }
