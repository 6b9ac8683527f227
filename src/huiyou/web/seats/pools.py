"""Who is sure of a seat or excluded before the draw, as organisers decided."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.gathering.households import check_one_per, largest_household
from huiyou.gathering.rules import placed_by
from huiyou.gathering.toml import TOML
from huiyou.people import Person
from huiyou.selection import Asked, Placed, Quota, sort_into_pools
from huiyou.selection.pools import Pools, placed_digest
from huiyou.selection.quotas import count
from huiyou.web.applications.models import Application
from huiyou.web.applications.queries import eligible
from huiyou.web.gatherings.actions import alone
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.seats.asking import asked_of
from huiyou.web.seats.models import Lottery, Placement
from huiyou.web.seats.queries import lottery_bound

__all__ = [
    "MOST_PLACED", "Outlook", "decided_otherwise", "outlook_of", "place", "place_by_rules",
    "pool_of",
]  # fmt: skip

MOST_PLACED = 500  # at once
LONGEST = 500


@dataclass(frozen=True, slots=True)
class Outlook:
    """The pools as they are now, held against seats and quotas; or what contradicts itself."""

    seats: int
    pools: Pools | None
    sizes: Mapping[str, int]
    filled: Mapping[tuple[str, str], int]  # of each quota by those who are sure
    faults: tuple[Fault, ...]
    placed: Mapping[str, Placed]
    homes: int  # households of several people
    largest: tuple[str, int]  # the answer that most of them share, and how many do

    @property
    def sure(self) -> int:
        """How many have a seat whatever is drawn."""
        return sum(self.sizes.get(name, 0) for name in ("invited", "reviewed", "along"))

    @property
    def left(self) -> int:
        """How many seats are drawn."""
        return max(self.seats - self.sure, 0)


def outlook_of(gathering: Gathering) -> Outlook:
    """Work the pools out before anything is drawn."""
    asked = asked_of(gathering)
    largest = largest_household(asked.people, gathering.facts.seats.one_per)
    homes: dict[str, Any] = {"homes": len(asked.one_of), "largest": largest}
    try:
        check_one_per(asked.people, gathering.facts.seats.one_per)
        pools = sort_into_pools(asked)
    except InputError as error:
        chosen = [one.pool for one in asked.placed.values()]
        sizes = {name: chosen.count(name) for name in ("invited", "reviewed", "excluded")}
        sizes["drawn"] = len(asked.people) - len(chosen)
        sure = {who for who, one in asked.placed.items() if one.pool in Placement.SURE}
        faults = error.faults
        return Outlook(
            asked.seats, None, _some(sizes), _filled(asked, sure), faults, asked.placed, **homes
        )
    sizes = {name: len(ids) for name, ids in pools.to_dict().items()}
    filled = _filled(asked, set(pools.sure))
    return Outlook(asked.seats, pools, _some(sizes), filled, (), asked.placed, **homes)


def _some(sizes: Mapping[str, int]) -> dict[str, int]:
    order = ("invited", "reviewed", "along", "drawn", "barred", "excluded")
    return {name: sizes[name] for name in order if sizes.get(name)}


def _filled(asked: Asked, sure: set[str]) -> dict[tuple[str, str], int]:
    members = [person for person in asked.people if person.id in sure]
    quotas: Sequence[Quota] = asked.quotas
    return {(quota.feature, quota.value): count(members, quota) for quota in quotas}


def decided_otherwise(lottery: Lottery, placed: Mapping[str, Placed] | None = None) -> bool:
    """Say whether seats, quotas, objective, pools or households were others than they are now.

    Only the salt is fetched of what it was made from, which is megabytes long.
    """
    placed = asked_of(lottery.gathering).placed if placed is None else placed
    salt = Lottery.objects.values_list("inputs__salt", flat=True).get(pk=lottery.pk)
    gathering, record = lottery.gathering, lottery.record
    facts = gathering.facts
    then = [(row["feature"], row["value"], row["min"], row["max"]) for row in record["quotas"]]
    now = [(q.feature, q.value, q.minimum, q.maximum) for q in gathering.quotas]
    same = (
        (record["seats"], record["objective"], lottery.one_per, then)
        == (facts.gathering.seats, facts.seats.objective, facts.seats.one_per, now)
        and record["inputs"]["placed"] == placed_digest(placed, salt or "")
    )  # fmt: skip
    return not same


def pool_of(application: Application) -> Placement | None:
    """Give what was decided about somebody, if anything."""
    return Placement.objects.filter(application=application).first()


def place(
    gathering: Gathering,
    codes: Iterable[str],
    pool: str,
    reason: str,
    *,
    now: datetime,
    who: str,
) -> int:
    """Put people into a pool, or back among those drawn for; give of how many that is new.

    The journal says who put which codes where; the reason it does not say.

    Raises
    ------
    InputError
        For each code that nobody has, a reason that is missing or too long, or if a draw is
        announced or done; nothing is changed then.
    """
    codes = list(dict.fromkeys(codes))
    reason = "" if pool == Placement.Pool.DRAWN else reason.strip()
    with alone(gathering):
        there = {row.code: row for row in eligible(gathering).filter(code__in=codes)}
        faults = _faults(gathering, codes, there, pool, reason)
        if faults:
            raise InputError(faults)
        decided = {code: Placed(pool, reason) for code in codes}
        return _keep(gathering, there, decided, now=now, who=who)


def _faults(
    gathering: Gathering,
    codes: Sequence[str],
    there: Mapping[str, Application],
    pool: str,
    reason: str,
) -> list[Fault]:
    if lottery_bound(gathering):
        return [Fault("pools_fixed")]
    faults = [Fault("code_unknown", params={"id": code}) for code in codes if code not in there]
    if not codes:
        faults.append(Fault("codes_missing"))
    if len(codes) > MOST_PLACED:
        faults.append(Fault("codes_many", params={"most": MOST_PLACED}))
    if pool not in Placement.Pool.values:
        faults.append(Fault("pool_unchosen"))
    if pool in Placement.WITH_REASON and not reason:
        faults.append(Fault("reason_missing"))
    if len(reason) > LONGEST or "\0" in reason:
        faults.append(Fault("reason_long", params={"most": LONGEST}))
    return faults


def _keep(
    gathering: Gathering,
    there: Mapping[str, Application],
    decided: Mapping[str, Placed],
    *,
    now: datetime,
    who: str,
) -> int:
    """Keep what is decided and differs from before, a line of the journal for each pool."""
    before = {
        one.application.code: one
        for one in Placement.objects.filter(application__in=there.values()).select_related(
            "application"
        )
    }
    moved: dict[str, list[str]] = {}
    for code, one in sorted(decided.items()):
        old = before.get(code)
        if (old.as_placed() if old else Placed("drawn")) == one:
            continue
        Placement.objects.update_or_create(
            application=there[code],
            defaults={"pool": one.pool, "reason": one.reason, "who": who, "at": now},
        )
        moved.setdefault(one.pool, []).append(code)
    for pool, codes in moved.items():
        Entry.write(gathering, at=now, who=who, deed="place", pool=pool, codes=codes, n=len(codes))
    return sum(map(len, moved.values()))


def place_by_rules(
    gathering: Gathering,
    people: Sequence[Person],
    codes: Mapping[str, str],
    *,
    now: datetime,
    who: str,
    lines: Sequence[int | None] = (),
    strict: bool = False,
) -> int:
    """Put people where the rules in the facts say, but for those of whom somebody decided; give how many.

    ``codes`` gives everybody's code by the id that rules know them by, ``lines`` where each rule
    stands. ``strict``  minds ids and
    values that nobody of them has: they are all the people there are.

    Raises
    ------
    InputError
        As `placed_by`; nothing is changed then.
    """
    placed = placed_by(gathering.facts, people, file=TOML, lines=lines, strict=strict)
    if not placed:
        return 0
    with alone(gathering):
        if lottery_bound(gathering):
            return 0
        there = {
            row.code: row
            for row in eligible(gathering).filter(placement__isnull=True)
            if row.code in {codes[id_] for id_ in placed}
        }
        decided = {codes[id_]: one for id_, one in placed.items() if codes[id_] in there}
        return _keep(gathering, there, decided, now=now, who=who)
