"""Seats judged with what an auditor has: people under codes, and the draw that named the panel."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from huiyou.drawing import DiceTier, commit, draw
from huiyou.drawing import verify as verify_draw
from huiyou.errors import RefusedError
from huiyou.gathering import Inputs, check
from huiyou.people import Person
from huiyou.proof import canonical
from huiyou.selection import draw_seats, entrants_of, prepare
from tests.conftest import huiyou

PEOPLE = tuple(Person(f"p{k}", {"trade": ("law" if k % 2 else "film",)}) for k in range(8))
INPUTS = Inputs(PEOPLE, (("p0", "p1"),))
LOTTERY = prepare(PEOPLE, 4, (), together=INPUTS.together, panels=10, seed="a")
KEY = "ab" * 32
AT = datetime(2024, 5, 25, 6, 0, tzinfo=UTC)
ROLLS = "314159265358979323846"


def thrown(names: Sequence[str], quantity: int = 1) -> bytes:
    """Give the proof of a draw that names one of the panels."""
    commitment = commit(
        dict.fromkeys(names, 1),
        [DiceTier("seats", "seats", quantity, AT)],
        event="shenzhen seats",
        created=int((AT - timedelta(days=1)).timestamp()),
        key=KEY,
        dice_salts={"seats": "cd" * 32},
    )
    return draw(commitment, {"seats": ROLLS}).proof


PROOF = thrown(entrants_of(LOTTERY.published["panels"]))
FINGERPRINT = dict(verify_draw(PROOF).facts)["fingerprint"]
RECORD = draw_seats(
    LOTTERY, PEOPLE, together=INPUTS.together, alternates=3, proof=json.loads(PROOF), key=KEY
)
FILE = canonical.dumps(RECORD.to_dict())
ROOM: dict[str, Any] = {"fingerprint": FINGERPRINT, "rolls": {"seats": ROLLS}}


def test_inputs_are_json_both_ways() -> None:
    assert Inputs.from_dict(INPUTS.to_dict()) == INPUTS
    with pytest.raises(RefusedError):
        Inputs.from_dict({**INPUTS.to_dict(), "together": []})


def test_with_people_fingerprint_and_dice_seats_are_proven() -> None:
    whole = check(FILE, inputs=INPUTS, **ROOM)

    assert (whole.status, whole.reasons) == ("PROVEN", ())
    assert check(FILE, inputs=INPUTS).reasons == ("fingerprint_not_given", "rolls_not_given")
    assert check(FILE, **ROOM).reasons == ("inputs_missing",)


@pytest.mark.parametrize(
    "proof",
    [
        thrown(entrants_of([["p1"]] * 10)),
        thrown([f"p{k}" for k in range(10)]),
        thrown(entrants_of(LOTTERY.published["panels"]), quantity=2),
    ],
)
def test_another_draw_is_refused(proof: bytes) -> None:
    with pytest.raises(RefusedError):
        draw_seats(LOTTERY, PEOPLE, together=INPUTS.together, proof=json.loads(proof), key=KEY)
    drawn = {**RECORD.drawn, "proof": json.loads(proof)}
    forged = canonical.dumps(replace(RECORD, drawn=drawn).to_dict())

    assert check(forged, inputs=INPUTS).reasons == ("draw_not_of_panels",)


def test_dice_that_were_changed_are_refused() -> None:
    proof = json.loads(PROOF.replace(ROLLS.encode(), b"291417776317066907439"))
    forged = canonical.dumps(replace(RECORD, drawn={**RECORD.drawn, "proof": proof}).to_dict())

    assert check(forged, inputs=INPUTS).status == "REFUSED"


def test_the_command_takes_the_same_files(tmp_path: Path) -> None:
    for name, data in (
        ("selection.json", FILE),
        ("inputs.json", canonical.dumps(INPUTS.to_dict())),
    ):
        (tmp_path / name).write_bytes(data)
    files = [tmp_path / name for name in ("selection.json", "inputs.json")]

    told = huiyou("verify", *files, "--fingerprint", FINGERPRINT, "--rolls", f"seats={ROLLS}")

    assert (told.code, told.printed) == (0, "PROVEN")
