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
from huiyou.web.console.access import ORGANISER, STAFF, Access, role_required
from huiyou.web.console.actions import give_new_link
from huiyou.web.console.queries import find_applications, repeats_of

__all__ = ["application", "applications", "new_link"]

PAGE = 50


@require_safe
@role_required(ORGANISER, STAFF)
def applications(request: HttpRequest, access: Access) -> HttpResponse:
    """List who applied, by a part of the name or the code."""
    words = request.GET.get("q", "").replace("\0", "").strip()[:100]
    found = find_applications(access.gathering, words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"access": access, "gathering": access.gathering, "page": page, "words": words}
    return render(request, "console/applications.html", context)


@require_safe
@role_required(ORGANISER, STAFF)
def application(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Show what one person told us."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    context = {
        "access": access, "gathering": access.gathering, "one": found,
        "repeats": repeats_of(found),
    }  # fmt: skip
    return render(request, "console/application.html", context)


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
