"""Where commands speak, and what they have in common."""

from __future__ import annotations

import json
import math
import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from huiyou.errors import HuiyouError, InputError, QuotaError
from huiyou.phrases import LANGUAGES, Speaker

__all__ = ["Desk", "command"]

PATIENCE = 1.0  # seconds
INTERRUPTED = 130  # what a shell gives for Ctrl-C

# How long each step takes beside the others; a bar that moves evenly is worth more than exact shares.
STEPS = {
    "clean": 2, "select": 3, "group": 30, "draw": 1, "lists": 5,
    "cards": 60, "badges": 3, "signs": 3, "pages": 3,
}  # fmt: skip


class Desk:
    """Where a command speaks: a person's terminal in their language, or JSON lines, on stderr."""

    def __init__(self, language: str, machine: bool) -> None:
        self.speaker = Speaker(language)
        self.machine = machine
        self.console = Console(stderr=True, highlight=False, soft_wrap=False)

    def tell(self, event: str, **fields: Any) -> None:
        """Write one event for a machine."""
        if self.machine:
            print(json.dumps({"event": event, **fields}, ensure_ascii=False), file=sys.stderr)

    def show(self, *things: Any, style: str | None = None) -> None:
        """Write something for a person."""
        if not self.machine:
            for thing in things:
                # A terminal wraps a line itself; one that we broke could not be copied.
                self.console.print(
                    thing, style=style, markup=False, soft_wrap=isinstance(thing, str)
                )

    def say(self, code: str, /, **params: Any) -> str:
        """Give a sentence in the reader's language."""
        return self.speaker.say(code, **params)

    def table(self, *headings: str) -> Table:
        """Give an empty table."""
        table = Table(
            box=None,
            pad_edge=False,
            header_style="dim",
            padding=(0, 2, 0, 0),
            show_header=any(headings),
        )
        for heading in headings:
            table.add_column(heading, overflow="fold")
        return table

    @contextmanager
    def progress(self) -> Iterator[Callable[[str, float], None]]:
        """Show a bar over all steps, and give what moves it."""
        bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(),
            console=self.console, transient=True, disable=self.machine,
        )  # fmt: skip
        starts, at = {}, 0
        for step, length in STEPS.items():
            starts[step], at = at, at + length
        with bar:
            task = bar.add_task("", total=at)
            told: list[str] = []

            def report(step: str, share: float) -> None:
                bar.update(
                    task,
                    description=self.say(f"step.{step}"),
                    completed=starts[step] + share * STEPS[step],
                )
                if step not in told:
                    told.append(step)
                    self.tell("step", step=step)

            yield report

    @contextmanager
    def patience(self, step: str) -> Iterator[Wait]:
        """Say what takes so long, once it lasts over a second; give what is to be told meanwhile."""
        wait = Wait(self, self.say(f"step.{step}"))
        self.tell("step", step=step)
        try:
            yield wait
        finally:
            wait.bar.stop()

    def faults(self, error: InputError) -> None:
        """List everything that is wrong with the input."""
        self.show(self.say("run.faults", n=len(error.faults)), style="bold red")
        for fault in error.faults:
            what, mend = self.speaker.fault(fault)
            self.tell("fault", code=fault.code, file=fault.file, row=fault.row, column=fault.column, what=what, mend=mend)  # fmt: skip
            self.show(f"  {self.speaker.place(fault)}", style="bold")
            self.show(f"    {what}", f"    → {mend}")
        self.show(self.say("run.stopped"), style="dim")

    def error(self, error: HuiyouError) -> None:
        """Say what cannot be done, and what would make it possible."""
        what = (
            self.speaker.error(error) if self.speaker.knows(f"error.{error.code}") else str(error)
        )
        way = (
            self.say(f"way.{error.code}", **error.params)
            if self.speaker.knows(f"way.{error.code}")
            else ""
        )
        self.tell("error", code=error.code, what=what, mend=way, **error.params)
        self.show(what, style="bold red")
        if way:
            self.show(f"  → {way}")
        if isinstance(error, QuotaError):
            self._conflict(error)
        self.show("", self.say("run.stopped"), style="dim")

    def _conflict(self, error: QuotaError) -> None:
        params = error.params
        conflict = self._rows("row", "feature", "value", "range", "pool")
        for row in params["conflict"]:
            conflict.add_row(
                str(row["row"]), row["feature"], row["value"], _range(row), str(row["pool"])
            )
        self.show("", self.say("conflict.title"), conflict)
        if params["companions"]:
            self.show(self.say("conflict.companions"))
        self.show("", self.say("conflict.repairs"))
        for number, repair in enumerate(params["repairs"], start=1):
            self._repair(number, repair, params["seats"])
        if params["missing"]:
            kinds = [self.say(f"repair.{kind}") for kind in params["missing"]]
            self.show("", self.say("conflict.none", kinds=kinds), style="dim")

    def _repair(self, number: int, repair: dict[str, Any], asked: int) -> None:
        kinds = " · ".join(self.say(f"repair.{kind}") for kind in repair["kinds"])
        self.show("", f"{number}. {kinds}", style="bold")
        if repair["apart"]:
            self.show(self.say("conflict.apart"))
        elif repair["seats"] != asked:
            self.show(self.say("conflict.to_seats", seats=repair["seats"], asked=asked))
        else:
            changes = self._rows("row", "feature", "value", "now", "then")
            for change in repair["changes"]:
                now, then = change["now"], change["then"]
                changes.add_row(
                    str(change["row"]), now["feature"], now["value"], _range(now), _range(then)
                )
            self.show(self.say("conflict.moved", n=repair["total"]), changes)

    def _rows(self, *columns: str) -> Table:
        return self.table(*(self.say(f"conflict.{column}") for column in columns))


