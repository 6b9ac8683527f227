"""One row of applicants.csv, walked to the draw and back by what points to what."""

from __future__ import annotations

import csv
import io
import json
from importlib import resources

from huiyou.web.prizes.models import Ticket

NEW = resources.files("huiyou.sample") / "new" / "applicants.csv"


def rows():
    """Give the rows of the sample by their number in the file, its header being row 1."""
    text = io.StringIO(NEW.read_text("utf-8-sig"))
    return dict(enumerate(csv.DictReader(text), start=2))


def test_a_row_is_followed_from_the_file_to_the_draw(decided):
    winner = Ticket.objects.exclude(won="").order_by("code").first()
    number = int(winner.seat.application.source.split(" · ")[1])

    application = decided.applications.get(source=f"applicants.csv · {number}")
    assert application.name == rows()[number]["姓名"]
    assert application.phone.endswith(rows()[number]["手机"])

    round_ = decided.rounds.get()
    seat = application.seats.get(round=round_)
    assert seat.alternate is None
    assert application.code in round_.record["chosen"]

    plan = round_.plans.get()
    places = list(seat.places.filter(plan=plan))
    assert len(places) == decided.facts.gathering.rounds
    for place in places:
        assert application.code in plan.record["rounds"][place.turn - 1][place.table - 1]

    ticket = seat.tickets.get(draw=round_.draws.get())
    assert ticket == winner
    proof = json.loads(ticket.draw.proof)
    opened = {leaf: told["id"] for leaf, told in proof["openings"].items()}
    won = [
        leaf for line in proof["log"] if line.get("tier") == ticket.won for leaf in line["winners"]
    ]
    assert ticket.code in {opened[leaf] for leaf in won}


def test_every_prize_leads_back_to_one_row_of_the_file(decided):
    proof = json.loads(decided.rounds.get().draws.get().proof)
    winners = [leaf for line in proof["log"] for leaf in line.get("winners", ())]

    numbers = []
    for leaf in winners:
        ticket = Ticket.objects.get(code=proof["openings"][leaf]["id"])
        application = ticket.seat.application
        assert ticket.seat.round.gathering == application.gathering == decided
        assert {place.plan.round for place in ticket.seat.places.all()} == {ticket.draw.round}
        file, number = application.source.split(" · ")
        assert file == "applicants.csv"
        assert rows()[int(number)]["姓名"] == application.name
        numbers.append(number)

    assert len(numbers) == sum(prize.quantity for prize in decided.prizes)
    assert len(set(numbers)) == len(numbers)


def test_nobody_without_a_seat_has_a_place_or_a_ticket(decided):
    seated = set(decided.rounds.get().seats.filter(alternate=None).values_list("pk", flat=True))

    assert len(seated) == decided.facts.gathering.seats
    plan, draw = decided.rounds.get().plans.get(), decided.rounds.get().draws.get()
    assert set(plan.places.values_list("seat", flat=True)) == seated
    assert set(draw.tickets.values_list("seat", flat=True)) == seated
