"""The proof page of the seats."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from huiyou.phrases import Speaker
from huiyou.results.charts import quota_groups
from huiyou.results.page import chart
from huiyou.web.gatherings.queries import published
from huiyou.web.seats.actions import check_round
from huiyou.web.seats.models import Round
from huiyou.web.shared.downloads import record_file
from huiyou.web.shared.records import pinned, record_page
from huiyou.web.shared.verdicts import judged

__all__ = ["kept", "proof", "record"]


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
            "quotas": _charts(rounds[0], Speaker("en" if request.LANGUAGE_CODE == "en" else "zh")),
            **pinned("seats", slug, kept["digest"]),
        }
    return render(request, "seats/proof.html", context)


def _charts(round_: Round, speaker: Speaker) -> list[tuple[str, str]]:
    """Draw the quotas, a chart for each feature."""
    applied = max(1, round_.gathering.applications.count())
    groups = quota_groups(round_.record["quotas"], round_.record["seats"], applied)
    return [
        (feature, chart("quota", bars, colour % 12, speaker=speaker))
        for colour, (feature, bars) in enumerate(groups)
    ]


@require_safe
def record(_: HttpRequest, slug: str) -> HttpResponse:
    """Give ``selection.json``: codes and counts, no names and nobody's traits."""
    gathering = get_object_or_404(published(), slug=slug)
    return record_file(get_object_or_404(gathering.rounds.all()[:1]).record, "selection.json")


@require_safe
def kept(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Show the record of that digest, the newest or an earlier one."""
    gathering = get_object_or_404(published(), slug=slug)
    round_ = get_object_or_404(gathering.rounds.filter(record__digest=digest)[:1])
    return record_page(
        request, "seats", slug, round_.record, gathering=gathering, title="proof.seats",
        name="selection.json", digest=digest, digest_name="proof.digest",
        newest=round_ == gathering.rounds.first(),
    )  # fmt: skip
