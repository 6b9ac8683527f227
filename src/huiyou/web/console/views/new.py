"""Making a new gathering."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import GatheringFacts
from huiyou.web.console.beginning import begin, may_begin, models_for
from huiyou.web.console.facts.fields import MISSING, Field, field_of, read
from huiyou.web.console.facts.page import Input, Told, tell
from huiyou.web.console.words import speaker

__all__ = ["new"]

FIELDS = tuple(
    field_of(GatheringFacts, name, size=size)
    for name, size in {
        "title": "", "slug": "", "starts": "time", "ends": "time", "city": "", "venue": "",
        "seats": "tiny",
    }.items()
)  # fmt: skip


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Ask for the least that a gathering needs, and make it; the rest is edited at its desk."""
    if not may_begin(request.user):
        raise Http404
    stops = models_for(request.user)
    told: list[Told] = []
    if request.method == "POST":
        wanted = request.POST.get("like", "")
        like = get_object_or_404(stops, slug=wanted) if wanted else None
        try:
            made = begin(_about(request), like=like, user=request.user)
        except InputError as error:
            told = [_tell(request, fault) for fault in error.faults]
        else:
            return redirect("console:facts", made.slug)
    context = {
        "inputs": [_input(request, each, told) for each in FIELDS], "told": told, "stops": stops,
        "like": request.POST.get("like", request.GET.get("like", "")),
    }  # fmt: skip
    return render(request, "console/new.html", context, status=422 if told else 200)


def _about(request: HttpRequest) -> dict[str, Any]:
    """Give what was typed; what was not is left to the checker or to what is usual."""
    values = {each.name: read(each, request.POST.get(each.name, "")) for each in FIELDS}
    return {name: value for name, value in values.items() if value is not MISSING}


def _tell(request: HttpRequest, fault: Fault) -> Told:
    """Say a fault beside its field; of the rest of the facts, by the section it belongs to."""
    name = str(fault.column or "").removeprefix("gathering.")
    voice = speaker(request)
    own = name in {each.name for each in FIELDS}
    label = voice.say(f"label.gathering_{name}") if own else voice.say("start.copied")
    return tell(voice, fault, label, name if own else "")


def _input(request: HttpRequest, asked: Field, told: list[Told]) -> Input:
    voice = speaker(request)
    help_code = f"start_help.{asked.name}"
    return Input(
        asked, asked.name, voice.say(f"label.gathering_{asked.name}"),
        voice.say(help_code) if voice.knows(help_code) else "", request.POST.get(asked.name, ""), (),
        tuple(each.what for each in told if each.name == asked.name),
    )  # fmt: skip
