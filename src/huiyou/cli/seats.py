"""Seats from a table: find the fairest lottery, publish it, draw from it, explain it."""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, TypeVar

import click

from huiyou import drawing
from huiyou.cli.desk import Desk, command
from huiyou.errors import Fault, InputError, RefusedError
from huiyou.gathering import Columns, Roll, asked_of, read_folder, read_roll
from huiyou.people import Sheet, check_size, people_digest, read_sheet
from huiyou.proof import canonical
from huiyou.selection import (
    Asked,
    Need,
    Quota,
    Reasons,
    Selection,
    check_values,
    compare,
    draw_seats,
    entrants_of,
    needed,
    prepare,
    read_attendance,
    read_quotas,
    reasons_of,
    sort_into_pools,
    verify,
)
from huiyou.selection.fairness import OBJECTIVES
from huiyou.text import nearest

__all__ = ["COMMANDS", "is_quotas", "read_table"]

T = TypeVar("T")
_HEX64 = re.compile(r"[0-9a-f]{64}")
SHOWN_UNLISTED = 12
BARS, _HEIGHTS = 16, "▁▂▃▄▅▆▇█"

PATH = click.Path(path_type=Path)
_TABLE_OPTIONS = (
    click.option("--id", "id_", default="", metavar="COL", help="编号的列；缺省 id · column of ids"),
    click.option("--together", default="", metavar="COL", help="值相同的人一起来 · same value: all or none"),
    click.option("--one-per", default="", metavar="COL", help="值相同的人只来一位 · same value: one at most"),
    click.option("--pool", default="", metavar="COL", help="invited、reviewed、excluded 或空 · who is sure of a seat, who is out"),
    click.option("--reason", default="", metavar="COL", help="为什么 · why, for reviewed and excluded"),
    click.option("--multi", multiple=True, metavar="COL", help="一格多值的列 · cells with several values"),
)  # fmt: skip


def table_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say what a table's columns mean."""
    for option in reversed(_TABLE_OPTIONS):
        function = option(function)
    return function


@command
@click.argument("people", type=PATH)
@click.option("--seats", type=click.IntRange(min=1), required=True, help="席位数 · how many seats")
@click.option("--quotas", type=PATH, help="配额表 · table of quotas")
@table_options
@click.option(
    "--objective", type=click.Choice(OBJECTIVES), default="leximin", show_default=True,
    help="什么叫公平 · what is fair",
)  # fmt: skip
@click.option("--panels", type=click.IntRange(1, 100_000), default=1000, show_default=True, help="公布多少种等机会的选法 · equally likely panels")  # fmt: skip
@click.option("--alternates", type=click.IntRange(min=0), default=0, show_default=True, help="候补人数 · how many alternates")  # fmt: skip
@click.option("--past", type=PATH, help="往期到场人数 · who came to past stops")
@click.option(
    "--deadline",
    type=click.FloatRange(min=0),
    metavar="SECONDS",
    help="到时给出最好的 · end the search with the best it has",
)
@click.option("--seed", help="彩排：用这个种子抽 · rehearse: draw by this seed")
@click.option("--draw", type=PATH, help="公开抽签的证明文件 · proof of a draw by hydraw/1")
@click.option(
    "--key", default="", metavar="HEX", help="抽签后公布的密钥 · opens all entrants of the draw"
)
@click.option("--lottery", type=PATH, help="先前公布的抽法，从它抽 · a lottery published before")
@click.option("--entrants", type=PATH, help="把选法写成抽签名单 · write the panels as entrants")
@click.option(
    "--compare", "side_by_side", is_flag=True, help="各种公平并排看 · all objectives side by side"
)
@click.option("--out", type=PATH, help="记录写到哪里；缺省写到 stdout · where the record goes")
def select(desk: Desk, people: Path, quotas: Path | None, **options: Any) -> None:
    """从一张表里选人：最公平的抽法，能证明，能公开抽。 Choose people for seats by the fairest lottery."""
    key = "".join(options["key"].split()).lower()
    faults = _wrong_options(options, key)
    roll, rows, extra = _read(people, quotas, _columns_of(options), faults)
    asked = roll.asked(options["seats"], rows)
    columns = (roll.columns.pool or None, roll.columns.reason or None)
    sort_into_pools(asked, file=roll.file, columns=columns)
    check_values(rows, roll.people, file=quotas.name if quotas else "")
    past, unread = read_attendance(read_table(options["past"])) if options["past"] else ((), ())
    proof = _read_proof(desk, options["draw"]) if options["draw"] else None
    if options["side_by_side"]:
        _compare(desk, asked)
    if options["lottery"]:
        record = _published(desk, options["lottery"], asked)
    else:
        record = _prepared(desk, asked, roll, options)
    if options["seed"] or proof is not None:
        record = _drawn(desk, record, roll, {**options, "past": past}, (proof, key))
    _write(record, options["out"], options["entrants"])
    _show(desk, record, roll, rows)
    for path, named in ((quotas, extra), (options["past"], unread)):
        if path and named:
            desk.show(desk.say("run.extra", file=path.name, columns=named), style="yellow")


