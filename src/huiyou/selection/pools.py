"""Who is sure of a seat, who is left to draw for, and who cannot come: the pools of a selection."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace

from huiyou.errors import Fault, HuiyouError, InputError, QuotaError
from huiyou.people import Person
from huiyou.proof import digest
from huiyou.selection.quotas import Quota, count
from huiyou.text import nearest

__all__ = [
    "PLACES",
    "Asked",
    "Placed",
    "Pools",
    "Rest",
    "placed_digest",
    "rest_of",
    "salt_of",
    "sort_into_pools",
]

PLACES = ("invited", "reviewed", "drawn", "excluded")
SURE = ("invited", "reviewed")
WITH_REASON = ("reviewed", "excluded")

Groups = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Placed:
    """What an organiser decided about one person before the draw.

    Parameters
    ----------
    pool : {"invited", "reviewed", "drawn", "excluded"}
        Invited (a speaker, a promised seat) and reviewed (chosen by the organiser) are sure of
        their seats; excluded cannot come; all others are drawn for.
    reason : str
        Why; needed for reviewed and excluded.
    row : int
        Where it stands in its file; 0 if it comes from nowhere.
    """

    pool: str
    reason: str = ""
    row: int = 0


@dataclass(frozen=True, slots=True)
class Pools:
    """Everybody's pool; each a sorted tuple of ids, nobody in two.

    Parameters
    ----------
    invited, reviewed : tuple of str
        Sure of a seat, as the organiser decided.
    along : tuple of str
        Companions of somebody who is: sure too.
    drawn : tuple of str
        In the lottery.
    barred : tuple of str
        Shares a household or company with somebody who is sure, so that no seat is left for them.
    excluded : tuple of str
    """

    invited: tuple[str, ...] = ()
    reviewed: tuple[str, ...] = ()
    along: tuple[str, ...] = ()
    drawn: tuple[str, ...] = ()
    barred: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()

    @property
    def sure(self) -> tuple[str, ...]:
        """Everybody who has a seat whatever is drawn, sorted."""
        return tuple(sorted((*self.invited, *self.reviewed, *self.along)))

    def of(self, who: str) -> str:
        """Give the name of somebody's pool; KeyError if there is nobody of this id."""
        for name in self.__slots__:
            if who in getattr(self, name):
                return name
        raise KeyError(who)

    def to_dict(self) -> dict[str, list[str]]:
        """Give plain values for canonical JSON."""
        return {name: list(ids) for name, ids in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Asked:
    """What seats are asked for, and what was decided before.

    Parameters
    ----------
    people : sequence of Person
    seats : int
        In the whole room.
    quotas : sequence of Quota
        For the whole room.
    together, one_of : sequence of sequence of str
        Companions, and those of whom one unit at most may come.
    placed : mapping of str to Placed
        What was decided before the draw, by id; whoever is not named is drawn for.
    """

    people: Sequence[Person]
    seats: int
    quotas: Sequence[Quota]
    together: Groups = ()
    one_of: Groups = ()
    placed: Mapping[str, Placed] = field(default_factory=dict)


def sort_into_pools(
    asked: Asked, *, file: str = "", columns: tuple[str | None, str | None] = (None, None)
) -> Pools:
    """Put everybody into one pool.

    Parameters
    ----------
    asked : Asked
    file, columns : str, (str, str)
        Where it stands and the headers of pool and reason, for messages.

    Returns
    -------
    Pools

    Raises
    ------
    InputError
        All at once: ``pool_unknown``, ``pool_nobody``, ``pool_reason_missing``,
        ``pool_splits_companions`` (some of a group are excluded, others not), ``sure_share`` (two
        who are sure share what one at most may come from), ``sure_leave_no_seat``,
        ``sure_exceed_quota``.

    Notes
    -----
    Companions of somebody sure come along; whoever shares a household with somebody sure is barred,
    and so are their companions. O(people × quotas + groups).

    Examples
    --------
    >>> people = [Person(k) for k in "abcde"]
    >>> placed = {"a": Placed("invited"), "e": Placed("excluded", "has a ticket already")}
    >>> pools = sort_into_pools(Asked(people, 3, [], [("a", "b")], [("b", "c")], placed))
    >>> pools.sure, pools.drawn, pools.barred, pools.excluded
    (('a', 'b'), ('d',), ('c',), ('e',))
    """
    people, placed = asked.people, asked.placed
    told = _Faults(placed, file, columns)
    ids = {person.id for person in people}
    pool_of = {who: placed[who].pool if who in placed else "drawn" for who in ids}
    faults = told.places(ids)
    unit_of = {who: tuple(sorted(group)) for group in asked.together for who in group}
    units = {who: unit_of.get(who, (who,)) for who in ids}
    faults += told.split(sorted(set(unit_of.values())), pool_of)
    seated = {unit for who, unit in units.items() if pool_of[who] in SURE}
    sure = {who for unit in seated for who in unit if pool_of.get(who) != "excluded"}
    faults += told.shared(asked.one_of, units, seated)
    if len(sure) >= asked.seats and sure:
        faults.append(
            Fault("sure_leave_no_seat", file, params={"sure": len(sure), "seats": asked.seats})
        )
    members = [person for person in people if person.id in sure]
    faults += [
        Fault("sure_exceed_quota", file, params={"feature": quota.feature, "value": quota.value, "max": quota.maximum, "sure": n})
        for quota in asked.quotas
        if (n := count(members, quota)) > quota.maximum
    ]  # fmt: skip
    if faults:
        raise InputError(faults)
    taken = {who for group in asked.one_of if sure & set(group) for who in group}
    barred = {
        who
        for who, unit in units.items()
        if pool_of[who] == "drawn" and who not in sure and taken & set(unit)
    }
    names = {
        who: "barred" if who in barred else "along" if pool == "drawn" and who in sure else pool
        for who, pool in pool_of.items()
    }
    return Pools(**{
        name: tuple(sorted(who for who, pool in names.items() if pool == name))
        for name in Pools.__slots__
    })  # fmt: skip


def placed_digest(placed: Mapping[str, Placed], salt: str) -> str:
    """Hash what was decided before the draw, reasons and all; who is drawn for is left out.

    Without a ``salt`` that is published nowhere, whoever reads the record could try reasons until
    one fits.

    Examples
    --------
    >>> placed_digest({"a": Placed("drawn")}, "s") == placed_digest({}, "s") != placed_digest({}, "t")
    True
    """
    kept = [[who, one.pool, one.reason] for who, one in placed.items() if one.pool != "drawn"]
    return digest([salt, sorted(kept)])


def salt_of(people: Iterable[Person]) -> str:
    """Make a salt of everybody's traits: whoever holds them has it, whoever reads the record has not.

    Examples
    --------
    >>> len(salt_of([Person("a")]))
    64
    """
    return digest(
        ["salt", *(person.to_dict() for person in sorted(people, key=lambda one: one.id))]
    )


class _Faults:
    """Says what is wrong with places, each with its row."""

    def __init__(
        self, placed: Mapping[str, Placed], file: str, columns: tuple[str | None, str | None]
    ) -> None:
        self.placed, self.file, (self.pool, self.reason) = placed, file, columns

    def places(self, ids: Iterable[str]) -> list[Fault]:
        faults = []
        for who in sorted(self.placed, key=lambda who: (self.placed[who].row, who)):
            place = self.placed[who]
            if who not in ids:
                faults.append(self._at(who, "pool_nobody", self.pool, id=who))
            if place.pool not in PLACES:
                like = nearest(place.pool, PLACES)
                faults.append(self._at(who, "pool_unknown", self.pool, value=place.pool, nearest=like, pools=list(PLACES)))  # fmt: skip
            elif place.pool in WITH_REASON and not place.reason.strip():
                faults.append(
                    self._at(who, "pool_reason_missing", self.reason, id=who, pool=place.pool)
                )
        return faults

    def split(self, groups: Groups, pool_of: Mapping[str, str]) -> list[Fault]:
        return [
            self._at(out[0], "pool_splits_companions", self.pool, id=out[0], others=rest)
            for group in groups
            if (out := [who for who in group if pool_of.get(who) == "excluded"])
            and (rest := [who for who in group if who not in out])
        ]

    def shared(
        self, one_of: Groups, units: Mapping[str, tuple[str, ...]], seated: set[tuple[str, ...]]
    ) -> list[Fault]:
        faults = []
        for group in one_of:
            inside = sorted({units[who] for who in group if who in units} & seated)
            if len(inside) > 1:
                first, *rest = [who for unit in inside for who in unit if who in group]
                faults.append(self._at(first, "sure_share", self.pool, id=first, others=rest))
        return faults

    def _at(self, who: str, code: str, column: str | None, **params: object) -> Fault:
        row = self.placed[who].row if who in self.placed else 0
        return Fault(code, self.file, row or None, column, params)


@dataclass(frozen=True, slots=True)
class Rest:
    """What is left to draw for once everybody who is sure has a seat.

    Parameters
    ----------
    people : tuple of Person
        Those in the lottery.
    seats : int
    quotas : tuple of Quota
        Their bounds without what the sure fill.
    together, one_of : tuple of tuple of str
    filled : tuple of int
        How many of the sure each quota counts.
    """

    people: tuple[Person, ...]
    seats: int
    quotas: tuple[Quota, ...]
    together: tuple[tuple[str, ...], ...]
    one_of: tuple[tuple[str, ...], ...]
    filled: tuple[int, ...]

    def whole(self, error: HuiyouError, asked: Asked) -> HuiyouError:
        """Tell of the whole room what an error says of the rest: quotas and seats as they were asked."""
        more = asked.seats - self.seats
        if not isinstance(error, QuotaError):
            numbers = {"seats", "nearest"} & error.params.keys()
            params = {**error.params, **{name: error.params[name] + more for name in numbers}}
            return type(error)(error.code, **params)
        filled = {
            (quota.feature, quota.value): (quota, n)
            for quota, n in zip(asked.quotas, self.filled, strict=True)
        }

        def bounds(told: Mapping[str, object]) -> dict[str, object]:
            asked, n = filled[str(told["feature"]), str(told["value"])]
            low = int(str(told["min"]))
            kept = low == max(asked.minimum - n, 0)
            return {**told, "min": asked.minimum if kept else low + n, "max": int(str(told["max"])) + n}  # fmt: skip

        params = {**error.params, "seats": asked.seats}
        params["conflict"] = [
            {**bounds(row), "pool": row["pool"] + filled[row["feature"], row["value"]][1]}
            for row in params["conflict"]
        ]
        for name in ("asked", "changes"):
            params[name] = [bounds(row) for row in params[name]]
        params["repairs"] = [
            {
                **repair,
                "seats": repair["seats"] + more,
                "changes": [
                    {**change, "now": bounds(change["now"]), "then": bounds(change["then"])}
                    for change in repair["changes"]
                ],
            }
            for repair in params["repairs"]
        ]
        return QuotaError(**params)


def rest_of(asked: Asked, pools: Pools) -> Rest:
    """Take the sure out of what is asked: their seats, what they fill of quotas, their groups.

    Parameters
    ----------
    asked : Asked
        Of the whole room.
    pools : Pools
        As `sort_into_pools` gave them.

    Returns
    -------
    Rest

    Notes
    -----
    A room meets the quotas if and only if those drawn meet the bounds that are left, so a lottery of
    the rest is the fairest if and only if it is the fairest of all that seat the sure.

    Examples
    --------
    >>> people = [Person(k, {"trade": ("law",)}) for k in "abc"]
    >>> rest = rest_of(Asked(people, 2, [Quota("trade", "law", 2, 3)]), Pools(invited=("a",), drawn=("b", "c")))
    >>> rest.seats, rest.quotas
    (1, (Quota(feature='trade', value='law', minimum=1, maximum=2),))
    """
    sure, drawn = set(pools.sure), set(pools.drawn)
    members = [person for person in asked.people if person.id in sure]
    filled = tuple(count(members, quota) for quota in asked.quotas)
    return Rest(
        people=tuple(person for person in asked.people if person.id in drawn),
        seats=asked.seats - len(sure),
        quotas=tuple(
            replace(quota, minimum=max(quota.minimum - n, 0), maximum=quota.maximum - n)
            for quota, n in zip(asked.quotas, filled, strict=True)
        ),
        together=tuple(tuple(group) for group in asked.together if drawn.issuperset(group)),
        one_of=tuple(sorted({
            inside for group in asked.one_of if len(inside := tuple(sorted(drawn & set(group)))) > 1
        })),
        filled=filled,
    )  # fmt: skip
