"""What the pages of the desk read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.db.models import Count, Q, QuerySet

from huiyou.proof import canonical, digest
from huiyou.web.applications.models import Application
from huiyou.web.applications.queries import eligible
from huiyou.web.console.models import Membership
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.prizes.models import Draw
from huiyou.web.seats.models import Round
from huiyou.web.tables.models import Plan

__all__ = [
    "Bar", "QuotaGroup", "chain_holds", "desks", "find_applications", "pools_of", "quota_groups",
    "record_of", "records", "repeats_of",
]  # fmt: skip

COLOURS = 12
SCALE = Fraction(104, 100)  # room at the right end of a chart


def desks(user: Any) -> QuerySet[Gathering]:
    """Give the gatherings in which somebody has a role, the coming ones first."""
    found = Gathering.objects.order_by("-starts").select_related("series")
    found = found.annotate(
        applied=Count(
            "applications",
            filter=Q(applications__state="applied", applications__repeats=False),
            distinct=True,
        )
    )
    if user.is_superuser:
        return found
    return found.filter(pk__in=Membership.objects.filter(user_id=user.pk).values("gathering"))


def find_applications(gathering: Gathering, words: str) -> QuerySet[Application]:
    """Give applications that are not erased, by a part of the name or the code."""
    found = gathering.applications.exclude(state=Application.State.ERASED)
    if words:
        found = found.filter(Q(name__icontains=words) | Q(code__istartswith=words))
    return found


def repeats_of(application: Application) -> QuerySet[Application]:
    """Give what came again with somebody's phone; it counts for nothing."""
    found = Application.every.filter(
        gathering=application.gathering, phone=application.phone, repeats=True
    )
    return found.exclude(state=Application.State.ERASED)


@dataclass(frozen=True, slots=True)
class Bar:
    """One quota on a scale of 0 to 100, with the chances it leaves to those it speaks of."""

    value: str
    low: int
    high: int
    pool: int
    chosen: int | None
    sure: int  # of those who have a seat before anybody is drawn
    left: float
    width: float
    share: float
    mark: float | None
    least: int  # chance in percent, at least
    most: int

    @property
    def short(self) -> bool:
        """Whether too few applied to ever meet it."""
        return self.pool < self.low

    @property
    def over(self) -> bool:
        """Whether more are sure of a seat than it allows."""
        return self.sure > self.high


@dataclass(frozen=True, slots=True)
class QuotaGroup:
    """All quotas of one trait."""

    feature: str
    colour: int
    bars: tuple[Bar, ...]


def quota_groups(
    gathering: Gathering, round_: Round | None, filled: Mapping[tuple[str, str], int] | None = None
) -> list[QuotaGroup]:
    """Hold how many applied, and how many seats were rehearsed, against the quotas.

    ``filled`` says how much of each those fill who are sure of their seats.
    """
    quotas = gathering.quotas
    if not quotas:
        return []
    traits = list(eligible(gathering).values_list("traits", flat=True))
    pools = _pools(traits)
    seats = gathering.facts.gathering.seats
    chosen = (
        {(q["feature"], q["value"]): q["chosen"] for q in round_.record["quotas"]} if round_ else {}
    )
    groups = []
    for number, feature in enumerate(dict.fromkeys(quota.feature for quota in quotas)):
        rows = [quota for quota in quotas if quota.feature == feature]
        shares = {
            q.value: Fraction(pools[feature, q.value] * seats, len(traits) or 1) for q in rows
        }
        full = SCALE * max([Fraction(1), *(Fraction(q.maximum) for q in rows), *shares.values()])
        bars = []
        for q in rows:
            pool, got = pools[feature, q.value], chosen.get((feature, q.value))
            bars.append(
                Bar(
                    q.value, q.minimum, q.maximum, pool, got, (filled or {}).get((feature, q.value), 0),
                    left=_on(q.minimum, full),
                    width=max(1.2, _on(q.maximum - q.minimum, full)),
                    share=_on(shares[q.value], full),
                    mark=None if got is None else _on(got, full),
                    least=_percent(q.minimum, pool),
                    most=_percent(min(q.maximum, seats), pool),
                )
            )  # fmt: skip
        groups.append(QuotaGroup(feature, number % COLOURS, tuple(bars)))
    return groups