def _columns_of(options: Mapping[str, Any]) -> Columns:
    """Gather the options that say what a table's columns mean."""
    named = {name: options[name] for name in ("together", "one_per", "pool", "reason")}
    return Columns(id=options["id_"], multi=tuple(options["multi"]), **named)


def read_table(path: Path) -> Sheet:
    """Read a table from a file; raises `InputError`."""
    if not path.is_file():
        raise InputError([Fault("input_missing", str(path))])
    check_size(path.stat().st_size, path.name)
    return read_sheet(path.read_bytes(), path.name)


def is_quotas(sheet: Sheet) -> bool:
    """Say whether a table is one of quotas and not of people."""
    return {"min", "max"} <= {name.casefold() for name in sheet.header}


def _wrong_options(options: Mapping[str, Any], key: str) -> list[Fault]:
    faults = []
    if options["seed"] is not None and options["draw"]:
        faults.append(Fault("options_exclude", params={"one": "--seed", "other": "--draw"}))
    faults += [
        Fault("option_needs", params={"one": f"--{name}", "other": "--draw"})
        for name in ("key", "lottery")
        if options[name] and not options["draw"]
    ]
    if key and not _HEX64.fullmatch(key):
        faults.append(Fault("hash_form", params={"value": key}))
    for name in ("out", "entrants"):
        path = options[name]
        if path is not None and path.is_dir():
            faults.append(Fault("out_is_folder", str(path)))
        elif path is not None and not path.parent.is_dir():
            faults.append(Fault("input_missing", str(path.parent)))
    return faults


def _read(
    people: Path, quotas: Path | None, columns: Columns, faults: list[Fault]
) -> tuple[Roll, tuple[Quota, ...], tuple[str, ...]]:
    """Read both tables, and which columns of quotas say nothing; all that is wrong is told at once."""

    def tried(read: Callable[[], T]) -> T | None:
        try:
            return read()
        except InputError as error:
            faults.extend(error.faults)
            return None

    read = tried(lambda: read_quotas(read_table(quotas)) if quotas else ((), ()))
    rows, extra = read or ((), ())
    features = [quota.feature for quota in rows]
    roll = tried(lambda: read_roll(read_table(people), features, columns))
    if faults or roll is None:
        raise InputError(faults)
    return roll, rows, extra


def _read_proof(desk: Desk, path: Path) -> Any:
    """Read the proof of a draw that its own judge does not refuse."""
    if not path.is_file():
        raise InputError([Fault("input_missing", str(path))])
    data = path.read_bytes()
    verdict = drawing.verify(data)
    if verdict.status == "REFUSED":
        raise InputError([_refused(desk, "draw_refused", path, verdict.reasons[0])])
    return canonical.loads(data)


def _published(desk: Desk, path: Path, asked: Asked) -> Selection:
    """Read a lottery that was published before, and see that it is the one asked for."""
    record = _read_lottery(path)
    verdict = verify(record.to_dict(), asked.people, asked.together, asked.one_of, asked.placed)
    wanted = [(q.feature, q.value, q.minimum, q.maximum) for q in asked.quotas]
    found = [(q["feature"], q["value"], q["min"], q["max"]) for q in record.quotas]
    if verdict.status == "REFUSED":
        raise InputError([_refused(desk, "lottery_refused", path, verdict.reasons[0])])
    if record.drawn:
        raise InputError([Fault("lottery_drawn", str(path))])
    if (wanted, asked.seats) != (found, record.seats):
        raise InputError([Fault("lottery_other", str(path))])
    return record


