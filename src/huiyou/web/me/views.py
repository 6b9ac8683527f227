"""The personal page: whoever holds the link is the person."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from typing import Any, Concatenate

from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from huiyou.people.phones import BadPhoneError, read_phone
from huiyou.results.page import qr_svg
from huiyou.web.applications.actions import change_answers, confirm_companion, erase
from huiyou.web.applications.actions import come_back as take_part
from huiyou.web.applications.actions import withdraw as step_back
from huiyou.web.applications.forms import AnswersForm
from huiyou.web.applications.models import Application
from huiyou.web.me.queries import everything, named_us, standing
from huiyou.web.me.reasons import why_of
from huiyou.web.seats.actions import forget_erased
from huiyou.web.seats.offers import accept as take_seat
from huiyou.web.seats.offers import decline as give_back
from huiyou.web.seats.offers import move_on
from huiyou.web.seats.queries import line_of
from huiyou.web.shared.limits import too_often
from huiyou.web.shared.private import private

__all__ = [
    "accept",
    "answers",
    "come_back",
    "companion",
    "data",
    "data_file",
    "decline",
    "erase_page",
    "erased",
    "page",
    "waiting",
    "withdraw",
]

TRIES, SECONDS = 10, 3600  # a companion's number is known, not guessed; an answer is given once

Mine = Callable[Concatenate[HttpRequest, Application, ...], HttpResponse]


def mine(view: Mine) -> Callable[..., HttpResponse]:
    """Find whose page it is; a link that is wrong, void or a repeat's looks like any other."""

    @wraps(view)
    @private
    def found(request: HttpRequest, token: str) -> HttpResponse:
        try:
            return view(request, Application.by_token(token))
        except (BadSignature, Application.DoesNotExist):  # or erased while we worked
            return render(request, "me/gone.html", status=404)

    return found


def _context(application: Application, **more: Any) -> dict[str, Any]:
    gathering = application.gathering
    return {
        "application": application,
        "token": application.token,
        "gathering": gathering,
        "about": gathering.facts.gathering,
        "occasion": gathering.facts.occasion,
        **more,
    }


def _back(application: Application, page: str = "me:page", hint: str = "") -> HttpResponse:
    return HttpResponseRedirect(reverse(page, args=[application.token]) + hint)


@require_safe
@mine
def page(request: HttpRequest, application: Application) -> HttpResponse:
    """Show where somebody stands."""
    now = timezone.now()
    move_on(application.gathering, now)
    stands = standing(application, now)
    context = _context(
        application,
        stands=stands,
        named=named_us(application),
        is_open=application.gathering.open_at(now),
        is_over=now >= application.gathering.facts.occasion.ends,
        told=request.GET.get("told"),
        qr=qr_svg(application.code) if stands.state == "seated" else "",
    )
    return render(request, "me/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def answers(request: HttpRequest, application: Application) -> HttpResponse:
    """Change answers while applications are open."""
    gathering = application.gathering
    if not gathering.open_at(timezone.now()) or application.state != Application.State.APPLIED:
        return _back(application)
    posted = request.method == "POST"
    form = AnswersForm(gathering, request.POST if posted else None, kept=application)
    if posted and form.is_valid():
        if change_answers(application, form.answers()):
            return _back(application, hint="?told=changed")
        form.add_error("name", "apply.fault_name_taken")
    context = _context(application, form=form, rows=list(form.rows()))
    return render(request, "me/answers.html", context, status=422 if posted else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def withdraw(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask whether somebody means it, then withdraw."""
    if request.method == "POST":
        step_back(application)
        move_on(application.gathering, timezone.now())
        return _back(application)
    return render(request, "me/withdraw.html", _context(application))


@require_POST
@mine
def accept(_: HttpRequest, application: Application) -> HttpResponse:
    """Take the seat that one has or is offered."""
    if too_often("seat", application.code, times=TRIES, seconds=SECONDS):
        return _back(application, hint="?told=often#seat")
    now = timezone.now()
    move_on(application.gathering, now)
    taken = take_seat(application, now)
    return _back(application, hint="?told=accepted" if taken else "?told=too_late#seat")


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def decline(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask whether somebody means it, then give the seat to the next."""
    now = timezone.now()
    if request.method == "POST":
        if too_often("seat", application.code, times=TRIES, seconds=SECONDS):
            return _back(application, hint="?told=often#seat")
        give_back(application, now)
        return _back(application)
    stands = standing(application, now)
    if stands.state not in ("seated", "offered"):
        return _back(application)
    return render(request, "me/decline.html", _context(application, stands=stands))


@require_safe
@mine
def waiting(request: HttpRequest, application: Application) -> HttpResponse:
    """Show the waiting list to those on it: codes and no names."""
    now = timezone.now()
    move_on(application.gathering, now)
    stands = standing(application, now)
    if stands.round is None or stands.seat is None or stands.seat.alternate is None:
        return _back(application)
    lines = line_of(stands.round, stands.seat)
    return render(request, "me/waiting.html", _context(application, stands=stands, lines=lines))


@require_POST
@mine
def come_back(_: HttpRequest, application: Application) -> HttpResponse:
    """Take part again, while applications are open."""
    if application.gathering.open_at(timezone.now()):
        take_part(application)
    return _back(application)


@require_POST
@mine
def companion(request: HttpRequest, application: Application) -> HttpResponse:
    """Confirm who named us, by their whole number."""
    if too_often("companion", application.code, times=TRIES, seconds=SECONDS):
        return _back(application, hint="?told=too_often#companions")
    try:
        phone = read_phone(
            request.POST.get("phone", ""), application.gathering.facts.gathering.region
        ).number
    except BadPhoneError:
        return _back(application, hint="?told=no_match#companions")
    confirmed = confirm_companion(application, phone)
    told = "confirmed" if confirmed else "no_match"
    return _back(application, hint=f"?told={told}#companions")


@require_safe
@mine
def data(request: HttpRequest, application: Application) -> HttpResponse:
    """Show all that is kept about somebody."""
    applied_at = application.gathering.facts.when(application.applied_at)
    kept = everything(application)
    whys = [why_of(one["because"], Fraction(one["chance"])) for one in kept["chances"]]
    context = _context(application, kept=kept, whys=whys, applied_at=applied_at)
    return render(request, "me/data.html", context)


@require_safe
@mine
def data_file(_: HttpRequest, application: Application) -> HttpResponse:
    """Give all that is kept about somebody, as a file."""
    return JsonResponse(
        everything(application),
        json_dumps_params={"ensure_ascii": False, "indent": 1},
        headers={"Content-Disposition": f'attachment; filename="{application.code}.json"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@mine
def erase_page(request: HttpRequest, application: Application) -> HttpResponse:
    """Ask whether somebody means it, then erase them."""
    if request.method == "POST" and request.POST.get("sure"):
        erase(application)
        forget_erased(application.gathering)
        move_on(application.gathering, timezone.now())
        return HttpResponseRedirect(reverse("me:erased"))
    context = _context(application, unsure=request.method == "POST")
    return render(request, "me/erase.html", context)


@require_safe
@private
def erased(request: HttpRequest) -> HttpResponse:
    """Say that it is done; there is nothing left to say whose it was."""
    return render(request, "me/erased.html")
