"""The proof page of the seats."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyou.web.gatherings.queries import published
from huiyou.web.seats.actions import check_round
from huiyou.web.shared.codes import qr
from huiyou.web.shared.downloads import record_file
from huiyou.web.shared.verdicts import judged

__all__ = ["proof", "record"]


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the seats were given, and what the judge says of it."""
    gathering = get_object_or_404(published(), slug=slug)
    rounds = list(gathering.rounds.select_related("gathering"))
    context: dict[str, Any] = {"gathering": gathering, "rounds": rounds[1:]}
    if rounds:
        kept = rounds[0].record
        context |= {
            "made": rounds[0],
            "record": kept,
            "verdict": judged(check_round, rounds[0]),
            "digest": kept["digest"],
            "code": qr(kept["digest"]),
        }
    return render(request, "seats/proof.html", context)


@require_safe
def record(_: HttpRequest, slug: str) -> HttpResponse:
    """Give ``selection.json``: codes and counts, no names and nobody's traits."""
    gathering = get_object_or_404(published(), slug=slug)
    return record_file(get_object_or_404(gathering.rounds.all()[:1]).record, "selection.json")
