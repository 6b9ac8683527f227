"""Judging a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from huiyou.cli.desk import Desk, command
from huiyou.cli.seats import is_quotas, read_table
from huiyou.errors import Fault, HuiyouError, InputError
from huiyou.gathering import Inputs, check, read_folder
from huiyou.people import Clean
from huiyou.proof import Verdict, canonical
from huiyou.results import MANIFEST, verify_manifest
from huiyou.selection import Selection, read_quotas

__all__ = ["COMMANDS"]

_ROLLS = re.compile(r"[^=]+=[0-9]+")
_HASH = re.compile(r"[0-9a-f]{64}")


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
        made_from |= _read_input(path)
    try:
        return check(record.read_bytes(), **made_from, **room)
    except InputError as error:
        raise InputError(
            [Fault(fault.code, fault.file or str(record), fault.row, fault.column, fault.params) for fault in error.faults]
        ) from error  # fmt: skip


def _read_input(path: Path) -> dict[str, Any]:
    """Read what a record was made from: a folder, another record, a table of people or of quotas."""
    if path.is_dir():
        return {"folder": read_folder(path)}
    with path.open("rb") as file:
        first = file.read(len(b"\xef\xbb\xbf{")).removeprefix(b"\xef\xbb\xbf")
    if first.startswith(b"{") or path.suffix == ".json":
        return _read_record(path)
    sheet = read_table(path)
    if is_quotas(sheet):
        return {"quotas": read_quotas(sheet)[0]}
    return {"table": sheet}


def _read_record(path: Path) -> dict[str, Any]:
    """Read a record that others were made from."""
    kinds: dict[str, Callable[[Any], Clean | Selection | Inputs]] = {
        "clean": Clean.from_dict,
        "inputs": Inputs.from_dict,
        "selection": Selection.from_dict,
    }
    try:
        data = path.read_bytes()
        body = canonical.loads(data.strip())
        if "commit" in body:
            return {"draw": data}
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


COMMANDS = {"verify": verify}
