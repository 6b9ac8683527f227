"""Every list as a workbook that Excel and WPS open, with nothing in it that they would run."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import xlsxwriter

from huiyou.people import Applicant
from huiyou.phrases import Speaker
from huiyou.results.view import View

__all__ = ["harmless", "lists", "workbook"]

_MARKS = ("=", "+", "-", "@", "\t", "\r")
LONGEST_CELL = 32_767  # Excel's own limit; past it the writer would leave the cell empty
_EPOCH = datetime(2020, 1, 1, tzinfo=UTC)  # a clock would make every run's bytes differ

Sheet = tuple[str, Sequence[str], Iterable[Sequence[Any]]]


def harmless(text: str) -> str:
    r"""Put an apostrophe before what a spreadsheet could take for a formula.

    The cell is written as text anyway; the apostrophe keeps it so when the list is saved as CSV and
    opened again. A phone number in E.164 is no formula and stays.

    Notes
    -----
    OWASP, *CSV Injection*.

    Examples
    --------
    >>> harmless('=HYPERLINK("http://example.com")'), harmless("+8619900000000")
    ('\'=HYPERLINK("http://example.com")', '+8619900000000')
    """
    if text.startswith(_MARKS) and not (text[0] == "+" and text[1:].isdigit()):
        return "'" + text
    return text


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook: name, header and rows of each sheet; text stays text."""
    out = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        book.set_properties({"created": _EPOCH.replace(tzinfo=None), "author": "Huiyou"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        body = book.add_format({"text_wrap": True, "valign": "top"})
        for name, header, rows in sheets:
            page = book.add_worksheet(name)
            page.freeze_panes(1, 0)
            page.repeat_rows(0)
            page.fit_to_pages(1, 0)
            widths = [_width(title) for title in header]
            for k, title in enumerate(header):
                page.write_string(0, k, harmless(title), head)
            last = 0
            for last, row in enumerate(rows, start=1):
                for k, value in enumerate(row):
                    if isinstance(value, int):
                        page.write_number(last, k, value, body)
                    else:
                        page.write_string(last, k, _fitting(harmless(str(value))), body)
                    widths[k] = max(widths[k], _width(str(value)))
            for k, width in enumerate(widths):
                page.set_column(k, k, min(width + 2, 48))
            if header:
                page.autofilter(0, 0, last, len(header) - 1)
    return out.getvalue()


def _fitting(text: str) -> str:
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _width(text: str) -> int:
    """Count columns of the longest line; Han characters take two."""
    return max((sum(1 + (c > "\u2e7f") for c in line) for line in text.split("\n")), default=0)


def lists(view: View) -> dict[str, bytes]:
    """Write every list of the day.

    Parameters
    ----------
    view : View

    Returns
    -------
    dict of str to bytes
        File name → workbook: everyone, the cleaning report, seats, alternates, tables, winners.
    """
    zh, en = Speaker("zh"), Speaker("en")

    def both(code: str, **params: Any) -> str:
        return f"{zh.say(code, **params)} {en.say(code, **params)}"

    traits = list(view.day.clean.columns["traits"])
    personal = [both(f"field.{name}") for name in ("name", "phone", "email", "company")]
    rounds = [both("print.round", round=r) for r, _ in enumerate(view.rounds, start=1)]

    def who(person: Applicant) -> list[str]:
        return [person.id, person.name, person.phone, person.email, person.company]

    def values(person: Applicant) -> list[str]:
        return ["┋".join(person.traits.get(trait, ())) for trait in traits]

    people, day = view.people, view.day
    id_, row = both("field.id"), both("list.row")
    seated = sorted((people[id_of] for id_of in day.selection.chosen), key=lambda p: p.rows)
    out = {
        "people.xlsx": workbook([
            (both("list.everyone"), [id_, *personal, *traits, both("field.bio"), both("field.wants")],
             [[*who(p), *values(p), p.bio, p.wants] for p in people.values()]),
        ]),
        "cleaning.xlsx": workbook(_report(view, both)),
        "seats.xlsx": workbook([
            (both("list.seats"), [id_, *personal, both("list.ticket"), *rounds, *traits],
             [[*who(p), day.tickets[p.id], *view.tables_of[p.id], *values(p)] for p in seated]),
        ]),
        "alternates.xlsx": workbook([
            (both("list.alternates"), [both("list.order"), id_, *personal, *traits],
             [[k, *who(people[a]), *values(people[a])] for k, a in enumerate(day.selection.alternates, start=1)]),
        ]),
        "tables.xlsx": workbook([
            (name, [both("list.table"), both("field.name"), *traits, both("print.host"), row],
             [[t, seat.who.name, *values(seat.who), both("list.yes") if seat.host else "", seat.who.rows[0]]
              for t, seats in enumerate(tables, start=1) for seat in seats])
            for name, tables in zip(rounds, view.rounds, strict=True)
        ]),
    }  # fmt: skip
    if day.draw is not None:
        out["winners.xlsx"] = workbook([
            (both("list.winners"), [both("list.tier"), both("list.prize"), both("list.sponsor"), both("list.ticket"), *personal[:2]],
             [[tier, prize, sponsor, ticket, p.name, p.phone] for tier, prize, sponsor, won in view.winners for ticket, p in won]),
        ])  # fmt: skip
    return out


def _report(view: View, both: Any) -> list[Sheet]:
    clean, people = view.day.clean, view.people
    row, column, written = both("list.row"), both("list.column"), both("list.written")

    def two(prefix: str, code: str) -> str:
        return str(both(f"{prefix}.{code}"))

    return [
        (both("list.counts"), [both("list.what"), both("list.count")],
         [[two("count", name), count] for name, count in clean.counts.items()]),
        (both("list.rejected"), [row, column, both("list.reason"), written],
         [[e.row, e.column, two("reason", e.reason), e.value] for e in clean.rejected]),
        (both("list.merged"), [both("field.id"), both("list.name"), both("list.rows"), column, both("list.before"), both("list.after"), row],
         [[e.id, people[e.id].name, " ".join(map(str, e.rows)), c["column"], c["from"], c["to"], c["row"]] for e in clean.merged for c in e.changes]),
        (both("list.mapped"), [row, column, written, both("list.value"), both("list.rule")],
         [[e.row, e.column, e.written, e.value, two("rule", e.rule)] for e in clean.mapped]),
        (both("list.companions"), [both("list.name"), both("list.group")],
         [[people[who].name, k] for k, group in enumerate(clean.companions, start=1) for who in group]),
        (both("list.pending"), [both("list.name"), both("list.named"), both("list.reason")],
         [[people[e.id].name, e.named, two("pending", e.reason)] for e in clean.pending_companions]),
        (both("list.noted"), [row, column, both("list.note"), written],
         [[e.row, e.column, two("note", e.note), e.value] for e in clean.noted]),
    ]  # fmt: skip
