"""A form of facts as the page draws it, in the reader's words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from huiyou.errors import Fault
from huiyou.gathering.toml import TOML
from huiyou.people.columns import FIELDS
from huiyou.phrases import Speaker
from huiyou.web.console.editing import PRIZES, QUOTAS
from huiyou.web.console.facts.fields import Field
from huiyou.web.console.facts.form import SectionForm, Sent
from huiyou.web.console.facts.rows import PAGE, Rows
from huiyou.web.console.facts.sections import Single, section_of

__all__ = ["Input", "Line", "Page", "Table", "Told", "tell"]

ZONES = (
    "Asia/Shanghai", "Asia/Hong_Kong", "Asia/Taipei", "Asia/Singapore", "Asia/Tokyo",
    "Europe/London", "Europe/Berlin", "America/New_York", "America/Los_Angeles", "UTC",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Input:
    """One field."""

    field: Field
    name: str
    label: str
    help: str
    value: Any
    options: tuple[tuple[str, str, bool], ...]  # value, words, whether chosen
    faults: tuple[str, ...]

    @property
    def id(self) -> str:
        """Name it as links and styles can."""
        return self.name.replace(".", "-")

    @property
    def described_by(self) -> str:
        """Ids of the sentences that belong to it."""
        parts = [f"{self.id}-help"] * bool(self.help) + [f"{self.id}-fault"] * bool(self.faults)
        return " ".join(parts)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table."""

    name: str
    number: int
    sent: Sent
    inputs: tuple[Input, ...]
    order_faults: tuple[str, ...]
    aside: str

    @property
    def id(self) -> str:
        """Name it as links and styles can."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows with their heads."""

    part: Rows
    lines: tuple[Line, ...]
    heads: tuple[tuple[Field, str], ...]
    aside: str  # what stands beside each row, if anything


@dataclass(frozen=True, slots=True)
class Told:
    """One fault as a person reads it, and where on the page it is."""

    place: str
    what: str
    mend: str
    name: str = ""
    section: str = ""

    @property
    def anchor(self) -> str:
        """Id of what is wrong."""
        return self.name.replace(".", "-")


Beside = Callable[[str, dict[str, Any]], str]


