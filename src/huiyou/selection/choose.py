"""Choose people for the seats by the fairest lottery that the quotas allow."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import numpy as np

from huiyou.errors import HuiyouError, ImpossibleError
from huiyou.people import Person, people_digest
from huiyou.proof import Chance, digest
from huiyou.selection.absence import MILLION, PRIOR, expect_absence
from huiyou.selection.attendance import Attendance
from huiyou.selection.conflict import explain
from huiyou.selection.entrants import drawn_entrant
from huiyou.selection.fairness import OBJECTIVES, Fairness, assess
from huiyou.selection.invitations import invite_beyond
from huiyou.selection.judge import drawn_panel
from huiyou.selection.lottery import Lottery, find_lottery
from huiyou.selection.pace import Deadline, Report
from huiyou.selection.pool import Pool, make_pool, make_units
from huiyou.selection.pools import (
    Asked,
    Placed,
    Rest,
    placed_digest,
    rest_of,
    salt_of,
    sort_into_pools,
)
from huiyou.selection.publish import publish
from huiyou.selection.quotas import Quota, check_quotas, count
from huiyou.selection.record import Selection
from huiyou.selection.reserves import groups_in_order, groups_of, reserve_order

__all__ = ["draw_seats", "prepare", "select"]

PANELS = 1000
CAP = MILLION // 20


def prepare(
    people: Sequence[Person],
    seats: int,
    quotas: Sequence[Quota],
    *,
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    placed: Mapping[str, Placed] | None = None,
    objective: str = "leximin",
    panels: int = PANELS,
    seed: str,
    salt: str = "",
    deadline: float | None = None,
    watch: Callable[[], None] = lambda: None,
    report: Report | None = None,
) -> Selection:
    """Find the fairest lottery over all choices that meet the quotas, and the panels to draw from.

    Nobody is chosen yet: chances and panels can be published, and the draw announced.

    Parameters
    ----------
    people : sequence of Person, length n
        Only ``id`` and ``traits`` are read; order does not matter.
    seats : int
        Between 1 and n.
    quotas : sequence of Quota
        A trait with several values counts toward each of them.
    together : sequence of sequence of str
        Groups of ids that come all or not at all; no id in two groups.
    one_of : sequence of sequence of str
        Groups of ids of whom one at most may come, such as a household; companions count once.
    placed : mapping of str to Placed, optional
        Who is sure of a seat or excluded before the draw, see `sort_into_pools`. Quotas count the
        whole room; the lottery is over the seats that are left.
    objective : {"leximin", "maximin", "nash", "goldilocks"}
        Leximin makes the smallest chance as large as can be, then the next smallest, and so on;
        maximin asks that of the smallest above 0 only. Nash makes the product of all chances as large as can be.
        Goldilocks makes the largest chance small and the smallest large at once. People whom no
        choice can have do not count for the two last.
    panels : int
        How many equally likely panels are published.
    seed : str
        Decides which panels carry the lottery. Chances do not depend on it.
    salt : str
        Hashed with ``placed``, so that nobody can guess the reasons of a published record. Whoever is
        to judge it needs it. If empty it is made from everybody's traits, which they need anyway.
    deadline : float, optional
        Seconds after which the search ends with the best lottery it has, as soon as it has one;
        then ``status`` is ``deadline`` and other runs may find others.
    watch : callable, optional
        Called often while the search works; what it raises ends the search.
    report : callable, optional
        Told how far the search is: stage, value and bound, see `huiyou.selection.pace.Pace`.

    Returns
    -------
    Selection
        ``chosen`` and ``alternates`` are empty. ``status`` is ``optimal`` if the certificate proves
        that no lottery is fairer.

    Raises
    ------
    InputError
        For pools that contradict themselves, all faults at once.
    ImpossibleError
        ``seats_exceed_people``, if there are fewer people than seats; ``seats_not_filled`` or
        ``one_of_too_many`` if companions or households leave no full room.
    QuotaError
        If no choice meets the quotas, with a smallest conflict and the least change that mends it.
    ValueError
        For quotas or groups that contradict themselves, or an unknown objective.

    Notes
    -----
    Leximin over lotteries of panels: Flanigan, Gölz, Gupta, Hennig and Procaccia (2021); panels of
    equal chance: Flanigan, Kehne and Procaccia (2021). How it is found: `find_lottery`, `publish`.

    Examples
    --------
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 3 else "law",)}) for k in range(8)]
    >>> record = prepare(people, 4, [Quota("trade", "film", 0, 1)], panels=60, seed="a")
    >>> record.status, record.chosen, record.published["smallest"]
    ('optimal', (), '1/3')
    >>> round(float(Fraction(record.probabilities["p0"])), 9)
    0.333333333
    """
    check_quotas(quotas)
    if objective not in OBJECTIVES:
        raise ValueError(f"no objective {objective!r}: choose one of {OBJECTIVES}")
    until = Deadline(deadline)
    people = sorted(people, key=lambda person: person.id)
    make_units(people, together)  # raises if groups overlap
    if not {who for group in one_of for who in group} <= {person.id for person in people}:
        raise ValueError("a group names people who are not there")
    asked = Asked(people, seats, quotas, together, one_of, placed or {})
    pools = sort_into_pools(asked)
    there = len(pools.sure) + len(pools.drawn)
    if not 1 <= seats <= there:
        raise ImpossibleError("seats_exceed_people", seats=seats, people=there)
    rest = rest_of(asked, pools)
    chance = Chance(seed).fork("selection")
    pool = make_pool(rest.people, rest.seats, rest.quotas, rest.together, rest.one_of)
    lottery = find_lottery(
        pool, objective, chance.fork("lottery"), watch, deadline=until, report=report
    )
    if lottery is None:
        raise _explained(rest, asked, watch)
    published = publish(pool, lottery, panels, chance.fork("panels"), watch)
    probabilities, fairness = _fairness(pool, lottery, objective)
    cut = "deadline" if lottery.late else "bounded"
    return Selection(
        seats=seats,
        quotas=tuple(
            {
                "feature": quota.feature,
                "value": quota.value,
                "min": quota.minimum,
                "max": quota.maximum,
                "pool": count(people, quota),
                "chosen": 0,
            }
            for quota in quotas
        ),
        objective=objective,
        status="optimal" if fairness.proven else cut,
        rehearsal=False,
        pools=pools.to_dict(),
        probabilities={
            **dict.fromkeys(pools.sure, "1"),
            **dict.fromkeys((*pools.barred, *pools.excluded), "0"),
            **probabilities,
        },
        panels=tuple(tuple(_ids(pool, panel, pools.sure)) for panel in lottery.panels),
        weights=lottery.weights,
        bound=str(fairness.bound),
        gap=str(fairness.gap),
        certificate=tuple(lottery.certificate),
        published={
            "m": panels,
            "smallest": str(_smallest(published, len(pool.units))),
            "panels": [_ids(pool, panel, pools.sure) for panel in published],
        },
        drawn={},
        chosen=(),
        alternates=(),
        reserves={},
        seed=seed,
        inputs={
            "people": people_digest(people),
            "together": _groups_digest(together),
            "one_of": _groups_digest(one_of),
            "placed": placed_digest(asked.placed, salt or salt_of(people)),
            "columns": {},
        },
    )


def draw_seats(
    lottery: Selection,
    people: Sequence[Person],
    *,
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    alternates: int = 0,
    proof: Mapping[str, Any] | None = None,
    key: str = "",
    past: Sequence[Attendance] = (),
    cap: int = CAP,
) -> Selection:
    """Draw one of the published panels, put alternates in order, and invite beyond the seats.

    Parameters
    ----------
    lottery : Selection
        As `prepare` gives it.
    people, together, one_of
        What it was prepared from.
    alternates : int
        How many of the others to put in order at most. Companions stand next to each other; a group
        that no longer fits is passed over. Of those who share a group of ``one_of`` with somebody
        chosen nobody waits, of those who share one among themselves one unit, by chance.
    proof : mapping, optional
        Proof file of a draw by hydraw/1 that its own judge accepted; its entrants are the panels,
        see `entrants_of`. The order of the alternates is made from what was drawn.
    key : str
        Opens all entrants of the draw, see `drawn_entrant`; kept in the record.
    past : sequence of Attendance
        What past stops saw at their doors; without any, the stated prior.
    cap : int
        Millionths: up to which chance that more come than fit the first alternates are invited at
        once. 0 if nobody is.

    Returns
    -------
    Selection
        With ``chosen``, ``alternates``, ``reserves`` and how they were ``drawn``.

    Raises
    ------
    RefusedError
        If the draw is not of these panels.
    ValueError
        If seats were drawn before, or the people or groups are not those that the lottery is for.

    Notes
    -----
    The order: `reserve_order`. How many beyond: `invite_beyond`.

    Examples
    --------
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 3 else "law",)}) for k in range(8)]
    >>> lottery = prepare(people, 4, [Quota("trade", "film", 0, 1)], panels=60, seed="a")
    >>> record = draw_seats(lottery, people, alternates=3)
    >>> record.rehearsal, len(record.chosen), len(record.alternates)
    (True, 4, 3)
    """
    if lottery.drawn:
        raise ValueError("drawn already: a redo is another lottery")
    made_from = {
        "people": people_digest(people),
        "together": _groups_digest(together),
        "one_of": _groups_digest(one_of),
    }
    if any(lottery.inputs[name] != told for name, told in made_from.items()):
        raise ValueError("the lottery is for other people or groups")
    drawn = _drawn(lottery, proof, key)
    chosen = tuple(lottery.published["panels"][drawn["panel"]])
    inside = set(chosen)
    members = [person for person in people if person.id in inside]
    quotas = [Quota(row["feature"], row["value"], row["min"], row["max"]) for row in lottery.quotas]
    hoping = set(lottery.pools["drawn"]) - inside
    # What nobody knew before the draw decides who comes next, too.
    chance = Chance(lottery.seed if proof is None else digest(proof["beacons"])).fork("selection")
    waiting = [unit for unit in make_units(people, together) if unit[0] in hoping]
    waiting = _apart(waiting, one_of, inside, chance.fork("households"))
    absence = expect_absence(people, past)
    order = reserve_order(
        people,
        chosen,
        [who for unit in waiting for who in unit],
        quotas,
        absence,
        length=alternates,
        together=together,
        chance=chance,
    )
    units = groups_in_order(order, _among(together, order))
    invited = groups_of(chosen, _among(together, chosen))
    beyond = invite_beyond(invited, units if cap else (), absence, lottery.seats, cap=cap)
    return replace(
        lottery,
        rehearsal=proof is None or bool(proof["commit"]["rehearsal"]),
        quotas=tuple(
            {**row, "chosen": sum(person.has(row["feature"], row["value"]) for person in members)}
            for row in lottery.quotas
        ),
        drawn=drawn,
        chosen=chosen,
        alternates=order,
        reserves={
            "prior": dict(zip(("stayed_away", "came"), PRIOR, strict=True)),
            "stops": [stop.to_dict() for stop in past],
            "levels": list(absence.levels),
            "cap": cap,
            "beyond": list(beyond.beyond),
            "more_than_fit": beyond.risk,
        },
    )


def _drawn(lottery: Selection, proof: Mapping[str, Any] | None, key: str) -> dict[str, Any]:
    """Say which panel was drawn, and by what."""
    panels = lottery.published["panels"]
    if proof is None:
        return {"by": "seed", "panel": drawn_panel(lottery.seed, len(panels))}
    panel = drawn_entrant(panels, proof, key)
    return {"by": "hydraw/1", "panel": panel, "proof": proof, "key": key}


def _apart(
    waiting: Sequence[tuple[str, ...]],
    one_of: Sequence[Sequence[str]],
    chosen: Collection[str],
    chance: Chance,
) -> list[tuple[str, ...]]:
    """Leave out whoever shares a household with somebody chosen, or with another who waits."""
    homes: defaultdict[str, set[int]] = defaultdict(set)
    for home, group in enumerate(one_of):
        for who in group:
            homes[who].add(home)
    taken = {home for who in chosen for home in homes[who]}
    order, kept = list(waiting), []
    chance.shuffle(order)
    for unit in order:
        theirs = {home for who in unit for home in homes[who]}
        if not theirs & taken:
            taken |= theirs
            kept.append(unit)
    return sorted(kept)


def _groups_digest(groups: Sequence[Sequence[str]]) -> str:
    return digest(sorted(map(sorted, groups)))


def _among(together: Sequence[Sequence[str]], ids: Sequence[str]) -> list[Sequence[str]]:
    inside = set(ids)
    return [group for group in together if inside.issuperset(group)]


def select(
    people: Sequence[Person],
    seats: int,
    quotas: Sequence[Quota],
    *,
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    alternates: int = 0,
    past: Sequence[Attendance] = (),
    cap: int = CAP,
    seed: str,
    **options: Any,
) -> Selection:
    """Rehearse it all: `prepare` the fairest lottery, and `draw_seats` by its seed.

    ``options`` are those of `prepare`.

    Examples
    --------
    >>> people = [Person(f"p{k}", {"trade": ("film" if k < 3 else "law",)}) for k in range(8)]
    >>> record = select(people, 4, [Quota("trade", "film", 0, 1)], panels=60, seed="a")
    >>> record.quotas[0]["chosen"], len(record.chosen), record.rehearsal
    (1, 4, True)
    """
    lottery = prepare(people, seats, quotas, together=together, one_of=one_of, seed=seed, **options)
    return draw_seats(
        lottery, people, together=together, one_of=one_of, alternates=alternates, past=past, cap=cap
    )


def _fairness(pool: Pool, lottery: Lottery, objective: str) -> tuple[dict[str, str], Fairness]:
    """Give everybody's chance, and how fair that is."""
    total = sum(lottery.weights)
    chances = [Fraction(n, total) for n in lottery.seats_of(len(pool.units))]
    fairness = assess(
        objective,
        lottery.certificate,
        [tuple(row) for row in pool.counts.T.tolist()],
        chances,
        (pool.lower.tolist(), pool.upper.tolist()),
    )
    return {who: str(chances[k]) for k, unit in enumerate(pool.units) for who in unit}, fairness


def _smallest(panels: Sequence[Any], units: int) -> Fraction:
    """Give the smallest chance of a unit in equally likely panels."""
    return Fraction(int(np.bincount(np.concatenate(panels), minlength=units).min()), len(panels))


def _ids(pool: Pool, panel: Any, sure: Sequence[str]) -> list[str]:
    return sorted([*sure, *(who for unit in panel.tolist() for who in pool.units[unit])])


def _explained(rest: Rest, asked: Asked, watch: Callable[[], None]) -> HuiyouError:
    """Say why nobody can be drawn beside those who are sure, in terms of the whole room."""
    error = explain(rest.people, rest.seats, rest.quotas, rest.together, rest.one_of, watch=watch)
    return rest.whole(error, asked)
