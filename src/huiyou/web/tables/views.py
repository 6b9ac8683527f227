"""The proof page of the tables, the projector, and finding one's table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from huiyou.web.gatherings.models import Gathering
from huiyou.web.gatherings.queries import public, published
from huiyou.web.shared.codes import qr
from huiyou.web.shared.downloads import record_file
from huiyou.web.shared.limits import address_of, too_often
from huiyou.web.shared.records import pinned, record_page
from huiyou.web.shared.verdicts import judged
from huiyou.web.tables.actions import check_plan, public_part
from huiyou.web.tables.forms import FindForm
from huiyou.web.tables.layout import fit, size_of
from huiyou.web.tables.models import Place
from huiyou.web.tables.queries import current_plan, places_of, plans

__all__ = ["find", "kept", "proof", "record", "screen", "timer"]

# Two hundred phones at a venue may come from one address; a name is tried at by one person.
TRIES_OF_AN_ADDRESS = {"times": 150, "seconds": 300}
TRIES_AT_A_NAME = {"times": 12, "seconds": 1800}
LONGEST_MINUTES = 600
NAMES_FOR = ("organiser", "staff")


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the tables were set, and what the judge says of it."""
    gathering = get_object_or_404(published(), slug=slug)
    made = list(plans(gathering))
    context: dict[str, Any] = {"gathering": gathering, "plans": made[1:]}
    if made:
        part = public_part(made[0])
        context |= {
            "made": made[0],
            "part": part,
            "verdict": judged(check_plan, made[0]),
            **pinned("tables", slug, part["record"]),
        }
    return render(request, "tables/proof.html", context)


@require_safe
def record(_: HttpRequest, slug: str) -> HttpResponse:
    """Give the public part of ``grouping.json``."""
    gathering = get_object_or_404(published(), slug=slug)
    plan = current_plan(gathering)
    if plan is None:
        raise Http404
    return record_file(public_part(plan), "tables.public.json")


@require_safe
def kept(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Show the public part of the record of that digest, the newest or an earlier one."""
    gathering = get_object_or_404(published(), slug=slug)
    made = list(plans(gathering))
    plan = next((each for each in made if each.record["digest"] == digest), None)
    if plan is None:
        raise Http404
    return record_page(
        request, "tables", slug, public_part(plan), gathering=gathering, title="proof.tables",
        name="tables.public.json", digest=digest, digest_name="proof.digest", newest=plan == made[0],
    )  # fmt: skip


def _number(request: HttpRequest, name: str, *, most: int) -> int:
    """Read a number from the address; 0 if it is none from 1 to ``most``."""
    asked = request.GET.get(name, "")
    number = int(asked) if asked.isdecimal() and len(asked) <= len(str(most)) else 0
    return number if number <= most else 0


def _named(places: Iterable[Place]) -> list[tuple[Place, str, str]]:
    """Give the places at a table, the host first, with names and how large these fit."""
    first = sorted(places, key=lambda place: (not place.host, place.pk))
    names = [place.seat.application.name for place in first]
    return [(place, name, size_of(name)) for place, name in zip(first, names, strict=True)]


def _in_the_room(request: HttpRequest, slug: str) -> tuple[Gathering, bool]:
    """Give the gathering to those who work at it, and whether they may see names.

    To others it is not there. An auditor needs no names; and what people agreed to show, they agreed
    to show at their tables, not to everyone.
    """
    gathering = get_object_or_404(Gathering, slug=slug)
    user = request.user
    if not user.is_authenticated:
        raise Http404
    if user.is_superuser:
        return gathering, True
    role = gathering.memberships.filter(user=user).values_list("role", flat=True).first()
    if role is None:
        raise Http404
    return gathering, role in NAMES_FOR


@never_cache
@require_safe
def screen(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the tables of a round on the projector, names large."""
    gathering, names = _in_the_room(request, slug)
    plan = current_plan(gathering)
    context: dict[str, Any] = {"gathering": gathering}
    if plan is not None:
        turns = len(plan.record["rounds"])
        turn = _number(request, "round", most=turns) or 1
        places = plan.places.filter(turn=turn).select_related("seat__application")
        tables = [
            (number, _named(there))
            for number, there in groupby(places, key=lambda place: place.table)
        ]
        address = settings.PUBLIC_URL and settings.PUBLIC_URL + reverse("tables:find", args=[slug])
        context |= {
            "turn": turn,
            "turns": range(1, turns + 1),
            "tables": tables,
            "layout": fit(len(tables), max((len(there) for _, there in tables), default=1)),
            "code": qr(address) if address else "",
            "made": plan,
            "names": names,
        }
    return render(request, "tables/screen.html", context)


@never_cache
@require_safe
def timer(request: HttpRequest, slug: str) -> HttpResponse:
    """Count minutes down in digits that fill the wall; it names nobody."""
    gathering = public().filter(slug=slug).first() or _in_the_room(request, slug)[0]
    minutes = _number(request, "minutes", most=LONGEST_MINUTES) or 20
    ends = timezone.localtime(timezone.now() + timedelta(minutes=minutes))
    context: dict[str, Any] = {"gathering": gathering, "minutes": minutes, "ends": ends}
    return render(request, "tables/timer.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: HttpRequest, slug: str) -> HttpResponse:
    """Tell somebody their tables; whoever is unknown and whoever errs hears the same."""
    gathering = get_object_or_404(published(), slug=slug)
    form = FindForm(request.POST or None)
    context: dict[str, Any] = {"gathering": gathering, "form": form}
    if request.method != "POST":
        return render(request, "tables/find.html", context)
    if too_often("find", address_of(request), **TRIES_OF_AN_ADDRESS):
        return render(
            request, "tables/find.html", context | {"answer": "screen.too_often"}, status=429
        )
    if not form.is_valid():
        return render(request, "tables/find.html", context | {"answer": "screen.find_form"})
    name, digits = form.cleaned_data["name"], form.cleaned_data["digits"]
    if too_often("find.name", f"{gathering.pk} {name.casefold()}", **TRIES_AT_A_NAME):
        return render(
            request, "tables/find.html", context | {"answer": "screen.too_often"}, status=429
        )
    plan = current_plan(gathering)
    places = list(places_of(plan, name=name, last_digits=digits)) if plan else []
    context |= {"places": places, "made": plan} if places else {"answer": "screen.not_found"}
    return render(request, "tables/find.html", context)
