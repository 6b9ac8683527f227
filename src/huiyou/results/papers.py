"""Badges, cards and table signs: print HTML, and PDF where the system has Pango."""

from __future__ import annotations

from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from markupsafe import Markup

from huiyou.phrases import Speaker
from huiyou.results.page import context_for, environment, qr_svg, stylesheet
from huiyou.results.view import View

__all__ = ["PAPERS", "has_pango", "missing_glyphs", "paper", "pdf"]

PAPERS = ("badges", "cards", "signs")
PER_SHEET = 4  # A6 on A4


def paper(view: View, name: str) -> str:
    """Write one paper as HTML that any browser prints."""
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
                    (other, view.wished(seat.who, other.who)) for other in seats if other is not seat
                ]
                others.sort(key=lambda pair: not pair[1])
                neighbours[seat.who.id].append((number, others))
    return neighbours


@cache
def has_pango() -> bool:
    """Say whether PDFs can be made here."""
    try:
        import weasyprint  # noqa: F401, PLC0415 -- slow, and fails where the system has no Pango
    except OSError:
        return False
    return True


def pdf(html: str) -> bytes:
    """Print HTML to PDF with the font we ship; same HTML, same bytes."""
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import

    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Huiyou Han"; src: url("{path.as_uri()}"); font-weight: {weight}; }}'
        for weight, path in ((400, _font("Regular")), (700, _font("Bold")))
    )
    sheet = CSS(string=faces, font_config=fonts)
    written: bytes = HTML(string=html, url_fetcher=_only_our_fonts()).write_pdf(
        stylesheets=[sheet], font_config=fonts
    )
    return written


def _font(weight: str) -> Path:
    with resources.as_file(resources.files("huiyou.results") / "fonts" / f"NotoSansCJKsc-subset-{weight}.woff2") as path:
        return path


def _only_our_fonts() -> Any:
    """Give a fetcher that opens nothing but the fonts: what people typed must not make us read files."""
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- slow import

    class Fetcher(URLFetcher):  # type: ignore[misc]
        def fetch(self, url: str, headers: Any = None) -> Any:
            if url not in {_font("Regular").as_uri(), _font("Bold").as_uri()}:
                raise ValueError(f"not fetched: {url}")
            return super().fetch(url, headers)

    return Fetcher()


def missing_glyphs(view: View) -> str:
    """Give the characters of names and traits that the shipped font cannot print."""
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    with TTFont(_font("Regular"), lazy=True) as font:
        there = set(font.getBestCmap())
    typed = {
        character
        for who in view.chosen
        for text in (view.people[who].name, *view.shown(view.people[who]))
        for character in text
    }
    return "".join(sorted(c for c in typed if ord(c) not in there and not c.isspace()))
