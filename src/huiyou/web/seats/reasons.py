"""Why each chance is what it is: worked out with the chances, kept by person, forgotten with them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any

from django.db.models import Q

from huiyou.selection import Asked, Selection, needed, reasons
from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering
from huiyou.web.seats.models import Lottery, Reason, Round
from huiyou.web.seats.queries import shown_rounds

__all__ = ["chances_told", "forget_reasons", "keep_reasons", "reason_of", "reasons_for"]


def reasons_for(
    selection: Selection, asked: Asked, *, watch: Callable[[], None]
) -> dict[str, dict[str, Any]]:
    """Work out what everybody is told, by code, as plain values; of others it says nothing."""
    told = reasons(selection, asked, watch=watch)
    needs: defaultdict[str, list[list[dict[str, Any]]]] = defaultdict(list)
    if any(one.pool == "drawn" and one.chance == 1 for one in told.values()):
        for need in needed(asked, watch=watch):
            for code in need.people:
                needs[code].append([asdict(row) for row in need.rows])
    return {
        code: {
            "pool": one.pool,
            "level": one.level,
            "met": one.met,
            "least": float(one.least),
            "most": float(one.most),
            "bounds": [
                {key: value for key, value in asdict(bound).items() if key != "confirmed"}
                for bound in one.bounds
            ],
            "needs": needs[code],
        }
        for code, one in told.items()
    }


def keep_reasons(told: Mapping[str, Any], *, kept: Lottery | Round) -> None:
    """Keep them beside the chances, in the transaction of whoever calls."""
    people = kept.gathering.applications.exclude(state=Application.State.ERASED)
    of = {"lottery": kept} if isinstance(kept, Lottery) else {"round": kept}
    Reason.objects.bulk_create(
        [
            Reason(application_id=pk, told=told[code], **of)
            for code, pk in people.values_list("code", "pk")
            if code in told
        ],
        batch_size=500,
    )


def reason_of(application: Application, kept: Lottery | Round) -> dict[str, Any] | None:
    """Give what somebody is told of their chance in a lottery, or in a round and what drew it."""
    mine = application.reasons.all()
    if isinstance(kept, Lottery):
        mine = mine.filter(lottery=kept)
    elif kept.lottery_id is not None:
        mine = mine.filter(lottery=kept.lottery_id)
    else:
        mine = mine.filter(round=kept)
    return mine.values_list("told", flat=True).first()


def chances_told(application: Application) -> list[dict[str, Any]]:
    """Give every chance that somebody may know they had, with its reasons, the newest first."""
    announced = application.gathering.lotteries.filter(announced_at__isnull=False)
    shown = shown_rounds(application.gathering)
    rows = application.reasons.filter(Q(lottery__in=announced) | Q(round__in=shown))
    found = []
    for row in rows.order_by("-pk"):
        about = {"lottery": row.lottery_id, "round": row.round_id}
        found.append({**about, "chance": row.kept.chances[application.code], "because": row.told})
    return found


def forget_reasons(gathering: Gathering) -> None:
    """Drop what was told to people who were erased."""
    gone = Application.State.ERASED
    Reason.objects.filter(application__gathering=gathering, application__state=gone).delete()
