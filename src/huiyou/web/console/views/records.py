"""Records and the journal, for whoever audits."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from huiyou.web.console.access import AUDITOR, ORGANISER, Access, role_required
from huiyou.web.console.queries import (
    chain_holds,
    record_of,
    records,
)
from huiyou.web.console.words import sentence

__all__ = ["journal", "record", "record_list"]

PAGE = 50


@require_safe
@role_required(ORGANISER, AUDITOR)
def record_list(request: HttpRequest, access: Access) -> HttpResponse:
    """List every record side by side."""
    context = {
        "access": access,
        "gathering": access.gathering,
        "records": records(access.gathering),
    }
    return render(request, "console/records.html", context)


@require_safe
@role_required(ORGANISER, AUDITOR)
def record(_: HttpRequest, access: Access, kind: str, pk: int) -> HttpResponse:
    """Hand out a record as it is, to the byte."""
    data = record_of(access.gathering, kind, pk)
    if data is None:
        raise Http404
    response = HttpResponse(data, content_type="application/json")
    response["Content-Disposition"] = f'attachment; filename="{kind}-{pk}.json"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


@require_safe
@role_required(ORGANISER, AUDITOR)
def journal(request: HttpRequest, access: Access) -> HttpResponse:
    """Show the journal, and whether each line holds on to the one before."""
    lines = list(access.gathering.journal.select_related("gathering"))
    broken = chain_holds(lines)
    page = Paginator(lines[::-1], PAGE).get_page(request.GET.get("page"))
    noted = "".join(request.GET.get("noted", "").split()).lower()[:64]
    context = {
        "access": access, "gathering": access.gathering, "page": page, "broken": broken,
        "noted": noted, "noted_at": next((line for line in lines if line.digest == noted), None),
        "lines": [sentence(request, entry) for entry in page], "last": lines[-1] if lines else None,
    }  # fmt: skip
    return render(request, "console/journal.html", context)
