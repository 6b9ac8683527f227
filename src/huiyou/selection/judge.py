"""Whether a selection holds: counted again by hand, in whole numbers, without the solver."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import Any, NamedTuple

from huiyou.errors import RefusedError
from huiyou.people import Person, people_digest
from huiyou.proof import Chance, Shape, Verdict, digest, fits
from huiyou.selection.absence import belief, expect_absence
from huiyou.selection.attendance import STOPS, Attendance
from huiyou.selection.bounds import TOLERANCE, Bounds
from huiyou.selection.crowding import MILLION, crowding, is_percentile
from huiyou.selection.entrants import KEY, drawn_entrant
from huiyou.selection.fairness import OBJECTIVES, assess, gap_of
from huiyou.selection.pools import Placed, placed_digest, salt_of
from huiyou.selection.record import Selection
from huiyou.selection.shortfall import is_unavoidable

__all__ = ["drawn_panel", "verify"]

_ALONE = ("record_unchanged", "seats_filled", "chances_add_up")
_SURE, _OUT = ("invited", "reviewed", "along"), ("barred", "excluded")
_WITH_PEOPLE = ("quotas_hold", "companions_together")
_BY_DRAW: Shape = {"by": str, "panel": int, "proof": dict, "key": str}
_RATIO = re.compile(r"[0-9]{1,4000}(/[0-9]{1,4000})?")
_STOP: Shape = {
    "invited": int, "came": int,
    "values": [{"feature": str, "value": str, "invited": int, "came": int}],
}  # fmt: skip
_RESERVES: dict[str, Shape] = {
    "prior": {"stayed_away": int, "came": int}, "stops": [_STOP], "levels": [int], "cap": int, "beyond": [str], "more_than_fit": int,
}  # fmt: skip
_LEVELS = range(5, 100, 10)
MOST_SEEN = 200  # people that a prior stands for; with millions of them the judge would never end
FIELD = 32  # bits for each row when people's counts are packed into one number


def verify(
    record: Any,
    people: Sequence[Person] | None = None,
    together: Sequence[Sequence[str]] = (),
    one_of: Sequence[Sequence[str]] = (),
    placed: Mapping[str, Placed] | None = None,
    *,
    salt: str = "",
) -> Verdict:
    """Judge ``selection.json``.

    Parameters
    ----------
    record : dict
        As `Selection.to_dict` gave it.
    people : sequence of Person, optional
        Everyone it chose from.
    together, one_of : sequence of sequence of str
        Their companions, and those of whom one at most may come.
    placed : mapping of str to Placed, optional
        Who was sure of a seat or excluded before the draw, and why.
    salt : str
        As `prepare` was given it.

    Returns
    -------
    Verdict
        PROVEN with the people, if the certificate shows that no lottery is fairer. CONSISTENT
        without them (``inputs_missing``), if part of the certificate is missing
        (``fairness_unproven``), if somebody is in fewer published panels than the smallest chance
        rounded down (``published_short``; where few people can be chosen and no so many panels
        leave less due, that is proven instead), or if a public draw chose: that has a judge of its own
        (``draw_unjudged``), and without its key nobody sees that each panel had one ticket
        (``entrants_unopened``). REFUSED if the record was changed, if the people are others, if a
        panel breaks a quota or splits companions, or if it claims what does not hold.

    Notes
    -----
    Standard library only, exact. 1 to 2 s for 1,600 people, 200 seats, 2,000 panels and 41 rows.

    Examples
    --------
    >>> verify({"kind": "selection"}).status
    'REFUSED'
    """
    try:
        selection = Selection.from_dict(record)
        smallest = _check_alone(selection)
        facts = [("seats", str(selection.seats)), ("smallest", _decimal(smallest))]
        claims, lacking = _drawn_by(selection)
        short = not _as_often_as_due(selection)
        if not short:
            claims = ("nobody_left_out", *claims)
        if people is None:
            missing = ("inputs_missing", *(("published_short",) if short else ()), *lacking)
            return _verdict(missing, (*_ALONE, *claims), facts)
        digest_ = placed_digest(placed or {}, salt or salt_of(people))
        _require(selection.inputs["placed"] == digest_, "inputs_differ")
        proven = _check_people(selection, people, together, one_of, placed or {})
        if short and _cannot_but_be_short(selection, people, together, one_of):
            claims = ("shortfall_unavoidable", *claims)
        elif short:
            lacking = ("published_short", *lacking)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    facts[1:1] = [("people", str(len(people))), *_sizes(selection)]
    homes = ("households_hold",) if one_of else ()
    claims = (*_ALONE, *_WITH_PEOPLE, *homes, *claims)
    if not proven:
        return _verdict(("fairness_unproven", *lacking), claims, facts)
    return _verdict(lacking, (*claims, f"fairest_{selection.objective}"), facts)


def _verdict(
    lacking: tuple[str, ...], claims: tuple[str, ...], facts: Sequence[tuple[str, str]]
) -> Verdict:
    return Verdict("CONSISTENT" if lacking else "PROVEN", lacking, claims, tuple(facts))


def _drawn_by(selection: Selection) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give what holds of the draw, and what keeps it from being proven here."""
    if "proof" not in selection.drawn:
        return ("drawn_by_seed",) if selection.drawn else (), ()
    opened = bool(selection.drawn["key"])
    claims = ("drawn_by_proof", *(("entrants_are_panels",) if opened else ()))
    return claims, ("draw_unjudged", *(() if opened else ("entrants_unopened",)))


