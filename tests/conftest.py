"""What a test may need from the machine, and what is said when it is not there."""

from __future__ import annotations

import importlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import psycopg
import pytest
from click.testing import CliRunner
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from huiyou import sample
from huiyou.cli import main

settings.register_profile("huiyou", deadline=None, derandomize=True)  # a busy machine is no bug
settings.load_profile("huiyou")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"
# Flags under which Chromium runs in a container, and asks nobody else for anything.
QUIET = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run"]  # fmt: skip
POSTGRES = os.environ.get("HUIYOU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/test")


def has_pango() -> bool:
    try:
        importlib.import_module("weasyprint")
    except OSError:
        return False
    return True


def has_postgres() -> bool:
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


PARTS: dict[str, tuple[Callable[[], bool], str]] = {
    "chromium": (lambda: shutil.which("chromium") is not None, "no chromium on this machine"),
    "pango": (has_pango, "no Pango on this machine"),
    "postgres": (has_postgres, "no PostgreSQL on this machine"),
    "shared": ((SHARED / "data" / "meetup").is_dir, "no ../shared beside this clone"),
}


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*parts): skip, and say so, where a part is missing")
    required = {name for name in os.environ.get("HUIYOU_REQUIRE", "").split(",") if name}
    if unknown := required - PARTS.keys():
        raise pytest.UsageError(f"HUIYOU_REQUIRE: {sorted(unknown)} are not among {sorted(PARTS)}")
    if missing := sorted(name for name in required if not PARTS[name][0]()):
        raise pytest.UsageError(f"HUIYOU_REQUIRE asks for {missing}, which this machine lacks")


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Bytes name no test: a zip holds the second it was made, and two workers must find the same tests."""
    return argname if isinstance(val, bytes) else None


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep tests that look at one run of an evening together, so that it runs once."""
    for item in items:
        for name in ("shenzhen", "small", "demo", "evening"):
            if name in getattr(item, "fixturenames", ()):
                item.add_marker(pytest.mark.xdist_group(name))


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for part in mark.args:
            there, why = PARTS[part]
            if not there():
                pytest.skip(why)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    reasons = [report.longrepr[2] for report in terminalreporter.stats.get("skipped", ())]
    for why, count in sorted(
        Counter(reason.removeprefix("Skipped: ") for reason in reasons).items()
    ):
        terminalreporter.write_line(f"{count} tests skipped: {why}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real input that may not be shipped; the test is marked ``needs("shared")``."""
    return SHARED


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; the test is marked ``needs("chromium")``."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        yield browser
        browser.close()


@dataclass
class Told:
    """What a command answered."""

    code: int
    printed: str
    events: list[dict[str, Any]]

    @property
    def faults(self) -> list[tuple[str, str, int | None, str | None]]:
        return [
            (e["code"], e["file"], e["row"], e["column"])
            for e in self.events
            if e["event"] == "fault"
        ]


def huiyou(*arguments: str | Path) -> Told:
    """Run a command in this process and read its events."""
    result = CliRunner().invoke(main, [*map(str, arguments), "--json"])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    events = [json.loads(line) for line in result.stderr.splitlines() if line.startswith("{")]
    return Told(result.exit_code, result.stdout.strip(), events)


class Desk:
    """A gathering folder that a test may spoil, and the commands to try on it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.out = folder, folder.parent / "RESULTS"

    def write(self, name: str, content: str | bytes) -> None:
        data = content.encode() if isinstance(content, str) else content
        (self.folder / name).write_bytes(data)

    def change(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text(encoding="utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        self.write(name, text.replace(old, new))

    def run(self, *options: str) -> Told:
        return huiyou("run", self.folder, "--out", self.out, *options)


class NoPress:
    """A machine without Pango: PDFs take nine tenths of a small run and have tests of their own."""

    ready = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass


@pytest.fixture
def no_press(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("huiyou.cli.day.Press", NoPress)


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A fresh copy of what ``huiyou new`` makes, on a machine that prints no PDFs."""
    monkeypatch.setattr("huiyou.cli.day.Press", NoPress)
    shutil.copytree(sample.folder("new"), tmp_path / "gathering")
    return Desk(tmp_path / "gathering")


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the folder that ``huiyou new`` makes; read only."""
    out = tmp_path_factory.mktemp("small") / "RESULTS"
    assert huiyou("run", sample.folder("new"), "--out", out).code == 0
    return out


@pytest.fixture(scope="session")
def shenzhen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the sample of 1,600 applicants; read only."""
    out = tmp_path_factory.mktemp("shenzhen") / "RESULTS"
    assert huiyou("run", sample.folder("shenzhen"), "--out", out).code == 0
    return out
