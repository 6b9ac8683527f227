from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings

from huiyou import drawing
from huiyou.drawing import DiceTier, commit, draw
from huiyou.errors import RefusedError
from huiyou.gathering import check
from huiyou.people import Person, read_sheet
from huiyou.proof import canonical, sealed
from huiyou.selection import Quota, Selection, draw_seats, entrants_of, prepare, verify
from tests.engine.altered import altered, resealed, without

PEOPLE = [Person(f"p{k}", {"trade": ("law" if k % 2 else "film",)}) for k in range(8)]
LOTTERY = prepare(PEOPLE, 4, [Quota("trade", "film", 1, 3)], panels=12, seed="a")
PANELS = LOTTERY.published["panels"]
KEY, SALT, ROLLS = "ab" * 32, "cd" * 32, "012345678901234567890"


def proof(entrants: dict[str, int] | None = None, quantity: int = 1, **terms: Any) -> Any:
    """Draw for real: dice were thrown, and the digits are the room's."""
    weights = dict.fromkeys(entrants_of(PANELS), 1) if entrants is None else entrants
    when = datetime(2024, 5, 25, 8, 50, tzinfo=UTC)
    commitment = commit(
        weights, [DiceTier("seats", "seats", quantity, when)], event="seats", created=1716540000,
        key=KEY, dice_salts={"seats": SALT}, **terms,
    )  # fmt: skip
    return json.loads(draw(commitment, {"seats": ROLLS}).proof)


PROOF = proof()
SEATED = draw_seats(LOTTERY, PEOPLE, alternates=4, proof=PROOF, key=KEY)
RECORD = SEATED.to_dict()


def test_the_panel_that_was_drawn_has_the_seats() -> None:
    (winner,) = PROOF["log"][0]["winners"]
    number = int(PROOF["openings"][winner]["id"].split()[0])

    assert SEATED.chosen == tuple(PANELS[number])
    assert (SEATED.rehearsal, SEATED.drawn["by"], SEATED.drawn["panel"]) == (False, "hydraw/1", number)  # fmt: skip
    assert set(SEATED.alternates) == {p.id for p in PEOPLE} - set(SEATED.chosen)
    assert Selection.from_dict(RECORD) == SEATED


def test_the_order_of_alternates_comes_from_what_was_drawn() -> None:
    crowd = [Person(f"p{k:02}") for k in range(40)]
    lottery = prepare(crowd, 4, [], panels=12, seed="a")
    drawn = proof(dict.fromkeys(entrants_of(lottery.published["panels"]), 1))
    other = json.loads(canonical.dumps(drawn))
    other["beacons"]["seats"]["rolls"] = ROLLS[::-1]

    orders = {draw_seats(lottery, crowd, alternates=9, proof=p).alternates for p in (drawn, other)}

    assert len(orders) == 2


def test_seats_and_draw_are_judged_by_their_own_judges() -> None:
    fingerprint = dict(drawing.verify(canonical.dumps(PROOF)).facts)["fingerprint"]
    alone = verify(RECORD, PEOPLE)
    bytes_ = canonical.dumps(RECORD)

    assert (alone.status, alone.reasons) == ("CONSISTENT", ("draw_unjudged",))
    assert {"drawn_by_proof", "entrants_are_panels", "fairest_leximin"} <= {*alone.claims}
    told = check(bytes_, fingerprint=fingerprint, rolls={"seats": ROLLS})
    assert (told.status, told.reasons) == ("CONSISTENT", ("inputs_missing",))
    assert "draw_recomputes" in told.claims
    assert dict(told.facts)["fingerprint"] == fingerprint
    assert check(bytes_).reasons == ("inputs_missing", "fingerprint_not_given", "rolls_not_given")
    assert check(bytes_, rolls={"seats": ROLLS[::-1]}).reasons == ("rolls_differ",)


def test_without_the_key_nobody_sees_that_each_panel_had_one_ticket() -> None:
    seated = draw_seats(LOTTERY, PEOPLE, proof=PROOF)

    verdict = verify(seated.to_dict(), PEOPLE)

    assert verdict.reasons == ("draw_unjudged", "entrants_unopened")
    assert "entrants_are_panels" not in verdict.claims


def test_a_rehearsed_draw_is_a_rehearsal() -> None:
    assert draw_seats(LOTTERY, PEOPLE, proof=proof(rehearsal=True)).rehearsal


NAMES = entrants_of(PANELS)


