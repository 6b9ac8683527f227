"""The whole day from plain files: run it, try the sample, begin a folder."""

from __future__ import annotations

import shlex
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from pathlib import Path

import click

from huiyou import sample
from huiyou.cli.desk import Desk, command
from huiyou.cli.site import serve_at
from huiyou.errors import Fault, InputError
from huiyou.gathering import Day, read_folder, run_day
from huiyou.gathering.households import households, largest_household
from huiyou.press import Press
from huiyou.results import Written, check_out, write_results

__all__ = ["COMMANDS"]

MOST_MAPPED_COLUMNS = 40


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
    from huiyou.web import serve as site  # noqa: PLC0415 -- only here

    listener = site.listen(host, port) if serving else None
    with resources.as_file(sample.folder("shenzhen")) as folder:
        _run(desk, folder, out, None)
        sample_day = read_folder(folder)
    site.prepare_pages(data.resolve(), public_url)
    from huiyou.web.demo import fill  # noqa: PLC0415 -- needs Django set up

    desk.show("", desk.say("demo.filling"), style="dim")
    ready = fill(sample_day)
    base = public_url.rstrip("/") or f"http://{host}:{port}"
    addresses = {name: base + path for name, path in ready.paths.items()}
    desk.tell("demo", user=ready.user, password=ready.password, **addresses)
    _show_ways_in(desk, addresses, user=ready.user, password=ready.password)
    if listener:
        serve_at(desk, listener, public_url)


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
    figures = _figures(desk, day)
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


def _figures(desk: Desk, day: Day) -> list[tuple[str, str]]:
    counts, about, grouping = day.clean.counts, day.facts.gathering, day.grouping
    figures = [(name, f"{counts[name]:,}") for name in ("rows", "rejected", "duplicates", "variant_cells", "formula_cells", "companions_mutual")]  # fmt: skip
    figures += [
        ("pending", str(len(day.clean.pending_companions))),
        ("applicants", f"{counts['applicants']:,}"),
        *(
            (f"pool_{name}", f"{len(ids):,}")
            for name, ids in day.selection.pools.items()
            if ids and name != "drawn"
        ),
        *_households(desk, day),
        ("objective", desk.say(f"objective.{day.selection.objective}")),
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


def _households(desk: Desk, day: Day) -> list[tuple[str, str]]:
    """Say how many there are of whom one at most comes, and the largest: it may be a 无 of many."""
    people, traits = day.clean.persons(), day.facts.seats.one_per
    if not (homes := households(people, traits)):
        return []
    value, most = largest_household(people, traits)
    return [("households", desk.say("run.households", n=len(homes), value=value, most=most))]


COMMANDS = {"run": run, "demo": demo, "new": new}
