"""What became of a gathering: from all who applied to the prizes, in numbers anybody may see."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.core.cache import cache
from django.utils.safestring import SafeString, mark_safe

from huiyou.phrases import Speaker
from huiyou.results.charts import in_order, leading_trait, meetings, quota_groups, trades_met
from huiyou.results.page import chart
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.models import Round
from huiyou.web.tables.models import Plan
from huiyou.web.tables.queries import plans

__all__ = ["Outcome", "outcome_of"]

FEWEST = 3  # fewer people of one trade than this are shown as one with others
SECONDS_KEPT = 3600


@dataclass(frozen=True, slots=True)
class Outcome:
    """Figures and charts; none of them says anything about one person."""

    applied: int
    seats: int
    tables: int
    rounds: int
    prizes: int
    rehearsal: bool
    trait: str
    heat: SafeString | None  # which trades met how often
    columns: SafeString | None  # how many other trades people met
    quota: SafeString | None  # the quotas of that trait


def outcome_of(gathering: Gathering, speaker: Speaker) -> Outcome | None:
    """Give what became of a gathering; None before there are tables.

    Records never change, so what is drawn from them is kept.
    """
    newest = (
        plans(gathering)
        .values_list("pk", "made_at", "round__draws")
        .order_by("-pk", "-round__draws")
    )
    found = newest.first()
    if found is None:
        return None
    key = f"outcome.{found[0]}.{found[1].timestamp()}.{found[2]}.{speaker.language}"
    return cache.get_or_set(key, lambda: _work_out(plans(gathering)[0], speaker), SECONDS_KEPT)


def _work_out(plan: Plan, speaker: Speaker) -> Outcome:
    round_, rounds = plan.round, plan.record["rounds"]
    draw = round_.draws.first()
    gathering = round_.gathering
    quotas, applied = round_.record["quotas"], gathering.applications.count()
    features = [quota["feature"] for quota in quotas]
    trait = leading_trait(gathering.facts.terms.mix, features)
    listed = [quota["value"] for quota in quotas if quota["feature"] == trait]
    trades = _trades(round_, trait, few=speaker.say("public.few"))
    names = in_order(listed, trades.values())
    charted = len(names) > 1
    bars = dict(quota_groups(quotas, round_.record["seats"], max(1, applied))).get(trait)
    return Outcome(
        applied=applied,
        seats=len(round_.record["chosen"]),
        tables=len(rounds[0]),
        rounds=len(rounds),
        prizes=sum(tier["qty"] for tier in draw.commitment["tiers"]) if draw else 0,
        rehearsal=round_.rehearsal,
        trait=trait,
        heat=_drawn("heat", names, meetings(names, rounds, trades), speaker=speaker)
        if charted
        else None,
        columns=_drawn("columns", trades_met(rounds, trades), speaker=speaker) if charted else None,
        quota=_drawn("quota", bars, 1, speaker=speaker) if bars else None,
    )


def _trades(round_: Round, trait: str, *, few: str) -> dict[str, str]:
    """Give everyone's trade by code; trades of very few people are one."""
    seats = round_.seats.filter(places__isnull=False).distinct().select_related("application")
    trades = {
        seat.application.code: "┋".join(seat.application.traits.get(trait, ())) for seat in seats
    }
    sizes = Counter(trades.values())
    return {
        who: trade if trade and sizes[trade] >= FEWEST else few for who, trade in trades.items()
    }


def _drawn(name: str, *numbers: object, speaker: Speaker) -> SafeString:
    return mark_safe(str(chart(name, *numbers, speaker=speaker)))  # noqa: S308 -- the chart's template escapes