def drawn_panel(seed: str, m: int) -> int:
    """Give the number of the published panel that a seed draws.

    Examples
    --------
    >>> 0 <= drawn_panel("shenzhen", 1000) < 1000
    True
    """
    return Chance(seed).fork("selection").fork("draw").below(m)


def _sizes(selection: Selection) -> list[tuple[str, str]]:
    """Give how many people are in each pool, if there is more than one."""
    sizes = [(name, len(selection.pools[name])) for name in (*_SURE, "drawn", *_OUT)]
    filled = [(f"pool_{name}", str(n)) for name, n in sizes if n]
    return filled if len(filled) > 1 else []


def _decimal(value: Fraction) -> str:
    return f"{float(value):.6f}"


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason=reason)


def _fraction(text: str) -> Fraction:
    _require(_RATIO.fullmatch(text) is not None, "malformed")  # 1e999999999 would take for ever
    try:
        value = Fraction(text)
    except (ValueError, ZeroDivisionError):
        raise RefusedError(reason="malformed") from None
    _require(str(value) == text, "malformed")
    return value


def _check_alone(selection: Selection) -> Fraction:
    """Check what needs no inputs; give the smallest chance."""
    _require(selection.objective in OBJECTIVES, "claim_unfounded")
    _require(selection.status in ("optimal", "bounded", "deadline"), "claim_unfounded")
    _check_pools(selection)
    smallest = _check_lottery(selection)
    _check_published(selection)
    _check_drawn(selection)
    return smallest


def _check_pools(selection: Selection) -> None:
    """Check that everybody is in one pool, and has the chance that goes with it."""
    ids = [who for pool in selection.pools.values() for who in pool]
    _require(
        len(ids) == len(set(ids)) and set(ids) == selection.probabilities.keys(), "pools_differ"
    )
    _require(all(pool == sorted(pool) for pool in selection.pools.values()), "pools_differ")
    _require(bool(selection.pools["drawn"]), "pools_differ")
    for names, chance in ((_SURE, "1"), (_OUT, "0")):
        for who in (who for name in names for who in selection.pools[name]):
            _require(selection.probabilities[who] == chance, "pools_differ")


