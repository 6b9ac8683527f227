"""The commands of Huiyou."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib import resources
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from huiyou import __version__, sample
from huiyou.errors import Fault, HuiyouError, InputError, QuotaError
from huiyou.gathering import Day, check, read_folder, run_day
from huiyou.people import Clean
from huiyou.phrases import LANGUAGES, Speaker
from huiyou.press import Press
from huiyou.proof import Verdict, canonical
from huiyou.results import MANIFEST, Written, check_out, verify_manifest, write_results
from huiyou.selection import Selection

__all__ = ["main"]

MOST_MAPPED_COLUMNS = 40
INTERRUPTED = 130  # what a shell gives for Ctrl-C

_ROLLS = re.compile(r"[^=]+=[0-9]+")
_HASH = re.compile(r"[0-9a-f]{64}")

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
        way = self.say(f"way.{error.code}") if self.speaker.knows(f"way.{error.code}") else ""
        self.tell("error", code=error.code, what=what, mend=way, **error.params)
        self.show(what, style="bold red")
        if way:
            self.show(f"  → {way}")
        if isinstance(error, QuotaError):
            self._conflict(error)
        self.show("", self.say("run.stopped"), style="dim")

    def _conflict(self, error: QuotaError) -> None:
        words = {key: self.say(f"conflict.{key}") for key in ("row", "feature", "value", "range", "pool", "now", "then")}  # fmt: skip
        conflict = self.table(
            words["row"], words["feature"], words["value"], words["range"], words["pool"]
        )
        asked = {}
        for row in error.params["conflict"]:
            conflict.add_row(
                str(row["row"]), row["feature"], row["value"], _range(row), str(row["pool"])
            )
        for row in error.params["asked"]:
            asked[row["feature"], row["value"]] = row
        changes = self.table(words["feature"], words["value"], words["now"], words["then"])
        for row in error.params["changes"]:
            changes.add_row(
                row["feature"],
                row["value"],
                _range(asked[row["feature"], row["value"]]),
                _range(row),
            )
        self.show(
            "", self.say("conflict.title"), conflict, "", self.say("conflict.changes"), changes
        )


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


@click.group()
@click.version_option(__version__, prog_name="huiyou")
def main() -> None:
    """会友 Huiyou：从报名到抽奖，每个决定都能查证。 Gatherings whose every decision can be checked."""


@command
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    required=True,
    help="结果文件夹 · folder for the results",
)
@click.option("--seed", help="种子；缺省用活动的短名 · seed; the gathering's slug by default")
def run(desk: Desk, directory: Path, out: Path, seed: str | None) -> None:
    """从普通文件走完一整天（彩排）。 The whole day from plain files, as a rehearsal."""
    _run(desk, directory, out, seed)


@command
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("RESULTS"),
    show_default=True,
    help="结果文件夹 · folder for the results",
)
@click.option(
    "--data", type=click.Path(path_type=Path), default=Path("huiyou-demo"), show_default=True,
    help="样例站点的数据放在哪里 · where the sample's site keeps its data",
)  # fmt: skip
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--public-url", default="", help="对外的网址 · address in public")
@click.option(
    "--serve/--no-serve", "serving", default=True,
    help="放上网站，直到 Ctrl-C · serve it until Ctrl-C",
)  # fmt: skip
def demo(
    desk: Desk, *, out: Path, data: Path, host: str, port: int, public_url: str, serving: bool
) -> None:
    """运行随附的样例并放上网站：1,600 人报名的深圳站。 Run the sample and serve it."""
    with resources.as_file(sample.folder("shenzhen")) as folder:
        _run(desk, folder, out, None)
        sample_day = read_folder(folder)
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve(), public_url)
    from huiyou.web.demo import fill  # noqa: PLC0415 -- needs Django set up

    desk.show("", desk.say("demo.filling"), style="dim")
    ready = fill(sample_day)
    base = public_url.rstrip("/") or f"http://{host}:{port}"
    addresses = {name: base + path for name, path in ready.paths.items()}
    desk.tell("demo", user=ready.user, password=ready.password, **addresses)
    _show_ways_in(desk, addresses, user=ready.user, password=ready.password)
    if serving:
        _serve(desk, host, port, public_url)


def _show_ways_in(desk: Desk, addresses: dict[str, str], **login: str) -> None:
    """End a demo with what to open, each address on a line of its own."""
    desk.show("", desk.say("demo.ready"), style="bold")
    for name, address in addresses.items():
        desk.show("", f"  {desk.say(f'demo.{name}')}", f"  {address}")
        if name == "desk":
            desk.show(f"  {desk.say('demo.login', **login)}", style="bold")
    desk.show("", desk.say("demo.invented"), "", style="dim")


@command
@click.argument("directory", type=click.Path(path_type=Path))
def new(desk: Desk, directory: Path) -> None:
    """建一个带说明、可直接运行的活动文件夹。 Make a commented gathering folder that runs."""
    try:
        if directory.exists() and (directory.is_file() or any(directory.iterdir())):
            raise InputError([Fault("dir_not_empty", str(directory))])
        with resources.as_file(sample.folder("new")) as folder:
            shutil.copytree(
                folder, directory, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__")
            )
    except OSError as error:
        params = {"detail": error.strerror or str(error)}
        raise InputError([Fault("out_unwritable", str(directory), params=params)]) from error
    desk.show(
        desk.say("run.created"), f"\n  huiyou run {shlex.quote(str(directory))} --out RESULTS\n"
    )
    desk.tell("created", path=str(directory))
    print(directory)


@command
@click.argument("record", type=click.Path(path_type=Path))
@click.argument("inputs", nargs=-1, type=click.Path(path_type=Path))
@click.option("--fingerprint", help="抽奖前拿到的指纹 · fingerprint from before the draw")
@click.option(
    "--rolls",
    multiple=True,
    metavar="TIER=DIGITS",
    help="现场看到的骰子 · dice as seen in the room",
)
@click.option(
    "--seen",
    multiple=True,
    metavar="HEX",
    help="手机记下的事件摘要 · hash of an event a phone kept",
)
def verify(
    desk: Desk,
    *,
    record: Path,
    inputs: Sequence[Path],
    fingerprint: str | None,
    rolls: Sequence[str],
    seen: Sequence[str],
) -> int:
    """检验一份记录。 PROVEN 0，REFUSED 4，CONSISTENT 5。 Judge a record."""
    if (record / MANIFEST).is_file():
        record /= MANIFEST
    faults = [Fault("input_missing", str(path)) for path in (record, *inputs) if not path.exists()]
    faults += [Fault("not_a_record", str(record)) for _ in [0] if record.is_dir()]
    # Our own page sets fingerprints in fours, and people read dice aloud in groups.
    fingerprint = _bare(fingerprint).lower() if fingerprint else None
    rolls, seen = list(map(_bare, rolls)), [_bare(text).lower() for text in seen]
    faults += [
        Fault("rolls_form", params={"value": roll}) for roll in rolls if not _ROLLS.fullmatch(roll)
    ]
    hashes = [*seen, fingerprint] if fingerprint else seen
    faults += [
        Fault("hash_form", params={"value": text}) for text in hashes if not _HASH.fullmatch(text)
    ]
    if faults:
        raise InputError(faults)
    if record.name == MANIFEST:
        verdict = verify_manifest(record)
    else:
        verdict = _judge(
            record,
            inputs,
            fingerprint=fingerprint,
            rolls=dict(roll.split("=", 1) for roll in rolls),
            seen=seen,
        )
    _show_verdict(desk, record, verdict)
    print(verdict.status)
    return verdict.exit_code


def _bare(text: str) -> str:
    """Take the spaces out of a hash or of dice, where they say nothing."""
    return "".join(text.split())


def _judge(record: Path, inputs: Sequence[Path], **room: Any) -> Verdict:
    """Judge a record against what it was made from and what was seen in the room."""
    made_from: dict[str, Any] = {}
    for path in inputs:
        made_from |= {"folder": read_folder(path)} if path.is_dir() else _read_record(path)
    try:
        return check(record.read_bytes(), **made_from, **room)
    except InputError as error:
        raise InputError(
            [Fault(fault.code, fault.file or str(record), fault.row, fault.column, fault.params) for fault in error.faults]
        ) from error  # fmt: skip


def _read_record(path: Path) -> dict[str, Clean | Selection]:
    """Read a record that others were made from."""
    kinds: dict[str, Callable[[Any], Clean | Selection]] = {
        "clean": Clean.from_dict,
        "selection": Selection.from_dict,
    }
    try:
        body = canonical.loads(path.read_bytes())
        kind = str(body["kind"])
        return {kind: kinds[kind](body)}
    except (HuiyouError, KeyError, TypeError, ValueError) as error:
        raise InputError([Fault("not_a_record", str(path))]) from error


def _show_verdict(desk: Desk, record: Path, verdict: Verdict) -> None:
    desk.tell("verdict", record=str(record), status=verdict.status, reasons=list(verdict.reasons),
              claims=list(verdict.claims), facts=dict(verdict.facts))  # fmt: skip
    style = {"PROVEN": "bold green", "CONSISTENT": "bold yellow", "REFUSED": "bold red"}[
        verdict.status
    ]
    desk.show(f"{desk.say(f'verdict.{verdict.status}')}  {record}", style=style)
    for claim in verdict.claims:
        desk.show(f"  ✓ {desk.say(f'claim.{claim}')}")
    for reason in verdict.reasons:
        known = desk.speaker.knows(f"why.{reason}")
        desk.show(
            f"  · {desk.say(f'why.{reason}') if known else desk.say('why.other', code=reason)}"
        )
    for name, value in verdict.facts:
        desk.show(f"    {desk.say(f'fact.{name}')}  {value}", style="dim")


def _run(desk: Desk, directory: Path, out: Path, seed: str | None) -> None:
    check_out(out)
    folder = read_folder(directory)
    with Press() as press, _compiling() as compiled, desk.progress() as report:
        seed = seed or folder.facts.gathering.slug
        day = run_day(folder, seed=seed, report=report)
        written = write_results(day, out, press=press, report=report)
    _show_day(desk, day, written)
    if compiled:
        desk.show(desk.say("run.compiled", seconds=sum(compiled)), style="dim")
        desk.tell("compiled", seconds=round(sum(compiled), 2))
    desk.show(desk.say("run.done"), style="bold")
    print(written.page)


@contextmanager
def _compiling() -> Iterator[list[float]]:
    """Listen for numba's compiler and give the seconds it took."""
    from numba.core import event  # noqa: PLC0415 -- slow import

    seconds: list[float] = []
    with event.install_timer("numba:compile", seconds.append):
        yield seconds


