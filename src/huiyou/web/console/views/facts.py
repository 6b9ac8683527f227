"""What a gathering is, as its organiser edits it."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from huiyou.errors import InputError
from huiyou.web.console.access import ORGANISER, Access, role_required
from huiyou.web.console.editing import save_facts, save_times
from huiyou.web.console.forms import (
    TimesForm,
    written,
)
from huiyou.web.console.words import told

__all__ = ["facts", "times"]


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def facts(request: HttpRequest, access: Access) -> HttpResponse:
    """Edit every fact; nothing is kept while there is a fault."""
    gathering = access.gathering
    values, faults, status = written(gathering), [], 200
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            save_facts(gathering, **values, who=access.who)
        except InputError as error:
            faults, status = told(request, error.faults), 422
        else:
            return redirect("console:desk", gathering.slug)
    context = {"access": access, "gathering": gathering, "values": values, "faults": faults}
    context["times"] = _times_form(gathering)
    return render(request, "console/facts.html", context, status=status)


@require_POST
@role_required(ORGANISER)
def times(request: HttpRequest, access: Access) -> HttpResponse:
    """Keep when applications are taken, and whether the public page is there."""
    gathering = access.gathering
    form = _times_form(gathering, request.POST)
    if form.is_valid():
        save_times(gathering, **form.cleaned_data, who=access.who)
        return redirect("console:facts", gathering.slug)
    context = {
        "access": access,
        "gathering": gathering,
        "values": written(gathering),
        "times": form,
    }
    return render(request, "console/facts.html", context, status=422)


def _times_form(gathering: Any, data: Any = None) -> TimesForm:
    def local(time: Any) -> str:
        return gathering.facts.when(time).strftime("%Y-%m-%dT%H:%M") if time else ""

    initial = {
        "opens": local(gathering.opens),
        "closes": local(gathering.closes),
        "listed": gathering.listed,
    }
    return TimesForm(data, initial=initial, zone=gathering.facts.zone)