def _prepared(desk: Desk, asked: Asked, roll: Roll, options: Mapping[str, Any]) -> Selection:
    with desk.patience("select") as wait:
        record = prepare(
            asked.people, asked.seats, asked.quotas,
            together=asked.together, one_of=asked.one_of, placed=asked.placed,
            objective=options["objective"], panels=options["panels"],
            seed=options["seed"] or people_digest(asked.people),
            deadline=options["deadline"], watch=wait, report=wait.report,
        )  # fmt: skip
    return replace(record, inputs={**record.inputs, "columns": roll.columns.to_dict()})


def _drawn(
    desk: Desk, record: Selection, roll: Roll, options: Mapping[str, Any], draw: tuple[Any, str]
) -> Selection:
    proof, key = draw
    try:
        return draw_seats(
            record, roll.people, together=roll.together, one_of=roll.one_of,
            alternates=options["alternates"], past=options["past"], proof=proof, key=key,
        )  # fmt: skip
    except RefusedError as error:
        reason = error.params["reason"]
        raise InputError([_refused(desk, "draw_refused", options["draw"], reason)]) from error


def _refused(desk: Desk, code: str, path: Path, reason: str) -> Fault:
    """Say in words why a judge refuses a file."""
    known = desk.speaker.knows(f"why.{reason}")
    why = desk.say(f"why.{reason}") if known else desk.say("why.other", code=reason)
    return Fault(code, str(path), params={"why": why, "reason": reason})


def _write(record: Selection, out: Path | None, entrants: Path | None) -> None:
    """Write the record to its file or to stdout, and the panels as a list to draw from."""
    data = canonical.dumps(record.to_dict())
    if entrants is not None:
        lines = ["id,weight", *(f"{name},1" for name in entrants_of(record.published["panels"]))]
        _save(entrants, "".join(f"{line}\n" for line in lines).encode())
    if out is None:
        sys.stdout.buffer.write(data + b"\n")
        sys.stdout.flush()
    else:
        _save(out, data)
        print(out)