@pytest.mark.parametrize(
    "drawn",
    [
        {},
        None,
        {**PROOF, "openings": []},
        proof(dict.fromkeys(NAMES[1:], 1)),
        proof(dict.fromkeys([*NAMES, "another"], 1)),
        proof(dict.fromkeys(["some", *map(str, range(11))], 1)),
        proof({**dict.fromkeys(NAMES, 1), NAMES[0]: 2}),
        proof(quantity=2),
        proof(absent_wait=60),
    ],
)
def test_a_draw_of_something_else_is_refused(drawn: Any) -> None:
    with pytest.raises(RefusedError) as caught:
        draw_seats(LOTTERY, PEOPLE, proof=drawn or {"commit": drawn})

    assert caught.value.params == {"reason": "draw_not_of_panels"}


def test_a_panel_with_more_tickets_than_one_is_found_by_the_key() -> None:
    winner = SEATED.drawn["panel"]
    stuffed = json.loads(canonical.dumps(PROOF))
    loser = next(entry for entry in stuffed["list"] if entry[:-2] not in stuffed["openings"])
    stuffed["list"][stuffed["list"].index(loser)] = f"{'0' * 64} 1"

    assert draw_seats(LOTTERY, PEOPLE, proof=stuffed).drawn["panel"] == winner
    with pytest.raises(RefusedError) as caught:
        draw_seats(LOTTERY, PEOPLE, proof=stuffed, key=KEY)
    assert caught.value.params == {"reason": "draw_key_differs"}


@pytest.mark.parametrize(
    ("reason", "changes"),
    [
        ("claim_unfounded", {"rehearsal": True}),
        ("claim_unfounded", {"drawn": {**RECORD["drawn"], "by": "seed"}}),
        ("malformed", {"drawn": {**RECORD["drawn"], "key": "secret"}}),
        ("malformed", {"drawn": without(RECORD["drawn"], "key")}),
        ("draw_key_differs", {"drawn": {**RECORD["drawn"], "key": "00" * 32}}),
        ("draw_differs", {"drawn": {**RECORD["drawn"], "panel": (SEATED.drawn["panel"] + 1) % 12}}),
        ("draw_not_of_panels", {"drawn": {**RECORD["drawn"], "proof": {}}}),
    ],
)
def test_a_forged_draw_is_refused(reason: str, changes: dict[str, Any]) -> None:
    forged = sealed({**without(RECORD, "digest"), **changes})

    assert verify(forged, PEOPLE).reasons == (reason,)


@given(drawn=altered(RECORD["drawn"]))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_draw_forged_anywhere_is_refused_or_still_holds(drawn: Any) -> None:
    record = resealed({**RECORD, "drawn": drawn})

    verdict = verify(record, PEOPLE)

    if verdict.status != "REFUSED":
        assert drawn["panel"] == SEATED.drawn["panel"]
        both = check(canonical.dumps(record))
        assert both.status == "REFUSED" or without(drawn, "key") == without(RECORD["drawn"], "key")


def test_seats_are_judged_with_the_table_they_were_chosen_from() -> None:
    table = read_sheet("编号,trade\n".encode() + "".join(f"{p.id},{p.values('trade')[0]}\n" for p in PEOPLE).encode(), "people.csv")  # fmt: skip
    columns = {"id": ["编号"], "multi": list[str]()}
    record = replace(SEATED, inputs={**SEATED.inputs, "columns": columns})
    room = {"fingerprint": dict(drawing.verify(canonical.dumps(PROOF)).facts)["fingerprint"], "rolls": {"seats": ROLLS}}  # fmt: skip

    def judged(told: Selection, **more: Any) -> tuple[str, tuple[str, ...]]:
        verdict = check(canonical.dumps(told.to_dict()), table=table, **room, **more)
        return verdict.status, verdict.reasons

    assert judged(record) == ("PROVEN", ())
    assert judged(record, quotas=[Quota("trade", "film", 1, 3)]) == ("PROVEN", ())
    assert judged(record, quotas=[Quota("trade", "film", 1, 4)]) == ("REFUSED", ("quotas_differ",))
    odd = replace(record, inputs={**record.inputs, "columns": {"id": []}})
    assert judged(odd) == ("REFUSED", ("malformed",))
    assert judged(replace(record, seats=5)) == ("REFUSED", ("panel_malformed",))
    broken = {**record.to_dict(), "seats": 5}
    assert check(canonical.dumps(broken), table=table).reasons == ("digest_differs",)