def _check_lottery(selection: Selection) -> Fraction:
    weights, panels = selection.weights, selection.panels
    _require(0 < len(weights) == len(panels) == len(set(panels)), "lottery_malformed")
    _require(min(weights) > 0, "lottery_malformed")
    total = sum(weights)
    seats = dict.fromkeys(selection.probabilities, 0)
    for panel, weight in zip(panels, weights, strict=True):
        _check_panel(selection, panel)
        for who in panel:
            seats[who] += weight
    told = {who: _fraction(text) for who, text in selection.probabilities.items()}
    _require(told == {who: Fraction(n, total) for who, n in seats.items()}, "chances_differ")
    smallest = min(told[who] for who in selection.pools["drawn"])
    _check_gap(selection, smallest)
    return smallest


def _check_gap(selection: Selection, smallest: Fraction) -> None:
    """Check the gap as far as it follows from the bound; that of goldilocks takes the people."""
    bound, gap = _fraction(selection.bound), _fraction(selection.gap)
    _require(0 <= gap <= 1 and bound >= 0, "gap_differs")
    if selection.objective in ("leximin", "maximin"):
        _require(smallest <= bound, "gap_differs")
    if selection.objective != "goldilocks":
        _require(gap == gap_of(selection.objective, bound, smallest), "gap_differs")


def _check_panel(selection: Selection, panel: Sequence[str]) -> None:
    inside = all(who in selection.probabilities for who in panel)
    _require(inside and len(panel) == len(set(panel)) == selection.seats, "panel_malformed")
    _require(list(panel) == sorted(panel), "panel_malformed")


def _check_published(selection: Selection) -> None:
    m, panels = selection.published["m"], selection.published["panels"]
    _require(len(panels) == m > 0, "published_differs")
    times = dict.fromkeys(selection.probabilities, 0)
    for panel in panels:
        _check_panel(selection, panel)
        for who in panel:
            times[who] += 1
    _require(
        all(times[who] == m for name in _SURE for who in selection.pools[name]), "pools_differ"
    )
    _require(not any(times[who] for name in _OUT for who in selection.pools[name]), "pools_differ")
    least = Fraction(min(times[who] for who in selection.pools["drawn"]), m)
    _require(_fraction(selection.published["smallest"]) == least, "published_differs")


def _as_often_as_due(selection: Selection) -> bool:
    """Say whether all who have a chance are in the panels as often as the least of them should be, and once."""
    due = _due(selection)
    times = Counter(who for panel in selection.published["panels"] for who in panel)
    return all(times[who] >= least for who, least in due.items())


def _due(selection: Selection) -> dict[str, int]:
    """Give in how many panels everybody should be at least: none if they have no chance."""
    least = max(1, int(selection.published["m"] * _smallest(selection) * (1 + TOLERANCE)))
    return {
        who: least if selection.probabilities[who] != "0" else 0 for who in selection.pools["drawn"]
    }


def _smallest(selection: Selection) -> Fraction:
    """Give the smallest chance of those who are drawn for and have any."""
    chances = (Fraction(selection.probabilities[who]) for who in selection.pools["drawn"])
    return min((chance for chance in chances if chance), default=Fraction(0))


def _cannot_but_be_short(
    selection: Selection,
    people: Sequence[Person],
    together: Sequence[Sequence[str]],
    one_of: Sequence[Sequence[str]],
) -> bool:
    """Say whether it is proven that no so many panels leave less due to all together.

    So many that the smallest chance asks for one at least: who publishes fewer can publish more.
    """
    due, m = _due(selection), selection.published["m"]
    if m * _smallest(selection) * (1 + TOLERANCE) < 1:
        return False
    times = Counter(who for panel in selection.published["panels"] for who in panel)
    units = _units({person.id for person in people}, together)
    counts, bounds = _left(selection, people, units, one_of)
    each = [due[unit[0]] for unit in counts]
    lacking = sum(max(due[unit[0]] - times[unit[0]], 0) for unit in counts)
    return is_unavoidable(list(counts.values()), bounds, each, m, lacking)


