"""The objectives side by side, as the page of the seats shows them."""

from __future__ import annotations

from typing import Any

from huiyou.phrases import Speaker
from huiyou.results.charts import chances_of
from huiyou.results.page import chart
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.comparing import is_stale

__all__ = ["shown_comparison"]


def shown_comparison(gathering: Gathering, voice: Speaker) -> dict[str, Any] | None:
    """Give the last comparison, if there is one: figures and a chart of each objective on one scale."""
    made = gathering.comparisons.first()
    if made is None:
        return None
    told, using = made.told, gathering.facts.seats.objective
    outlooks = told["outlooks"]
    top = max(one["runs"][-1][0] for one in outlooks)
    cards = [_card(one, told["even"], top, voice) for one in outlooks]
    ours = next(one for one in outlooks if one["objective"] == using)
    least = max(one["runs"][0][0] for one in outlooks)
    even, smallest = f"{told['even']:.2%}", f"{least:.2%}"
    return {
        "made_at": made.made_at,
        "stale": is_stale(made),
        "cards": cards,
        "using": using,
        "even": even,
        "smallest": smallest,
        "costs": even != smallest,
        "share": f"{max(1 - least / told['even'], 0):.1%}",
        "needs": told["needs"],
        "needed": told["needed"],
        "more": max(ours["certain"] - told["needed"], 0),
    }


def _card(outlook: dict[str, Any], even: float, top: float, voice: Speaker) -> dict[str, Any]:
    runs = outlook["runs"]
    chances = [chance for chance, n in runs for _ in range(n)]
    return {
        "objective": outlook["objective"],
        "smallest": f"{chances[0]:.2%}",
        "largest": f"{chances[-1]:.2%}",
        "gini": f"{outlook['gini']:.3f}",
        "certain": outlook["certain"],
        "shut": outlook["shut"],
        "chart": chart("odds", chances_of(chances, even * len(chances), top=top), speaker=voice),
    }
