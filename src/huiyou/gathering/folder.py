"""A gathering folder: ``gathering.toml`` and the tables it names, read and checked as a whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import Facts, File
from huiyou.gathering.rules import placed_by
from huiyou.gathering.toml import TOML, check_facts, line_of, read_toml
from huiyou.people import Form, Person, Sheet, check_size, lay_out, read_sheet
from huiyou.selection import Placed, Quota, read_quotas
from huiyou.text import nearest

__all__ = ["Folder", "form_of", "read_folder"]

_YES_NO = ("是", "否")
_FILE = TypeAdapter(File)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Folder:
    """Everything an organiser wrote down.

    Parameters
    ----------
    facts : Facts
    sheet : Sheet
        The applicants, as they stand in the file.
    quotas : tuple of Quota
    prizes : tuple of Prize
    extra_columns : tuple of (str, str)
        File and column of what was not read.
    rule_lines : tuple of int or None
        Where each of the rules about pools stands in ``gathering.toml``.
    """

    facts: Facts
    sheet: Sheet
    quotas: tuple[Quota, ...]
    prizes: tuple[Prize, ...]
    extra_columns: tuple[tuple[str, str], ...]
    rule_lines: tuple[int | None, ...] = ()

    @property
    def form(self) -> Form:
        """What was asked of applicants, and which answers count."""
        return form_of(self.facts, self.quotas)

    def placed(self, people: Sequence[Person]) -> dict[str, Placed]:
        """Give who is sure of a seat or excluded before the draw; raises `InputError`."""
        return placed_by(self.facts, people, file=TOML, lines=self.rule_lines)


def form_of(facts: Facts, quotas: Sequence[Quota]) -> Form:
    """Give what is asked of applicants, and which answers count."""
    known: dict[str, tuple[str, ...]] = {}
    for quota in quotas:
        known[quota.feature] = (*known.get(quota.feature, ()), quota.value)
    for trait, value in facts.terms.each_table:
        known.setdefault(trait, (value,) if value in _YES_NO else ())
    for trait, values in known.items():
        if values and set(values) <= set(_YES_NO):
            known[trait] = _YES_NO  # a quota for one of them still leaves the other an answer
    for trait, value in (
        rule.where.partition("=")[::2] for rule in facts.seats.pools if rule.where
    ):
        if known.get(trait) and value not in known[trait]:
            known[trait] = (*known[trait], value)  # else it would be read as some other value
    for wish, trait in facts.tables.wants.items():
        known.setdefault(wish, known.get(trait, ()))
    about = facts.applicants
    return Form(
        traits=facts.traits(quota.feature for quota in quotas),
        multi=tuple(about.multi),
        required=tuple(about.required),
        known=known,
        given=about.values,
        columns=about.columns,
        region=facts.gathering.region,
        zone=facts.zone,
    )


def read_folder(path: Path) -> Folder:
    """Read a gathering folder.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Folder

    Raises
    ------
    InputError
        Every fault in every file of it.
    """
    toml = path / TOML
    if not toml.is_file():
        raise InputError([Fault("no_gathering", str(path), params={"file": TOML})])
    text, written = read_toml(toml)
    try:
        facts = check_facts(text, written)
    except InputError as error:
        raise InputError([*error.faults, *_faults_of_tables(path, written)]) from error
    faults: list[Fault] = []

    def table(file: str, sheet: str | None, read: Callable[[Sheet], T]) -> T | None:
        return _reading(path, file, sheet, read, faults)

    about = facts.applicants
    sheet = table(about.file, about.sheet, lambda sheet: sheet)
    quotas = table(facts.seats.quotas, None, read_quotas) if facts.seats.quotas else ((), ())
    prizes = table(facts.draw.prizes, None, read_prizes) if facts.draw else ((), ())
    if sheet is not None:
        try:
            lay_out(sheet, form_of(facts, quotas[0] if quotas else ()))
        except InputError as error:
            faults += error.faults
    if faults or sheet is None or quotas is None or prizes is None:
        raise InputError(faults)
    extra = [(facts.seats.quotas or "", column) for column in quotas[1]]
    extra += [(facts.draw.prizes, column) for column in prizes[1]] if facts.draw else []
    lines = [line_of(text, ("seats", "pools", k)) for k in range(len(facts.seats.pools))]
    return Folder(facts, sheet, quotas[0], prizes[0], tuple(extra), tuple(lines))


def _reading(
    folder: Path, file: str, sheet: str | None, read: Callable[[Sheet], T], faults: list[Fault]
) -> T | None:
    """Read a table, or keep its faults."""
    try:
        return read(_read_table(folder, file, sheet))
    except InputError as error:
        faults.extend(error.faults)
        return None


def _faults_of_tables(folder: Path, written: Mapping[str, Any]) -> list[Fault]:
    """Find what is wrong in tables that are named well, though the facts beside them are not."""
    faults: list[Fault] = []

    def named(table: str, key: str) -> str | None:
        section = written.get(table)
        try:
            return _FILE.validate_python(section[key]) if isinstance(section, dict) else None
        except (KeyError, ValidationError):
            return None  # told already, with its line

    about = written.get("applicants")
    sheet = about.get("sheet") if isinstance(about, dict) else None
    if (file := named("applicants", "file")) and (sheet is None or isinstance(sheet, str)):
        _reading(folder, file, sheet, lambda sheet: sheet, faults)
    if file := named("seats", "quotas"):
        _reading(folder, file, None, read_quotas, faults)
    if file := named("draw", "prizes"):
        _reading(folder, file, None, read_prizes, faults)
    return faults


def _read_table(folder: Path, name: str, sheet: str | None) -> Sheet:
    path = folder / name
    if not path.is_file():
        others = sorted(entry.name for entry in folder.iterdir() if entry.is_file())
        params = {"nearest": nearest(name, others), "folder": str(folder)}
        raise InputError([Fault("file_missing", name, params=params)])
    check_size(path.stat().st_size, name)
    return read_sheet(path.read_bytes(), name, sheet)
