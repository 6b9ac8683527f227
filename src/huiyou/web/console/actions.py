"""What is done at the desk: each deed is written into the journal with it."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from huiyou.errors import Fault, InputError
from huiyou.gathering import Folder
from huiyou.people import clean
from huiyou.web.applications.actions import keep_applications
from huiyou.web.applications.models import Application
from huiyou.web.console.models import Membership
from huiyou.web.gatherings.actions import keep_folder
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.seats.offers import move_on
from huiyou.web.seats.pools import place_by_rules
from huiyou.web.tables.models import Plan

__all__ = ["add_user", "import_folder", "publish"]


def import_folder(folder: Folder, *, who: str) -> tuple[Gathering, int]:
    """Keep a gathering folder: its facts and its applicants; give how many of them are new."""
    people = clean(folder.sheet, folder.form)
    with transaction.atomic():
        gathering = keep_folder(folder)
        fresh, codes = keep_applications(gathering, people)
        Entry.write(
            gathering, at=timezone.now(), who=who, deed="import",
            file=folder.sheet.file, sha256=people.source["sha256"], fresh=fresh, **people.counts,
        )  # fmt: skip
        place_by_rules(gathering, people.persons(), codes, now=timezone.now(), who=who, strict=True)
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


def give_new_link(application: Application, *, who: str) -> None:
    """Make somebody's lost link void, and a new one theirs: for those whom the organiser knows."""
    with transaction.atomic():
        application.renew_link()
        Entry.write(
            application.gathering, at=timezone.now(), who=who, deed="link", code=application.code
        )


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
        move_on(kept, timezone.now(), begin=True)