def _show_day(desk: Desk, day: Day, written: Written) -> None:
    columns = day.clean.columns
    layout = desk.say("layout.table") if columns["layout"] == "table" else columns["layout"]
    mapping = desk.table(desk.say("run.column_field"), desk.say("run.column_name"), "")
    named = [
        (desk.say(f"field.{name}"), name, column) for name, column in columns["fields"].items()
    ]
    told = {(shown, column) for shown, _, column in named}
    named += [
        (name, name, column)
        for name, column in columns["traits"].items()
        if (name, column) not in told
    ]
    for shown, name, column in named[:MOST_MAPPED_COLUMNS]:
        mapping.add_row(
            shown, column, desk.say("run.guessed") if name in columns["guessed"] else ""
        )
    desk.show(desk.say("run.columns", layout=layout), mapping, "")
    summary = desk.table("", "")
    figures = _figures(day)
    for name, value in figures:
        summary.add_row(desk.say(f"summary.{name}"), value)
    desk.show(summary, "")
    desk.tell("summary", columns=columns, files=list(written.files), **dict(figures))
    for file, column in day.folder.extra_columns:
        desk.show(desk.say("run.extra", file=file, columns=column), style="yellow")
    if doubtful := len({entry.row for entry in day.clean.noted if entry.note == "says_no"}):
        desk.show(desk.say("run.says_no", n=doubtful), style="yellow")
    if written.missing_glyphs:
        desk.show(desk.say("run.glyphs", characters=written.missing_glyphs), style="yellow")
    if not written.pdf:
        desk.show(desk.say("run.no_pdf"), style="yellow")


