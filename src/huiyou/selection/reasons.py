"""Why somebody's chance is what it is: what bounds it, and what it would be if that gave way by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import cached_property
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from huiyou.people import people_digest
from huiyou.proof import Chance
from huiyou.selection.lottery import fairest_chances, find_lottery
from huiyou.selection.pool import Pool, make_pool
from huiyou.selection.pools import Asked, Pools, rest_of, sort_into_pools
from huiyou.selection.record import Selection
from huiyou.selection.relaxed import Relaxed

__all__ = ["Bound", "Reasons", "reasons", "reasons_of"]

Floats: TypeAlias = npt.NDArray[np.float64]
Watch: TypeAlias = Callable[[], None]

PRICED = 1e-9  # a row's price above this is no rounding
FELT = 1e-6  # a change of chance that is worth a word
MET = 1e-7  # a lottery this close to what fractions promise meets it
MOST = 5  # bounds told of one person


@dataclass(frozen=True, slots=True)
class Bound:
    """One thing that keeps a chance from being larger, and what it would be without.

    Parameters
    ----------
    kind : {"max", "min", "seats", "one_of", "together"}
        A quota's maximum, one that must be met by others, the number of seats, one of a household
        or company, companions who come all or not at all.
    feature, value : str
        Of the quota; empty for the others.
    asked : int
        The bound as it stands for the whole room; for companions how many they are.
    price : float
        Shadow price: what one more would add to the chance at which the person's kind was settled,
        as far as small changes go. 0 for companions.
    chance : float
        What the chance would be if the maximum or the seats were one more, the minimum one less, the
        household or the companions no matter: everything solved again.
    confirmed : bool
        Whether a lottery of whole panels was found that gives exactly this chance. Otherwise it is
        what fractions of people would give, which a lottery nearly always meets.
    """

    kind: str
    feature: str
    value: str
    asked: int
    price: float
    chance: float
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Reasons:
    """What one person is told.

    Parameters
    ----------
    pool : str
        One of `Pools`.
    chance : Fraction
        In the lottery.
    least, most : Fraction
        Smallest and largest chance of all who are drawn for.
    level, levels : int
        At which step the chance was settled, from 1, and how many steps there were; 0 if the
        objective does not settle it.
    alike : int
        How many people have the same chance for the same reasons, this one among them.
    met : bool
        Whether the chance is what fractions of people would give, so that bounds speak of the same.
    because : tuple of str
        For whoever is barred or comes along: the ids that it is because of.
    bounds : tuple of Bound
        The largest change first; none if nothing that gives way by one would help.
    """

    pool: str
    chance: Fraction
    least: Fraction
    most: Fraction
    level: int = 0
    levels: int = 0
    alike: int = 1
    met: bool = True
    because: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()


def reasons(lottery: Selection, asked: Asked, *, watch: Watch = lambda: None) -> dict[str, Reasons]:
    """Give everybody their reasons.

    Parameters
    ----------
    lottery : Selection
        As `prepare` gave it, drawn or not.
    asked : Asked
        What it was prepared from.
    watch : callable, optional
        Called often; what it raises ends the work.

    Returns
    -------
    dict of str to Reasons
        By id, sorted. People who are alike share one.

    Raises
    ------
    ValueError
        If the lottery is for other people.

    Notes
    -----
    The dual prices of the programs that settle chances name the rows that bound any; each such row
    then gives way by one and all chances are settled again, once for everybody. A row without a
    price at any step bounds nobody: the same prices prove the same chances without it. A price is the
    slope at this point only (Boyd and Vandenberghe 2004, section 5.6): what is told is the solution.
    1,600 people under 40 quotas, of which 10 bind: 1.2 s of CPU for everybody. For goldilocks only
    the rows that bound its smallest or largest chance are tried.

    Examples
    --------
    >>> from huiyou.people import Person
    >>> from huiyou.selection.choose import prepare
    >>> from huiyou.selection.quotas import Quota
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 4 else "law",)}) for k in range(8)]
    >>> asked = Asked(people, 4, [Quota("trade", "film", 0, 1)])
    >>> told = reasons(prepare(people, 4, asked.quotas, panels=20, seed="a"), asked)["p0"]
    >>> told.alike, [(bound.kind, bound.asked, round(bound.chance, 9)) for bound in told.bounds]
    (4, [('max', 1, 0.5)])
    """
    question = _Question(lottery, asked, watch)
    drawn = {*question.pools.drawn}
    told = {who: question.outside(who) for who in lottery.probabilities if who not in drawn}
    others = {change: question.solve(question.eased(*change)) for change in question.changes()}
    of_type: dict[int, Reasons] = {}
    for k, unit in enumerate(question.pool.units):
        kind = int(question.pool.type_of[k])
        if kind not in of_type:
            of_type[kind] = question.inside(k, others)
        told.update(dict.fromkeys(unit, of_type[kind]))
    return {who: told[who] for who in sorted(told)}


def reasons_of(
    lottery: Selection, asked: Asked, who: str, *, confirm: int = 1, watch: Watch = lambda: None
) -> Reasons:
    """Give one person's reasons, with their household and companions, the first of them confirmed.

    Parameters
    ----------
    lottery, asked, watch
        As for `reasons`.
    who : str
        An id.
    confirm : int
        For how many bounds, the largest change first, a whole lottery is sought: 3 to 6 s each with
        1,600 people.

    Returns
    -------
    Reasons

    Raises
    ------
    KeyError
        If there is nobody of this id.
    ValueError
        If the lottery is for other people.
    """
    question = _Question(lottery, asked, watch)
    if question.pools.of(who) != "drawn":
        return question.outside(who)
    unit = next(k for k, ids in enumerate(question.pool.units) if who in ids)
    others = {change: question.solve(question.eased(*change)) for change in question.changes()}
    told = question.inside(unit, others)
    bounds = sorted((*told.bounds, *question.own(who, unit)), key=_by_gain)[:MOST]
    checked = [question.confirmed(bound, who) for bound in bounds[:confirm]]
    lasting = [bound for bound in checked if bound and bound.chance > told.chance + FELT]
    return replace(told, bounds=(*lasting, *bounds[confirm:]))


def _by_gain(bound: Bound) -> tuple[float, str, str, str]:
    return -bound.chance, bound.kind, bound.feature, bound.value


Change: TypeAlias = tuple[int, int]


class _Question:
    """A lottery, the programs behind it, and the same with one thing changed."""

    def __init__(self, lottery: Selection, asked: Asked, watch: Watch) -> None:
        if lottery.inputs["people"] != people_digest(asked.people):
            raise ValueError("the lottery is for other people")
        people = tuple(sorted(asked.people, key=lambda person: person.id))
        self.lottery, self.asked, self.watch = lottery, replace(asked, people=people), watch
        self.pools: Pools = sort_into_pools(self.asked)
        self.pool = self._pool_of(self.asked)
        found = self.solve(self.pool)
        if found is None:
            raise ValueError("the lottery was for other quotas")
        self.now = found
        self.last = len(self.pool.lower) - 1
        drawn = [Fraction(lottery.probabilities[who]) for who in self.pools.drawn]
        self.least, self.most = min(drawn), max(drawn)

    @property
    def first_only(self) -> bool:
        """Whether only the smallest chance is settled, so that others may be what they like."""
        return self.lottery.objective == "maximin"

    def _pool_of(self, asked: Asked) -> Pool:
        rest = rest_of(asked, sort_into_pools(asked))
        return make_pool(rest.people, rest.seats, rest.quotas, rest.together, rest.one_of)

    def solve(self, pool: Pool) -> Relaxed | None:
        """Settle all chances in a pool as if people came in fractions."""
        return fairest_chances(pool, self.lottery.objective, self.watch)

    @cached_property
    def _levels(self) -> npt.NDArray[np.int64]:
        at = np.full(len(self.pool.sizes), -1, dtype=np.int64)
        for number, level in enumerate(self.now.levels):
            if not self.first_only or number == 0:
                at[level.types] = number
        return at

    def level_of(self, unit: int) -> int:
        """Give the number of the step that settled a unit's chance, −1 if none did."""
        return int(self._levels[self.pool.type_of[unit]])

    def prices(self, level: int) -> Floats:
        """Give the price of each row at a step, 0 where it is rounding."""
        rows = self.now.levels[level].rows
        return np.where(np.abs(rows) > PRICED, rows, 0.0)

    def changes(self) -> list[Change]:
        """Give the quotas that bound anybody, each with the way it would give way, and the seats."""
        quotas = len(self.asked.quotas)
        found = {
            (int(q), 1 if prices[q] > 0 else -1)
            for level in range(1 if self.first_only else len(self.now.levels))
            for prices in [self.prices(level)]
            for q in np.nonzero(prices[:quotas])[0]
        }
        return [*sorted(found), (self.last, 1)]

    def eased(self, row: int, step: int) -> Pool:
        """Give the pool with one row giving way by one."""
        lower, upper = self.pool.lower.copy(), self.pool.upper.copy()
        if step > 0:
            upper[row] += 1
        if step < 0 or row == self.last:
            lower[row] += step
        return replace(self.pool, lower=lower, upper=upper)

    def outside(self, who: str) -> Reasons:
        """Tell somebody who is sure of a seat, or cannot come, why."""
        pool = self.pools.of(who)
        decided = {*self.pools.invited, *self.pools.reviewed}
        sure = decided if pool == "along" else {*self.pools.sure}
        groups = {"along": self.asked.together, "barred": self.asked.one_of}.get(pool, ())
        company = [group for group in self.asked.together if who in group] or [(who,)]
        mine = {*company[0]} if pool == "barred" else {who}
        because = {other for group in groups if mine & {*group} for other in group if other in sure}
        chance = Fraction(self.lottery.probabilities[who])
        return Reasons(pool, chance, self.least, self.most, because=tuple(sorted(because)))

    def inside(self, unit: int, others: dict[Change, Relaxed | None]) -> Reasons:
        """Tell somebody in the lottery which quotas bound their chance."""
        kind, level = int(self.pool.type_of[unit]), self.level_of(unit)
        who = self.pool.units[unit][0]
        alike = int(self.pool.sizes[kind] * len(self.pool.units[unit]))
        bounds = [
            self._bound(row, step, level, self._chance(then, kind))
            for (row, step), then in others.items()
            if then is not None and level >= 0
        ]
        now, chance = self._chance(self.now, kind), Fraction(self.lottery.probabilities[who])
        felt = sorted((bound for bound in bounds if bound.chance > now + FELT), key=_by_gain)
        return Reasons(
            pool="drawn",
            chance=chance,
            least=self.least,
            most=self.most,
            level=level + 1,
            levels=1 if self.first_only else len(self.now.levels),
            alike=alike,
            met=self.first_only or abs(float(chance) - now) < MET,
            bounds=tuple(felt[:MOST]),
        )

    def _chance(self, relaxed: Relaxed, kind: int) -> float:
        """Give the chance of a type, or what nobody's is below where that is all that is settled."""
        return relaxed.levels[0].value if self.first_only else float(relaxed.chances[kind])

    def _bound(self, row: int, step: int, level: int, chance: float) -> Bound:
        price = abs(float(self.prices(level)[row]))
        if row == self.last:
            return Bound("seats", "", "", self.asked.seats, price, chance)
        quota = self.asked.quotas[row]
        if step > 0:
            return Bound("max", quota.feature, quota.value, quota.maximum, price, chance)
        return Bound("min", quota.feature, quota.value, quota.minimum, price, chance)

    def own(self, who: str, unit: int) -> list[Bound]:
        """Solve again without somebody's companions, and without their household."""
        if self.level_of(unit) < 0:
            return []
        now = self._chance(self.now, int(self.pool.type_of[unit]))
        return [
            bound
            for kind in ("one_of", "together")
            if (asked := self._without(kind, who)) is not None
            and (bound := self._freed(kind, who, unit, asked)) is not None
            and bound.chance > now + FELT
        ]

    def _without(self, kind: str, who: str) -> Asked | None:
        groups = self.asked.one_of if kind == "one_of" else self.asked.together
        kept = [group for group in groups if who not in group]
        if len(kept) == len(groups):
            return None
        if kind == "one_of":
            return replace(self.asked, one_of=kept)
        return replace(self.asked, together=kept)

    def _freed(self, kind: str, who: str, unit: int, asked: Asked) -> Bound | None:
        pool = self._pool_of(asked)
        found = self.solve(pool)
        if found is None:
            return None
        at = _unit_of(pool, who)
        chance = self._chance(found, int(pool.type_of[at]))
        if kind == "together":
            return Bound(kind, "", "", len(self.pool.units[unit]), 0.0, chance)
        rows = range(len(self.asked.quotas), self.last)
        mine = [row for row in rows if self.pool.counts[row, unit]]
        price = float(sum(self.prices(self.level_of(unit))[mine]))
        return Bound(kind, "", "", 1, price, chance)

    def confirmed(self, bound: Bound, who: str) -> Bound | None:
        """Find the lottery of whole panels, and tell the chance that it gives; None if none exists."""
        pool = self._changed(bound, who)
        chance = Chance(self.lottery.seed).fork("reasons")
        found = find_lottery(pool, self.lottery.objective, chance, self.watch)
        if found is None:
            return None
        seats = found.seats_of(len(pool.units))
        mine = min(seats) if self.first_only else seats[_unit_of(pool, who)]
        exact = float(Fraction(mine, sum(found.weights)))
        return replace(bound, confirmed=True, chance=exact)

    def _changed(self, bound: Bound, who: str) -> Pool:
        if bound.kind in ("one_of", "together"):
            asked = self._without(bound.kind, who)
            return self._pool_of(asked or self.asked)
        if bound.kind == "seats":
            return self.eased(self.last, 1)
        keys = [(quota.feature, quota.value) for quota in self.asked.quotas]
        return self.eased(
            keys.index((bound.feature, bound.value)), 1 if bound.kind == "max" else -1
        )


def _unit_of(pool: Pool, who: str) -> int:
    return next(k for k, unit in enumerate(pool.units) if who in unit)
