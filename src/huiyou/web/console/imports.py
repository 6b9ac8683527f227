"""A table of applicants that somebody handed in, until it is kept."""

from __future__ import annotations

import os
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from huiyou.errors import Fault, InputError
from huiyou.gathering import form_of
from huiyou.people import Clean, Sheet, clean, lay_out, read_sheet
from huiyou.people.columns import FIELDS
from huiyou.people.layouts import find_layout, undo_layout
from huiyou.web.applications.actions import keep_applications
from huiyou.web.console.models import Upload
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry

__all__ = ["Reading", "keep_upload", "read_upload", "take_upload"]

A_DAY = timedelta(days=1)


def take_upload(gathering: Gathering, file: Any, *, who: str) -> Upload:
    """Put a file where nothing serves it, for nobody else to read, until it is confirmed."""
    _clear_old()
    upload = Upload(gathering=gathering, name=Path(file.name).name[-100:], who=who)
    upload.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(upload.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as kept:
        for chunk in file.chunks():
            kept.write(chunk)
    upload.save()
    return upload


def _clear_old() -> None:
    """Forget files that nobody confirmed for a day: they hold phones."""
    for upload in Upload.objects.filter(made_at__lt=timezone.now() - A_DAY):
        upload.path.unlink(missing_ok=True)
    Upload.objects.filter(made_at__lt=timezone.now() - A_DAY, kept_at=None).delete()


@dataclass(frozen=True, slots=True)
class Reading:
    """What an upload says: its columns, and its people unless there are faults."""

    names: tuple[str, ...]  # fields and traits that may have a column
    needed: tuple[str, ...]
    header: tuple[str, ...]
    sheets: tuple[str, ...]
    faults: tuple[Fault, ...]
    clean: Clean | None


def read_upload(upload: Upload) -> Reading:
    """Read an upload with the columns that somebody gave it, and change nothing."""
    gathering = upload.gathering
    form = form_of(gathering.facts, gathering.quotas)
    form = replace(form, columns={**form.columns, **upload.columns})
    names = tuple(dict.fromkeys((*form.needed, *form.traits, *(n for n in FIELDS if n != "id"))))
    header: tuple[str, ...] = ()
    try:
        sheet = _sheet_of(upload)
        header = undo_layout(sheet, find_layout(sheet.header)).header
        lay_out(sheet, form)
        people = clean(sheet, form)
    except InputError as error:
        sheets = next((tuple(f.params["sheets"]) for f in error.faults if "sheets" in f.params), ())
        return Reading(names, form.needed, header, sheets, error.faults, None)
    except FileNotFoundError:
        gone = Fault("upload_gone", upload.name)
        return Reading(names, form.needed, header, (), (gone,), None)
    return Reading(names, form.needed, header, (), (), people)


def _sheet_of(upload: Upload) -> Sheet:
    return read_sheet(upload.path.read_bytes(), upload.name, upload.sheet or None)


def keep_upload(upload: Upload, *, who: str) -> Upload:
    """Keep the applications of an upload, once; a second time changes nothing.

    Raises
    ------
    InputError
        If it cannot be read as it stands.
    """
    if upload.kept_at is not None:
        return upload
    reading = read_upload(upload)
    if reading.clean is None:
        raise InputError(reading.faults)
    people = reading.clean
    with transaction.atomic():
        kept = Upload.objects.select_for_update().get(pk=upload.pk)
        if kept.kept_at is None:
            kept.fresh = keep_applications(kept.gathering, people)
            kept.kept_at = timezone.now()
            kept.save(update_fields=["fresh", "kept_at"])
            Entry.write(
                kept.gathering, at=kept.kept_at, who=who, deed="import", file=kept.name,
                sha256=people.source["sha256"], fresh=kept.fresh, **people.counts,
            )  # fmt: skip
    with suppress(OSError):
        upload.path.unlink(missing_ok=True)
    return kept
