"""Applying: one page, no account."""

from __future__ import annotations

import secrets

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiyou.web.applications.actions import KEPT_DAYS, apply
from huiyou.web.applications.forms import AnswersForm
from huiyou.web.applications.models import is_link
from huiyou.web.gatherings.queries import public
from huiyou.web.shared.limits import address_of, too_often
from huiyou.web.shared.private import private

__all__ = ["applied", "apply_page"]

SECONDS = 600
_ONCE = Signer(salt="huiyou.applications.form")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def apply_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form, and keep what it brings."""
    gathering = get_object_or_404(public(), slug=slug)
    context = {"gathering": gathering, "about": gathering.facts.gathering, "days": KEPT_DAYS}
    if not gathering.open_at(timezone.now()):
        opens = gathering.opens and gathering.facts.when(gathering.opens)
        context["opens"] = opens if opens and opens > timezone.now() else None
        return render(request, "applications/closed.html", context, status=403)
    form = AnswersForm(gathering, request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        if too_often(
            "apply", address_of(request), times=settings.APPLICATIONS_PER_ADDRESS, seconds=SECONDS
        ):
            context["too_often"], status = True, 429
        elif form.is_valid():
            once = _form_number(request.POST.get("once", ""))
            token = apply(gathering, form.answers(), once=once, now=timezone.now())
            return HttpResponseRedirect(reverse("applications:applied", args=[slug, token]))
        else:
            status = 422
    context |= {
        "form": form,
        "rows": form.rows,
        "once": _ONCE.sign(secrets.token_urlsafe(16)),
    }
    if request.method == "POST" and _is_ours(request.POST.get("once", "")):
        context["once"] = request.POST["once"]
    return render(request, "applications/apply.html", context, status=status)


@require_safe
@private
def applied(request: HttpRequest, slug: str, token: str) -> HttpResponse:
    """Say that it arrived and give the link; looks nothing up, so it is alike for everyone."""
    gathering = get_object_or_404(public(), slug=slug)
    if not is_link(token):
        raise Http404
    context = {
        "gathering": gathering, "about": gathering.facts.gathering, "token": token,
        # To copy by hand, a link must be whole; whoever sent this Host is the only one to read it.
        "origin": f"{request.scheme}://{request.get_host()}",
    }  # fmt: skip
    return render(request, "applications/applied.html", context)


def _is_ours(signed: str) -> bool:
    try:
        _ONCE.unsign(signed)
    except BadSignature:
        return False
    return True


def _form_number(signed: str) -> str:
    """Give the number that this form was served with, or a new one if it was not ours."""
    return _ONCE.unsign(signed) if _is_ours(signed) else secrets.token_urlsafe(16)