class Wait:
    """A search that somebody waits for: called often, and told how far it is."""

    def __init__(self, desk: Desk, what: str) -> None:
        self.desk, self.what = desk, what
        self.begun = self.told = time.monotonic()
        self.bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
            console=desk.console, transient=True, disable=desk.machine,
        )  # fmt: skip
        self.task = self.bar.add_task(what, total=None)

    def __call__(self) -> None:
        """Show the bar once it has lasted long enough."""
        if not self.bar.live.is_started and time.monotonic() - self.begun > PATIENCE:
            self.bar.start()

    def report(self, stage: str, value: float, bound: float) -> None:
        """Tell the best so far and what cannot be exceeded, at most once a second."""
        self()
        now = time.monotonic()
        if now - self.told < PATIENCE:
            return
        self.told = now
        known = math.isfinite(value)
        best = f"{value:.4f}" if known else "…"
        self.bar.update(self.task, description=self.desk.say("select.far", what=self.what, value=best, bound=f"{bound:.4f}"))  # fmt: skip
        self.desk.tell("progress", stage=stage, value=value if known else None, bound=bound)


def _range(quota: dict[str, Any]) -> str:
    return f"{quota['min']}–{quota['max']}"


def _language() -> str:
    """Chinese, unless the system speaks English."""
    for name in ("HUIYOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(name):
            return "en" if value.lower().startswith("en") else "zh"
    return "zh"


def command(function: Callable[..., int | None]) -> click.Command:
    """Give a command its common options, and turn errors into exit codes."""

    @click.option("--lang", type=click.Choice(LANGUAGES), default=None, help="语言 · language")
    @click.option("--json", "machine", is_flag=True, help="stderr 写成 JSON · stderr as JSON lines")
    @click.pass_context
    def run(context: click.Context, /, lang: str | None, machine: bool, **options: Any) -> None:
        desk = Desk(lang or _language(), machine)
        try:
            code = function(desk, **options)
        except InputError as error:
            desk.faults(error)
            code = error.exit_code
        except HuiyouError as error:
            desk.error(error)
            code = error.exit_code
        except KeyboardInterrupt:
            desk.tell("interrupted")
            desk.show("", desk.say("run.interrupted"), style="dim")
            code = INTERRUPTED
        context.exit(code or 0)

    made = click.command(name=function.__name__, help=function.__doc__)(run)
    made.params[:0] = reversed(getattr(function, "__click_params__", []))  # click gathers bottom up
    return made
