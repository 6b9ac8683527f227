"""Who may do what in a gathering: given, changed and taken away at the desk.

An organiser names somebody by the exact user name. If there is such an account, it gets the role;
so one learns of a name that one typed whether it is taken, as with any form for signing up, and of
nothing else: accounts are never listed or suggested, tries are counted, each is in the journal.
If there is none, it is made without a password, and the organiser gets a link to pass on, shown
once: behind it the person chooses a password that the organiser never knows. The link is good for
three days, and until the password is chosen or the person has come in.
"""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from huiyou.errors import Fault, InputError
from huiyou.web.console.models import Membership
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry

__all__ = ["add_member", "change_role", "key_of", "may_link", "user_of"]

DIGITS = 18  # of a number that a database holds


def add_member(gathering: Gathering, *, name: str, role: str, who: str) -> tuple[Membership, bool]:
    """Give somebody a role; say whether an account had to be made.

    Raises
    ------
    InputError
        ``user_name_wrong``, ``role_wrong``, or ``member_already``.
    """
    users = get_user_model()
    name = users.normalize_username(name.strip())
    faults = [] if role in Membership.Role.values else [Fault("role_wrong")]
    try:
        field: Any = users._meta.get_field(users.USERNAME_FIELD)
        field.clean(name, None)
    except ValidationError:
        faults.append(Fault("user_name_wrong", params={"value": name[:60]}))
    if faults:
        raise InputError(faults)
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)
        user, made = users.objects.get_or_create(username=name)
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
        if gathering.memberships.filter(user=user).exists():
            raise InputError([Fault("member_already", params={"value": name})])
        membership = Membership.objects.create(gathering=gathering, user=user, role=role)
        Entry.write(
            gathering, at=timezone.now(), who=who, deed="role", user=name, role=role, made=made
        )
    return membership, made


def change_role(gathering: Gathering, *, pk: int, role: str, who: str, last_may_go: bool) -> None:
    """Give a member another role, or with ``role`` empty none.

    Raises
    ------
    InputError
        ``role_wrong``, or ``organiser_last`` unless ``last_may_go``: a gathering keeps somebody who may change it.
    Membership.DoesNotExist
    """
    with transaction.atomic():
        Gathering.objects.select_for_update().get(pk=gathering.pk)  # two cannot both go last
        member = gathering.memberships.select_related("user").get(pk=pk)
        if role and role not in Membership.Role.values:
            raise InputError([Fault("role_wrong")])
        if member.role == role:
            return
        organisers = gathering.memberships.filter(role=Membership.Role.ORGANISER)
        leaves = member.role == Membership.Role.ORGANISER
        if leaves and not last_may_go and not organisers.exclude(pk=pk).exists():
            raise InputError([Fault("organiser_last")])
        name = member.user.get_username()
        if role:
            member.role = role
            member.save(update_fields=["role"])
        else:
            member.delete()
        now = timezone.now()
        if role:
            Entry.write(gathering, at=now, who=who, deed="role", user=name, role=role)
        else:
            Entry.write(gathering, at=now, who=who, deed="role_end", user=name)


def may_link(asker: Any, member: Membership) -> bool:
    """Say whether somebody may make a new link for a member who has no password yet.

    Only if the member belongs to no gathering in which the asker is not an organiser; else an
    organiser could come into a gathering of others under a name that waits there.
    """
    user: Any = member.user
    if user.has_usable_password() or user.is_superuser:
        return False
    if asker.is_superuser:
        return True
    own = Membership.objects.filter(user_id=asker.pk, role=Membership.Role.ORGANISER)
    return not user.memberships.exclude(gathering__in=own.values("gathering")).exists()


def key_of(user: Any) -> str:
    """Give the key of somebody's link."""
    return f"{user.pk}-{default_token_generator.make_token(user)}"


def user_of(key: str) -> Any | None:
    """Give whose link it is, while it is good."""
    pk, _, token = key.partition("-")
    known = pk.isdecimal() and len(pk) <= DIGITS
    user: Any = get_user_model().objects.filter(pk=pk).first() if known else None
    good = user is not None and not user.has_usable_password()
    return user if good and default_token_generator.check_token(user, token) else None