def _check_drawn(selection: Selection) -> None:
    """Check that the seats are those of the panel that was drawn, or that none were given yet."""
    drawn, panels = selection.drawn, selection.published["panels"]
    if not drawn:
        empty = not (selection.chosen or selection.alternates or selection.reserves)
        _require(empty and not selection.rehearsal, "draw_differs")
        _require(not any(quota["chosen"] for quota in selection.quotas), "draw_differs")
        return
    if "proof" in drawn:
        _require(fits(drawn, _BY_DRAW), "malformed")
        _require(not drawn["key"] or KEY.fullmatch(drawn["key"]) is not None, "malformed")
        panel = drawn_entrant(panels, drawn["proof"], drawn["key"])
        rehearsed = drawn["proof"]["commit"].get("rehearsal", True)
        _require((drawn["by"], selection.rehearsal) == ("hydraw/1", rehearsed), "claim_unfounded")
    else:
        _require(fits(drawn, {"by": str, "panel": int}), "malformed")
        panel = drawn_panel(selection.seed, len(panels))
        _require(drawn["by"] == "seed" and selection.rehearsal, "claim_unfounded")
    _require(drawn["panel"] == panel, "draw_differs")
    _require(tuple(panels[drawn["panel"]]) == selection.chosen, "draw_differs")
    alternates = set(selection.alternates)
    _require(len(selection.alternates) == len(alternates), "id_twice")
    _require(not alternates & set(selection.chosen), "chosen_and_alternate")
    for quota in selection.quotas:
        _require(quota["min"] <= quota["chosen"] <= quota["max"], "quota_broken")
    _check_reserves(selection)


def _check_reserves(selection: Selection) -> None:
    """Check that who is invited beyond the seats comes first in the order, within the cap."""
    told = selection.reserves
    _require(fits(told, _RESERVES), "malformed")
    away, there = told["prior"]["stayed_away"], told["prior"]["came"]
    _require(min(away, there) > 0 and away + there <= MOST_SEEN, "malformed")
    _require(len(told["stops"]) <= STOPS, "malformed")
    _require(len(told["levels"]) == len(_LEVELS), "malformed")
    _require(told["cap"] <= MILLION and all(0 < n < MILLION for n in told["levels"]), "malformed")
    away, there = belief(_past(selection), (away, there))
    rates = zip(told["levels"], _LEVELS, strict=True)
    _require(all(is_percentile(rate, away, there, part) for rate, part in rates), "absence_differs")
    n = len(told["beyond"])
    _require(tuple(told["beyond"]) == selection.alternates[:n], "beyond_differs")
    _require(not n or told["more_than_fit"] <= told["cap"] > 0, "beyond_differs")


def _past(selection: Selection) -> list[Attendance]:
    """Read what past stops saw at their doors."""
    try:
        return [Attendance.from_dict(stop) for stop in selection.reserves["stops"]]
    except ValueError:
        raise RefusedError(reason="malformed") from None


def _check_crowding(
    selection: Selection, people: Sequence[Person], together: Sequence[Sequence[str]]
) -> None:
    """Work out again who is likely to stay away, and how likely more come than fit."""
    if not selection.drawn:
        return
    told = selection.reserves
    prior = (told["prior"]["stayed_away"], told["prior"]["came"])
    absence = expect_absence(people, _past(selection), prior=prior)
    invited = {*selection.chosen, *told["beyond"]}
    groups = [sorted(set(group) & invited) for group in together]
    groups += [[who] for who in sorted(invited.difference(*groups))]
    units = [(len(group), absence.of(group)) for group in groups if group]
    risk = MILLION * crowding(units, selection.seats)
    _require(abs(risk - told["more_than_fit"]) <= 1, "crowding_differs")


