"""A messy export becomes people, and nothing disappears without a line."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.people.columns import FIELDS, Columns, find_columns
from huiyou.people.companions import Pending, pair_up
from huiyou.people.layouts import find_layout, undo_layout
from huiyou.people.person import Person
from huiyou.people.phones import BadPhoneError, read_phone
from huiyou.people.sheets import Row, Sheet
from huiyou.people.values import BLANKS, match_value, split_values
from huiyou.proof import sealed, unseal
from huiyou.text import parse_time, squash, tidy, trim

__all__ = ["Applicant", "Clean", "Form", "Mapped", "Merged", "Noted", "Rejected", "clean", "lay_out"]

KIND, VERSION = "clean", 1
_FORMULA_MARKS = ("=", "@", "\t", "\r")
_RUNNING_TEXT = frozenset({"bio", "wants"})  # kept as typed but for outer space


@dataclass(frozen=True, slots=True)
class Form:
    """What the organiser asked, and which answers count.

    Parameters
    ----------
    traits : tuple of str
        Traits that decisions use; each must have a column.
    multi : tuple of str
        Those that may hold several values in a cell.
    required : tuple of str
        Fields and traits without which a row is rejected; ``name`` and ``phone`` always are.
    known : mapping of str to tuple of str
        Values of a trait that count; a trait that is not named here takes any.
    given : mapping of str to mapping of str to str
        Trait → what people wrote → what it means, in the organiser's own words.
    columns : mapping of str to str
        Field or trait → column, where guessing should not.
    region : str
        Where a phone number without country code belongs; two letters of ISO 3166.
    zone : tzinfo
        Of times that name none.
    """

    traits: tuple[str, ...] = ()
    multi: tuple[str, ...] = ()
    required: tuple[str, ...] = ("name", "phone")
    known: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    given: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    region: str = "CN"
    zone: tzinfo = UTC


@dataclass(frozen=True, slots=True)
class Applicant:
    """One person who applied, with everything they typed that someone asked for.

    Parameters
    ----------
    id : str
        From the column ``id``, else ``r`` and the number of the row of their first application.
    rows : tuple of int
        Rows it was put together from, first application first.
    name, phone, region : str
        The phone in E.164, and the region it belongs to.
    email, company, bio, wants : str
    companion_phone : str
        As typed; what became of it stands in ``companions`` and ``pending_companions``.
    submitted_at : str
        ISO 8601 with offset; empty if unknown.
    traits : mapping of str to tuple of str
    """

    id: str
    rows: tuple[int, ...]
    name: str
    phone: str
    region: str
    email: str = ""
    company: str = ""
    bio: str = ""
    wants: str = ""
    companion_phone: str = ""
    submitted_at: str = ""
    traits: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def as_person(self) -> Person:
        """Leave behind all but the id and the traits."""
        return Person(self.id, dict(self.traits))


@dataclass(frozen=True, slots=True)
class Rejected:
    """A row that is no application, one entry for each fault; ``reason`` is a code."""

    row: int
    column: str
    reason: str
    value: str


@dataclass(frozen=True, slots=True)
class Merged:
    """Rows of one person; ``changes`` are what later rows changed: column, from, to, row."""

    id: str
    rows: tuple[int, ...]
    changes: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Mapped:
    """An answer that was read as a value that counts, and the rule (see `match_value`)."""

    row: int
    column: str
    written: str
    value: str
    rule: str


@dataclass(frozen=True, slots=True)
class Noted:
    """Something kept as it is that an organiser should know of; ``note`` is a code."""

    row: int
    column: str
    note: str
    value: str


@dataclass(frozen=True, slots=True)
class Clean:
    """An export made into people: the record ``clean.json``. It holds names and phones: private.

    Parameters
    ----------
    source : mapping
        ``file``, ``sha256``, ``form`` and ``header_row`` of the export.
    columns : mapping
        Which column was taken for what.
    people : tuple of Applicant
        By row.
    rejected, merged, mapped, noted : tuples
        Every row that is no application, every repeat, every answer read as another, and all that
        is worth knowing.
    companions : tuple of tuple of str
        Groups who named each other.
    pending_companions : tuple of Pending
    counts : mapping of str to int
    """

    source: Mapping[str, Any]
    columns: Mapping[str, Any]
    people: tuple[Applicant, ...]
    rejected: tuple[Rejected, ...]
    merged: tuple[Merged, ...]
    mapped: tuple[Mapped, ...]
    noted: tuple[Noted, ...]
    companions: tuple[tuple[str, ...], ...]
    pending_companions: tuple[Pending, ...]
    counts: Mapping[str, int]

    def persons(self) -> list[Person]:
        """Give everyone as decisions see them."""
        return [applicant.as_person() for applicant in self.people]

    def to_dict(self) -> dict[str, Any]:
        """Give the record, with its own digest, for canonical JSON."""
        return sealed({"kind": KIND, "version": VERSION, **_plain(self)})

    @classmethod
    def from_dict(cls, record: Any) -> Clean:
        """Take a record back; raises `RefusedError` if it was changed."""
        body = unseal(record, KIND, VERSION)
        return cls(
            source=body["source"],
            columns=body["columns"],
            people=tuple(
                Applicant(**{
                    **entry,
                    "rows": tuple(entry["rows"]),
                    "traits": {key: tuple(value) for key, value in entry["traits"].items()},
                })
                for entry in body["people"]
            ),
            rejected=tuple(Rejected(**entry) for entry in body["rejected"]),
            merged=tuple(
                Merged(entry["id"], tuple(entry["rows"]), tuple(entry["changes"]))
                for entry in body["merged"]
            ),
            mapped=tuple(Mapped(**entry) for entry in body["mapped"]),
            noted=tuple(Noted(**entry) for entry in body["noted"]),
            companions=tuple(map(tuple, body["companions"])),
            pending_companions=tuple(Pending(**entry) for entry in body["pending_companions"]),
            counts=body["counts"],
        )  # fmt: skip


def _plain(record: Clean) -> dict[str, Any]:
    return {
        "source": dict(record.source),
        "columns": dict(record.columns),
        "people": [asdict(entry) for entry in record.people],
        "rejected": [asdict(entry) for entry in record.rejected],
        "merged": [asdict(entry) for entry in record.merged],
        "mapped": [asdict(entry) for entry in record.mapped],
        "noted": [asdict(entry) for entry in record.noted],
        "companions": [list(group) for group in record.companions],
        "pending_companions": [asdict(entry) for entry in record.pending_companions],
        "counts": dict(record.counts),
    }


def clean(sheet: Sheet, form: Form) -> Clean:
    """Turn an export into people.

    Parameters
    ----------
    sheet : Sheet
        The export as it stands in the file.
    form : Form
        What was asked and what counts.

    Returns
    -------
    Clean
        Every row of ``sheet`` is in it: in an applicant's ``rows``, among the rejected, or counted
        as blank.

    Raises
    ------
    InputError
        If columns are missing or ambiguous, or two rows carry the same ``id`` for two people.

    Notes
    -----
    1. Undo what the form tool did to the table, and find the columns.
    2. Read each row: tidy the values, read the phone, map answers to values that count.
    3. Merge rows with the same phone and the same name. The later by submission time wins field by
       field; an empty field never overwrites. The same phone under two names stays two people.
    4. Pair companions who named each other.

    O(rows × columns).

    Examples
    --------
    >>> from huiyou.people.sheets import read_sheet
    >>> table = "姓名,手机,行业\\n毛佑涵,１９９００００００００,影视/文娱\\n韦明,没有,影视文娱\\n"
    >>> record = clean(
    ...     read_sheet(table.encode(), "people.csv"),
    ...     Form(traits=("行业",), known={"行业": ("影视文娱",)}),
    ... )
    >>> record.people[0].phone, record.people[0].traits["行业"]
    ('+8619900000000', ('影视文娱',))
    >>> record.rejected[0].row, record.rejected[0].reason
    (3, 'phone_not_a_number')
    """
    sheet, columns = lay_out(sheet, form)
    reader = _Reader(sheet, form, columns)
    drafts = [draft for row in sheet.rows if not row.blank and (draft := reader.read(row))]
    people, merged = _merge(drafts, sheet)
    groups, pending = pair_up(
        {who.id: who.phone for who in people},
        {who.id: who.companion_phone for who in people if who.companion_phone},
        form.region,
    )
    noted = [*reader.noted, *_shared_phones(people)]
    return Clean(
        source={
            "file": sheet.file,
            "sha256": sheet.digest,
            "form": sheet.form,
            "header_row": sheet.header_row,
        },
        columns=columns.to_dict(sheet.header),
        people=tuple(people),
        rejected=tuple(reader.rejected),
        merged=tuple(merged),
        mapped=tuple(reader.mapped),
        noted=tuple(sorted(noted, key=lambda entry: (entry.row, entry.column, entry.note))),
        companions=groups,
        pending_companions=pending,
        counts=_count(sheet, reader, people, merged, groups, pending),
    )


def lay_out(sheet: Sheet, form: Form) -> tuple[Sheet, Columns]:
    """Undo what the form tool did to the table, and find the columns.

    Raises `InputError` with a fault for every column that is missing or ambiguous.
    """
    sheet = undo_layout(sheet, find_layout(sheet.header))
    columns = find_columns(
        sheet.header,
        file=sheet.file,
        row=sheet.header_row,
        traits=form.traits,
        required=[name for name in form.required if name in FIELDS],
        given=form.columns,
    )
    return sheet, columns


class _Reader:
    """Reads rows one by one and keeps what happened to them."""

    def __init__(self, sheet: Sheet, form: Form, columns: Columns) -> None:
        self.sheet, self.form, self.columns = sheet, form, columns
        self.rejected: list[Rejected] = []
        self.mapped: list[Mapped] = []
        self.noted: list[Noted] = []

    def read(self, row: Row) -> Applicant | None:
        """Give the applicant of one row, or None with the reasons in ``rejected``."""
        if len(row.cells) != len(self.sheet.header):
            reason = "row_too_long" if len(row.cells) > len(self.sheet.header) else "row_too_short"
            self.rejected.append(Rejected(row.number, "", reason, str(len(row.cells))))
            return None
        refused_before = len(self.rejected)
        fields = {name: self._field(row, name) for name in self.columns.fields}
        traits, mapped, noted = self._traits(row)
        phone, region = self._phone(row, fields.get("phone", ""), noted)
        submitted_at = self._time(row, fields.get("submitted_at", ""), noted)
        for name in self.form.required:
            if not (fields.get(name) or traits.get(name)):
                self.rejected.append(Rejected(row.number, self._header(name), "missing", ""))
        if len(self.rejected) > refused_before:
            return None
        self.mapped += mapped
        self.noted += noted
        return Applicant(
            **{
                **fields,
                "id": fields.get("id") or f"r{row.number}",
                "rows": (row.number,),
                "name": fields.get("name", ""),
                "phone": phone,
                "region": region,
                "submitted_at": submitted_at,
                "traits": traits,
            }
        )

    def _header(self, name: str) -> str:
        index = self.columns.fields.get(name, self.columns.traits.get(name))
        return name if index is None else self.sheet.header[index]

    def _field(self, row: Row, name: str) -> str:
        cell = _answer(row.cells[self.columns.fields[name]])
        return cell if name in _RUNNING_TEXT else tidy(cell)

    def _phone(self, row: Row, text: str, noted: list[Noted]) -> tuple[str, str]:
        if not text:
            return "", ""  # missing, which `required` says
        column = self._header("phone")
        try:
            phone = read_phone(text, self.form.region)
        except BadPhoneError as error:
            self.rejected.append(Rejected(row.number, column, error.reason, text))
            return "", ""
        if not phone.assigned:
            noted.append(Noted(row.number, column, "phone_unassigned", text))
        return phone.number, phone.region

    def _time(self, row: Row, text: str, noted: list[Noted]) -> str:
        if not text:
            return ""
        when = parse_time(text, self.form.zone)
        if when is None:
            noted.append(Noted(row.number, self._header("submitted_at"), "time_unreadable", text))
            return ""
        return when.isoformat()

    def _traits(self, row: Row) -> tuple[dict[str, tuple[str, ...]], list[Mapped], list[Noted]]:
        traits: dict[str, tuple[str, ...]] = {}
        mapped: list[Mapped] = []
        noted: list[Noted] = []
        for trait, index in self.columns.traits.items():
            column, known = self.sheet.header[index], self.form.known.get(trait, ())
            cell = row.cells[index]
            written = (
                split_values(cell, known, self.columns.layout.separators)
                if trait in self.form.multi
                else [cell] * bool(_answer(cell))
            )
            values = []
            for text in written:
                value, rule = self._value(trait, text, known)
                if rule == "unlisted":
                    noted.append(Noted(row.number, column, "value_unlisted", value))
                elif rule and known:
                    mapped.append(Mapped(row.number, column, text, value, rule))
                values.append(value)
            traits[trait] = tuple(dict.fromkeys(values))
        return traits, mapped, noted

    def _value(self, trait: str, text: str, known: tuple[str, ...]) -> tuple[str, str | None]:
        given = self.form.given.get(trait, {})
        meant = given.get(text, given.get(tidy(text)))
        return (meant, "given") if meant is not None else match_value(text, known)


def _answer(cell: str) -> str:
    text = trim(cell)
    return "" if text in BLANKS else text


def _merge(drafts: list[Applicant], sheet: Sheet) -> tuple[list[Applicant], list[Merged]]:
    """Make one applicant of all rows with the same phone and the same name."""
    groups: dict[tuple[str, str], list[Applicant]] = defaultdict(list)
    for draft in drafts:
        groups[draft.phone or draft.id, squash(draft.name) or draft.name].append(draft)
    people, merged = [], []
    for group in groups.values():
        group.sort(key=_submission_order)
        person, changes = group[0], []
        for later in group[1:]:
            person, changed = _overwrite(person, later)
            changes += changed
        people.append(person)
        if len(group) > 1:
            merged.append(Merged(person.id, person.rows, tuple(changes)))
    _check_ids(people, sheet)
    people.sort(key=lambda who: min(who.rows))
    return people, sorted(merged, key=lambda entry: min(entry.rows))


def _submission_order(draft: Applicant) -> tuple[datetime, int]:
    """Unknown times come first; of equal times, the lower row does."""
    when = datetime.fromisoformat(draft.submitted_at) if draft.submitted_at else None
    return (when or datetime.min.replace(tzinfo=UTC), draft.rows[0])


def _overwrite(person: Applicant, later: Applicant) -> tuple[Applicant, list[dict[str, Any]]]:
    """Let a later application win, field by field, where it says something."""
    row = later.rows[0]
    fresh: dict[str, Any] = {}
    changes: list[dict[str, Any]] = []
    for name in ("name", "email", "company", "bio", "wants", "companion_phone", "submitted_at"):
        old, new = getattr(person, name), getattr(later, name)
        if new and new != old:
            fresh[name] = new
            changes.append({"column": name, "from": old, "to": new, "row": row})
    traits = dict(person.traits)
    for trait, values in later.traits.items():
        if values and values != traits.get(trait, ()):
            changes.append(
                {"column": trait, "from": "┋".join(traits.get(trait, ())), "to": "┋".join(values), "row": row}
            )  # fmt: skip
            traits[trait] = values
    return replace(person, rows=(*person.rows, row), traits=traits, **fresh), changes


def _check_ids(people: list[Applicant], sheet: Sheet) -> None:
    times = Counter(who.id for who in people)
    faults = [
        Fault("id_twice", sheet.file, who.rows[0], "id", {"id": who.id})
        for who in people
        if times[who.id] > 1
    ]
    if faults:
        raise InputError(faults)


def _shared_phones(people: Iterable[Applicant]) -> list[Noted]:
    """List people who share a phone with somebody of another name."""
    owners: dict[str, list[Applicant]] = defaultdict(list)
    for who in people:
        owners[who.phone].append(who)
    return [
        Noted(row, "phone", "phone_shared", who.phone)
        for phone, shared in owners.items()
        if phone and len(shared) > 1
        for who in shared
        for row in who.rows
    ]


def _count(
    sheet: Sheet,
    reader: _Reader,
    people: list[Applicant],
    merged: list[Merged],
    groups: tuple[tuple[str, ...], ...],
    pending: tuple[Pending, ...],
) -> dict[str, int]:
    blank = sum(row.blank for row in sheet.rows)
    missing = {entry.row for entry in reader.rejected if entry.reason == "missing"}
    bad_phone = {entry.row for entry in reader.rejected if entry.reason.startswith("phone_")}
    pairs = sum(len(group) * (len(group) - 1) // 2 for group in groups)
    return {
        "rows": len(sheet.rows) - blank,
        "blank": blank,
        "rejected": len({entry.row for entry in reader.rejected}),
        "missing_required": len(missing),
        "bad_phone": len(bad_phone - missing),
        "duplicates": sum(len(entry.rows) - 1 for entry in merged),
        "variant_cells": len(reader.mapped),
        "formula_cells": sum(_is_formula(cell) for row in sheet.rows for cell in row.cells),
        "companion_links": pairs + len(pending),
        "companions_mutual": pairs,
        "hongkong_phones": sum(who.region == "HK" for who in people),
        "applicants": len(people),
    }


def _is_formula(cell: str) -> bool:
    """Whether a spreadsheet would run this cell. A leading ``+`` or ``-`` is mostly a phone or a dash."""
    return cell.startswith(_FORMULA_MARKS) or (
        cell[:1] in ("+", "-") and any(mark in cell for mark in "(!|") and len(cell) > 1
    )
