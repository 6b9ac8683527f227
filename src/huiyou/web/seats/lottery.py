"""The draw of the seats: announced with a commitment, drawn with dice in the room."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta

from huiyou.drawing import Commitment, DiceTier, commit, draw, verify
from huiyou.errors import Fault, InputError, RefusedError
from huiyou.proof import Verdict
from huiyou.selection import Selection, drawn_entrant, entrants_of
from huiyou.web.gatherings.actions import alone
from huiyou.web.journal.models import Entry
from huiyou.web.seats.asking import fix_reserves
from huiyou.web.seats.models import Lottery
from huiyou.web.seats.pools import decided_otherwise

__all__ = [
    "DICE",
    "MARGIN",
    "announce",
    "call_off",
    "check_draw",
    "named_by",
    "rolls_of",
    "thrown",
]

TIER, DICE = "seats", 21
MARGIN = timedelta(
    minutes=5
)  # between commitment and draw, so that people can keep the fingerprint


def announce(lottery: Lottery, *, at: datetime, now: datetime, who: str) -> None:
    """Publish chances and panels, and commit to draw one of the panels with dice.

    Raises
    ------
    InputError
        If there is too little time until then, it was announced before, or another one is; or if
        seats, quotas, objective, pools or households changed since it was worked out, or somebody
        was erased.
    """
    gathering = lottery.gathering
    at = at.astimezone(gathering.facts.zone).replace(second=0, microsecond=0)
    with alone(gathering):
        kept = Lottery.objects.get(pk=lottery.pk)
        others = gathering.lotteries.filter(announced_at__isnull=False, called_off_at=None)
        if kept.state != "prepared" or others.exists():
            raise InputError([Fault("draw_announced")])
        if kept.inputs["people"].keys() != kept.chances.keys():
            raise InputError([Fault("people_erased")])
        if decided_otherwise(kept):
            raise InputError([Fault("terms_changed")])
        if at < now + MARGIN:
            minutes = int(MARGIN.total_seconds()) // 60
            raise InputError([Fault("draw_too_soon", params={"minutes": minutes})])
        kept.secret = {"key": secrets.token_hex(32), "salt": secrets.token_hex(32)}
        kept.at, kept.announced_at = at, now
        fix_reserves(kept)
        commitment = _committed(
            kept,
            event=f"{gathering.slug} seats {kept.record['digest']}",
            created=int(now.timestamp()),
            at=at,
        )
        kept.commitment, kept.fingerprint = dict(commitment.public), commitment.fingerprint
        kept.save(
            update_fields=["secret", "at", "announced_at", "inputs", "commitment", "fingerprint"]
        )
        Entry.write(
            gathering, at=now, who=who, deed="announce_seats", lottery=kept.pk,
            draw_at=at.isoformat(), digest=kept.record["digest"], fingerprint=kept.fingerprint,
            objective=kept.record["objective"],
        )  # fmt: skip


def call_off(lottery: Lottery, *, now: datetime, who: str) -> None:
    """Take an announced draw back before a die has fallen; that it was announced stays public."""
    with alone(lottery.gathering):
        open_ = Lottery.objects.filter(
            pk=lottery.pk, announced_at__isnull=False, drawn_at=None, called_off_at=None
        )
        if open_.update(called_off_at=now):
            Entry.write(
                lottery.gathering, at=now, who=who, deed="call_off_seats", lottery=lottery.pk,
                fingerprint=lottery.fingerprint,
            )  # fmt: skip


def thrown(lottery: Lottery, rolls: str) -> bytes:
    """Give the proof of the draw that dice make.

    Raises
    ------
    InputError
        If these are not the digits of so many dice.
    """
    try:
        return draw(_commitment(lottery), {TIER: rolls}).proof
    except ValueError:
        raise InputError([Fault("dice_wrong", params={"dice": DICE})]) from None


def named_by(lottery: Lottery) -> int:
    """Give the panel that the draw names, counted from 0, or -1 if it is not a draw of these panels."""
    try:
        return drawn_entrant(_panels(lottery), json.loads(lottery.proof), lottery.secret["key"])
    except RefusedError:
        return -1


def rolls_of(lottery: Lottery) -> str:
    """Give the digits that were thrown."""
    return str(json.loads(lottery.proof)["beacons"][TIER]["rolls"])


def check_draw(lottery: Lottery) -> Verdict:
    """Judge the draw, and that it was one of these panels.

    It must be the draw of the fingerprint kept here. That this was published beforehand only those
    can say who kept it, so it is not counted as given.
    """
    if named_by(lottery) < 0:
        return Verdict("REFUSED", ("draw_not_of_panels",))
    ours = verify(lottery.proof.encode(), fingerprint=lottery.fingerprint)
    return ours if ours.status == "REFUSED" else verify(lottery.proof.encode())


def _panels(lottery: Lottery) -> list[list[str]]:
    return list(Selection.from_dict(json.loads(lottery.file)).published["panels"])


def _commitment(lottery: Lottery) -> Commitment:
    """Make the commitment from what was announced, whatever became of the gathering's facts since."""
    public = lottery.commitment
    (tier,) = public["tiers"]
    return _committed(
        lottery,
        event=public["event"],
        created=public["created"],
        at=datetime.fromisoformat(tier["local"]),
    )


def _committed(lottery: Lottery, *, event: str, created: int, at: datetime) -> Commitment:
    return commit(
        dict.fromkeys(entrants_of(_panels(lottery)), 1),
        [DiceTier(TIER, "席位 · seats", 1, at, DICE)],
        event=event,
        created=created,
        key=lottery.secret["key"],
        dice_salts={TIER: lottery.secret["salt"]},
        margin=int(MARGIN.total_seconds()),
    )
