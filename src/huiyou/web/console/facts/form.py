"""A page of facts as it is, or as somebody sent it: read, put together with the rest, and kept."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.http import QueryDict

from huiyou.errors import Fault, InputError
from huiyou.web.console.editing import save_section, version_of
from huiyou.web.console.facts.fields import MISSING, Field, read, show
from huiyou.web.console.facts.rows import Draft, Given, Notes, Rows, Values
from huiyou.web.console.facts.sections import Section, Single
from huiyou.web.gatherings.models import Gathering

__all__ = ["SectionForm", "Sent", "draft_of"]

MOST_ROWS = 400  # far above any gathering, and what a browser sends of them stays within bounds
MORE = 5
AT_THE_END = 10**6


@dataclass(frozen=True, slots=True)
class Sent:
    """One row as it was sent, or as it stands there before anything was."""

    row: int
    was: int | None
    old: Values
    order: str
    out: bool


def draft_of(gathering: Gathering) -> Draft:
    """Take a gathering's facts apart so that forms can change them."""
    return Draft(
        facts=gathering.facts.model_dump(),
        quotas=[
            {"feature": q.feature, "value": q.value, "min": q.minimum, "max": q.maximum}
            for q in gathering.quotas
        ],
        prizes=[
            {"tier": p.tier, "prize": p.name, "sponsor": p.sponsor, "quantity": p.quantity}
            for p in gathering.prizes
        ],
        zone=gathering.facts.zone,
    )


class SectionForm:
    """One section of a gathering's facts; without anything sent it shows what is there."""

    def __init__(
        self, section: Section, gathering: Gathering, posted: QueryDict | None = None
    ) -> None:
        self.section, self.gathering, self.posted = section, gathering, posted
        self.draft = draft_of(gathering)
        self.zone: ZoneInfo = gathering.facts.zone
        self.seen = version_of(gathering) if posted is None else posted.get("seen", "")
        self.notes = Notes()
        self.faults: tuple[Fault, ...] = ()

    @property
    def wants_rows(self) -> bool:
        """Whether somebody only asked for more empty rows."""
        return self.posted is not None and "more" in self.posted

    @property
    def singles(self) -> list[Single]:
        """Facts asked for one by one; those of a draw's file only where there is a draw."""
        parts = [part for part in self.section.parts if isinstance(part, Single)]
        return [part for part in parts if self.asks(part)]

    def asks(self, part: Single) -> bool:
        """Whether there is anything to ask."""
        return part.field.name != "draw.prizes" or self.draft.facts["draw"] is not None

    def typed(self, field: Field, name: str, old: Any) -> Any:
        """Give the text in a field, or what is ticked."""
        if self.posted is None:
            return show(field, old, self.zone)
        if field.kind == "several":
            return self.posted.getlist(name)
        if field.kind == "tick":
            return name in self.posted
        return self.posted.get(name, "").replace("\r\n", "\n")

    def rows(self, part: Rows) -> list[Sent]:
        """Give the rows of a table: those there, and empty ones below."""
        olds = part.read(self.draft)
        if self.posted is None:
            count = len(olds) + part.spare
            was = [number if number < len(olds) else None for number in range(count)]
        else:
            more = MORE * (self.posted.get("more") == part.name)
            count = min(MOST_ROWS, _number(self.posted.get(f"{part.name}.rows"), 0) + more)
            sent = [_number(self.posted.get(f"{part.name}.{n}.was"), None) for n in range(count)]
            was = [number if number is not None and number < len(olds) else None for number in sent]
        return [
            self._sent(part, row, number, {} if number is None else olds[number])
            for row, number in enumerate(was)
        ]

    def _sent(self, part: Rows, row: int, was: int | None, old: Values) -> Sent:
        name = f"{part.name}.{row}"
        order = "" if was is None else str(was + 1)
        if self.posted is None:
            return Sent(row, was, old, order, out=False)
        out = f"{name}.out" in self.posted
        return Sent(row, was, old, self.posted.get(f"{name}.order", order), out=out)

    def save(self, *, who: str) -> bool:
        """Keep what was sent; say whether it could be kept, and keep every fault."""
        draft = deepcopy(self.draft)
        names = {part.name for part in self.section.parts if isinstance(part, Rows)}
        for single in self.singles:
            single.put(draft, self._value(single.field, single.field.name, single.get(self.draft)))
        for part in self.section.parts:
            if isinstance(part, Rows):
                part.write(draft, self._given(part), self.notes)
        try:
            save_section(
                self.gathering, draft.facts, faults=self.notes.faults, section=self.section.name,
                quotas=_texts(draft.quotas) if "quotas" in names else None,
                prizes=_texts(draft.prizes) if "prizes" in names else None,
                seen=self.seen, who=who,
            )  # fmt: skip
        except InputError as error:
            self.faults = error.faults
        return not self.faults

    def _value(self, field: Field, name: str, old: Any) -> Any:
        """Give what was typed; what the page showed and nobody changed is what it was."""
        typed, shown = self.typed(field, name, old), show(field, old, self.zone)
        same = sorted(typed) == sorted(shown) if field.kind == "several" else typed == shown
        return old if same and old is not MISSING else read(field, typed)

    def _given(self, part: Rows) -> list[Given]:
        """Give the rows to keep, in the order in which they are to stand."""
        sent = [one for one in self.rows(part) if not one.out and not self._empty(part, one)]
        if part.ordered:
            sent.sort(key=lambda one: self._standing(part, one))
        return [Given(self._values(part, one), one.was, one.row) for one in sent]

    def _values(self, part: Rows, one: Sent) -> Values:
        return {
            field.name: one.old[field.name]
            if field.locked and one.was is not None
            else self._value(
                field, f"{part.name}.{one.row}.{field.name}", one.old.get(field.name, MISSING)
            )
            for field in part.fields
        }

    def _empty(self, part: Rows, one: Sent) -> bool:
        """Say whether nothing is typed into a row; what cannot be emptied counts as typed."""
        return not any(
            (field.locked and one.was is not None)
            or str(self.typed(field, f"{part.name}.{one.row}.{field.name}", None)).strip()
            for field in part.fields
            if field.typed
        )

    def _standing(self, part: Rows, one: Sent) -> tuple[int, int, int]:
        """Give where a row goes: one moved up stands before what is there, one moved down after it."""
        before = one.was + 1 if one.was is not None else AT_THE_END
        if not one.order.strip():
            return AT_THE_END, 0, one.row
        place = _number(one.order.strip(), None)
        if place is None:
            name = f"{part.name}.{one.row}.order"
            self.notes.wrong("value_not_whole", part.name, one.row, "order", value=one.order)
            return AT_THE_END, len(name), one.row
        return place, (place > before) - (place < before), one.row


def _number(text: str | None, otherwise: Any) -> Any:
    """Read a short whole number."""
    return int(text) if text and text.isdecimal() and len(text) <= 5 else otherwise  # noqa: PLR2004 -- digits


def _texts(rows: list[Values]) -> list[list[str]]:
    """Write cells as a table in a file has them."""
    return [["" if cell is MISSING else str(cell) for cell in row.values()] for row in rows]