@dataclass(slots=True)
class Page:
    """Everything a template needs of a form; ``beside`` gives what stands at the end of a row."""

    form: SectionForm
    voice: Speaker
    beside: Beside | None = None
    told: list[Told] = field(init=False)

    def __post_init__(self) -> None:
        self.told = [self._tell(fault) for fault in self.form.faults]

    @property
    def groups(self) -> list[dict[str, Any]]:
        """Give headings with what stands under them."""
        return [
            {
                "name": f"{self.form.section.name}_{group.name}",
                "singles": [
                    self._single(part)
                    for part in group.parts
                    if isinstance(part, Single) and self.form.asks(part)
                ],
                "tables": [self._table(part) for part in group.parts if isinstance(part, Rows)],
            }
            for group in self.form.section.groups
        ]

    @property
    def suggestions(self) -> dict[str, tuple[str, ...]]:
        """Give the lists from which fields may pick."""
        facts, quotas = self.form.gathering.facts, self.form.gathering.quotas
        known = facts.traits(quota.feature for quota in quotas)
        return {"traits": known, "uses": (*FIELDS, *known), "zones": ZONES}

    def _single(self, part: Single) -> Input:
        asked = part.field
        label = self.voice.say(f"label.{_code(asked.name)}")
        return self._input(asked, asked.name, part.get(self.form.draft), label, asked.name)

    def _table(self, part: Rows) -> Table:
        heads = tuple((each, self._head(part, each.name)) for each in part.fields)
        lines = tuple(self._line(part, sent) for sent in self.form.rows(part))
        aside = f"label.{part.name}_aside"
        return Table(part, lines, heads, self.voice.say(aside) if self.voice.knows(aside) else "")

    def _line(self, part: Rows, sent: Sent) -> Line:
        name = f"{part.name}.{sent.row}"
        inputs = tuple(
            self._input(
                each, f"{name}.{each.name}", sent.old.get(each.name), self._head(part, each.name)
            )
            for each in part.fields
        )
        aside = self.beside(part.name, sent.old) if self.beside and sent.old else ""
        return Line(name, sent.row + 1, sent, inputs, self._faults_at(f"{name}.order"), aside)

    def _input(self, asked: Field, name: str, old: Any, label: str, about: str = "") -> Input:
        value = self.form.typed(asked, name, old)
        chosen = value if asked.kind == "several" else [value]
        options = tuple((choice, words, choice in chosen) for choice, words in self._choices(asked))
        help_code = f"label_help.{_code(about)}"
        told = self.voice.say(help_code) if self.voice.knows(help_code) else ""
        return Input(asked, name, label, told, value, options, self._faults_at(name))

    def _choices(self, asked: Field) -> list[tuple[str, str]]:
        if asked.name == "session":
            sessions = self.form.draft.facts["sessions"]
            return [(str(n), f"{s['starts']:%H:%M} {s['title']}") for n, s in enumerate(sessions)]
        return [(each, self.voice.say(f"{asked.words}.{each}")) for each in asked.choices]

    def _head(self, part: Rows, name: str) -> str:
        return self.voice.say(f"label.{part.name}_{name}")

    def _faults_at(self, name: str) -> tuple[str, ...]:
        return tuple(told.what for told in self.told if told.name == name)

    def _tell(self, fault: Fault) -> Told:
        """Say a fault in the words of the page, and find the input it is about."""
        name, section, label = self._place(fault)
        return tell(self.voice, fault, label, name, section)

    def _place(self, fault: Fault) -> tuple[str, str, str]:
        """Give the input's name, or the other section it belongs to, and what people call it."""
        path = str(fault.column or "")
        if fault.file in (QUOTAS, PRIZES):
            path = f"{fault.file.partition('.')[0]}.{fault.row}.{path}"
        singles = {part.field.name for part in self.form.singles}
        if fault.file == PAGE:
            return path, "", self._called(path)
        if path in singles:
            return path, "", self.voice.say(f"label.{_code(path)}")
        places = self.form.notes.places
        prefix = max(
            (p for p in places if path == p or path.startswith(f"{p}.")), key=len, default=""
        )
        if prefix:
            rows, row = places[prefix]
            name = f"{rows}.{row}.{self._column(rows, path[len(prefix) + 1 :])}"
            return name, "", self._called(name)
        return "", *self._elsewhere(path)

    def _column(self, rows: str, rest: str) -> str:
        part = next(p for p in self.form.section.parts if isinstance(p, Rows) and p.name == rows)
        named = rest.partition(".")[0]
        known = [each.name for each in part.fields]
        return named if named in known else part.blame or known[0]

    def _called(self, name: str) -> str:
        """Say which row and column an input of a table is."""
        rows, row, column = name.split(".")
        head = "facts.order" if column == "order" else f"label.{rows}_{column}"
        return f"{self.voice.say('place.row', row=int(row) + 1)} · {self.voice.say(head)}"

    def _elsewhere(self, path: str) -> tuple[str, str]:
        found = section_of(path)
        if found is None:
            return "", path if path != TOML else ""
        section, part = found
        title = self.voice.say(f"section.{section.name}")
        if isinstance(part, Single):
            return section.name, f"{title} · {self.voice.say(f'label.{_code(part.field.name)}')}"
        rest = path[len(part.table) + 1 :].split(".")
        row = f" · {self.voice.say('place.row', row=int(rest[0]))}" if rest[0].isdecimal() else ""
        return section.name, f"{title}{row}"


def tell(voice: Speaker, fault: Fault, label: str, name: str = "", section: str = "") -> Told:
    """Say a fault as pages do: of a field that people see, not of a key in a file."""
    code = "field_empty" if fault.code in ("key_missing", "cell_empty") else fault.code
    params = {"file": fault.file, "row": fault.row, **fault.params, "column": label}
    in_a_row = code == "field_empty" and name.count(".") > 1

    def say(kind: str, code: str) -> str:
        own = f"form_{kind}.{code}"
        return voice.say(own if voice.knows(own) else f"{kind}.{code}", **params)

    what, mend = say("fault", code), say("mend", "row_empty" if in_a_row else code)
    return Told(label, what, mend, name, section)


def _code(path: str) -> str:
    return path.replace(".", "_")
