"""Companions: people who named each other, and those whose wish is still one-sided."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from huiyou.people.phones import BadPhoneError, read_phone

__all__ = ["Pending", "pair_up", "tie"]

_BETWEEN = re.compile(r"[、,，;；/|┋\n]+")


@dataclass(frozen=True, slots=True)
class Pending:
    """A wish to come together that does not hold yet.

    Parameters
    ----------
    id : str
        Who named somebody.
    named : str
        What they typed.
    reason : str
        ``not_mutual``, ``not_applied``, ``shared_phone``, ``self`` or the code of a bad phone.
    other : str
        Id of the person named, where that is one person.
    """

    id: str
    named: str
    reason: str
    other: str = ""


def pair_up(
    phones: Mapping[str, str], named: Mapping[str, str], region: str
) -> tuple[tuple[tuple[str, str], ...], tuple[Pending, ...]]:
    """Find the pairs of people who named each other's phones.

    Parameters
    ----------
    phones : mapping of str to str
        Everyone's id and phone in E.164.
    named : mapping of str to str
        Id and the companion's phone as typed; several between ``、`` or ``/``.
    region : str
        For numbers without a country code.

    Returns
    -------
    pairs : tuple of (str, str)
        Ids of each two who named each other, each pair and the whole sorted.
    pending : tuple of Pending
        One for each name that found no return.

    Notes
    -----
    O(people).

    Examples
    --------
    >>> phones = {"a": "+8619900000001", "b": "+8619900000002", "c": "+8619900000003"}
    >>> pairs, pending = pair_up(phones, {"a": "19900000002", "b": "19900000001", "c": "19900000001"}, "CN")
    >>> pairs, [(wish.id, wish.reason) for wish in pending]
    ((('a', 'b'),), [('c', 'not_mutual')])
    """
    owners: dict[str, list[str]] = defaultdict(list)
    for who, phone in phones.items():
        owners[phone].append(who)
    links: dict[str, set[str]] = defaultdict(set)
    wishes: list[Pending] = []
    for who, text in named.items():
        for part in filter(None, map(str.strip, _BETWEEN.split(text))):
            wish = _wish(who, part, phones, owners, region)
            if wish.reason == "not_mutual":
                links[who].add(wish.other)
            wishes.append(wish)
    pending = [wish for wish in wishes if not (wish.other and wish.id in links[wish.other])]
    pairs = sorted(
        (who, other)
        for who, others in list(links.items())
        for other in others
        if who < other and who in links[other]
    )
    return tuple(pairs), tuple(pending)


def tie(pairs: Iterable[tuple[str, str]]) -> tuple[tuple[str, ...], ...]:
    """Join pairs that share somebody into groups, each group and the whole sorted.

    Notes
    -----
    Connected components of the graph of mutual naming. O(pairs).

    Examples
    --------
    >>> tie([("a", "b"), ("b", "c"), ("d", "e")])
    (('a', 'b', 'c'), ('d', 'e'))
    """
    links: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        links[one].add(other)
        links[other].add(one)
    groups, seen = [], set[str]()
    for start in sorted(links):
        if start in seen:
            continue
        group, edge = set[str](), [start]
        while edge:
            who = edge.pop()
            if who not in group:
                group.add(who)
                edge.extend(links[who])
        seen |= group
        groups.append(tuple(sorted(group)))
    return tuple(groups)


def _wish(
    who: str, text: str, phones: Mapping[str, str], owners: Mapping[str, list[str]], region: str
) -> Pending:
    try:
        phone = read_phone(text, region).number
    except BadPhoneError as error:
        return Pending(who, text, error.reason)
    if phone == phones[who]:
        return Pending(who, text, "self")
    found = owners.get(phone, [])
    if len(found) != 1:
        return Pending(who, text, "shared_phone" if found else "not_applied")
    return Pending(who, text, "not_mutual", found[0])
