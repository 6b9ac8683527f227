"""Giving seats out."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from huiyou.errors import Fault, ImpossibleError, InputError
from huiyou.gathering import judge_seats
from huiyou.gathering.households import told_by
from huiyou.people import Person
from huiyou.proof import Verdict
from huiyou.selection import Selection, draw_seats, prepare
from huiyou.web.applications.models import Application
from huiyou.web.gatherings.actions import alone
from huiyou.web.gatherings.models import Gathering
from huiyou.web.journal.models import Entry
from huiyou.web.seats.asking import asked_of, check_asked, reserves_asked, reserves_of
from huiyou.web.seats.lottery import rolls_of, thrown
from huiyou.web.seats.models import Lottery, Placement, Round, Seat
from huiyou.web.seats.offers import move_on
from huiyou.web.seats.reasons import forget_reasons, keep_reasons, reasons_for

__all__ = [
    "Search", "check_lottery", "check_round", "draw_lottery", "forget_all_erased",
    "forget_erased", "keep_round", "prepare_lottery", "rehearse_seats",
]  # fmt: skip

Report = Callable[[float], None]
Far = Callable[[str, float, float], None]


@dataclass(frozen=True, slots=True)
class Search:
    """How long a search for a lottery may take, and whom it tells its value and bound."""

    seconds: float | None = None
    far: Far | None = None


_ENDLESS = Search()


def prepare_lottery(
    gathering: Gathering,
    *,
    seed: str,
    search: Search = _ENDLESS,
    report: Report = lambda _: None,
    then: Callable[[Lottery], None] = lambda _: None,
) -> Lottery:
    """Work out everybody's chance and the panels, and draw nobody; ``then`` is kept with it or not at all."""
    _require_undrawn(gathering)
    selection, inputs, told = _prepare(gathering, seed, report, search)
    with alone(gathering):
        _require_undrawn(gathering)  # a draw may have been announced while we worked
        lottery = Lottery(gathering=gathering)
        lottery.take(selection, inputs)
        lottery.save()
        keep_reasons(told, kept=lottery)
        then(lottery)
    return lottery


def rehearse_seats(
    gathering: Gathering,
    *,
    seed: str,
    search: Search = _ENDLESS,
    report: Report = lambda _: None,
    then: Callable[[Round], None] = lambda _: None,
) -> Round:
    """Give out the seats once, as a rehearsal, and keep the record; ``then`` is kept with it or not at all."""
    _require_undrawn(gathering)
    lottery, inputs, told = _prepare(gathering, seed, report, search)
    record = draw_seats(lottery, **_drawn_from(inputs), **reserves_of(gathering.facts))
    report(0.9)
    with alone(gathering):
        _require_undrawn(gathering)  # else a rehearsal would stand above what was drawn in public
        round_ = keep_round(gathering, record, inputs)
        keep_reasons(told, kept=round_)
        then(round_)
        move_on(gathering, timezone.now(), begin=True)
    return round_


def keep_round(
    gathering: Gathering,
    record: Selection,
    inputs: Mapping[str, Any],
    lottery: Lottery | None = None,
) -> Round:
    """Keep who has a seat and who waits, in the transaction of whoever calls."""
    round_ = Round.keep(gathering, record, inputs, lottery)
    codes = {*record.chosen, *record.alternates}
    rows = {row.code: row for row in gathering.applications.filter(code__in=codes)}
    Seat.objects.bulk_create(_seats(round_, rows, inputs["together"]), batch_size=500)
    return round_


def draw_from(lottery: Lottery, proof: bytes) -> Selection:
    """Seat the panel that a draw named, and open all of its entrants."""
    return draw_seats(
        Selection.from_dict(json.loads(lottery.file)),
        **_drawn_from(lottery.inputs),
        **reserves_asked(lottery),
        proof=json.loads(proof),
        key=lottery.secret["key"],
    )


def draw_lottery(lottery: Lottery, rolls: str, *, now: datetime, who: str) -> Round:
    """Draw the seats with the dice thrown in the room; the same dice once more give the same round.

    Raises
    ------
    InputError
        If it is too early, it was called off, other dice drew before, or these are no dice.
    """
    rolls = "".join(rolls.split())
    if lottery.drawn_at is None:
        _require_time(lottery, now)
        proof = thrown(lottery, rolls)
        record = draw_from(lottery, proof)
        with alone(lottery.gathering):
            open_ = Lottery.objects.filter(pk=lottery.pk, drawn_at=None, called_off_at=None)
            if open_.update(drawn_at=now, proof=proof.decode()):
                round_ = keep_round(lottery.gathering, record, lottery.inputs, lottery)
                Entry.write(
                    lottery.gathering, at=now, who=who, deed="draw_seats", round=round_.pk,
                    panel=record.drawn["panel"] + 1, rolls=rolls, digest=record.to_dict()["digest"],
                    fingerprint=lottery.fingerprint,
                )  # fmt: skip
                move_on(lottery.gathering, now, begin=True)
                forget_erased(lottery.gathering)
    kept = Lottery.objects.get(pk=lottery.pk)
    if kept.called_off_at or rolls_of(kept) != rolls:
        raise InputError([Fault("draw_called_off" if kept.called_off_at else "seats_drawn")])
    return kept.outcome


