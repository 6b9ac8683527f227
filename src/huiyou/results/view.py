"""What the results page shows, worked out from the records: numbers, and places to draw them."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

from huiyou.gathering import Day, asked_of
from huiyou.people import Applicant
from huiyou.results.charts import (
    Chances,
    Meeting,
    QuotaBar,
    chances_of,
    in_order,
    leading_trait,
    meetings,
    percent_up,
    quota_groups,
    trades_met,
)
from huiyou.selection import Asked, Need, Outlook, compare, needed

__all__ = ["Seat", "View"]

COLOURS = 12
MOST_STRIP_ROWS, FEWEST_STRIP_COLUMNS = 5, 30  # dots in the picture of all applicants
RING, TABLE_BOX = 44, 120  # radius of the seats round a table, and the box it is drawn in


@dataclass(frozen=True, slots=True)
class Strip:
    """Everyone of one trade as dots, the chosen first."""

    name: str
    colour: int
    people: int
    chosen: int
    dots: tuple[tuple[int, int, bool], ...]  # column, row, chosen


@dataclass(frozen=True, slots=True)
class Seat:
    """One place at a table."""

    who: Applicant
    trade: str
    colour: int
    host: bool
    x: float
    y: float


class View:
    """Everything the templates ask of a day.

    Parameters
    ----------
    day : Day
    """

    def __init__(self, day: Day) -> None:
        self.day = day
        self.facts = day.facts
        self.about = day.facts.gathering
        self.people = {who.id: who for who in day.clean.people}
        self.chosen = frozenset(day.selection.chosen)
        self.venue = self.about.venue if self.about.venue != "—" else ""
        self.where = f"{self.about.city} {self.venue}".strip()

    @cached_property
    def trade(self) -> str:
        """Name of the trait that colours stand for: the one that mixing weighs most."""
        return leading_trait(self.facts.terms.mix, [quota.feature for quota in self.day.quotas])

    @cached_property
    def trades(self) -> list[str]:
        """Values of that trait, as the quotas order them, then the others by how many have them."""
        listed = [quota.value for quota in self.day.quotas if quota.feature == self.trade]
        return in_order(listed, map(self.trade_of, self.people.values()))

    def trade_of(self, who: Applicant) -> str:
        """Give somebody's value of it; empty if unknown."""
        return "┋".join(who.traits.get(self.trade, ()))

    def colour(self, trade: str) -> int:
        """Give the number of a trade's colour."""
        return self.trades.index(trade) % COLOURS

    @cached_property
    def strips(self) -> list[Strip]:
        """All applicants, trade by trade."""
        strips, rows = [], self.strip_rows
        for trade in self.trades:
            inside = [who.id for who in self.people.values() if self.trade_of(who) == trade]
            seated = sum(who in self.chosen for who in inside)
            dots = tuple((k // rows, k % rows, k < seated) for k in range(len(inside)))
            strips.append(Strip(trade, self.colour(trade), len(inside), seated, dots))
        return strips

    @cached_property
    def strip_rows(self) -> int:
        """Dots above each other: as few as fit the largest trade."""
        return min(MOST_STRIP_ROWS, -(-self._largest_trade // FEWEST_STRIP_COLUMNS))

    @property
    def strip_columns(self) -> int:
        """Places across, of which the largest trade fills most."""
        return max(FEWEST_STRIP_COLUMNS, -(-self._largest_trade // self.strip_rows))

    @property
    def _largest_trade(self) -> int:
        return max(Counter(map(self.trade_of, self.people.values())).values())

    @cached_property
    def quota_groups(self) -> list[tuple[str, list[QuotaBar]]]:
        """Quotas by feature, as bars on one scale for each feature."""
        return quota_groups(self.day.selection.quotas, self.about.seats, len(self.people))

    @cached_property
    def outlooks(self) -> tuple[Outlook, ...]:
        """What each objective would have given; 1,600 people: 0.6 s."""
        return compare(self._asked)

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """Whom no panel could do without, and the quotas that made it so."""
        return needed(self._asked)

    @property
    def needed_people(self) -> int:
        """How many these are."""
        return len({who for need in self.needs for who in need.people})

    @cached_property
    def _asked(self) -> Asked:
        return asked_of(self.day.folder, self.day.clean)

    @cached_property
    def rounds(self) -> list[list[list[Seat]]]:
        """Seats by round and table, with their places round the table."""
        home = self.facts.terms.home_round - 1
        hosts = set(self.day.grouping.hosts) - {""}
        return [
            [self._table(table, hosts if r == home else set()) for table in tables]
            for r, tables in enumerate(self.day.grouping.rounds)
        ]

    def _table(self, table: Sequence[str], hosts: set[str]) -> list[Seat]:
        members = sorted(
            (self.people[who] for who in table),
            key=lambda who: (who.id not in hosts, self.trades.index(self.trade_of(who)), who.rows),
        )
        middle = TABLE_BOX / 2
        seats = []
        for k, who in enumerate(members):
            angle = 2 * math.pi * k / len(members) - math.pi / 2
            trade = self.trade_of(who)
            seats.append(
                Seat(
                    who, trade, self.colour(trade), who.id in hosts,
                    round(middle + RING * math.cos(angle), 1),
                    round(middle + RING * math.sin(angle), 1),
                )
            )  # fmt: skip
        return seats

    @cached_property
    def tables_of(self) -> dict[str, list[int]]:
        """Each person's table by round, from 1."""
        return {
            who: [
                next(t for t, table in enumerate(tables, start=1) if who in table)
                for tables in self.day.grouping.rounds
            ]
            for who in sorted(self.chosen)
        }

    @cached_property
    def met(self) -> dict[str, set[str]]:
        """Whom each person shares a table with over all rounds."""
        met: dict[str, set[str]] = {who: set() for who in self.chosen}
        for tables in self.day.grouping.rounds:
            for table in tables:
                for who in table:
                    met[who] |= set(table) - {who}
        return met

    @cached_property
    def meetings(self) -> list[Meeting]:
        """Pairs that shared a table, by their two trades."""
        return meetings(self.trades, self.day.grouping.rounds, self._trade_by_id)

    @cached_property
    def chances(self) -> Chances:
        """The chance of everybody who is drawn for, in order."""
        selection = self.day.selection
        drawn = [selection.probabilities[who] for who in selection.pools["drawn"]]
        return chances_of(drawn, selection.seats - self.sure)

    @property
    def sure(self) -> int:
        """How many seats were given before the draw."""
        pools = self.day.selection.pools
        return sum(len(pools[name]) for name in ("invited", "reviewed", "along"))

    @property
    def pools(self) -> list[tuple[str, int]]:
        """How many people are in each pool, if anybody is not drawn for."""
        sizes = [(name, len(ids)) for name, ids in self.day.selection.pools.items() if ids]
        return sizes if len(sizes) > 1 else []

    @property
    def gap(self) -> str:
        """How far the lottery is from what is proven possible."""
        return percent_up(Fraction(self.day.selection.gap))

    @property
    def odds_told(self) -> str:
        """Which sentence says how fair it is."""
        selection = self.day.selection
        return f"odds_{selection.objective if selection.status == 'optimal' else selection.status}"

    @cached_property
    def others_met(self) -> list[int]:
        """Number of other people each person met, sorted."""
        return sorted(len(others) for others in self.met.values())

    @cached_property
    def trades_met(self) -> list[tuple[int, int, int]]:
        """How many people met so many trades other than their own: trades, people, height in %."""
        return trades_met(self.day.grouping.rounds, self._trade_by_id)

    @cached_property
    def _trade_by_id(self) -> dict[str, str]:
        return {who: self.trade_of(self.people[who]) for who in self.chosen}

    def wished(self, who: Applicant, other: Applicant) -> bool:
        """Say whether ``who`` hoped to meet somebody like ``other``."""
        return any(
            value in other.traits.get(there, ())
            for here, there in self.facts.terms.wants.items()
            for value in who.traits.get(here, ())
        )

    @cached_property
    def winners(self) -> list[tuple[str, str, str, list[tuple[str, Applicant]]]]:
        """Tier, prize, sponsor and who won it, in the order drawn."""
        if self.day.draw is None:
            return []
        owners = {ticket: self.people[who] for who, ticket in self.day.tickets.items()}
        return [
            (
                prize.tier, prize.name, prize.sponsor,
                [(ticket, owners[ticket]) for ticket in self.day.draw.winners[prize.tier]],
            )
            for prize in self.day.folder.prizes
        ]  # fmt: skip

    def shown(self, who: Applicant) -> list[str]:
        """Give what badges and cards show of a person besides the name."""
        values = ["┋".join(who.traits.get(trait, ())) for trait in self.facts.shown]
        return [value for value in values if value]

    @property
    def reached(self) -> str:
        """The share of the bound that the tables reach, in percent."""
        return percent(1 - self.day.grouping.gap, 1)


def percent(share: Fraction, digits: int = 0) -> str:
    """Write a share in percent, rounded down so that nothing looks better than it is."""
    scale = 10**digits
    hundredths = math.floor(share * 100 * scale)
    whole, rest = divmod(hundredths, scale)
    return f"{whole}.{rest:0{digits}d} %" if digits else f"{whole} %"
