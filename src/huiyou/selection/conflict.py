"""Why no choice meets the quotas, and what would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from huiyou.errors import HuiyouError, ImpossibleError, QuotaError
from huiyou.people import Person
from huiyou.selection.quotas import Quota
from huiyou.selection.repairs import KINDS, Pool, Repair, find_repairs, prices

__all__ = ["explain"]

NO_PRICE = 1e-9


def explain(
    people: Sequence[Person],
    units: Sequence[tuple[str, ...]],
    seats: int,
    quotas: Sequence[Quota],
    watch: Callable[[], None] = lambda: None,
) -> HuiyouError:
    """Find quotas that conflict, and different ways to resolve all conflicts.

    Parameters
    ----------
    people : sequence of Person
    units : sequence of tuple of str
        Ids that are taken whole; everybody stands in one.
    seats : int
    quotas : sequence of Quota
        Such that no choice meets them all; their order does not matter.
    watch : callable, optional
        Called often while the solver works; what it raises ends the search.

    Returns
    -------
    QuotaError
        ``conflict``: quotas that together leave no choice, while any of them left out would;
        ``companions``: whether they could be met if companions came apart; ``repairs``, as
        `find_repairs` finds them, and ``missing``, the kinds of repair that do not exist;
        ``least``, the fewest people by which quotas have to give way; ``asked`` and ``changes``,
        quotas as they are and as the most even repair by so few leaves them; ``seats``. Or an
        `ImpossibleError` ``seats_not_filled`` if companions alone make the number of seats
        unreachable, with the ``nearest`` number that is not.

    Notes
    -----
    The conflict by QuickXplain (Junker 2004), which halves where the deletion filter of Chinneck
    and Dravnieks (1991) leaves out one by one. Quotas that cannot be met alone come first, then
    those that bear a price in the elastic program with divisible people. 1,600 people under 40
    quotas: 0.5 to 2.5 s of CPU, mostly for the repairs.

    Examples
    --------
    >>> people = [Person(str(k), {"trade": ("law",)}) for k in range(4)]
    >>> units = [(person.id,) for person in people]
    >>> error = explain(people, units, 2, [Quota("trade", "film", 1, 2)])
    >>> error.params["least"], error.params["changes"]
    (1, [{'feature': 'trade', 'value': 'film', 'min': 0, 'max': 2}])
    """
    quotas = sorted(quotas, key=lambda quota: (quota.row, quota.feature, quota.value))
    pool = Pool(people, units, seats, quotas, watch)
    alone = [(person.id,) for person in people]
    parted = len(units) < len(people)
    apart = Pool(people, alone, seats, quotas, watch) if parted else None
    if (nearest := _nearest_sum([len(unit) for unit in units], seats)) != seats:
        return ImpossibleError("seats_not_filled", seats=seats, nearest=nearest)
    conflict = _conflict(pool)
    repairs = find_repairs(pool, apart)
    told = [_told(repair, quotas) for repair in repairs]
    even = next(one for one in told if "even" in one["kinds"])
    there = {kind for repair in repairs for kind in (*repair.kinds, "other")}
    return QuotaError(
        seats=seats,
        companions=apart is not None and apart.possible(conflict),
        conflict=[
            {**_bounds(quotas[q]), "pool": int(pool.having[q]), "row": quotas[q].row}
            for q in conflict
        ],
        least=even["total"],
        asked=[change["now"] for change in even["changes"]],
        changes=[change["then"] for change in even["changes"]],
        repairs=told,
        missing=[kind for kind in KINDS if kind not in there and (parted or kind != "apart")],
    )


def _nearest_sum(sizes: Sequence[int], wanted: int) -> int:
    """Give the number nearest to ``wanted``, the smaller of two, that some of ``sizes`` add up to."""
    sums = 1  # bit k: some add up to k
    for size in sizes:
        sums |= sums << size
    reached = [number for number in range(1, sums.bit_length()) if sums >> number & 1]
    return min(reached, key=lambda number: (abs(number - wanted), number))


def _conflict(pool: Pool) -> list[int]:
    """Give quotas that conflict while any of them left out would not, by number."""
    everything = range(len(pool.quotas))
    priced = prices(pool)
    alone = {q for q in everything if not pool.possible([q])}
    order = sorted(everything, key=lambda q: (q not in alone, abs(priced[q]) < NO_PRICE, q))
    return sorted(_needed(pool, [], order, grown=False))


def _needed(pool: Pool, kept: list[int], doubted: list[int], *, grown: bool) -> list[int]:
    """Give those of ``doubted`` without which they and ``kept`` would not conflict."""
    if grown and not pool.possible(kept):
        return []
    if len(doubted) == 1:
        return doubted
    middle = len(doubted) // 2
    first, second = doubted[:middle], doubted[middle:]
    of_second = _needed(pool, kept + first, second, grown=True)
    of_first = _needed(pool, kept + of_second, first, grown=bool(of_second))
    return of_first + of_second


def _told(repair: Repair, quotas: Sequence[Quota]) -> dict[str, Any]:
    """Give a repair as plain values."""
    return {
        "kinds": list(repair.kinds),
        "total": repair.total,
        "seats": repair.seats,
        "apart": repair.apart,
        "changes": [
            {"row": old.row, "now": _bounds(old), "then": _bounds(new)}
            for old, new in zip(quotas, repair.mended(quotas), strict=True)
            if old != new
        ],
    }


def _bounds(quota: Quota) -> dict[str, Any]:
    return {
        "feature": quota.feature,
        "value": quota.value,
        "min": quota.minimum,
        "max": quota.maximum,
    }