def _check_people(
    selection: Selection,
    people: Sequence[Person],
    together: Sequence[Sequence[str]],
    one_of: Sequence[Sequence[str]],
    placed: Mapping[str, Placed],
) -> bool:
    """Check everything that people show; say whether the lottery is proven to be fairest."""
    _require(selection.inputs["people"] == people_digest(people), "inputs_differ")
    for name, groups in (("together", together), ("one_of", one_of)):
        _require(selection.inputs[name] == digest(sorted(map(sorted, groups))), "inputs_differ")
    ids = {person.id for person in people}
    _require(selection.probabilities.keys() == ids, "unknown_person")
    _require(set(selection.alternates) <= set(selection.pools["drawn"]), "unknown_person")
    units = _units(ids, together)
    _check_placed(selection, units, one_of, placed)
    everybody = _rows(selection, people, one_of)
    of = {who: unit for unit in units for who in unit}
    counts = {unit: everybody.of(unit) for unit in units}
    lower = [*(q["min"] for q in selection.quotas), *(0 for _ in everybody.shared), selection.seats]
    upper = [*(q["max"] for q in selection.quotas), *(1 for _ in everybody.shared), selection.seats]
    _check_rows(selection, of, counts, lower, upper)
    _check_counts(selection, everybody)
    _check_queue(selection, together)
    _check_homes(selection, of, one_of)
    _check_crowding(selection, people, together)
    return _is_fairest(selection, people, units, one_of)


def _check_placed(
    selection: Selection,
    units: Sequence[tuple[str, ...]],
    one_of: Sequence[Sequence[str]],
    placed: Mapping[str, Placed],
) -> None:
    """Work out everybody's pool again from what was decided before the draw."""
    pools = {name: set(ids) for name, ids in selection.pools.items()}
    for name in ("invited", "reviewed", "excluded"):
        told = {who for who, one in placed.items() if one.pool == name}
        _require(pools[name] == told, "pools_differ")
    decided = pools["invited"] | pools["reviewed"]
    sure = {who for unit in units if decided & set(unit) for who in unit}
    taken = {who for group in one_of if sure & set(group) for who in group}
    shut = {who for unit in units if taken & set(unit) for who in unit}
    _require(pools["along"] == sure - decided, "pools_differ")
    _require(pools["barred"] == shut - sure - pools["excluded"], "pools_differ")


class _Rows(NamedTuple):
    """What people count for: quotas, then households, then heads."""

    vectors: Mapping[str, tuple[int, ...]]
    quotas: int
    shared: Sequence[Collection[str]]

    def of(self, unit: Sequence[str]) -> tuple[int, ...]:
        """Add up what a unit counts for; of those who share a household it counts once."""
        sums = [sum(column) for column in zip(*(self.vectors[who] for who in unit), strict=True)]
        once = [min(n, 1) for n in sums[self.quotas : -1]]
        return (*sums[: self.quotas], *once, sums[-1])


def _rows(selection: Selection, people: Sequence[Person], one_of: Sequence[Sequence[str]]) -> _Rows:
    ids = {person.id for person in people}
    inside = {tuple(sorted(ids & set(group))) for group in one_of}
    shared = [set(group) for group in sorted(inside) if len(group) > 1]
    vectors = {
        person.id: (
            *(int(quota["value"] in person.values(quota["feature"])) for quota in selection.quotas),
            *(int(person.id in group) for group in shared),
            1,
        )
        for person in people
    }
    return _Rows(vectors, len(selection.quotas), shared)


def _units(ids: set[str], together: Sequence[Sequence[str]]) -> list[tuple[str, ...]]:
    groups = [tuple(sorted(group)) for group in together]
    grouped = [who for group in groups for who in group]
    _require(len(set(grouped)) == len(grouped) and set(grouped) <= ids, "inputs_differ")
    return groups + [(who,) for who in sorted(ids - set(grouped))]


