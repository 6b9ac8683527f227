"""What is done at the desk: each deed is written into the journal with it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from huiyou.gathering import Folder
from huiyou.people import clean
from huiyou.web.applications.actions import keep_applications
from huiyou.web.console.models import Entry
from huiyou.web.gatherings.actions import keep_folder
from huiyou.web.gatherings.models import Gathering

__all__ = ["import_folder"]


def import_folder(folder: Folder, *, who: str) -> tuple[Gathering, int]:
    """Keep a gathering folder: its facts and its applicants; give how many of them are new."""
    people = clean(folder.sheet, folder.form)
    with transaction.atomic():
        gathering = keep_folder(folder)
        fresh = keep_applications(gathering, people)
        Entry.write(
            gathering, at=timezone.now(), who=who, deed="import",
            file=folder.sheet.file, sha256=people.source["sha256"], fresh=fresh, **people.counts,
        )  # fmt: skip
    return gathering, fresh
