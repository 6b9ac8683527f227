"""Drawing prizes."""

from __future__ import annotations

from collections.abc import Callable

from django.db import transaction

from huiyou.drawing import verify
from huiyou.gathering import hand_out_tickets, rehearse_draw
from huiyou.proof import Verdict
from huiyou.web.prizes.models import Draw, Ticket
from huiyou.web.seats.models import Round

__all__ = ["check_draw", "rehearse_prizes"]


def rehearse_prizes(
    round_: Round,
    *,
    seed: str,
    report: Callable[[float], None] = lambda _: None,
    then: Callable[[Draw], None] = lambda _: None,
) -> Draw | None:
    """Draw the prizes among those with a seat, as a rehearsal; None if nothing is drawn."""
    report(0)
    gathering = round_.gathering
    seats = {seat.application.code: seat for seat in round_.held()}
    tickets = hand_out_tickets(sorted(seats), seed=seed)
    drawn = rehearse_draw(gathering.facts, gathering.prizes, tickets, seed=seed)
    if drawn is None:
        return None
    commitment, result = drawn
    won = {code: tier for tier, codes in result.winners.items() for code in codes}
    report(0.9)
    with transaction.atomic():
        draw = Draw.objects.create(
            round=round_,
            fingerprint=commitment.fingerprint,
            commitment=dict(commitment.public),
            proof=result.proof.decode("utf-8"),
        )
        Ticket.objects.bulk_create(
            [
                Ticket(draw=draw, seat=seats[who], code=ticket, won=won.get(ticket, ""))
                for who, ticket in tickets.items()
            ],
            batch_size=500,
        )
        then(draw)
    return draw


def check_draw(draw: Draw) -> Verdict | None:
    """Judge a draw; None while it is not drawn.

    It must be the draw of the fingerprint kept here. That this was published beforehand only those
    can say who kept it, so it is not counted as given.
    """
    if not draw.proof:
        return None
    ours = verify(draw.proof.encode(), fingerprint=draw.fingerprint)
    return ours if ours.status == "REFUSED" else verify(draw.proof.encode())
