"""What is done at the desk: each deed is written into the journal with it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from huiyou.drawing import Prize, read_prizes
from huiyou.errors import Fault, InputError
from huiyou.gathering import Facts, Folder, form_of
from huiyou.gathering.toml import TOML, check_facts, parse_toml
from huiyou.people import Clean, Sheet, clean, lay_out, read_sheet
from huiyou.people.columns import FIELDS
from huiyou.people.layouts import find_layout, undo_layout
from huiyou.proof import digest
from huiyou.selection import Quota, read_quotas
from huiyou.web.applications.actions import keep_applications
from huiyou.web.console.models import Entry, Membership, Upload
from huiyou.web.gatherings.actions import join_series, keep_folder
from huiyou.web.gatherings.models import Gathering
from huiyou.web.tables.models import Plan

__all__ = [
    "Reading", "add_user", "import_folder", "keep_upload", "publish", "read_upload", "save_facts",
    "save_times", "take_upload", "version_of",
]  # fmt: skip

QUOTAS, PRIZES = "quotas.csv", "prizes.csv"
A_DAY = timedelta(days=1)

T = TypeVar("T")


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


def add_user(
    name: str, password: str, *, slug: str = "", role: str = "organiser"
) -> AbstractBaseUser:
    """Make a user, or give one a new password; the first of all may do everything everywhere.

    Raises
    ------
    InputError
        If the password is weak, or there is no such gathering.
    """
    users = get_user_model()
    gathering = Gathering.objects.filter(slug=slug).first() if slug else None
    faults = [Fault("gathering_unknown", params={"slug": slug})] if slug and not gathering else []
    try:
        validate_password(password)
    except ValidationError as error:
        faults.append(Fault("password_weak", params={"detail": " ".join(error.messages)}))
    if faults:
        raise InputError(faults)
    with transaction.atomic():
        user, made = users.objects.get_or_create(username=name)
        user.set_password(password)
        user.is_superuser = user.is_superuser or (made and users.objects.count() == 1)
        user.save()
        if gathering is not None:
            Membership.objects.update_or_create(
                user=user, gathering=gathering, defaults={"role": role}
            )
            Entry.write(
                gathering, at=timezone.now(), who="huiyou user add", deed="role",
                user=str(user), role=role,
            )  # fmt: skip
    return user


def version_of(gathering: Gathering) -> str:
    """Name the facts as they stand, so that two editors notice each other."""
    facts = [gathering.facts_json, gathering.quotas_json, gathering.prizes_json]
    return digest(_without_nulls(facts))


def _without_nulls(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value


def save_facts(
    gathering: Gathering, *, toml: str, quotas: str, prizes: str, seen: str, who: str
) -> None:
    """Keep facts, quotas and prizes as somebody wrote them.

    Raises
    ------
    InputError
        Every fault in all three; nothing is kept then.
    """
    faults: list[Fault] = []
    facts = _reading(lambda: check_facts(*parse_toml(toml)), faults)
    new_quotas = _reading(lambda: _quotas(quotas), faults)
    new_prizes = _reading(lambda: _prizes(prizes), faults)
    if facts is not None and facts.gathering.slug != gathering.slug:
        params = {"slug": gathering.slug}
        faults.append(Fault("slug_fixed", TOML, None, "gathering.slug", params))
    if faults or facts is None or new_quotas is None or new_prizes is None:
        raise InputError(faults)
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        if version_of(kept) != seen:
            raise InputError([Fault("facts_changed", TOML)])
        _take(kept, facts, new_quotas, new_prizes)
        Entry.write(
            kept, at=timezone.now(), who=who, deed="facts", before=seen, after=version_of(kept)
        )


def _take(
    gathering: Gathering, facts: Facts, quotas: Iterable[Quota], prizes: Iterable[Prize]
) -> None:
    gathering.keep_facts(facts)
    gathering.quotas_json = [asdict(quota) for quota in quotas]
    gathering.prizes_json = [asdict(prize) for prize in prizes]
    join_series(gathering)
    gathering.save()


def _reading(read: Callable[[], T], faults: list[Fault]) -> T | None:
    """Read, or keep the faults."""
    try:
        return read()
    except InputError as error:
        faults.extend(error.faults)
        return None


def _quotas(text: str) -> tuple[Quota, ...]:
    return read_quotas(read_sheet(text.encode(), QUOTAS))[0] if text.strip() else ()


def _prizes(text: str) -> tuple[Prize, ...]:
    return read_prizes(read_sheet(text.encode(), PRIZES))[0] if text.strip() else ()


def save_times(
    gathering: Gathering, *, opens: datetime | None, closes: datetime | None, listed: bool, who: str
) -> None:
    """Keep when applications are taken and whether the public page is there."""
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        kept.opens, kept.closes, kept.listed = opens, closes, listed
        kept.save(update_fields=["opens", "closes", "listed"])
        Entry.write(
            kept, at=timezone.now(), who=who, deed="times", listed=listed,
            opens=opens.isoformat() if opens else "", closes=closes.isoformat() if closes else "",
        )  # fmt: skip


def publish(gathering: Gathering, *, shown: bool, who: str) -> None:
    """Show seats and tables to everyone, or no longer; nothing happens if that is so already.

    Without tables there is nothing to show, and nothing happens either.
    """
    with transaction.atomic():
        kept = Gathering.objects.select_for_update().get(pk=gathering.pk)
        nothing = shown and not Plan.objects.filter(round__gathering=kept).exists()
        if nothing or (kept.published is not None) == shown:
            return
        kept.published = timezone.now() if shown else None
        kept.save(update_fields=["published"])
        Entry.write(kept, at=timezone.now(), who=who, deed="publish" if shown else "unpublish")


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
