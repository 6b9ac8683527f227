"""Who ``gathering.toml`` invites, lets in by review, or excludes before the draw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.gathering.facts import Facts, PoolFacts
from huiyou.people import Person
from huiyou.selection import Placed
from huiyou.selection.pools import WITH_REASON
from huiyou.text import nearest

__all__ = ["RULES", "placed_by", "wrong_rules"]

RULES = "seats.pools"


def wrong_rules(facts: Facts) -> Iterator[tuple[int, str, str, dict[str, Any]]]:
    """Say which rules cannot hold whoever applies: position from 0, key, code, params."""
    seen: dict[str, int] = {}
    for position, rule in enumerate(facts.seats.pools):
        if not rule.ids and rule.where is None:
            yield position, "ids", "rule_names_nobody", {"pool": rule.pool}
        if rule.pool in WITH_REASON and not rule.reason.strip():
            yield position, "reason", "rule_reason_missing", {"pool": rule.pool}
        for who in rule.ids:
            if who in seen:
                yield position, "ids", "rule_twice", {"id": who, "other": seen[who] + 1}
            seen.setdefault(who, position)


def placed_by(
    facts: Facts,
    people: Sequence[Person],
    *,
    file: str = "",
    lines: Sequence[int | None] = (),
    strict: bool = True,
) -> dict[str, Placed]:
    """Put people where the rules say.

    Parameters
    ----------
    facts : Facts
    people : sequence of Person
    file, lines : str, sequence of int or None
        Where the rules stand, for messages.
    strict : bool
        Whether an id or a value that nobody has is a fault; not where these are some of the people.

    Returns
    -------
    dict of str to Placed
        By id; whoever no rule speaks of is not in it.

    Raises
    ------
    InputError
        Every fault: an id that nobody has, a value that nobody has, somebody whom two rules put
        into two pools.

    Examples
    --------
    >>> from types import SimpleNamespace as Some
    >>> rules = [PoolFacts(pool="invited", where="role=speaker")]
    >>> people = [Person("a", {"role": ("speaker",)}), Person("b")]
    >>> placed_by(Some(seats=Some(pools=rules)), people)
    {'a': Placed(pool='invited', reason='', row=0)}
    """
    placed: dict[str, Placed] = {}
    faults: list[Fault] = []
    for position, rule in enumerate(facts.seats.pools):
        line = lines[position] if lines else None
        wrong = partial(Fault, file=file, row=line, column=f"{RULES}.{position + 1}")
        named, unheld = _named(rule, people)
        faults += [wrong(code, params=params) for code, params in unheld if strict]
        for who in named:
            first = placed.setdefault(who, Placed(rule.pool, rule.reason, line or 0))
            if first.pool != rule.pool:
                pools = [first.pool, rule.pool]
                faults.append(wrong("rule_two_pools", params={"id": who, "pools": pools}))
    if faults:
        raise InputError(faults)
    return placed


def _named(
    rule: PoolFacts, people: Sequence[Person]
) -> tuple[list[str], list[tuple[str, dict[str, Any]]]]:
    """Give whom a rule speaks of, by id, each once; and what of it nobody has, as code and params."""
    there = {person.id for person in people}
    found = [who for who in rule.ids if who in there]
    lacking: list[tuple[str, dict[str, Any]]] = [
        ("pool_nobody", {"id": who, "nearest": nearest(who, there)})
        for who in rule.ids
        if who not in there
    ]
    if rule.where is not None:
        trait, _, value = rule.where.partition("=")
        alike = [person.id for person in people if person.has(trait, value)]
        if not alike:
            values = {value for person in people for value in person.values(trait)}
            params = {"feature": trait, "value": value, "nearest": nearest(value, values)}
            lacking.append(("rule_value_unheld", params))
        found += alike
    return list(dict.fromkeys(found)), lacking
