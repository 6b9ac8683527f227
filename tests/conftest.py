"""What a test may need from the machine, and what is said when it is not there."""

from __future__ import annotations

import importlib
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("huiyou", deadline=None)  # a busy machine is no bug
settings.load_profile("huiyou")

ROOT = Path(__file__).parent.parent
SHARED = ROOT.parent / "shared"


def has_pango() -> bool:
    try:
        importlib.import_module("weasyprint")
    except OSError:
        return False
    return True


PARTS: dict[str, tuple[Callable[[], bool], str]] = {
    "chromium": (lambda: shutil.which("chromium") is not None, "no chromium on this machine"),
    "pango": (has_pango, "no Pango on this machine"),
    "shared": ((SHARED / "data" / "meetup").is_dir, "no ../shared beside this clone"),
}
skipped: Counter[str] = Counter()


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "needs(*parts): skip, and say so, where a part is missing")
    required = {name for name in os.environ.get("HUIYOU_REQUIRE", "").split(",") if name}
    if unknown := required - PARTS.keys():
        raise pytest.UsageError(f"HUIYOU_REQUIRE: {sorted(unknown)} are not among {sorted(PARTS)}")
    if missing := sorted(name for name in required if not PARTS[name][0]()):
        raise pytest.UsageError(f"HUIYOU_REQUIRE asks for {missing}, which this machine lacks")


def pytest_runtest_setup(item: pytest.Item) -> None:
    for mark in item.iter_markers("needs"):
        for part in mark.args:
            there, why = PARTS[part]
            if not there():
                skipped[why] += 1
                pytest.skip(why)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for why, count in sorted(skipped.items()):
        terminalreporter.write_line(f"{count} tests skipped: {why}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Real input that may not be shipped; the test is marked ``needs("shared")``."""
    return SHARED
