"""A table of applicants that somebody handed in, until it is kept."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from huiyou.errors import Fault, ImpossibleError, InputError
from huiyou.gathering import form_of
from huiyou.people import Clean, Form, Sheet, clean, lay_out, read_sheet
from huiyou.people.columns import FIELDS
from huiyou.people.layouts import find_layout, undo_layout
from huiyou.proof import digest
from huiyou.web.applications.actions import keep_applications, require_room
from huiyou.web.console.models import Run, Upload
from huiyou.web.console.uploads import room
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.seats.pools import place_by_rules

__all__ = [
    "MOST_LINES", "basis_of", "clear_uploads", "keep_upload", "names_of", "read_upload", "take_upload",
]  # fmt: skip

A_DAY = timedelta(days=1)
A_WHILE = timedelta(minutes=10)  # a file and its row are never further apart
MOST_LINES = 200  # of each list in a cleaning report
LONGEST = 200  # characters of what somebody typed

Report = Callable[[float], None]


def take_upload(gathering: Gathering, file: Any, *, who: str) -> Upload:
    """Put a file where nothing serves it, for nobody else to read, until it is confirmed."""
    upload = Upload(gathering=gathering, name=Path(file.name).name[-100:], who=who)
    room()
    descriptor = os.open(upload.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    upload.save()
    return upload


def clear_uploads(now: datetime) -> None:
    """Forget files that nobody confirmed for a day, and what a sudden end left of others.

    They hold phones. A file without a row, and a row without a file, are of no use to anybody.
    """
    waiting = Upload.objects.filter(kept_at=None).exclude(runs__state__in=Run.ACTIVE)
    for upload in waiting.filter(made_at__lt=now - A_WHILE):
        if upload.made_at < now - A_DAY or not upload.path.is_file():
            upload.delete()
    awaited = set(Upload.objects.filter(kept_at=None).values_list("token", flat=True))
    for path in room().iterdir():
        with suppress(FileNotFoundError):  # another worker does the same
            old = path.stat().st_mtime < (now - A_WHILE).timestamp()
            if path.name not in awaited and old:
                path.unlink()


def names_of(form: Form) -> tuple[str, ...]:
    """Give the fields and traits that may have a column."""
    return tuple(dict.fromkeys((*form.needed, *form.traits, *(n for n in FIELDS if n != "id"))))


def basis_of(upload: Upload) -> str:
    """Give a digest of all that a reading follows from, besides the file."""
    gathering = upload.gathering
    form = asdict(form_of(gathering.facts, gathering.quotas))
    said = json.dumps([form, upload.columns, upload.sheet], sort_keys=True, default=str)
    return hashlib.sha256(said.encode()).hexdigest()


def read_upload(upload: Upload, *, report: Report, then: Callable[[], object]) -> None:
    """Read an upload with the columns that somebody gave it, and keep what the desk shows of it.

    ``then`` is kept with it or not at all.
    """
    form = form_of(upload.gathering.facts, upload.gathering.quotas)
    reading: dict[str, Any] = {
        "names": names_of(form), "needed": form.needed, "header": [], "sheets": [], "faults": [],
    }  # fmt: skip
    try:
        sheet = _sheet_of(upload)
        header = undo_layout(sheet, find_layout(sheet.header)).header
        reading["header"] = header
        upload.header = digest(list(header))
        _remember(upload, reading["names"])
        people = _people_of(upload, form, sheet, report)
    except InputError as error:
        reading["faults"] = [_kept_fault(fault) for fault in error.faults]
        sheets = (fault.params["sheets"] for fault in error.faults if "sheets" in fault.params)
        reading["sheets"] = next(sheets, [])
    else:
        reading |= _reported(people)
    reading["basis"] = basis_of(upload)
    upload.reading = reading
    with transaction.atomic():
        upload.save(update_fields=["reading", "header", "columns", "said"])
        then()


def _sheet_of(upload: Upload) -> Sheet:
    try:
        data = upload.path.read_bytes()
    except FileNotFoundError as error:
        raise InputError([Fault("upload_gone", upload.name)]) from error
    return read_sheet(data, upload.name, upload.sheet or None)


def _people_of(upload: Upload, form: Form, sheet: Sheet, report: Report) -> Clean:
    form = replace(form, columns={**form.columns, **upload.columns})
    lay_out(sheet, form)
    people = clean(sheet, form, report=report)
    require_room(people)
    return people


def _remember(upload: Upload, names: Sequence[str]) -> None:
    """Take the columns as they were the last time a table with this header was kept."""
    if upload.said:
        return
    kept = upload.gathering.uploads.filter(header=upload.header).exclude(kept_at=None)
    last = kept.order_by("-kept_at").first()
    if last is not None and last.columns:
        upload.columns = {name: last.columns[name] for name in names if name in last.columns}
        upload.said = Upload.Said.LAST_TIME


def _kept_fault(fault: Fault) -> dict[str, Any]:
    return {
        "code": fault.code, "file": fault.file, "row": fault.row, "column": fault.column,
        "params": dict(fault.params),
    }  # fmt: skip


def _reported(people: Clean) -> dict[str, Any]:
    """Give what the desk shows: figures, and the first lines of each list."""
    lists = ("rejected", "merged", "mapped", "pending_companions", "noted")
    return {
        "columns": people.columns,
        "counts": people.counts,
        "lists": {
            name: {
                "n": len(getattr(people, name)),
                "lines": [_short(asdict(line)) for line in getattr(people, name)[:MOST_LINES]],
            }
            for name in lists
        },
    }


def _short(value: Any) -> Any:
    """Cut what somebody typed, wherever it stands."""
    if isinstance(value, dict):
        return {name: _short(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_short(inner) for inner in value]
    return value[:LONGEST] if isinstance(value, str) else value


def keep_upload(upload: Upload, *, who: str, report: Report, then: Callable[[], object]) -> None:
    """Keep the applications of an upload as they were shown, once; ``then`` is kept with them.

    Raises
    ------
    ImpossibleError
        ``reading_stale``, if it would not be read as it was shown.
    InputError
        ``upload_gone``.
    """
    if upload.kept_at is not None:
        then()
        return
    if upload.reading is None or upload.reading["basis"] != basis_of(upload):
        raise ImpossibleError("reading_stale")
    form = form_of(upload.gathering.facts, upload.gathering.quotas)
    people = _people_of(upload, form, _sheet_of(upload), report)
    with transaction.atomic():
        upload.fresh, codes = keep_applications(upload.gathering, people)
        upload.kept_at = timezone.now()
        upload.reading = None
        upload.save(update_fields=["fresh", "kept_at", "reading"])
        if upload.said == Upload.Said.AT_THE_DESK and upload.columns:
            Entry.write(
                upload.gathering, at=upload.kept_at, who=who, deed="mapping", columns=upload.columns
            )
        Entry.write(
            upload.gathering, at=upload.kept_at, who=who, deed="import", file=upload.name,
            sha256=people.source["sha256"], fresh=upload.fresh, **people.counts,
        )  # fmt: skip
        _place(upload, people, codes, who=who)
        then()
    with suppress(OSError):
        upload.path.unlink(missing_ok=True)


def _place(upload: Upload, people: Clean, codes: dict[str, str], *, who: str) -> None:
    """Put people where the rules say; without a column of ids a number of a row says nobody here."""
    persons = people.persons()
    if "id" not in people.columns["fields"]:
        renamed = {person.id: codes[person.id] for person in persons}
        persons = [replace(person, id=renamed[person.id]) for person in persons]
        codes = {code: code for code in codes.values()}
    place_by_rules(upload.gathering, persons, codes, now=timezone.now(), who=who)
