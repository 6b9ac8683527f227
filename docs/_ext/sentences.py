"""Tables read from the source when the pages are built, so that they cannot grow stale.

``{sentences} fault``: every code of one table of the phrase books, with what Huiyou says of it.
"""

from __future__ import annotations

import tomllib
from importlib import resources

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from huiyou.phrases import LANGUAGES


class Sentences(SphinxDirective):
    """A Markdown table of the sentences of one kind."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        found = sentences(self.arguments[0]).items()
        rows = [f"| `{code}` | {' | '.join(cells)} |" for code, cells in found]
        table = StringList(["| | 中文 | English |", "| --- | --- | --- |", *rows], source=self.name)
        holder = nodes.container()
        self.state.nested_parse(table, 0, holder)
        return list(holder.children)


def sentences(table: str) -> dict[str, list[str]]:
    """Give for each code of a table its sentence, and how to mend it, in both languages."""
    spoken: dict[str, list[str]] = {}
    for language in LANGUAGES:
        book = resources.files("huiyou.phrases").joinpath(language, "day.toml")
        said = tomllib.loads(book.read_text(encoding="utf-8"))
        mends = said["mend"] if table == "fault" else {}
        for code, sentence in said[table].items():
            parts = [sentence, f"→ {mends[code]}"] if code in mends else [sentence]
            spoken.setdefault(code, []).append("<br>".join(map(_cell, parts)))
    return spoken


def _cell(text: str) -> str:
    """Keep what would end a cell or begin markup from doing so."""
    for mark in "\\|<>*_[]`":
        text = text.replace(mark, f"\\{mark}")
    return text


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("sentences", Sentences)
    return {"parallel_read_safe": True}
