"""What everyone sees: the list of gatherings, a series, one gathering, its calendar."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyou.programme import calendar as calendar_of
from huiyou.programme import event_of
from huiyou.web.gatherings.models import Gathering, Series
from huiyou.web.gatherings.queries import public, stops_before

__all__ = ["calendar", "calendar_file", "gathering", "home", "series"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List what is coming, then what has been."""
    return render(request, "gatherings/home.html", _by_time(list(public())))


def _by_time(stops: list[Gathering]) -> dict[str, list[Gathering]]:
    """Tell what is coming, the next first, from what has been, the last first."""
    now = timezone.now()
    return {
        "coming": [stop for stop in stops if stop.starts >= now],
        "past": [stop for stop in reversed(stops) if stop.starts < now],
    }


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the stops of a series as a line: those before this site, past, coming, and next."""
    found = get_object_or_404(Series.objects.filter(stops__listed=True).distinct(), slug=slug)
    stops = list(public().filter(series=found))
    told = _by_time(stops)
    context = {
        "series": found,
        "before": stops_before(stops),
        "past": told["past"][::-1],
        "coming": told["coming"],
        "next_stop": stops[-1].facts.gathering.next_stop,
    }
    return render(request, "gatherings/series.html", context)


@require_safe
def gathering(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one gathering: what, when, where, who speaks, what can be won, how it is decided."""
    found = get_object_or_404(public(), slug=slug)
    now = timezone.now()
    context = {
        "gathering": found,
        "facts": found.facts,
        "about": found.facts.gathering,
        "occasion": found.facts.occasion,
        "programme": found.facts.programme,
        "prizes": found.prizes,
        "is_published": found.published is not None and found.published <= now,
        "is_announced": found.lotteries.filter(announced_at__lte=now).exists(),
        "is_open": found.open_at(now),
        "opens": found.facts.when(found.opens) if found.opens and found.opens > now else None,
        "closes": found.facts.when(found.closes) if found.closes else None,
    }
    return render(request, "gatherings/gathering.html", context)


@require_safe
def calendar(request: HttpRequest, slug: str) -> HttpResponse:
    """Give the date in ways that need no download: as text to copy and as a code to scan."""
    found = get_object_or_404(public(), slug=slug)
    about, occasion = found.facts.gathering, found.facts.occasion
    page = reverse("gatherings:gathering", args=[slug])
    context = {
        "gathering": found,
        "about": about,
        "occasion": occasion,
        "title": (about.title_en if request.LANGUAGE_CODE == "en" else "") or found.title,
        "event": event_of(occasion),
        "address": settings.PUBLIC_URL and settings.PUBLIC_URL + page,
    }
    return render(request, "gatherings/calendar.html", context)


@require_safe
def calendar_file(_: HttpRequest, slug: str) -> HttpResponse:
    """Give the programme as a calendar."""
    found = get_object_or_404(public(), slug=slug)
    return HttpResponse(
        calendar_of(found.facts.occasion, found.facts.programme),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{found.slug}.ics"'},
    )
