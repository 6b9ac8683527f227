"""Coming in, going out, and which gatherings there are."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate, login, logout, update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyou.web.console.beginning import may_begin
from huiyou.web.console.forms import LoginForm
from huiyou.web.console.queries import desks
from huiyou.web.shared.limits import address_of, too_often

__all__ = ["home", "log_in", "log_out", "password"]

A_QUARTER = 15 * 60


# Whoever knows a name must not be able to keep its owner out from elsewhere on the day.
TRIES_AT_A_NAME, TRIES_BY_ADDRESS, TRIES_AT_A_NAME_FROM_ANYWHERE = 10, 30, 100


_STATUS = {"": 200, "login_wrong": 403, "login_often": 429}


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """Let somebody in; the answer never says whether the name exists."""
    onward = request.POST.get("next", request.GET.get("next", ""))
    if not url_has_allowed_host_and_scheme(onward, allowed_hosts=None):
        onward = ""
    form = LoginForm(request.POST or None)
    fault = ""
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        limited = _tried_too_often(name.casefold(), address_of(request))
        user = None if limited else authenticate(request, username=name, password=form.cleaned_data["password"])  # fmt: skip
        if user is not None:
            login(request, user)
            return redirect(onward or "console:home")
        fault = "login_often" if limited else "login_wrong"
    elif request.method == "POST":
        fault = "login_wrong"
    context = {"next": onward, "fault": fault, "name": request.POST.get("name", "")[:150]}
    return render(request, "console/login.html", context, status=_STATUS[fault])


def _tried_too_often(name: str, address: str) -> bool:
    """Count one more try, and say whether it is one too many."""
    counts = (
        ("login.name", f"{name}\0{address}", TRIES_AT_A_NAME),
        ("login.address", address, TRIES_BY_ADDRESS),
        ("login.anywhere", name, TRIES_AT_A_NAME_FROM_ANYWHERE),
    )
    found = [too_often(what, whose, times=n, seconds=A_QUARTER) for what, whose, n in counts]
    return any(found)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("console:login")


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Let somebody change their own password; all their other sessions end."""
    user: Any = request.user
    fault, status = "", 200
    if request.method == "POST":
        old, new = (request.POST.get(name, "")[:200] for name in ("old", "new"))
        if _tried_too_often(user.get_username().casefold(), address_of(request)):
            fault, status = "often", 429
        elif not user.check_password(old):
            fault, status = "old", 403
        elif not _good(new, user):
            fault, status = "new", 422
        else:
            user.set_password(new)
            user.save(update_fields=["password"])
            update_session_auth_hash(request, user)
            return redirect(f"{reverse('console:password')}?saved")
    context = {"fault": fault, "saved": "saved" in request.GET}
    return render(request, "console/password.html", context, status=status)


def _good(password: str, user: Any) -> bool:
    try:
        validate_password(password, user)
    except ValidationError:
        return False
    return True


@login_required
@never_cache
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List the gatherings in which one has a role."""
    return render(
        request,
        "console/home.html",
        {"gatherings": desks(request.user), "may_begin": may_begin(request.user)},
    )
