"""Who applied."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyou.results.page import qr_svg
from huiyou.web.applications.models import Application
from huiyou.web.console.access import ORGANISER, STAFF, Access, role_required
from huiyou.web.console.actions import give_new_link
from huiyou.web.console.queries import find_applications, repeats_of
from huiyou.web.console.words import told
from huiyou.web.seats.models import Placement
from huiyou.web.seats.pools import pool_of
from huiyou.web.seats.queries import lottery_bound

__all__ = ["application", "applications", "new_link", "person_page"]

PAGE = 50


@require_safe
@role_required(ORGANISER, STAFF)
def applications(request: HttpRequest, access: Access) -> HttpResponse:
    """List who applied, by a part of the name or the code."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = find_applications(access.gathering, words).select_related("placement")
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "access": access, "gathering": access.gathering, "page": page, "words": words,
        "placing": access.may_change and not lottery_bound(access.gathering),
        "choices": Placement.Pool.values, "typed": {},
    }  # fmt: skip
    return render(request, "console/applications.html", context)


@require_safe
@role_required(ORGANISER, STAFF)
def application(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Show what one person told us."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    return person_page(request, access, found)


def person_page(
    request: HttpRequest, access: Access, found: Application, *, faults: Any = ()
) -> HttpResponse:
    """Show one person, and what was wrong with what somebody sent from there."""
    placement = pool_of(found)
    context = {
        "access": access,
        "gathering": access.gathering,
        "one": found,
        "repeats": repeats_of(found),
        "placement": placement,
        "pool": placement.pool if placement else Placement.Pool.DRAWN,
        "bound": lottery_bound(access.gathering),
        "choices": Placement.Pool.values,
        "faults": told(request, faults),
        "typed": request.POST,
    }
    return render(request, "console/application.html", context, status=422 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def new_link(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Give somebody who lost their link a new one, to be seen this once."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    context: dict[str, Any] = {"access": access, "gathering": access.gathering, "one": found}
    if request.method == "POST":
        give_new_link(found, who=access.who)
        # Whoever sent this Host is the only one to read it.
        origin = settings.PUBLIC_URL or f"{request.scheme}://{request.get_host()}"
        link = origin + reverse("me:page", args=[found.token])
        context |= {"link": link, "qr": qr_svg(link)}
    return render(request, "console/new_link.html", context)