def pools_of(gathering: Gathering) -> Counter[tuple[str, str]]:
    """Count who applied, by trait and value."""
    return _pools(eligible(gathering).values_list("traits", flat=True))


def _pools(traits: Iterable[dict[str, list[str]]]) -> Counter[tuple[str, str]]:
    return Counter((key, value) for each in traits for key, vs in each.items() for value in set(vs))


def _on(value: int | Fraction, full: Fraction) -> float:
    return round(float(100 * value / full), 2)


def _percent(seats: int, pool: int) -> int:
    return min(100, 100 * seats // pool) if pool else 0


def records(gathering: Gathering) -> list[dict[str, Any]]:
    """Give every record, the newest first, with its figures and whether it is in use.

    In use are the latest round, and the latest plan and draw of that round.
    """
    rounds = list(gathering.rounds.all())
    newest = rounds[0].pk if rounds else None
    rows: list[dict[str, Any]] = [
        {
            "kind": "selection", "pk": one.pk, "made_at": one.made_at, "round": one.pk,
            "seed": one.record["seed"], "digest": one.record["digest"],
            "seats": len(one.record["chosen"]), "alternates": len(one.record["alternates"]),
            "in_use": one.pk == newest, "rehearsal": one.rehearsal,
        }
        for one in rounds
    ]  # fmt: skip
    plans = list(Plan.objects.filter(round__gathering=gathering).select_related("round"))
    plan = next((one.pk for one in plans if one.round_id == newest), None)
    rows += [
        {
            "kind": "grouping", "pk": one.pk, "made_at": one.made_at, "round": one.round_id,
            "seed": one.record["seed"], "digest": one.record["digest"],
            "tables": len(one.record["rounds"][0]), "turns": len(one.record["rounds"]),
            "gap": f"{float(Fraction(str(one.record['gap']))):.2%}",
            "repeats": one.record["repeats"], "in_use": one.pk == plan,
            "rehearsal": one.round.rehearsal,
        }
        for one in plans
    ]  # fmt: skip
    draws = list(
        Draw.objects.filter(round__gathering=gathering).annotate(entrants=Count("tickets"))
    )
    draw = next((one.pk for one in draws if one.round_id == newest), None)
    rows += [
        {
            "kind": "draw", "pk": one.pk, "made_at": one.made_at, "round": one.round_id,
            "digest": one.fingerprint, "entrants": one.entrants,
            "tiers": len(one.commitment["tiers"]), "in_use": one.pk == draw, "rehearsal": one.rehearsal,
        }
        for one in draws
    ]  # fmt: skip
    return rows


def record_of(gathering: Gathering, kind: str, pk: int) -> bytes | None:
    """Give the bytes of one record of this gathering."""
    if kind == "selection":
        round_ = gathering.rounds.filter(pk=pk).first()
        return round_.file if round_ else None
    if kind == "grouping":
        plan = Plan.objects.filter(round__gathering=gathering, pk=pk).first()
        return canonical.dumps(plan.record) if plan else None
    if kind == "draw":
        draw = Draw.objects.filter(round__gathering=gathering, pk=pk).first()
        return draw.proof.encode() if draw else None
    return None


def chain_holds(lines: list[Entry]) -> int | None:
    """Recompute the whole journal; give the number of the first line that does not hold, or None."""
    before = ""
    for number, line in enumerate(lines, start=1):
        sound = line.number == number and line.previous == before
        if not sound or digest(line.body()) != line.digest:
            return number
        before = line.digest
    return None