def _require_time(lottery: Lottery, now: datetime) -> None:
    if lottery.called_off_at:
        raise InputError([Fault("draw_called_off")])
    if lottery.at is None or now < lottery.at:
        raise InputError([Fault("draw_too_early")])


def forget_erased(gathering: Gathering) -> None:
    """Drop everybody who was erased from what decisions were made from, and what was decided and said of them.

    A lottery that is announced needs the traits of all until it is drawn: they stay till then, under a
    code that leads to nobody.
    """
    with alone(gathering):  # nothing is announced meanwhile
        _forget_erased(gathering)


def _forget_erased(gathering: Gathering) -> None:
    gone = set(
        Application.every.filter(gathering=gathering, state=Application.State.ERASED).values_list(
            "code", flat=True
        )
    )
    forget_reasons(gathering)
    Placement.objects.filter(application__gathering=gathering, application__state="erased").delete()
    pending = Q(announced_at__isnull=False, drawn_at=None, called_off_at=None)
    for kept in (*gathering.rounds.all(), *gathering.lotteries.exclude(pending)):
        if gone & kept.inputs.get("people", {}).keys():
            for name in ("people", "placed"):
                told = kept.inputs.get(name, {})
                kept.inputs[name] = {code: one for code, one in told.items() if code not in gone}
            kept.save(update_fields=["inputs"])


def forget_all_erased() -> None:
    """Do so in every gathering."""
    for gathering in Gathering.objects.filter(applications__state="erased").distinct():
        forget_erased(gathering)


def check_round(round_: Round) -> Verdict:
    """Judge the record of a round against those who applied, as far as they are still there.

    People may be erased afterwards. The record then stays as it was, and is judged alone.
    """
    drawn = round_.lottery
    if drawn is None or not drawn.proof:
        return _judge(round_)
    tier = drawn.commitment["tiers"][0]["id"]
    return _judge(round_, fingerprint=drawn.fingerprint, rolls={tier: rolls_of(drawn)})


def check_lottery(lottery: Lottery) -> Verdict:
    """Judge chances and panels before the draw."""
    return _judge(lottery)


def _judge(kept: Round | Lottery, **room: Any) -> Verdict:
    gathering, record = kept.gathering, json.loads(kept.file)
    if kept.inputs:
        people, together, one_of = kept.people, kept.together, kept.one_of
    else:  # from before inputs were kept
        asked = asked_of(gathering)
        people, together, one_of = list(asked.people), list(map(list, asked.together)), []
    verdict = judge_seats(record, people, together, one_of, kept.placed, salt=kept.salt, **room)
    if verdict.reasons != ("inputs_differ",):
        return verdict
    alone = judge_seats(record, **room)
    left = tuple(reason for reason in alone.reasons if reason != "inputs_missing")
    return replace(alone, reasons=("people_changed", *left))


def _require_undrawn(gathering: Gathering) -> None:
    """Refuse to give seats once they were drawn in public, or a draw is announced."""
    lotteries = gathering.lotteries.filter(called_off_at=None, announced_at__isnull=False)
    if found := lotteries.first():
        raise ImpossibleError("seats_drawn" if found.drawn_at else "draw_announced")


def _prepare(
    gathering: Gathering, seed: str, report: Report, search: Search
) -> tuple[Selection, dict[str, Any], dict[str, Any]]:
    """Give the lottery, what it was made from, and what everybody is told of their chance."""
    report(0)
    asked = asked_of(gathering)
    check_asked(gathering, asked)
    salt = secrets.token_hex(32)
    selection = prepare(
        asked.people, asked.seats, asked.quotas,
        together=asked.together, one_of=asked.one_of, placed=asked.placed,
        objective=gathering.facts.seats.objective,
        seed=seed, salt=salt, deadline=search.seconds, watch=lambda: report(0.1), report=search.far,
    )  # fmt: skip
    selection = told_by(selection, gathering.facts.seats.one_per)
    report(0.7)
    told = reasons_for(selection, asked, watch=lambda: report(0.7))
    report(0.8)
    traits = {person.id: {key: list(values) for key, values in person.traits.items()} for person in asked.people}  # fmt: skip
    placed = {code: [one.pool, one.reason] for code, one in asked.placed.items()}
    inputs = {
        "people": traits, "together": list(map(list, asked.together)),
        "one_of": list(map(list, asked.one_of)), "placed": placed, "salt": salt,
    }  # fmt: skip
    return selection, inputs, told


def _drawn_from(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Give what seats are drawn from, as the engine takes it."""
    people = [
        Person(code, {key: tuple(values) for key, values in traits.items()})
        for code, traits in inputs["people"].items()
    ]
    return {"people": people, "together": inputs["together"], "one_of": inputs.get("one_of", [])}


def _seats(
    round_: Round, rows: Mapping[str, Application], together: Sequence[Sequence[str]]
) -> list[Seat]:
    """Give the chosen their chairs; the others wait in order."""
    record = round_.record
    units = {code: number for number, group in enumerate(together, start=1) for code in group}
    places = {code: place for place, code in enumerate(record["alternates"], start=1)}
    chairs = {code: chair for chair, code in enumerate(record["chosen"], start=1)}
    return [
        Seat(
            round=round_, application=rows[code], alternate=places.get(code), unit=units.get(code),
            state=Seat.State.GIVEN if code in chairs else Seat.State.WAITING, chair=chairs.get(code),
        )
        for code in (*record["chosen"], *places)
    ]  # fmt: skip
