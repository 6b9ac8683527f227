"""What tutorial and how-tos tell people to type is typed here, and what they show is compared.

A page is read from top to bottom in an empty folder:

- a ``console`` block: each ``$ huiyou …`` is run; it must end with 0, or with the number that ends a
  trailing comment (``# exit code 3``, ``# 退出码 3``), and print the lines that stand under it;
- a ``diff`` block with a caption: in that file, the red lines become the green ones;
- any other block with a caption: that file is written.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from huiyou.cli import main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = sorted([*DOCS.glob("tutorial/*.md"), *DOCS.glob("how-to/*.md")])
BLOCK = re.compile(
    r"^```(?:\{code-block\} )?(?P<kind>\w+)\n(?::caption: (?P<file>[^\n]+)\n\n?)?(?P<text>.*?)^```$",
    re.MULTILINE | re.DOTALL,
)


def steps(text: str) -> Iterator[tuple[str, int, list[str]]]:
    """Give each command of a console block, how it must end, and what it must print."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        line, *shown = part.splitlines()
        command, _, comment = line.partition("  #")
        status = re.search(r"(\d+)\s*$", comment)
        yield command.strip(), int(status[1]) if status else 0, shown


def squeezed(text: str) -> str:
    return re.sub(r"\s+", "", text)


def edit(path: Path, text: str) -> None:
    """Take the red lines of a diff out of a file and put the green ones in their place."""
    out = "".join(line[1:] for line in text.splitlines(keepends=True) if line[0] == "-")
    fresh = "".join(line[1:] for line in text.splitlines(keepends=True) if line[0] == "+")
    old = path.read_text(encoding="utf-8")
    assert old.count(out) == 1, f"{path} has {old.count(out)} times {out!r}"
    path.write_text(old.replace(out, fresh), encoding="utf-8")


def run(command: str, status: int, shown: list[str]) -> None:
    program, *arguments = shlex.split(command)
    assert program == "huiyou"
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert (command, result.exit_code) == (command, status), result.output
    printed = squeezed(result.output)
    for line in filter(None, map(squeezed, shown)):
        assert line == "…" or line in printed, f"{line!r} is not in {result.output}"


@pytest.mark.usefixtures("no_press")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(DOCS).as_posix())
def test_a_page_says_what_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HUIYOU_LANG", "zh" if page.name.endswith(".zh.md") else "en")
    monkeypatch.setenv("COLUMNS", "120")

    for block in BLOCK.finditer(page.read_text(encoding="utf-8")):
        if block["kind"] == "console":
            for step in steps(block["text"]):
                run(*step)
        elif block["kind"] == "diff" and block["file"]:
            edit(tmp_path / block["file"], block["text"])
        elif block["file"]:
            path = tmp_path / block["file"]
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block["text"], encoding="utf-8")


@pytest.mark.parametrize("page", [page for page in PAGES if not page.name.endswith(".zh.md")])
def test_both_languages_type_the_same(page: Path) -> None:
    def typed(path: Path) -> list[tuple[str, int]]:
        text = path.read_text(encoding="utf-8")
        blocks = [b["text"] for b in BLOCK.finditer(text) if b["kind"] == "console"]
        return [(command, status) for text in blocks for command, status, _ in steps(text)]

    assert typed(page) == typed(page.with_suffix(".zh.md"))
