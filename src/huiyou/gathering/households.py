"""Of whom one at most may come: those who gave the same answer, such as their company."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial

from huiyou.errors import Fault, InputError
from huiyou.people import Person
from huiyou.selection import Selection
from huiyou.text import nearest

__all__ = ["check_one_per", "households", "largest_household", "told_by"]

ONE_PER = "seats.one_per"


def households(people: Iterable[Person], traits: Iterable[str]) -> tuple[tuple[str, ...], ...]:
    """Give those who share an answer, where at least two do.

    Parameters
    ----------
    people : iterable of Person
    traits : iterable of str
        Questions such as the company; whoever did not answer is of nobody's household. Answers are
        the same if they are written the same.

    Returns
    -------
    tuple of tuple of str
        Ids, sorted; each group once, though two questions may both tell it.

    Examples
    --------
    >>> people = [Person(k, {"公司": ("星河",)}) for k in "ab"] + [Person("c"), Person("d")]
    >>> households(people, ["公司"])
    (('a', 'b'),)
    """
    groups = _alike(people, traits).values()
    return tuple(sorted({tuple(sorted(ids)) for ids in groups if len(ids) > 1}))


def largest_household(people: Iterable[Person], traits: Iterable[str]) -> tuple[str, int]:
    """Give the answer that most people share, and how many do; of equal ones the first.

    An answer like 无 or “none” that many gave shows here: it makes one household of them.

    Examples
    --------
    >>> largest_household([Person(k, {"公司": ("无",)}) for k in "abc"], ["公司"])
    ('无', 3)
    """
    found = [(-len(ids), value) for (_, value), ids in _alike(people, traits).items()]
    count, value = min(found, default=(0, ""))
    return value, -count


def check_one_per(people: Sequence[Person], traits: Iterable[str], *, file: str = "") -> None:
    """Refuse a question that nobody answered: then nobody would be of any household.

    Raises
    ------
    InputError
        ``one_per_unheld`` for each such question, with the nearest that somebody answered.
    """
    held = {trait for person in people for trait, values in person.traits.items() if values}
    wrong = partial(Fault, "one_per_unheld", file, column=ONE_PER if file else None)
    faults = [
        wrong(params={"name": trait, "nearest": nearest(trait, held)})
        for trait in traits
        if people and trait not in held
    ]
    if faults:
        raise InputError(faults)


def told_by(selection: Selection, traits: Sequence[str]) -> Selection:
    """Say in a record by which answers households were told; as it is, if by none."""
    if not traits:
        return selection
    return replace(selection, inputs={**selection.inputs, "columns": {"one_per": list(traits)}})


def _alike(people: Iterable[Person], traits: Iterable[str]) -> dict[tuple[str, str], set[str]]:
    """Give who gave each answer."""
    traits = tuple(traits)
    groups: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for person in people:
        for trait in traits:
            for value in person.values(trait):
                groups[trait, value].add(person.id)
    return groups
