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
        PROVEN if everybody sits once in each round, companions sit together, hosts are willing, and
        diversity, bound, wishes, violations and all that follows from them come out as stated; the bound is proven, that nothing lies between it
        and the diversity is not claimed. CONSISTENT without the people.

    Notes
    -----
    O(rounds × people × table size); does not import the search.
    """
    try:
        grouping = Grouping.from_dict(record)
        seated = _check_alone(grouping, record)
        if people is None:
            return Verdict(
                "CONSISTENT", ("inputs_missing",), ("record_unchanged", "everyone_seated_once")
            )
        inside = [person for person in people if person.id in seated]
        _require({person.id for person in inside} == seated, "unknown_person")
        _check_people(grouping, inside, together)
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    except ValueError:
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


def _check_alone(grouping: Grouping, record: Any) -> set[str]:
    _require(bool(grouping.rounds), "no_rounds")
    first = sorted(who for table in grouping.rounds[0] for who in table)
    for tables in grouping.rounds:
        everyone = sorted(who for table in tables for who in table)
        _require(everyone == first and len(set(first)) == len(first), "not_seated_once")
        sizes = [len(table) for table in tables]
        _require(
            1 <= min(sizes) >= max(sizes) - 1 and len(sizes) == len(grouping.rounds[0]),
            "sizes_differ",
        )
    terms = grouping.terms
    _require(1 <= terms.home_round <= len(grouping.rounds), "no_home_round")
    home = grouping.rounds[terms.home_round - 1]
    _require(len(grouping.hosts) == (len(home) if terms.host else 0), "hosts_differ")
    for host, table in zip(grouping.hosts, home, strict=False):
        _require(not host or host in table, "host_elsewhere")
    asked = [("repeats", "", ""), *(("apart", trait, "") for trait in terms.apart)]
    asked += [("each_table", *need) for need in terms.each_table]
    listed = [(entry.constraint, entry.column, entry.value) for entry in grouping.violations]
    _require(listed == asked, "violations_differ")
    # gap, repeats, status and the like follow from the rest: written again, the same bytes
    _require(grouping.to_dict() == record, "figures_differ")
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
        home = grouping.rounds[grouping.terms.home_round - 1]
        for host, table in zip(grouping.hosts, home, strict=True):
            _require(host in willing if willing & set(table) else not host, "host_unwilling")
    found = measure(people, groups, grouping.rounds, grouping.terms)
    _require(found.diversity == grouping.diversity, "diversity_differs")
    _require(found.bound == grouping.bound, "bound_differs")
    _require(dict(found.wants) == dict(grouping.wants), "wants_differ")
    _require(found.violations == grouping.violations, "violations_differ")
