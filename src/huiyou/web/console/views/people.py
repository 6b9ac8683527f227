"""Who applied."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyou.web.console.access import ORGANISER, STAFF, Access, role_required
from huiyou.web.console.queries import (
    find_applications,
)

__all__ = ["application", "applications"]

PAGE = 50


@require_safe
@role_required(ORGANISER, STAFF)
def applications(request: HttpRequest, access: Access) -> HttpResponse:
    """List who applied, by a part of the name or the code."""
    words = request.GET.get("q", "").strip()[:100]
    found = find_applications(access.gathering, words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"access": access, "gathering": access.gathering, "page": page, "words": words}
    return render(request, "console/applications.html", context)


@require_safe
@role_required(ORGANISER, STAFF)
def application(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Show what one person told us."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    context = {"access": access, "gathering": access.gathering, "one": found}
    return render(request, "console/application.html", context)
