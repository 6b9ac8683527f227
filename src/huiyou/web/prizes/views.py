"""The proof page of the draw."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyou.web.gatherings.models import Gathering
from huiyou.web.gatherings.queries import published
from huiyou.web.prizes.actions import check_draw
from huiyou.web.prizes.models import Draw
from huiyou.web.shared.downloads import record_file
from huiyou.web.shared.records import pinned, record_page
from huiyou.web.shared.verdicts import judged

__all__ = ["kept", "proof", "record"]


def _draws(gathering: Gathering) -> list[Draw]:
    return list(Draw.objects.filter(round__gathering=gathering))


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was committed to, what was drawn, and what the judge says of it."""
    gathering = get_object_or_404(published(), slug=slug)
    draws = _draws(gathering)
    context: dict[str, Any] = {"gathering": gathering, "draws": draws[1:]}
    if draws:
        draw = draws[0]
        winners = list(draw.tickets.exclude(won="").order_by("code").values_list("won", "code"))
        context |= {
            "made": draw,
            "commitment": draw.commitment,
            "tiers": [
                tier
                | {
                    "time": datetime.fromisoformat(tier["local"]),
                    "winners": [code for won, code in winners if won == tier["id"]],
                }
                for tier in draw.commitment["tiers"]
            ],
            "verdict": judged(check_draw, draw),
            **pinned("prizes", slug, draw.fingerprint),
        }
    return render(request, "prizes/proof.html", context)


@require_safe
def record(_: HttpRequest, slug: str) -> HttpResponse:
    """Give the proof file to the byte; it is public as a whole."""
    gathering = get_object_or_404(published(), slug=slug)
    draws = Draw.objects.filter(round__gathering=gathering).exclude(proof="")
    return record_file(get_object_or_404(draws[:1]).proof, "draw.json")


@require_safe
def kept(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Show the draw of that fingerprint; before it is drawn, what was committed to."""
    gathering = get_object_or_404(published(), slug=slug)
    draws = _draws(gathering)
    draw = next((each for each in draws if each.fingerprint == digest), None)
    if draw is None:
        raise Http404
    return record_page(
        request, "prizes", slug, draw.proof or draw.commitment, gathering=gathering,
        title="proof.draw", name="draw.json" if draw.proof else "commitment.json", digest=digest,
        digest_name="proof.fingerprint", newest=draw == draws[0] and bool(draw.proof),
    )  # fmt: skip
