"""Why no choice meets the quotas, and what would."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from huiyou.errors import HuiyouError, ImpossibleError, QuotaError
from huiyou.people import Person
from huiyou.selection.pool import make_pool
from huiyou.selection.quotas import Quota
from huiyou.selection.repairs import KINDS, Repair, Request, find_repairs, prices

__all__ = ["explain"]

NO_PRICE = 1e-9


def explain(
    people: Sequence[Person],
    seats: int,
    quotas: Sequence[Quota],
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    *,
    watch: Callable[[], None] = lambda: None,
) -> HuiyouError:
    """Find quotas that conflict, and different ways to resolve all conflicts.

    Parameters
    ----------
    people : sequence of Person
    seats : int
    quotas : sequence of Quota
        Such that no choice meets them all; their order does not matter.
    together, one_of : sequence of sequence of str
        As `make_pool` takes them. Neither gives way, but for the repair that takes companions apart.
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
        `ImpossibleError`: ``seats_not_filled`` if companions alone make the number of seats
        unreachable, with the ``nearest`` number that is not; ``one_of_too_many`` if too few may
        come together to fill the seats, whatever the quotas.

    Notes
    -----
    The conflict by QuickXplain (Junker 2004), which halves where the deletion filter of Chinneck
    and Dravnieks (1991) leaves out one by one. Quotas that cannot be met alone come first, then
    those that bear a price in the elastic program with divisible people. 1,600 people under 40
    quotas: 0.3 to 2 s of CPU, also with 200 couples and 100 households, mostly for the repairs.

    Examples
    --------
    >>> people = [Person(str(k), {"trade": ("law",)}) for k in range(4)]
    >>> error = explain(people, 2, [Quota("trade", "film", 1, 2)])
    >>> error.params["least"], error.params["changes"]
    (1, [{'feature': 'trade', 'value': 'film', 'min': 0, 'max': 2}])
    """
    quotas = sorted(quotas, key=lambda quota: (quota.row, quota.feature, quota.value))
    pool = make_pool(people, seats, quotas, together, one_of)
    request = Request(pool, quotas, watch)
    parted = len(pool.units) < len(people)
    alone = make_pool(people, seats, quotas, (), one_of) if parted else None
    apart = None if alone is None else Request(alone, quotas, watch)
    if (nearest := _nearest_sum([len(unit) for unit in pool.units], seats)) != seats:
        return ImpossibleError("seats_not_filled", seats=seats, nearest=nearest)
    if not request.possible([]):
        return ImpossibleError("one_of_too_many", seats=seats)
    conflict = _conflict(request)
    repairs = find_repairs(request, apart)
    told = [_told(repair, quotas) for repair in repairs]
    even = next(one for one in told if "even" in one["kinds"])
    there = {kind for repair in repairs for kind in (*repair.kinds, "other")}
    return QuotaError(
        seats=seats,
        companions=apart is not None and apart.possible(conflict),
        conflict=[
            {**_bounds(quotas[q]), "pool": int(request.having[q]), "row": quotas[q].row}
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


def _conflict(request: Request) -> list[int]:
    """Give quotas that conflict while any of them left out would not, by number."""
    everything = range(len(request.quotas))
    priced = prices(request)
    alone = {q for q in everything if not request.possible([q])}
    order = sorted(everything, key=lambda q: (q not in alone, abs(priced[q]) < NO_PRICE, q))
    return sorted(_needed(request, [], order, grown=False))


def _needed(request: Request, kept: list[int], doubted: list[int], *, grown: bool) -> list[int]:
    """Give those of ``doubted`` without which they and ``kept`` would not conflict."""
    if grown and not request.possible(kept):
        return []
    if len(doubted) == 1:
        return doubted
    middle = len(doubted) // 2
    first, second = doubted[:middle], doubted[middle:]
    of_second = _needed(request, kept + first, second, grown=True)
    of_first = _needed(request, kept + of_second, first, grown=bool(of_second))
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
