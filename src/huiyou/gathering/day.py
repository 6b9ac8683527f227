"""The whole day from a folder, as a rehearsal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from huiyou.drawing import Commitment, DiceTier, Draw, Prize, rehearse
from huiyou.errors import Fault, ImpossibleError, InputError
from huiyou.gathering.check import asked_of
from huiyou.gathering.facts import Facts
from huiyou.gathering.folder import Folder
from huiyou.gathering.households import check_one_per, told_by
from huiyou.gathering.rules import RULES
from huiyou.gathering.toml import TOML
from huiyou.grouping import Grouping, group
from huiyou.people import Clean, clean
from huiyou.proof import Chance
from huiyou.selection import Quota, Selection, check_values, select, sort_into_pools
from huiyou.text import tidy

__all__ = ["Day", "hand_out_tickets", "rehearse_draw", "run_day"]

TICKET_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that reads like something else
TICKET_LENGTH = 8

Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Day:
    """All that was decided, and the facts it was decided from.

    Parameters
    ----------
    folder : Folder
    seed : str
    clean : Clean
    selection : Selection
    grouping : Grouping
    tickets : dict of str to str
        Code of everyone with a seat, by id: what they draw with.
    commitment, draw : Commitment and Draw, or None if nothing is drawn
    """

    folder: Folder
    seed: str
    clean: Clean
    selection: Selection
    grouping: Grouping
    tickets: dict[str, str]
    commitment: Commitment | None
    draw: Draw | None

    @property
    def facts(self) -> Facts:
        """What the organiser wrote in ``gathering.toml``."""
        return self.folder.facts

    @property
    def quotas(self) -> tuple[Quota, ...]:
        """Quotas for the seats."""
        return self.folder.quotas


def run_day(folder: Folder, *, seed: str, report: Report = lambda *_: None) -> Day:
    """Clean the applicants, give the seats, set the tables and draw the prizes.

    Parameters
    ----------
    folder : Folder
    seed : str
        Everything that chance decides comes from it: same folder, same seed, same day.
    report : callable
        Told the step (``clean``, ``select``, ``group``, ``draw``) and the share of it that is done.

    Returns
    -------
    Day

    Raises
    ------
    InputError
        If the applicants' table does not hold what is needed, or has fewer people than seats; if
        a quota names a value that nobody gave, beside one that somebody did; if nobody answered what
        tells households; or if pools contradict the people, the seats or the quotas.
    ImpossibleError
        If quotas, tables or prizes cannot be met.
    """
    facts = folder.facts
    report("clean", 0)
    people = clean(folder.sheet, folder.form)
    _check_enough(folder, people)
    _check_values(folder, people)
    report("select", 0)
    together = people.companions if facts.applicants.companions == "mutual" else ()
    asked = asked_of(folder, people)
    check_one_per(asked.people, facts.seats.one_per, file=TOML)
    sort_into_pools(asked, file=TOML, columns=(RULES, RULES))
    selection = select(
        asked.people,
        asked.seats,
        asked.quotas,
        together=asked.together,
        one_of=asked.one_of,
        placed=asked.placed,
        objective=facts.seats.objective,
        alternates=facts.seats.alternates,
        past=[stop.attendance for stop in facts.seats.past],
        cap=facts.seats.cap,
        seed=seed,
    )
    selection = told_by(selection, facts.seats.one_per)
    report("group", 0)
    chosen = set(selection.chosen)
    grouping = group(
        [person for person in people.persons() if person.id in chosen],
        facts.gathering.tables,
        rounds=facts.gathering.rounds,
        terms=facts.terms,
        together=together if facts.tables.together == "companion" else (),
        seed=seed,
        sweeps=facts.tables.sweeps,
        report=lambda share: report("group", share),
    )
    report("draw", 0)
    tickets = hand_out_tickets(selection.chosen, seed=seed)
    commitment, result = rehearse_draw(facts, folder.prizes, tickets, seed=seed) or (None, None)
    report("draw", 1)
    return Day(folder, seed, people, selection, grouping, tickets, commitment, result)


def _check_enough(folder: Folder, people: Clean) -> None:
    seats, there = folder.facts.gathering.seats, len(people.people)
    if seats > there:
        params = {"seats": seats, "people": there, "rejected": people.counts["rejected"]}
        raise InputError([Fault("seats_exceed_people", TOML, None, "gathering.seats", params)])


def _check_values(folder: Folder, people: Clean) -> None:
    trait_of = {column: trait for trait, column in people.columns["traits"].items()}
    # what was counted as 其他 may be what a misspelt quota meant
    others = [(trait_of[m.column], tidy(m.written)) for m in people.mapped if m.rule == "other"]
    file = folder.facts.seats.quotas or ""
    check_values(folder.quotas, people.persons(), file=file, written=others)


def hand_out_tickets(chosen: Sequence[str], *, seed: str) -> dict[str, str]:
    """Draw a code for everyone with a seat, all different: what they draw with, by id."""
    chance = Chance(seed).fork("tickets")
    tickets: dict[str, str] = {}
    taken = set[str]()
    for who in chosen:
        code = ""
        while not code or code in taken:
            code = "".join(chance.pick(TICKET_ALPHABET) for _ in range(TICKET_LENGTH))
        taken.add(code)
        tickets[who] = f"{code[:4]}-{code[4:]}"
    return tickets


def rehearse_draw(
    facts: Facts, prizes: Sequence[Prize], tickets: dict[str, str], *, seed: str
) -> tuple[Commitment, Draw] | None:
    """Draw the prizes as a rehearsal; None if nothing is drawn.

    Raises
    ------
    ImpossibleError
        If there are more prizes than tickets.
    """
    if facts.draw is None:
        return None
    wanted = sum(prize.quantity for prize in prizes)
    if wanted > len(tickets):
        raise ImpossibleError("prizes_exceed_entrants", prizes=wanted, entrants=len(tickets))
    first = facts.when(facts.draw.at)
    tiers = [
        DiceTier(
            prize.tier, prize.name, prize.quantity, first + k * timedelta(seconds=facts.draw.every)
        )
        for k, prize in enumerate(prizes)
    ]
    entrants = dict.fromkeys(sorted(tickets.values()), 1)
    return rehearse(entrants, tiers, event=facts.gathering.slug, seed=seed)
