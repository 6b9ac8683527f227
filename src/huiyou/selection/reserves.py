"""Who comes next when a seat is freed: an order that keeps the quotas, and the rule that uses it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from huiyou.people import Person
from huiyou.proof import Chance
from huiyou.selection.absence import MILLION, Absence
from huiyou.selection.quotas import Quota, check_quotas

__all__ = [
    "expected_shortfall",
    "groups_in_order",
    "groups_of",
    "next_offers",
    "reserve_order",
]

Group = tuple[str, ...]
Ints = npt.NDArray[np.int64]

EVENINGS = 600
AT_A_TIME = 64  # types that are measured together
STAGES = (1, 2, 3, 4)  # of four: how much of the absence has happened when seats are given again


def next_offers(
    people: Sequence[Person],
    quotas: Sequence[Quota],
    *,
    seats: int,
    holding: Collection[str],
    order: Sequence[str],
    asked: Collection[str] = (),
    together: Sequence[Sequence[str]] = (),
) -> tuple[Group, ...]:
    """Say who is offered the freed seats next.

    Parameters
    ----------
    people : sequence of Person
        At least those who hold a seat and those in the order.
    quotas : sequence of Quota
    seats : int
        How many may be held at once.
    holding : collection of str
        Who has a seat now: chosen or accepted and neither declined nor absent, and everybody whose
        offer is still open.
    order : sequence of str
        The alternates as published, companions next to each other.
    asked : collection of str
        Alternates who were offered a seat before, whatever they said. Nobody is asked twice.
    together : sequence of sequence of str
        Groups that come all or not at all.

    Returns
    -------
    tuple of tuple of str
        Groups, in the order. Each gets an offer at the same moment. None, if nobody fits.

    Raises
    ------
    ValueError
        If companions do not stand together in the order, one of a group was asked or holds a seat
        without the others, or more seats are held than there are.

    Notes
    -----
    The rule. Go down the order once, past everybody who was asked or holds a seat. A group is
    offered seats if as many are free as it has members and no quota would then have more than its
    maximum; a quota that none of them counts for does not matter, even if it is over its maximum
    already. Their seats then count as held, and one goes on. Whoever does not fit stays in the
    order, and is first again when the next seat is freed.

    Since held seats and counts only grow on the way down, nobody passed over would have fitted
    later on the same way: each offer goes to the first who fits. Minima are not looked at; the
    order was made to keep them. O(people × quotas).

    Examples
    --------
    >>> people = [Person(k, {"trade": ("law",)}) for k in "abc"] + [Person("d")]
    >>> quotas = [Quota("trade", "law", 0, 2)]
    >>> next_offers(people, quotas, seats=3, holding=["a"], order=["b", "c", "d"])
    (('b',), ('d',))
    >>> next_offers(people, quotas, seats=3, holding=["a", "d"], order=["b", "c", "d"], asked=["b", "d"])
    (('c',),)
    """
    held, was_asked = set(holding), set(asked)
    if len(held) > seats:
        raise ValueError(f"{len(held)} seats are held and there are {seats}")
    tally = _Tally(people, quotas)
    now, free = tally.of(tuple(held)), seats - len(held)
    most = np.array([quota.maximum for quota in quotas], dtype=np.int64)
    offers = []
    for group in groups_in_order(order, together):
        gone = [who in held or who in was_asked for who in group]
        if any(gone) and not all(gone):
            raise ValueError(f"companions {group} were not asked together")
        adds = tally.of(group)
        if not any(gone) and len(group) <= free and not ((now + adds > most) & (adds > 0)).any():
            offers.append(group)
            now, free = now + adds, free - len(group)
    return tuple(offers)


def reserve_order(
    people: Sequence[Person],
    chosen: Collection[str],
    waiting: Collection[str],
    quotas: Sequence[Quota],
    absence: Absence,
    *,
    length: int,
    together: Sequence[Sequence[str]] = (),
    chance: Chance,
    evenings: int = EVENINGS,
) -> Group:
    """Put alternates in the order in which seats that are freed are offered to them.

    Parameters
    ----------
    people : sequence of Person, length n
        At least the chosen and those waiting; order does not matter.
    chosen : collection of str
        Who has the seats, as many as there are.
    waiting : collection of str
        Who may become an alternate.
    quotas : sequence of Quota
    absence : Absence
        How likely each of them stays away, alternates included.
    length : int
        The most people in the order.
    together : sequence of sequence of str
        Groups that come all or not at all. They stand together.
    chance : Chance
        Gives the evenings, and decides between people who are alike.
    evenings : int
        How many are sampled.

    Returns
    -------
    tuple of str
        At most ``length`` ids. A group that no longer fits the length is passed over.

    Raises
    ------
    ValueError
        If somebody is both chosen and waiting, a group is split between the two, or overlaps
        another.

    Notes
    -----
    Evenings are sampled: who of the chosen and of those waiting would stay away. The levels of
    absence and four stages take turns among them; at a stage of one quarter only a quarter as many
    of the chosen are missing. What is minimised is the mean over the evenings of the shortfall:
    the people missing from each quota's minimum, summed over quotas, after the freed seats were
    given down the order by the rule of `next_offers` and only those who come have taken theirs.
    All orders are measured on the same evenings, so that they differ by themselves and not by luck.

    Minimising the mean loss over sampled absences is the method of Assos, Baharav, Flanigan and
    Procaccia (2025) for a set of alternates. An order asks for more: the first ten
    must be good if only ten are needed. So it is made greedily, each place to the group that then
    lowers the mean most; the group's own absence counts by its probability and not by a sample.
    Early stages with few free seats weigh on the first places, late ones on the last. People with
    the same counts and rate are one type; who of a type comes first is drawn.

    Exchanges afterwards were tried and left out: for three times the work the shortfall on other
    evenings changed by less than 1 %.

    What somebody adds to an order never grows as others are put before them, so most types need
    not be measured again for each place (Minoux 1978). O(evenings × quotas × types × length) at
    worst.

    Examples
    --------
    >>> people = [Person(f"{trade}{k}", {"trade": (trade,)}) for trade in ("film", "law") for k in range(6)]
    >>> chosen = ["film0", "film1", "law0", "law1"]
    >>> waiting = [person.id for person in people if person.id not in chosen]
    >>> rates = {person.id: 600_000 if person.has("trade", "law") else 50_000 for person in people}
    >>> absence = Absence(rates, 300_000, (300_000,))
    >>> quotas = [Quota("trade", "film", 1, 3), Quota("trade", "law", 2, 3)]
    >>> order = reserve_order(people, chosen, waiting, quotas, absence, length=3, chance=Chance("a"))
    >>> [who[:3] for who in order]
    ['law', 'law', 'law']
    """
    check_quotas(quotas)
    if set(chosen) & set(waiting):
        raise ValueError("somebody is both chosen and waiting")
    search = _Search(
        _Tally(people, quotas),
        groups_of(chosen, together),
        groups_of(waiting, together),
        absence,
        length=length,
        evenings=evenings,
        chance=chance.fork("reserves"),
    )
    return tuple(who for group in search.greedy() for who in group)


def expected_shortfall(
    people: Sequence[Person],
    chosen: Collection[str],
    order: Sequence[str],
    quotas: Sequence[Quota],
    absence: Absence,
    *,
    together: Sequence[Sequence[str]] = (),
    chance: Chance,
    evenings: int = EVENINGS,
) -> Fraction:
    """Estimate how many people will be missing from the quotas' minima.

    Parameters
    ----------
    people, chosen, quotas, absence, together
        As for `reserve_order`.
    order : sequence of str
        Alternates, as published.
    chance : Chance
        Gives the evenings; take another than the order was made with, or the order is flattered.
    evenings : int
        How many are sampled, the levels of absence taking turns.

    Returns
    -------
    Fraction
        The sum over quotas of those missing from the minimum, after the freed seats were given
        again by the rule of `next_offers`; its mean over the evenings.

    Notes
    -----
    Everybody's absence is taken to be known at once, and whoever would stay away declines.
    O(evenings × (chosen + order) × quotas).

    Examples
    --------
    >>> people = [Person(k, {"trade": ("law",)}) for k in "abc"]
    >>> absence = Absence(dict.fromkeys("abc", 500_000), 500_000, (500_000,))
    >>> quotas = [Quota("trade", "law", 2, 2)]
    >>> alone = expected_shortfall(people, "ab", "", quotas, absence, chance=Chance("a"))
    >>> with_c = expected_shortfall(people, "ab", "c", quotas, absence, chance=Chance("a"))
    >>> 0.9 < alone < 1.1, 0.5 < with_c < 0.7
    (True, True)
    """
    tally, groups = _Tally(people, quotas), groups_in_order(order, together)
    world = _World(
        tally, groups_of(chosen, together), absence, evenings=evenings, chance=chance.fork("chosen")
    )
    away = (
        _draws(chance.fork("order"), len(groups), evenings)
        < (_rates(groups, absence)[:, world.levels])
    )
    for k, group in enumerate(groups):
        world.offer(tally.of(group), len(group), ~away[k])
    return Fraction(world.shortfall(), evenings)


def groups_of(ids: Collection[str], together: Sequence[Sequence[str]]) -> list[Group]:
    """Give companions as one and everybody else alone, by id.

    Parameters
    ----------
    ids : collection of str
    together : sequence of sequence of str
        Groups that come all or not at all; those of whom none is among ``ids`` are left out.

    Returns
    -------
    list of tuple of str
        Sorted, as are the ids in each.

    Raises
    ------
    ValueError
        If only some of a group are among ``ids``, or somebody is in two groups.

    Notes
    -----
    O(n log n).

    Examples
    --------
    >>> groups_of("cab", [("c", "a"), ("x", "y")])
    [('a', 'c'), ('b',)]
    """
    inside = set(ids)
    found: list[Group] = []
    paired: set[str] = set()
    for group in together:
        some = inside & set(group)
        if some and (len(some) < len(group) or some & paired):
            raise ValueError(f"companions {tuple(group)} are split, or in two groups")
        if some:
            found.append(tuple(sorted(group)))
            paired |= some
    return sorted(found + [(who,) for who in inside - paired])


def groups_in_order(order: Sequence[str], together: Sequence[Sequence[str]]) -> list[Group]:
    """Give the groups of an order as they stand in it, as `invite_beyond` takes them.

    Parameters
    ----------
    order : sequence of str
        Ids, companions next to each other.
    together : sequence of sequence of str
        As for `groups_of`.

    Returns
    -------
    list of tuple of str
        The ids in each sorted.

    Raises
    ------
    ValueError
        If companions do not stand together, or as for `groups_of`.

    Notes
    -----
    O(n log n).

    Examples
    --------
    >>> groups_in_order("bca", [("a", "c")])
    [('b',), ('a', 'c')]
    """
    group_of = {who: group for group in groups_of(order, together) for who in group}
    found: list[Group] = []
    for who in order:
        if not found or who not in found[-1]:
            found.append(group_of[who])
    if len(found) > len(set(found)):
        raise ValueError("companions do not stand together in the order")
    return found


class _World:
    """Sampled evenings: how many present each quota counts, and how many seats are free.

    ``counts`` has shape (quotas, evenings); ``free`` and ``levels`` have shape (evenings,).
    """

    def __init__(
        self,
        tally: _Tally,
        chosen: Sequence[Group],
        absence: Absence,
        *,
        evenings: int,
        chance: Chance,
        stages: Sequence[int] = (1,),
    ) -> None:
        bounds = [(quota.minimum, quota.maximum) for quota in tally.quotas]
        self.least, self.most = np.array(bounds, dtype=np.int64).reshape(-1, 2).T[..., np.newaxis]
        turn = np.arange(evenings)
        self.levels = turn % len(absence.levels)
        stage = np.array(stages)[turn // len(absence.levels) % len(stages)]
        away = _draws(chance, len(chosen), evenings) * max(stages) < (
            _rates(chosen, absence)[:, self.levels] * stage
        )
        sizes = np.array([len(unit) for unit in chosen], dtype=np.int64)
        self.counts = tally.table(chosen).T @ (~away).astype(np.int64)
        self.free = sizes @ away.astype(np.int64)

    def offer(self, adds: npt.NDArray[np.int64], size: int, comes: npt.NDArray[np.bool_]) -> None:
        """Seat a group on each evening on which it comes and fits."""
        some = np.flatnonzero(adds)
        after = self.counts[some] + adds[some, np.newaxis]
        seated = comes & (self.free >= size) & (after <= self.most[some]).all(axis=0)
        self.counts[some] = np.where(seated, after, self.counts[some])
        self.free -= seated * size

    def shortfall(self) -> int:
        """Count who is missing from the minima, on all evenings."""
        return int(np.maximum(0, self.least - self.counts).sum())


class _Search:
    """Looks for an order on evenings that stay the same.

    Groups that differ in nothing that counts are one type, and an order is a list of types.
    """

    def __init__(
        self,
        tally: _Tally,
        chosen: Sequence[Group],
        waiting: Sequence[Group],
        absence: Absence,
        *,
        length: int,
        evenings: int,
        chance: Chance,
    ) -> None:
        self.world = _World(
            tally, chosen, absence, evenings=evenings, chance=chance.fork("chosen"), stages=STAGES
        )
        queue, self.length = list(waiting), length
        chance.fork("alike").shuffle(queue)
        alike: dict[tuple[bytes, int, tuple[int, ...]], list[tuple[int, Group]]] = {}
        for rank, group in enumerate(queue):
            key = (tally.of(group).tobytes(), len(group), absence.of(group))
            alike.setdefault(key, []).append((rank, group))
        self.queues = list(alike.values())
        first = [queue[0][1] for queue in self.queues]
        self.adds = tally.table(first)
        self.sizes = np.array([len(group) for group in first], dtype=np.int64)
        self.rates = _rates(first, absence)
        # `gain` looks at a row for each quota and number of people it brings; the last row, which
        # fills up, is about nobody.
        self.steps = range(1, max(1, int(self.adds.max(initial=0))) + 1)
        self.reaches = _rows([self.adds >= k for k in self.steps])
        # One draw for each place and evening, whoever stands there: whom a sample happens to like
        # is not what is looked for.
        self.draws = _draws(chance.fork("waiting"), length, evenings)
        self.worth = np.full(len(self.queues), np.iinfo(np.int64).max)
        self.heads = np.lcm.reduce(self.sizes, initial=1) // self.sizes

    def greedy(self) -> list[Group]:
        """Fill each place with the type that lowers the mean shortfall most, by head."""
        order: list[int] = []
        while (kind := self.best(order)) is not None:
            away = self.draws[len(order)] < self.rates[kind][self.world.levels]
            self.world.offer(self.adds[kind], int(self.sizes[kind]), ~away)
            order.append(kind)
        places = [iter(queue) for queue in self.queues]
        return [next(places[kind])[1] for kind in order]

    def best(self, order: Sequence[int]) -> int | None:
        """Give the type that may stand next and helps most; of several, whose first was drawn."""
        used, room = Counter(order), self.length - int(self.sizes[list(order)].sum())
        fits = [
            t
            for t, queue in enumerate(self.queues)
            if used[t] < len(queue) and self.sizes[t] <= room
        ]
        # The longer the order, the less anybody adds to it. So what was found for a shorter one
        # is a bound, and only types whose bound reaches the best are measured again.
        fits.sort(key=lambda t: -self.worth[t])
        top, start = 1, 0
        while start < len(fits) and self.worth[fits[start]] >= top:
            some = fits[start : start + AT_A_TIME]
            self.worth[some] = self.gain(some)
            top, start = max(top, int(self.worth[some].max())), start + AT_A_TIME
        ranks = [(-int(self.worth[t]), self.queues[t][used[t]][0], t) for t in fits]
        return min(ranks)[2] if ranks else None

    def gain(self, types: Sequence[int]) -> Ints:
        """Give for each type by how much it would lower the shortfall, by head.

        Its own coming counts by its probability, so the unit is a millionth of a person.
        """
        world = self.world
        short = (world.counts < world.least).any(axis=0) & (world.free > 0)
        counts, free, levels = world.counts[:, short], world.free[short], world.levels[short]
        nobody = np.zeros((1, len(free)), dtype=np.bool_)
        wanted = np.concatenate([*(counts + k <= world.least for k in self.steps), nobody])
        full = np.concatenate([*(counts + k > world.most for k in self.steps), nobody])
        helps = wanted[self.reaches[types]].sum(axis=1)
        helps[full[self.reaches[types]].any(axis=1) | (free < self.sizes[types, np.newaxis])] = 0
        each = [helps[:, levels == level].sum(axis=1) for level in range(self.rates.shape[1])]
        gain: Ints = ((MILLION - self.rates[types]) * np.stack(each, axis=1)).sum(axis=1)
        by_head: Ints = gain * self.heads[types]
        return by_head


class _Tally:
    """How many of a group each quota counts."""

    def __init__(self, people: Sequence[Person], quotas: Sequence[Quota]) -> None:
        self.quotas = tuple(quotas)
        self._rows = {
            person.id: np.array(
                [person.has(quota.feature, quota.value) for quota in quotas], dtype=np.int64
            )
            for person in people
        }

    def of(self, group: Sequence[str]) -> Ints:
        rows = [self._rows[who] for who in group]
        table = np.array(rows, dtype=np.int64).reshape(len(rows), len(self.quotas))
        total: Ints = table.sum(axis=0)
        return total

    def table(self, groups: Sequence[Group]) -> Ints:
        rows = [self.of(group) for group in groups]
        return np.array(rows, dtype=np.int64).reshape(len(rows), len(self.quotas))


def _rows(marks: Sequence[npt.NDArray[np.bool_]]) -> Ints:
    """List for each type the rows that are marked, filled up with the row after the last."""
    marked = np.concatenate(marks, axis=1)
    width = int(marked.sum(axis=1).max(initial=0))
    rows: Ints = np.full((len(marked), width), marked.shape[1], dtype=np.int64)
    for row, mark in zip(rows, marked, strict=True):
        row[: mark.sum()] = np.flatnonzero(mark)
    return rows


def _rates(groups: Sequence[Group], absence: Absence) -> Ints:
    rows = [absence.of(group) for group in groups]
    return np.array(rows, dtype=np.int64).reshape(len(rows), len(absence.levels))


def _draws(chance: Chance, rows: int, columns: int) -> Ints:
    """Draw millionths; the generator is counted up from a key and the same everywhere.

    Philox (Salmon et al. 2011) is hundreds of times faster than `Chance`, which gives
    the key. The bias is under one in two to the 44th.
    """
    raw: npt.NDArray[np.uint64] = np.random.Philox(key=chance.word()).random_raw(rows * columns)
    drawn: Ints = (raw % MILLION).astype(np.int64).reshape(rows, columns)
    return drawn