def _figures(day: Day) -> list[tuple[str, str]]:
    counts, about, grouping = day.clean.counts, day.facts.gathering, day.grouping
    figures = [(name, f"{counts[name]:,}") for name in ("rows", "rejected", "duplicates", "variant_cells", "formula_cells", "companions_mutual")]  # fmt: skip
    figures += [
        ("pending", str(len(day.clean.pending_companions))),
        ("applicants", f"{counts['applicants']:,}"),
        ("chosen", f"{len(day.selection.chosen):,}"),
        ("alternates", f"{len(day.selection.alternates):,}"),
        ("tables", f"{about.tables} × {about.rounds}"),
        ("gap", f"{float(grouping.gap):.2%}"),
        ("repeats", str(grouping.repeats)),
    ]
    if grouping.wants:
        figures.append(
            ("wants", f"{float(grouping.smallest_want):.0%} / {float(grouping.mean_want):.1%}")
        )
    if day.commitment:
        prizes = sum(prize.quantity for prize in day.folder.prizes)
        figures += [("prizes", str(prizes)), ("fingerprint", day.commitment.fingerprint)]
    return [*figures, ("seed", day.seed)]


DATA = click.option(
    "--data", type=click.Path(path_type=Path), default=Path("huiyou-data"), show_default=True,
    help="站点的数据放在哪里 · where the site keeps its data",
)  # fmt: skip