def _check_rows(
    selection: Selection,
    of: Mapping[str, tuple[str, ...]],
    counts: Mapping[tuple[str, ...], tuple[int, ...]],
    lower: Sequence[int],
    upper: Sequence[int],
) -> None:
    """Add up every panel: all rows at once, as fields of one long number."""
    packed = {unit: sum(n << FIELD * q for q, n in enumerate(row)) for unit, row in counts.items()}
    for panel in {*selection.panels, *map(tuple, selection.published["panels"])}:
        units = Counter(of[who] for who in panel)
        _require(all(n == len(unit) for unit, n in units.items()), "companions_split")
        total = sum(packed[unit] for unit in units)
        for q, (least, most) in enumerate(zip(lower, upper, strict=True)):
            _require(least <= total >> FIELD * q & (1 << FIELD) - 1 <= most, "quota_broken")


def _check_counts(selection: Selection, rows: _Rows) -> None:
    vectors = rows.vectors
    for q, quota in enumerate(selection.quotas):
        pool = sum(row[q] for row in vectors.values())
        chosen = sum(vectors[who][q] for who in selection.chosen)
        _require((pool, chosen) == (quota["pool"], quota["chosen"]), "counts_differ")


def _check_queue(selection: Selection, together: Sequence[Sequence[str]]) -> None:
    places = {who: k for k, who in enumerate(selection.alternates)}
    for group in together:
        queued = sorted(places[who] for who in group if who in places)
        side_by_side = queued == list(range(queued[0], queued[0] + len(group))) if queued else True
        _require(side_by_side, "companions_split")


def _check_homes(
    selection: Selection, of: Mapping[str, tuple[str, ...]], one_of: Sequence[Sequence[str]]
) -> None:
    """Check that nobody waits for a second seat of one household."""
    named = {*selection.chosen, *selection.alternates}
    for group in one_of:
        _require(len({of[who] for who in group if who in named}) <= 1, "household_twice")


def _left(
    selection: Selection,
    people: Sequence[Person],
    units: Sequence[tuple[str, ...]],
    one_of: Sequence[Sequence[str]],
) -> tuple[dict[tuple[str, ...], tuple[int, ...]], Bounds]:
    """Give what those drawn for count for, and the bounds that the sure leave."""
    drawn = set(selection.pools["drawn"])
    sure = {who for name in _SURE for who in selection.pools[name]}
    filled = [
        sum(
            person.id in sure and quota["value"] in person.values(quota["feature"])
            for person in people
        )
        for quota in selection.quotas
    ]
    rows = _rows(selection, [person for person in people if person.id in drawn], one_of)
    seats = selection.seats - len(sure)
    once = len(rows.shared)
    lower = [max(q["min"] - n, 0) for q, n in zip(selection.quotas, filled, strict=True)]
    upper = [q["max"] - n for q, n in zip(selection.quotas, filled, strict=True)]
    bounds = ([*lower, *[0] * once, seats], [*upper, *[1] * once, seats])
    return {unit: rows.of(unit) for unit in units if unit[0] in drawn}, bounds


def _is_fairest(
    selection: Selection,
    people: Sequence[Person],
    units: Sequence[tuple[str, ...]],
    one_of: Sequence[Sequence[str]],
) -> bool:
    """Say whether the certificate proves the lottery of those drawn for, within what the sure leave."""
    counts, bounds = _left(selection, people, units, one_of)
    fairness = assess(
        selection.objective,
        selection.certificate,
        list(counts.values()),
        [Fraction(selection.probabilities[unit[0]]) for unit in counts],
        bounds,
    )
    claimed, least = Fraction(selection.bound), selection.objective in ("leximin", "maximin")
    _require(fairness.bound <= claimed if least else claimed <= fairness.bound, "bound_unfounded")
    if claimed == fairness.bound:
        _require(Fraction(selection.gap) == fairness.gap, "gap_differs")
    _require((selection.status == "optimal") <= fairness.proven, "claim_unfounded")
    return fairness.proven
