"""One row of an export made into an applicant, or refused with its reasons."""

from __future__ import annotations

from huiyou.people.columns import Columns
from huiyou.people.form import Form
from huiyou.people.layouts import says_no
from huiyou.people.phones import BadPhoneError, read_phone
from huiyou.people.record import PLAIN_FIELDS, Applicant, Mapped, Noted, Rejected
from huiyou.people.sheets import Sheet
from huiyou.people.unpack import Row
from huiyou.people.values import BLANKS, match_value, split_values
from huiyou.text import parse_time, tidy, trim

__all__ = ["Reader"]

_RUNNING_TEXT = frozenset({"bio", "wants"})  # kept as typed but for outer space


class Reader:
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
        for name in self.form.needed:
            if not (fields.get(name) or traits.get(name)):
                self.rejected.append(Rejected(row.number, self._header(name), "missing", ""))
        if len(self.rejected) > refused_before:
            return None
        self.mapped += mapped
        self.noted += noted
        self.noted += [
            Noted(row.number, name, "says_no", tidy(cell))
            for name, cell in zip(self.sheet.header, row.cells, strict=True)
            if says_no(self.columns.layout, name, cell)
        ]
        plain = {name: fields.get(name, "") for name in PLAIN_FIELDS}
        return Applicant(
            id=fields.get("id") or f"r{row.number}",
            rows=(row.number,),
            phone=phone,
            region=region,
            submitted_at=submitted_at,
            traits=traits,
            **plain,
        )

    def _header(self, name: str) -> str:
        return self.sheet.header[{**self.columns.traits, **self.columns.fields}[name]]

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
                elif rule == "given" or (rule and known):
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
