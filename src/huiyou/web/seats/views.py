"""The proof page of the seats."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from huiyou.phrases import Speaker
from huiyou.results.charts import chances_of, percent_up, quota_groups
from huiyou.results.page import chart
from huiyou.web.seats.actions import check_lottery, check_round
from huiyou.web.seats.lottery import DICE, check_draw, named_by, rolls_of
from huiyou.web.seats.models import Lottery, Round
from huiyou.web.seats.queries import shown, shown_rounds
from huiyou.web.shared.downloads import record_file
from huiyou.web.shared.records import pinned, record_page
from huiyou.web.shared.verdicts import judged

__all__ = ["draw_file", "kept", "kept_file", "lottery_file", "proof", "record"]


@require_safe
def proof(request: HttpRequest, slug: str) -> HttpResponse:
    """Show how the seats were or will be given, and what the judge says of it."""
    gathering = get_object_or_404(shown(), slug=slug)
    voice = Speaker("en" if request.LANGUAGE_CODE == "en" else "zh")
    rounds = list(shown_rounds(gathering).select_related("gathering", "lottery"))
    lotteries = list(gathering.lotteries.filter(announced_at__isnull=False))
    context: dict[str, Any] = {"gathering": gathering, "rounds": rounds[1:]}
    if rounds:
        kept = rounds[0].record
        context |= {
            "made": rounds[0],
            "record": kept,
            "verdict": judged(check_round, rounds[0]),
            "quotas": _charts(rounds[0], voice),
            **_odds(rounds[0], voice),
            **pinned("seats", slug, kept["digest"]),
        }
    newest = next((one for one in lotteries if one.state != "called_off"), None)
    if newest is not None:
        context["lottery"] = _shown(newest, voice)
    context["called_off"] = [one for one in lotteries if one.state == "called_off"]
    return render(request, "seats/proof.html", context)


def _odds(kept: Round | Lottery, voice: Speaker) -> dict[str, Any]:
    """Draw the chances of those who are drawn for, in order, and say how fair they are."""
    chances, record = chances_of(*kept.drawn_for), kept.record
    how = record["objective"] if record["status"] == "optimal" else record["status"]
    gap = percent_up(Fraction(record["gap"]))
    figures = {"smallest": chances.smallest, "largest": chances.largest, "gap": gap}
    return {
        "chances": chances,
        "odds": chart("odds", chances, speaker=voice),
        "odds_told": voice.say(f"page.odds_{how}", **figures),
        "sizes": kept.sizes,
    }


def _shown(lottery: Lottery, voice: Speaker) -> dict[str, Any]:
    """Give what everybody may see of a lottery: before the draw its chances, after it the dice."""
    told: dict[str, Any] = {
        "one": lottery,
        "at": lottery.gathering.facts.when(lottery.at) if lottery.at else None,
        "code": lottery.fingerprint,
        "digest": lottery.record["digest"],
        "dice": DICE,
    }
    if not lottery.drawn_at:
        return told | {"verdict": judged(check_lottery, lottery), **_odds(lottery, voice)}
    return told | {
        "verdict": judged(check_draw, lottery),
        "rolls": rolls_of(lottery),
        "panel": named_by(lottery) + 1,
    }


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
    gathering = get_object_or_404(shown(), slug=slug)
    return record_file(get_object_or_404(shown_rounds(gathering)[:1]).file, "selection.json")


@require_safe
def lottery_file(_: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Give chances, panels and certificate of an announced lottery."""
    return record_file(_announced(slug, digest).file, "lottery.json")


@require_safe
def draw_file(_: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Give the proof of the draw, once it is drawn."""
    lottery = _announced(slug, digest)
    if not lottery.proof:
        raise Http404
    return record_file(lottery.proof.encode(), "draw.json")


def _announced(slug: str, digest: str) -> Lottery:
    gathering = get_object_or_404(shown(), slug=slug)
    lotteries = gathering.lotteries.filter(announced_at__isnull=False, record__digest=digest)
    return get_object_or_404(lotteries[:1])


@require_safe
def kept_file(_: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Give the ``selection.json`` of that digest."""
    gathering = get_object_or_404(shown(), slug=slug)
    round_ = get_object_or_404(shown_rounds(gathering).filter(record__digest=digest)[:1])
    return record_file(round_.file, "selection.json")


@require_safe
def kept(request: HttpRequest, slug: str, digest: str) -> HttpResponse:
    """Show the record of that digest, the newest or an earlier one."""
    gathering = get_object_or_404(shown(), slug=slug)
    round_ = get_object_or_404(shown_rounds(gathering).filter(record__digest=digest)[:1])
    return record_page(
        request, "seats", slug, round_.record, gathering=gathering, title="proof.seats",
        name="selection.json", digest=digest, digest_name="proof.digest",
        newest=round_ == shown_rounds(gathering).first(),
        rest=reverse("seats:kept_file", args=[slug, digest]),
    )  # fmt: skip
