"""Who may do what in a gathering, and how somebody new comes in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth import login
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from huiyou.errors import Fault, InputError
from huiyou.web.console.access import EVERYONE, ORGANISER, Access, role_required
from huiyou.web.console.members import add_member, change_role, key_of, may_link, user_of
from huiyou.web.console.models import Membership
from huiyou.web.console.words import told
from huiyou.web.shared.limits import too_often
from huiyou.web.shared.private import private

__all__ = ["change", "link", "roles", "welcome"]

TRIES, AN_HOUR = 30, 3600


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def roles(request: HttpRequest, access: Access) -> HttpResponse:
    """List who has a role, and give one to somebody by name."""
    if request.method != "POST":
        return _page(request, access)
    name, role = request.POST.get("name", ""), request.POST.get("role", "")
    if too_often("roles.name", access.who, times=TRIES, seconds=AN_HOUR):
        return _page(request, access, faults=[Fault("tries_many")], status=429)
    try:
        member, made = add_member(access.gathering, name=name, role=role, who=access.who)
    except InputError as error:
        return _page(request, access, faults=error.faults, name=name, role=role, status=422)
    if made:
        return _page(request, access, welcome=_link(member), member=member)
    return redirect(f"{reverse('console:roles', args=[access.gathering.slug])}?saved")


@require_POST
@role_required(ORGANISER)
def change(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Give a member another role, or none."""
    role = "" if "remove" in request.POST else request.POST.get("role", "none")
    user: Any = request.user
    may_all = user.is_superuser
    try:
        change_role(access.gathering, pk=pk, role=role, who=access.who, last_may_go=may_all)
    except Membership.DoesNotExist:
        raise Http404 from None
    except InputError as error:
        return _page(request, access, faults=error.faults, status=422)
    own = access.gathering.memberships.filter(user__username=access.who, role=ORGANISER)
    if not may_all and not own.exists():
        return redirect("console:home")
    return redirect(f"{reverse('console:roles', args=[access.gathering.slug])}?saved")


@require_POST
@role_required(ORGANISER)
def link(request: HttpRequest, access: Access, pk: int) -> HttpResponse:
    """Make a new link for somebody who has not chosen a password yet."""
    member = get_object_or_404(access.gathering.memberships.select_related("user"), pk=pk)
    if not may_link(request.user, member):
        return _page(request, access, faults=[Fault("link_refused")], status=422)
    return _page(request, access, welcome=_link(member), member=member)


@private
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest, key: str) -> HttpResponse:
    """Let somebody choose a password, and in; the link is good for that once."""
    user = user_of(key)
    if user is None:
        return render(request, "console/welcome.html", {"gone": True}, status=404)
    fault = ""
    if request.method == "POST":
        password = request.POST.get("password", "")[:200]
        try:
            validate_password(password, user)
        except ValidationError:
            fault = "password"
        else:
            with transaction.atomic():
                user.set_password(password)
                user.save(update_fields=["password"])
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            return redirect("console:home")
    context = {"name": user.get_username(), "fault": fault}
    return render(request, "console/welcome.html", context, status=422 if fault else 200)


def _link(member: Membership) -> str:
    return f"{settings.PUBLIC_URL}{reverse('console:welcome', args=[key_of(member.user)])}"


def _page(
    request: HttpRequest, access: Access, *, faults: Any = (), status: int = 200, **more: Any
) -> HttpResponse:
    members = access.gathering.memberships.select_related("user").order_by("role", "user__username")
    rows: list[dict[str, Any]] = [
        {"member": each, "may_link": may_link(request.user, each)} for each in members
    ]
    rows.sort(key=lambda row: EVERYONE.index(row["member"].role))
    context = {
        "access": access, "gathering": access.gathering, "rows": rows, "roles": EVERYONE,
        "faults": told(request, faults), "saved": "saved" in request.GET, **more,
    }  # fmt: skip
    return render(request, "console/roles.html", context, status=status)
