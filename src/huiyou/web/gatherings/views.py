"""What everyone sees: the list of gatherings, a series, one gathering."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from huiyou.web.gatherings.models import Series
from huiyou.web.gatherings.queries import public

__all__ = ["gathering", "home", "series"]


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """List what is coming, then what has been."""
    now = timezone.now()
    coming = [each for each in public() if each.starts >= now]
    past = [each for each in public().reverse() if each.starts < now]
    return render(request, "gatherings/home.html", {"coming": coming, "past": past})


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the stops of a series."""
    found = get_object_or_404(Series.objects.filter(stops__listed=True).distinct(), slug=slug)
    stops = public().filter(series=found)
    now = timezone.now()
    context = {
        "series": found,
        "coming": [stop for stop in stops if stop.starts >= now],
        "past": [stop for stop in reversed(stops) if stop.starts < now],
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
        "is_open": found.open_at(now),
        "opens": found.facts.when(found.opens) if found.opens and found.opens > now else None,
        "closes": found.facts.when(found.closes) if found.closes else None,
    }
    return render(request, "gatherings/gathering.html", context)