@command
@DATA
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--public-url", default="", help="对外的网址 · address in public")
def serve(desk: Desk, data: Path, host: str, port: int, public_url: str) -> None:
    """把活动放上网站。 Serve the site."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve(), public_url)
    _serve(desk, host, port, public_url)


def _serve(desk: Desk, host: str, port: int, public_url: str = "") -> None:
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    listener = site.listen(host, port)
    desk.show(desk.say("serve.at", address=public_url or f"http://{host}:{port}/"), style="bold")
    desk.tell("serving", host=host, port=port)
    site.serve(listener)


@command
@DATA
@click.argument("directory", type=click.Path(path_type=Path))
def import_(desk: Desk, directory: Path, data: Path) -> None:
    """把活动文件夹收进网站。 Take a gathering folder into the site."""
    folder = read_folder(directory)
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve())
    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- needs Django set up

    gathering, fresh = import_folder(folder, who="huiyou import")
    desk.show(desk.say("serve.imported", title=gathering.title, n=fresh), style="bold")
    desk.tell("imported", gathering=gathering.slug, fresh=fresh)
    print(gathering.slug)


@command
@DATA
def worker(desk: Desk, data: Path) -> None:
    """再开一个后台进程，做排队的事。 Do background tasks beside a site."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve())
    desk.tell("working")
    site.work()


@command
@DATA
@click.argument("file", type=click.Path(path_type=Path))
def backup(desk: Desk, file: Path, data: Path) -> None:
    """把整个站点存成一个文件，不用停。 Keep the whole site in one file, while it serves."""
    from huiyou.web import backup as safe  # noqa: PLC0415 -- Django is slow to load
    from huiyou.web import serve as site  # noqa: PLC0415 -- likewise

    site.prepare(data.resolve())
    rows = safe.back_up(file, data.resolve())
    desk.show(desk.say("ops.backed_up", file=str(file), rows=rows), style="bold")
    desk.tell("backed_up", rows=rows)
    print(file)


@command
@DATA
@click.argument("file", type=click.Path(path_type=Path))
def restore(desk: Desk, file: Path, data: Path) -> None:
    """从备份恢复到空的地方：要么全部，要么不动。 Restore a backup, all of it or nothing."""
    from huiyou.web import backup as safe  # noqa: PLC0415 -- Django is slow to load
    from huiyou.web import serve as site  # noqa: PLC0415 -- likewise

    rows = safe.restore(file, data.resolve(), site.prepare)
    desk.show(desk.say("ops.restored", rows=rows), style="bold")
    desk.tell("restored", rows=rows)
    print(data)


@click.group()
def user() -> None:
    """谁可以进控制台。 Who may enter the desk."""


@command
@DATA
@click.argument("name")
@click.option("--gathering", default="", metavar="SLUG", help="活动的短名 · the gathering's slug")
@click.option(
    "--role", type=click.Choice(["organiser", "staff", "auditor"]), default="organiser",
    show_default=True, help="在这个活动里的角色 · role in that gathering",
)  # fmt: skip
def add(desk: Desk, name: str, gathering: str, role: str, data: Path) -> None:
    """加一个用户，或换密码；第一个用户什么都可以做。 Add a user or set a password; the first may do everything."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    password = os.environ.get("HUIYOU_PASSWORD") or click.prompt(
        desk.say("user.password"), hide_input=True, confirmation_prompt=True, err=True
    )
    site.prepare(data.resolve())
    from huiyou.web.console.actions import add_user  # noqa: PLC0415 -- needs Django set up

    add_user(name, password, slug=gathering, role=role)
    desk.show(desk.say("user.added", name=name), style="bold")
    desk.tell("user", name=name)
    print(name)


for each in (run, demo, new, verify, serve, worker, backup, restore, user):
    main.add_command(each)
main.add_command(import_, "import")
user.add_command(add)
