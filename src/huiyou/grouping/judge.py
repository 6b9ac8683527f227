"""Whether a grouping holds: everything counted again from the people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from huiyou.errors import RefusedError
from huiyou.grouping.measure import measure
from huiyou.grouping.record import Grouping
from huiyou.people import Person, people_digest
from huiyou.proof import Verdict, digest

__all__ = ["verify"]


def verify(
    record: Any, people: Sequence[Person] | None = None, together: Sequence[Sequence[str]] = ()
) -> Verdict:
    """Judge ``grouping.json``.

    Parameters
    ----------
    record : dict
        As `Grouping.to_dict` gave it.
    people : sequence of Person, optional
        Those who were seated, or more: the rest is left out.
    together : sequence of sequence of str
        Companions.

    Returns
    -------
    Verdict
        PROVEN if everybody sits once in each round, companions sit together, and diversity, bound,
        wishes and violations come out as stated; the bound is proven, that nothing lies between it
        and the diversity is not claimed. CONSISTENT without the people.

    Notes
    -----
    O(rounds × people × table size); does not import the search.
    """
    try:
        grouping = Grouping.from_dict(record)
        seated = _check_alone(grouping)
        if people is None:
            return Verdict(
                "CONSISTENT", ("inputs_missing",), ("record_unchanged", "everyone_seated_once")
            )
        inside = [person for person in people if person.id in seated]
        _check_people(grouping, inside, together)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return Verdict("REFUSED", ("malformed",))
    return Verdict(
        "PROVEN",
        (),
        (
            "record_unchanged",
            "everyone_seated_once",
            "companions_together",
            "bound_recomputed",
            "violations_recounted",
        ),
        (("gap", f"{float(grouping.gap):.3%}"), ("repeats", str(grouping.repeats))),
    )


def _require(holds: bool, reason: str) -> None:
    if not holds:
        raise RefusedError(reason=reason)


def _check_alone(grouping: Grouping) -> set[str]:
    _require(bool(grouping.rounds), "no_rounds")
    first = sorted(who for table in grouping.rounds[0] for who in table)
    for tables in grouping.rounds:
        everyone = sorted(who for table in tables for who in table)
        _require(everyone == first and len(set(first)) == len(first), "not_seated_once")
        sizes = [len(table) for table in tables]
        _require(
            max(sizes) - min(sizes) <= 1 and len(sizes) == len(grouping.rounds[0]), "sizes_differ"
        )
    _require(1 <= grouping.terms.home_round <= len(grouping.rounds), "no_home_round")
    home = grouping.rounds[grouping.terms.home_round - 1]
    _require(len(grouping.hosts) in (0, len(home)), "hosts_differ")
    for host, table in zip(grouping.hosts, home, strict=False):
        _require(not host or host in table, "host_elsewhere")
    return set(first)


def _check_people(
    grouping: Grouping, people: Sequence[Person], together: Sequence[Sequence[str]]
) -> None:
    inside = {person.id for person in people}
    groups = sorted(sorted(set(unit) & inside) for unit in together)
    groups = [unit for unit in groups if len(unit) > 1]
    _require(grouping.inputs["people"] == people_digest(people), "inputs_differ")
    _require(grouping.inputs["together"] == digest(groups), "inputs_differ")
    for tables in grouping.rounds:
        at = {who: t for t, table in enumerate(tables) for who in table}
        _require(all(len({at[who] for who in unit}) == 1 for unit in groups), "companions_split")
    if grouping.terms.host:
        willing = {person.id for person in people if person.has(*grouping.terms.host)}
        _require(all(not host or host in willing for host in grouping.hosts), "host_unwilling")
    found = measure(people, groups, grouping.rounds, grouping.terms)
    _require(found.diversity == grouping.diversity, "diversity_differs")
    _require(found.bound == grouping.bound, "bound_differs")
    _require(dict(found.wants) == dict(grouping.wants), "wants_differ")
    _require(found.violations == grouping.violations, "violations_differ")
