"""Who is not drawn for: invited, reviewed, excluded, and back."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from huiyou.errors import InputError
from huiyou.web.applications.queries import eligible
from huiyou.web.console.access import ORGANISER, Access, role_required
from huiyou.web.console.queries import find_applications
from huiyou.web.console.views.people import person_page
from huiyou.web.console.words import told
from huiyou.web.seats.models import Placement
from huiyou.web.seats.pools import outlook_of, place, place_by_rules
from huiyou.web.seats.queries import lottery_bound

__all__ = ["placing", "pools", "rules"]


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def pools(request: HttpRequest, access: Access) -> HttpResponse:
    """List who is not drawn for and why; put those who are ticked, here or among all who applied, elsewhere."""
    if request.method == "POST":
        try:
            _place(request, access, request.POST.getlist("code"))
        except InputError as error:
            return _page(request, access, faults=error.faults)
        return redirect("console:pools", access.gathering.slug)
    return _page(request, access)


@require_POST
@role_required(ORGANISER)
def placing(request: HttpRequest, access: Access, code: str) -> HttpResponse:
    """Put one person into a pool, from their page."""
    found = get_object_or_404(find_applications(access.gathering, ""), code=code)
    try:
        _place(request, access, [found.code])
    except InputError as error:
        return person_page(request, access, found, faults=error.faults)
    return redirect("console:application", access.gathering.slug, found.code)


@require_POST
@role_required(ORGANISER)
def rules(request: HttpRequest, access: Access) -> HttpResponse:
    """Put everybody where the facts say, but for those of whom somebody decided."""
    gathering = access.gathering
    people = [row.as_person() for row in eligible(gathering)]
    codes = {person.id: person.id for person in people}
    try:
        place_by_rules(gathering, people, codes, now=timezone.now(), who=access.who)
    except InputError as error:
        return _page(request, access, faults=error.faults)
    return redirect("console:pools", gathering.slug)


def _place(request: HttpRequest, access: Access, codes: list[str]) -> None:
    pool, reason = request.POST.get("pool", ""), request.POST.get("reason", "")
    place(access.gathering, codes, pool, reason, now=timezone.now(), who=access.who)


def _page(request: HttpRequest, access: Access, *, faults: Any = ()) -> HttpResponse:
    gathering = access.gathering
    outlook = outlook_of(gathering)
    placed = Placement.objects.filter(application__in=eligible(gathering))
    placed = placed.exclude(pool=Placement.Pool.DRAWN).select_related("application")
    context = {
        "access": access,
        "gathering": gathering,
        "outlook": outlook,
        "against": told(request, outlook.faults),
        "placed": placed.order_by("pool", "application__name", "pk"),
        "bound": lottery_bound(gathering),
        "rules": len(gathering.facts.seats.pools),
        "choices": Placement.Pool.values,
        "faults": told(request, faults),
        "typed": request.POST,
    }
    return render(request, "console/pools.html", context, status=422 if faults else 200)
