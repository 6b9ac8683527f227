"""A messy export becomes people, and nothing disappears without a line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

from huiyou.errors import Fault, InputError
from huiyou.people.columns import FIELDS, Columns, find_columns
from huiyou.people.companions import pair_up, tie
from huiyou.people.form import Form
from huiyou.people.layouts import find_layout, undo_layout
from huiyou.people.record import Applicant, Clean
from huiyou.people.repeats import merge_repeats, shared_phones
from huiyou.people.rows import Reader
from huiyou.people.sheets import Sheet, is_formula

__all__ = ["clean", "lay_out"]

CHUNK = 100  # rows between two reports
READ_SHARE = 0.9  # of the time; the rest is merging and pairing


def clean(sheet: Sheet, form: Form, *, report: Callable[[float], None] = lambda _: None) -> Clean:
    r"""Turn an export into people.

    Parameters
    ----------
    sheet : Sheet
        The export as it stands in the file.
    form : Form
        What was asked and what counts.
    report : callable, optional
        Told the share that is done, now and then; what it raises ends the cleaning.

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
    >>> table = "姓名,手机,行业\n毛佑涵,１９９００００００００,影视/文娱\n韦明,没有,影视文娱\n"
    >>> record = clean(
    ...     read_sheet(table.encode(), "people.csv"),
    ...     Form(traits=("行业",), known={"行业": ("影视文娱",)}),
    ... )
    >>> record.people[0].phone, record.people[0].traits["行业"]
    ('+8619900000000', ('影视文娱',))
    >>> record.rejected[0].row, record.rejected[0].reason
    (3, 'phone_not_a_number')
    """
    formulas = sum(is_formula(cell) for row in sheet.rows for cell in row.cells)
    sheet, columns = lay_out(sheet, form)
    reader = Reader(sheet, form, columns)
    drafts = []
    for done, row in enumerate(sheet.rows):
        if done % CHUNK == 0:
            report(READ_SHARE * done / len(sheet.rows))
        if not row.blank and (draft := reader.read(row)):
            drafts.append(draft)
    report(READ_SHARE)
    people, merged = merge_repeats(drafts)
    _check_ids(people, sheet)
    pairs, pending = pair_up(
        {who.id: who.phone for who in people},
        {who.id: who.companion_phone for who in people if who.companion_phone},
        form.region,
    )
    noted = [*reader.noted, *shared_phones(people)]
    record = Clean(
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
        companions=tie(pairs),
        pending_companions=pending,
        counts={},
    )
    counts = {**_count(sheet, record, len(pairs)), "formula_cells": formulas}
    return replace(record, counts=counts)


def lay_out(sheet: Sheet, form: Form) -> tuple[Sheet, Columns]:
    """Undo what the form tool did to the table, and find the columns.

    Raises `InputError` with a fault for every column that is missing or ambiguous.
    """
    sheet = undo_layout(sheet, find_layout(sheet.header))
    columns = find_columns(
        sheet.header,
        file=sheet.file,
        row=sheet.header_row,
        traits=dict.fromkeys((*form.traits, *(n for n in form.needed if n not in FIELDS))),
        required=[name for name in form.needed if name in FIELDS],
        given=form.columns,
    )
    return sheet, columns


def _check_ids(people: list[Applicant], sheet: Sheet) -> None:
    times = Counter(who.id for who in people)
    faults = [
        Fault("id_twice", sheet.file, who.rows[0], "id", {"id": who.id})
        for who in people
        if times[who.id] > 1
    ]
    if faults:
        raise InputError(faults)


def _count(sheet: Sheet, clean: Clean, pairs: int) -> dict[str, int]:
    blank = sum(row.blank for row in sheet.rows)
    missing = {entry.row for entry in clean.rejected if entry.reason == "missing"}
    bad_phone = {entry.row for entry in clean.rejected if entry.reason.startswith("phone_")}
    return {
        "rows": len(sheet.rows) - blank,
        "blank": blank,
        "rejected": len({entry.row for entry in clean.rejected}),
        "missing_required": len(missing),
        "bad_phone": len(bad_phone - missing),
        "duplicates": sum(len(entry.rows) - 1 for entry in clean.merged),
        "variant_cells": len(clean.mapped),
        "companion_links": pairs + len(clean.pending_companions),
        "companions_mutual": pairs,
        "hongkong_phones": sum(who.region == "HK" for who in clean.people),
        "applicants": len(clean.people),
    }
