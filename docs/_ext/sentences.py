"""Tables read from the source when the pages are built, so that they cannot grow stale.

``{sentences} fault``: every code of one table of the phrase books, with what Huiyou says of it.
``{reasons}``: the codes by which judges refuse and which have no sentence of their own.
"""

from __future__ import annotations

import ast
import tomllib
from importlib import resources

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from huiyou.phrases import LANGUAGES

JUDGES = {"people": "clean.json", "selection": "selection.json", "grouping": "grouping.json", "drawing": "draw.json"}  # fmt: skip


class Table(SphinxDirective):
    """A Markdown table that a function writes."""

    def rows(self) -> list[str]:
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        holder = nodes.container()
        self.state.nested_parse(StringList(self.rows(), source=self.name), 0, holder)
        return list(holder.children)


class Sentences(Table):
    required_arguments = 1

    def rows(self) -> list[str]:
        found = sentences(self.arguments[0]).items()
        rows = [f"| `{code}` | {' | '.join(cells)} |" for code, cells in found]
        return ["| | 中文 | English |", "| --- | --- | --- |", *rows]


class Reasons(Table):
    def rows(self) -> list[str]:
        rows = [f"| {record} | {', '.join(codes)} |" for record, codes in reasons().items()]
        return ["| | |", "| --- | --- |", *rows]


def sentences(table: str) -> dict[str, list[str]]:
    """Give for each code of a table its sentence, and how to mend it, in both languages."""
    spoken: dict[str, list[str]] = {}
    for language in LANGUAGES:
        book = resources.files("huiyou.phrases").joinpath(f"{language}.toml")
        said = tomllib.loads(book.read_text(encoding="utf-8"))
        mends = said["mend"] if table == "fault" else {}
        for code, sentence in said[table].items():
            parts = [sentence, f"→ {mends[code]}"] if code in mends else [sentence]
            spoken.setdefault(code, []).append("<br>".join(map(_cell, parts)))
    return spoken


def reasons() -> dict[str, list[str]]:
    """Give for each record what its judge may refuse it for, as far as no sentence says it."""
    said = sentences("why")
    found: dict[str, list[str]] = {}
    for package, record in JUDGES.items():
        source = resources.files(f"huiyou.{package}").joinpath("judge.py").read_text("utf-8")
        codes = {
            node.args[1].value
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "_require"
            and isinstance(node.args[1], ast.Constant)
        }
        found[record] = [f"`{code}`" for code in sorted(codes - said.keys())]
    return found


def _cell(text: str) -> str:
    """Keep what would end a cell or begin markup from doing so."""
    for mark in "\\|<>*_[]`":
        text = text.replace(mark, f"\\{mark}")
    return text


def setup(app: Sphinx) -> dict[str, bool]:
    app.add_directive("sentences", Sentences)
    app.add_directive("reasons", Reasons)
    return {"parallel_read_safe": True}
