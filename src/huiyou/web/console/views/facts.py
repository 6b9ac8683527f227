"""What a gathering is, as its organiser edits it: section by section, or as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from huiyou.errors import InputError
from huiyou.web.console.access import ORGANISER, Access, role_required
from huiyou.web.console.editing import save_facts, save_times
from huiyou.web.console.facts.form import SectionForm, draft_of
from huiyou.web.console.facts.page import Page
from huiyou.web.console.facts.rows import Rows
from huiyou.web.console.facts.sections import SECTIONS
from huiyou.web.console.forms import TimesForm, written
from huiyou.web.console.queries import pools_of
from huiyou.web.console.words import speaker, told

__all__ = ["facts", "section", "text", "times"]

BEFORE, AFTER = ("basics", "times"), ("text",)
NAMES = (*BEFORE, *(name for name in SECTIONS if name not in BEFORE), *AFTER)


@require_safe
@role_required(ORGANISER)
def facts(request: HttpRequest, access: Access) -> HttpResponse:
    """Show every section with how much is written in it."""
    draft = draft_of(access.gathering)
    counts = {
        name: sum(len(part.read(draft)) for part in one.parts if isinstance(part, Rows))
        for name, one in SECTIONS.items()
    }
    counted = {
        name for name, one in SECTIONS.items() if any(isinstance(p, Rows) for p in one.parts)
    }
    cards = [
        {**place, "counted": place["name"] in counted, "count": counts.get(place["name"], 0)}
        for place in _places(access)
    ]
    return _page(request, access, "facts", {"cards": cards})


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def section(request: HttpRequest, access: Access, section: str) -> HttpResponse:
    """Edit one section; nothing is kept while there is a fault."""
    if section not in SECTIONS:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    form = SectionForm(SECTIONS[section], access.gathering, posted)
    if posted is not None and not form.wants_rows and form.save(who=access.who):
        return redirect(
            f"{reverse('console:section', args=[access.gathering.slug, section])}?saved"
        )
    page = Page(form, speaker(request), _beside(request, access) if section == "quotas" else None)
    context = {"section": section, "page": page, "saved": "saved" in request.GET}
    return _page(request, access, "facts_section", context, 422 if page.told else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def text(request: HttpRequest, access: Access) -> HttpResponse:
    """Edit every fact as text; nothing is kept while there is a fault."""
    values, faults = written(access.gathering), []
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in values}
        try:
            save_facts(access.gathering, **values, who=access.who)
        except InputError as error:
            faults = told(request, error.faults)
        else:
            return redirect(f"{reverse('console:text', args=[access.gathering.slug])}?saved")
    context = {
        "section": "text",
        "values": values,
        "faults": faults,
        "saved": "saved" in request.GET,
    }
    return _page(request, access, "facts_text", context, 422 if faults else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@role_required(ORGANISER)
def times(request: HttpRequest, access: Access) -> HttpResponse:
    """Say when applications are taken, and whether the public page is there."""
    gathering = access.gathering
    posted = request.POST if request.method == "POST" else None
    form = _times_form(gathering, posted)
    if posted is not None and form.is_valid():
        save_times(gathering, **form.cleaned_data, who=access.who)
        return redirect(f"{reverse('console:times', args=[gathering.slug])}?saved")
    context = {"section": "times", "times": form, "saved": "saved" in request.GET}
    return _page(request, access, "facts_times", context, 200 if posted is None else 422)


def _page(
    request: HttpRequest, access: Access, name: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """Render a page of the facts with its line of sections."""
    about = {"access": access, "gathering": access.gathering, "places": _places(access)}
    return render(request, f"console/{name}.html", about | context, status=status)


def _places(access: Access) -> list[dict[str, str]]:
    """Give every section with its address."""
    slug = access.gathering.slug
    own = {name: reverse(f"console:{name}", args=[slug]) for name in ("times", "text")}
    return [
        {"name": name, "url": own.get(name) or reverse("console:section", args=[slug, name])}
        for name in NAMES
    ]


def _beside(request: HttpRequest, access: Access) -> Any:
    """Say beside a quota how many applied whom it speaks of."""
    voice, pools = speaker(request), pools_of(access.gathering)

    def aside(part: str, row: Mapping[str, Any]) -> str:
        if part != "quotas":
            return ""
        return str(voice.say("facts.applied", n=pools[row["feature"], row["value"]]))

    return aside


def _times_form(gathering: Any, data: Any = None) -> TimesForm:
    def local(time: Any) -> str:
        return gathering.facts.when(time).strftime("%Y-%m-%dT%H:%M") if time else ""

    initial = {
        "opens": local(gathering.opens),
        "closes": local(gathering.closes),
        "listed": gathering.listed,
    }
    return TimesForm(data, initial=initial, zone=gathering.facts.zone)