def _save(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        params = {"detail": error.strerror or str(error)}
        raise InputError([Fault("out_unwritable", str(path), params=params)]) from error


def _show(desk: Desk, record: Selection, roll: Roll, quotas: Sequence[Quota]) -> None:
    """Sum it up: pools, chances, quotas, who was chosen."""
    summary = desk.table("", "")
    for name, value in _figures(desk, record):
        summary.add_row(desk.say(f"select.{name}"), value)
    desk.show(summary)
    if record.quotas:
        columns = ("feature", "value", "range", "pool", *(("chosen",) if record.drawn else ()))
        table = desk.table(*(desk.say(f"select.{name}") for name in columns))
        for row in record.quotas:
            cells = (row["feature"], row["value"], f"{row['min']}–{row['max']}", row["pool"])
            table.add_row(*map(str, cells), *([str(row["chosen"])] if record.drawn else []))
        desk.show("", table)
    for feature, value, n in _unlisted(roll, quotas):
        desk.show(desk.say("select.unlisted", feature=feature, value=value, n=n), style="yellow")
    state = "rehearsed" if record.drawn and record.rehearsal else "drawn" if record.drawn else "ready"  # fmt: skip
    desk.show("", desk.say(f"select.{state}"), style="bold")
    chances = _chances(record)
    desk.tell(
        "selected", state=state, objective=record.objective, status=record.status, seats=record.seats,
        pools={name: len(ids) for name, ids in record.pools.items()}, gap=record.gap,
        smallest=str(min(chances)), largest=str(max(chances)), published=record.published["smallest"],
    )  # fmt: skip


def _chances(record: Selection) -> list[Fraction]:
    """Give the chances of all who are drawn for."""
    return [Fraction(record.probabilities[who]) for who in record.pools["drawn"]]


def _figures(desk: Desk, record: Selection) -> list[tuple[str, str]]:
    chances = _chances(record)
    sizes = [(f"pool_{name}", f"{len(ids):,}") for name, ids in record.pools.items() if ids]
    return [
        ("seats", f"{record.seats:,}"),
        *sizes,
        ("objective", desk.say(f"objective.{record.objective}")),
        ("smallest", f"{float(min(chances)):.4%}"),
        ("largest", f"{float(max(chances)):.4%}"),
        ("proof", desk.say(f"select.{record.status}", gap=f"{float(Fraction(record.gap)):.2%}")),
        ("panels", f"{record.published['m']:,}"),
        ("published", f"{float(Fraction(record.published['smallest'])):.2%}"),
    ]


def _unlisted(roll: Roll, quotas: Sequence[Quota]) -> list[tuple[str, str, int]]:
    """Give values that people have and no quota of their feature names."""
    named = {(quota.feature, quota.value) for quota in quotas}
    held = Counter(
        (feature, value)
        for person in roll.people
        for feature, values in person.traits.items()
        for value in values
    )
    return [(*key, n) for key, n in held.most_common() if key not in named][:SHOWN_UNLISTED]


def _compare(desk: Desk, asked: Asked) -> None:
    """Show what each objective would give, and what the quotas cost."""
    with desk.patience("select") as watch:
        outlooks = compare(asked, watch=watch)
    if not outlooks:
        return  # the search says what conflicts
    names = ("objective", "smallest", "largest", "gini", "certain", "chart")
    table = desk.table(*(desk.say(f"compare.{name}") for name in names))
    for told in outlooks:
        table.add_row(
            desk.say(f"objective.{told.objective}"), f"{told.smallest:.4%}", f"{told.largest:.4%}",
            f"{told.gini:.4f}", f"{told.certain:,}", _chart(told.chances),
        )  # fmt: skip
        desk.tell(
            "outlook", objective=told.objective, smallest=told.smallest, largest=told.largest,
            gini=told.gini, certain=told.certain, shut=told.shut, even=told.even,
        )  # fmt: skip
    desk.show(desk.say("compare.title"), table, "")
    best = max(outlooks, key=lambda told: told.smallest)
    desk.show(desk.say("compare.cost", even=f"{best.even:.4%}", smallest=f"{best.smallest:.4%}", share=f"{max(1 - best.smallest / best.even, 0):.1%}"))  # fmt: skip
    if best.certain:
        _warn_of_sure(desk, best.certain, needed(asked))
    desk.show("")


def _warn_of_sure(desk: Desk, certain: int, needs: Sequence[Need]) -> None:
    """Say how many are sure of a seat, and what makes it so."""
    desk.show(desk.say("compare.sure", n=certain), style="yellow")
    for need in needs:
        alone = len(need.rows) == 1
        named = [
            desk.say(
                f"because.{'exactly' if alone and row.kind == 'min' else row.kind}",
                feature=row.feature, value=row.value, asked=row.asked,
            )
            for row in need.rows
        ]  # fmt: skip
        desk.show("  · " + desk.say("compare.needs", rows=" + ".join(named), n=len(need.people)))
        desk.tell("needed", rows=[asdict(row) for row in need.rows], people=len(need.people))


def _chart(chances: Sequence[float]) -> str:
    """Draw sorted chances as a row of bars, the largest of them full."""
    picked = [chances[round(k * (len(chances) - 1) / (BARS - 1))] for k in range(BARS)]
    return "".join(_HEIGHTS[round(one / picked[-1] * (len(_HEIGHTS) - 1))] for one in picked)


@command
@click.argument("record", type=PATH)
@click.argument("inputs", nargs=-1, type=PATH)
@click.option("--person", required=True, metavar="ID", help="谁 · who")
@click.option("--confirm", type=click.IntRange(min=0), default=1, show_default=True, help="重新找出几种抽法来证实 · confirm so many by a lottery of their own")  # fmt: skip
def explain(desk: Desk, record: Path, inputs: Sequence[Path], person: str, confirm: int) -> None:
    """告诉一个人：机会多大，是什么限制了它。 Tell one person their chance and what bounds it."""
    lottery = _read_lottery(record)
    if person not in lottery.probabilities:
        like = nearest(person, lottery.probabilities)
        raise InputError([Fault("explain_nobody", str(record), params={"id": person, "nearest": like})])  # fmt: skip
    if inputs:
        asked = _asked_again(lottery, record, inputs)
        with desk.patience("reasons") as watch:
            told = reasons_of(lottery, asked, person, confirm=confirm, watch=watch)
    else:
        told = _known(lottery, person)
    _tell_reasons(desk, lottery, person, told, asked=bool(inputs))
    print(f"{float(told.chance):.6f}")


def _read_lottery(path: Path) -> Selection:
    if not path.is_file():
        raise InputError([Fault("input_missing", str(path))])
    try:
        return Selection.from_dict(canonical.loads(path.read_bytes().strip()))
    except RefusedError as error:
        code = "explain_other" if error.params["reason"] == "wrong_kind" else "not_a_record"
        raise InputError([Fault(code, str(path))]) from error


def _asked_again(lottery: Selection, record: Path, inputs: Sequence[Path]) -> Asked:
    """Read what a lottery was made from, a folder or a table; raises `InputError` if it was not."""
    quotas = [Quota(q["feature"], q["value"], q["min"], q["max"]) for q in lottery.quotas]
    faults = [Fault("input_missing", str(path)) for path in inputs if not path.exists()]
    if faults:
        raise InputError(faults)
    asked = None
    for path in inputs:
        if path.is_dir():
            asked = asked_of(read_folder(path))
        elif not is_quotas(sheet := read_table(path)):
            columns = _columns_in(lottery, record)
            roll = read_roll(sheet, [quota.feature for quota in quotas], columns)
            asked = roll.asked(lottery.seats, quotas)
    if asked is None or lottery.inputs["people"] != people_digest(asked.people):
        raise InputError([Fault("explain_inputs", str(record))])
    return replace(asked, seats=lottery.seats, quotas=quotas)


def _columns_in(lottery: Selection, record: Path) -> Columns:
    """Read what a table's columns meant; a folder's record may say what no table's does."""
    try:
        return Columns.from_dict(lottery.inputs["columns"])
    except (TypeError, ValueError) as error:
        raise InputError([Fault("explain_inputs", str(record))]) from error


def _known(lottery: Selection, person: str) -> Reasons:
    """Give what a record alone says of somebody."""
    pool = next(name for name, ids in lottery.pools.items() if person in ids)
    chances = _chances(lottery)
    return Reasons(pool, Fraction(lottery.probabilities[person]), min(chances), max(chances))


def _tell_reasons(
    desk: Desk, lottery: Selection, person: str, told: Reasons, *, asked: bool
) -> None:
    chance, least, most = (f"{float(one):.4%}" for one in (told.chance, told.least, told.most))
    because = list(told.because) or ["…"]
    desk.show(desk.say(f"explain.{told.pool}", id=person, chance=chance, least=least, most=most, because=because), style="bold")  # fmt: skip
    standing = _standing(lottery, person)
    place = lottery.alternates.index(person) + 1 if standing == "alternate" else 0
    desk.show(desk.say(f"explain.{standing}", place=place, n=len(lottery.alternates)))
    if told.pool == "drawn":
        _tell_bounds(desk, told, asked=asked)
    desk.tell(
        "reasons", person=person, pool=told.pool, chance=str(told.chance), standing=standing,
        place=place, because=list(told.because), alike=told.alike if asked else None, met=told.met,
        bounds=[asdict(bound) for bound in told.bounds],
    )  # fmt: skip


def _tell_bounds(desk: Desk, told: Reasons, *, asked: bool) -> None:
    if not asked:
        desk.show(desk.say("explain.no_inputs"), style="dim")
        return
    desk.show(desk.say("explain.alike", n=told.alike), "")
    if not told.met:
        desk.show(desk.say("explain.unmet"), style="yellow")
    none = "none" if told.met else "none_rough"
    desk.show(desk.say("explain.title" if told.bounds else f"explain.{none}"))
    for bound in told.bounds:
        chance = f"{bound.chance:.4%}"
        sentence = desk.say(f"explain.{bound.kind}", feature=bound.feature, value=bound.value, asked=bound.asked, chance=chance)  # fmt: skip
        how = desk.say("explain.confirmed" if bound.confirmed else "explain.solved")
        desk.show(f"  · {sentence}", f"    {how}")


def _standing(lottery: Selection, person: str) -> str:
    if not lottery.drawn:
        return "undrawn"
    if person in lottery.chosen:
        return "chosen"
    return "alternate" if person in lottery.alternates else "lost"


COMMANDS = {"select": select, "explain": explain}
