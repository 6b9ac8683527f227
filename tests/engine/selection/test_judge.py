from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings

from huiyou.people import Person, people_digest
from huiyou.proof import digest, sealed
from huiyou.selection import Attendance, Quota, Selection, prepare, select, verify
from huiyou.selection.judge import drawn_panel
from tests.engine.altered import altered, resealed, without

PEOPLE = [Person(f"p{k}", {"trade": ("law" if k % 2 else "film",)}) for k in range(10)]
TOGETHER = (("p0", "p1"), ("p2", "p3"), ("p4", "p5"))
QUOTAS = [Quota("trade", "film", 1, 3), Quota("trade", "law", 1, 3)]
RECORD: dict[str, Any] = select(
    PEOPLE, 5, QUOTAS, together=TOGETHER, panels=8, alternates=5, seed="judge"
).to_dict()
PREPARED: dict[str, Any] = prepare(PEOPLE, 5, QUOTAS, together=TOGETHER, panels=8, seed="judge").to_dict()  # fmt: skip
FEW = [Quota("trade", "film", 0, 1)]
TWO_LEVELS: dict[str, Any] = select(PEOPLE, 4, FEW, panels=10, seed="judge").to_dict()
CHOSEN, WAITING = RECORD["chosen"], RECORD["alternates"]
CLAIMS = ("record_unchanged", "seats_filled", "chances_add_up", "quotas_hold", "companions_together", "nobody_left_out", "drawn_by_seed", "fairest_leximin")  # fmt: skip


def forged(of: dict[str, Any] = RECORD, **changes: Any) -> dict[str, Any]:
    return sealed({**without(of, "digest"), **changes})


def quota(**changes: Any) -> list[dict[str, Any]]:
    return [{**RECORD["quotas"][0], **changes}, RECORD["quotas"][1]]


def published(**changes: Any) -> dict[str, Any]:
    return forged(published={**RECORD["published"], **changes})


def level(**changes: Any) -> dict[str, Any]:
    first, *rest = RECORD["certificate"]
    return forged(certificate=[{**first, **changes}, *rest])


def leaf(**changes: Any) -> dict[str, Any]:
    return level(proof=[{**RECORD["certificate"][0]["proof"][0], **changes}])


def everywhere(old: str, new: str, of: dict[str, Any] = RECORD) -> dict[str, Any]:
    """Seat one instead of the other in every panel, chances and all."""
    names = {old: new, new: old}

    def swap(panel: list[str]) -> list[str]:
        return sorted(names.get(who, who) for who in panel)

    return forged(
        of,
        probabilities={names.get(who, who): text for who, text in of["probabilities"].items()},
        panels=[swap(panel) for panel in of["panels"]],
        published={**of["published"], "panels": [swap(p) for p in of["published"]["panels"]]},
        chosen=swap(of["chosen"]),
        alternates=[],
    )


def another_seed() -> str:
    """Give a seed that draws others."""
    drawn = RECORD["published"]["panels"]
    return next(seed for seed in "abcdefgh" if drawn[drawn_panel(seed, len(drawn))] != CHOSEN)


def test_an_unchanged_record_is_proven() -> None:
    verdict = verify(RECORD, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons, verdict.claims) == ("PROVEN", (), CLAIMS)
    assert verdict.facts[:2] == (("seats", "5"), ("people", "10"))


def test_a_lottery_that_was_not_drawn_yet_is_proven_too() -> None:
    verdict = verify(PREPARED, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert verdict.claims == tuple(claim for claim in CLAIMS if claim != "drawn_by_seed")
    assert PREPARED["chosen"] == []


def test_without_the_people_only_the_record_itself_is_judged() -> None:
    verdict = verify(RECORD)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("inputs_missing",))
    assert verdict.claims == (
        "record_unchanged",
        "seats_filled",
        "chances_add_up",
        "nobody_left_out",
        "drawn_by_seed",
    )


def test_without_part_of_the_certificate_fairness_is_unproven() -> None:
    part = forged(TWO_LEVELS, certificate=TWO_LEVELS["certificate"][:1])

    verdict = verify(forged(part, status="bounded"), PEOPLE)

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("fairness_unproven",))
    assert verdict.claims == CLAIMS[:-1]
    assert len(TWO_LEVELS["certificate"]) == 2
    assert verify(part, PEOPLE).reasons == ("claim_unfounded",)
    assert verify(level(proof=[]), PEOPLE, TOGETHER).reasons == ("bound_unfounded",)


MANY = [Person(f"n{k:02}") for k in range(40)]
PAIRS = [(f"n{2 * k:02}", f"n{2 * k + 1:02}") for k in range(5)]
CROWDED: dict[str, Any] = select(MANY, 20, (), together=PAIRS, panels=8, alternates=10, seed="judge").to_dict()  # fmt: skip


def reserves(**changes: Any) -> dict[str, Any]:
    return forged(CROWDED, reserves={**CROWDED["reserves"], **changes})


def test_the_first_alternates_are_invited_at_once_as_far_as_the_cap_allows() -> None:
    told = CROWDED["reserves"]

    assert verify(CROWDED, MANY, PAIRS).status == "PROVEN"
    assert told["beyond"]
    assert told["beyond"] == CROWDED["alternates"][: len(told["beyond"])]
    assert 0 < told["more_than_fit"] <= told["cap"] == 50_000


def test_a_cap_of_0_invites_nobody_beyond_the_seats() -> None:
    record = select(MANY, 20, (), panels=8, alternates=10, cap=0, seed="judge")

    assert record.reserves["beyond"] == []
    assert len(record.alternates) == 10
    assert verify(record.to_dict(), MANY).status == "PROVEN"


VARIED = [Person(who.id, {"role": ("student" if k < 12 else "maker",)}) for k, who in enumerate(MANY)]  # fmt: skip
STOP = Attendance(200, 150, (("role", "student", 60, 21),))
RETURNED: dict[str, Any] = select(
    VARIED, 20, (), together=PAIRS, panels=8, alternates=10, past=[STOP], seed="judge"
).to_dict()


def test_with_past_stops_the_judge_works_the_rates_out_again() -> None:
    (stop,) = RETURNED["reserves"]["stops"]

    assert verify(RETURNED, VARIED, PAIRS).status == "PROVEN"
    assert stop["values"] == [{"feature": "role", "value": "student", "invited": 60, "came": 21}]
    assert RETURNED["reserves"]["levels"] != CROWDED["reserves"]["levels"]


def returned(**changes: Any) -> dict[str, Any]:
    """The same with another stop than the one that was counted."""
    told = RETURNED["reserves"]
    return forged(RETURNED, reserves={**told, "stops": [{**told["stops"][0], **changes}]})


@pytest.mark.parametrize(
    ("reason", "record"),
    [
        ("absence_differs", returned(came=120)),
        ("malformed", returned(came=201)),
        ("malformed", forged(RETURNED, reserves={**RETURNED["reserves"], "stops": RETURNED["reserves"]["stops"] * 51})),
        ("malformed", reserves(prior={"stayed_away": 3, "came": 10**9})),
        ("malformed", returned(values=[["role", "student", 60, 21]])),
        ("crowding_differs", returned(values=[])),
    ],
)  # fmt: skip
def test_another_past_is_found_out(reason: str, record: Any) -> None:
    assert verify(record, VARIED, PAIRS).reasons == (reason,)


@pytest.mark.parametrize(
    ("reason", "record"),
    [
        ("malformed", reserves(beyond="all")),
        ("malformed", reserves(prior={"stayed_away": 0, "came": 7})),
        ("malformed", reserves(prior={"stayed_away": 2**40, "came": 7})),
        ("malformed", reserves(levels=[300_000])),
        ("malformed", reserves(cap=1_000_001)),
        ("malformed", reserves(levels=[0] * 10)),
        ("beyond_differs", reserves(beyond=CROWDED["alternates"][1:2])),
        ("beyond_differs", reserves(cap=CROWDED["reserves"]["more_than_fit"] - 1)),
        ("absence_differs", reserves(prior={"stayed_away": 4, "came": 6})),
        ("crowding_differs", reserves(more_than_fit=CROWDED["reserves"]["more_than_fit"] - 9)),
        ("crowding_differs", reserves(beyond=[], more_than_fit=9)),
    ],
)
def test_what_is_said_of_reserves_is_checked(reason: str, record: Any) -> None:
    assert verify(record, MANY, PAIRS).reasons == (reason,)


def test_a_panel_that_breaks_a_quota_is_refused() -> None:
    assert verify(everywhere("p0", "p1", TWO_LEVELS), PEOPLE).reasons == ("quota_broken",)


def test_a_lottery_that_is_less_fair_than_it_could_be_is_not_proven() -> None:
    weights = [RECORD["weights"][0] + 2**49, *RECORD["weights"][1:]]
    total, seats = sum(weights), dict.fromkeys(RECORD["probabilities"], 0)
    for panel, weight in zip(RECORD["panels"], weights, strict=True):
        for who in panel:
            seats[who] += weight
    told = {who: Fraction(n, total) for who, n in seats.items()}
    gap = max(1 - min(told.values()) / Fraction(RECORD["bound"]), Fraction(0))
    less = {"weights": weights, "probabilities": {w: str(p) for w, p in told.items()}, "gap": str(gap)}  # fmt: skip

    assert verify(forged(**less), PEOPLE, TOGETHER).reasons == ("claim_unfounded",)
    verdict = verify(forged(**less, status="bounded"), PEOPLE, TOGETHER)
    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("fairness_unproven",))


@pytest.mark.parametrize(
    ("reason", "record"),
    [
        ("not_a_record", None),
        ("not_a_record", without(RECORD, "digest")),
        ("wrong_kind", forged(kind="grouping")),
        ("wrong_version", forged(version=1)),
        ("digest_differs", {**RECORD, "seed": "other"}),
        ("not_canonical", {**RECORD, "seed": None}),
        ("malformed", forged(more="claims")),
        ("malformed", sealed(without(without(RECORD, "digest"), "alternates"))),
        ("malformed", forged(chosen="abcde")),
        ("malformed", forged(quotas=[[]])),
        ("malformed", forged(inputs=["people"])),
        ("malformed", forged(seats=True, chosen=["p0"])),
        ("malformed", forged(bound="one half")),
        ("malformed", forged(gap="1/0")),
        ("malformed", forged(bound="1e999999999")),
        ("malformed", forged(bound="2/4")),
        ("pools_differ", forged(probabilities={})),
        ("claim_unfounded", forged(objective="luck")),
        ("claim_unfounded", forged(status="proven")),
        ("claim_unfounded", forged(rehearsal=False)),
        ("panel_malformed", forged(seats=6)),
        ("draw_differs", forged(chosen=[CHOSEN[0], *CHOSEN[:-1]])),
        ("id_twice", forged(alternates=[WAITING[0], WAITING[0]])),
        ("chosen_and_alternate", forged(alternates=CHOSEN[:1])),
        ("quota_broken", forged(quotas=quota(chosen=4))),
        ("quota_broken", forged(quotas=quota(chosen=0))),
        ("lottery_malformed", forged(panels=[], weights=[])),
        ("lottery_malformed", forged(weights=RECORD["weights"][1:])),
        ("lottery_malformed", forged(weights=[0, *RECORD["weights"][1:]])),
        ("lottery_malformed", forged(panels=[RECORD["panels"][1], *RECORD["panels"][1:]])),
        ("panel_malformed", forged(panels=[["stranger"] * 5, *RECORD["panels"][1:]])),
        ("panel_malformed", forged(panels=[RECORD["panels"][0][::-1], *RECORD["panels"][1:]])),
        ("panel_malformed", forged(panels=[RECORD["panels"][0][1:], *RECORD["panels"][1:]])),
        ("chances_differ", forged(probabilities={**RECORD["probabilities"], "p9": "1/2"})),
        ("gap_differs", forged(gap="1/2")),
        ("gap_differs", forged(bound="0")),
        ("published_differs", published(m=7)),
        ("published_differs", published(m=0, panels=[])),
        ("published_differs", published(smallest="1/1000")),
        ("draw_differs", forged(seed=another_seed())),
        ("draw_differs", forged(drawn={"by": "seed", "panel": (RECORD["drawn"]["panel"] + 1) % 8})),
        ("claim_unfounded", forged(drawn={**RECORD["drawn"], "by": "hand"})),
        ("malformed", forged(drawn={"panel": 1})),
        ("draw_differs", forged(drawn={})),
        ("draw_differs", forged(PREPARED, quotas=quota(chosen=1))),
        ("draw_differs", forged(PREPARED, rehearsal=True)),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "people": digest([])})),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "together": digest([])})),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "one_of": digest([["p0"]])})),
        ("unknown_person", forged(alternates=["stranger"])),
        ("counts_differ", forged(quotas=quota(pool=6))),
        ("companions_split", everywhere("p0", "p8")),
        (
            "companions_split",
            forged(alternates=[who for who in WAITING if who in ("p0", "p2", "p4")][:1]),
        ),
        ("bound_unfounded", leaf(high=[[2, 2**50]])),
        ("certificate_malformed", forged(certificate=[])),
        ("certificate_malformed", level(types=[])),
        ("certificate_malformed", level(types=[99])),
        ("certificate_malformed", level(prices=[])),
        ("certificate_malformed", level(prices=[[0]])),
        ("certificate_malformed", level(prices=[[0, 1], [0, 1]])),
        ("certificate_malformed", level(proof=[{"type": 0, "most": 0, "then": 0, "else": 0}])),
        ("certificate_malformed", level(proof=[{"type": 99, "most": 0, "then": 1, "else": 2}])),
        ("certificate_malformed", leaf(none=True)),
        ("certificate_malformed", leaf(high=[[99, 1]])),
    ],
)
def test_a_forged_record_is_refused_and_told_why(reason: str, record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert (verdict.status, verdict.reasons) == ("REFUSED", (reason,))


def test_other_people_are_refused() -> None:
    others = [*PEOPLE[:-1], Person("p9", {"trade": ("film",)})]

    assert verify(RECORD, others, TOGETHER).reasons == ("inputs_differ",)


def test_other_companions_are_refused() -> None:
    assert verify(RECORD, PEOPLE, TOGETHER[:2]).reasons == ("inputs_differ",)


def test_people_and_companions_may_come_in_any_order() -> None:
    assert verify(RECORD, PEOPLE[::-1], [pair[::-1] for pair in TOGETHER[::-1]]).exit_code == 0


def test_a_record_says_which_people_it_was_made_from() -> None:
    assert RECORD["inputs"]["people"] == people_digest(PEOPLE)


@given(record=altered(RECORD))
@settings(max_examples=400, deadline=None, derandomize=True)
def test_a_record_changed_anywhere_is_refused(record: Any) -> None:
    verdict = verify(record, PEOPLE, TOGETHER)

    assert verdict.status == "REFUSED" or Selection.from_dict(record).to_dict() == RECORD


@given(record=altered(RECORD).map(resealed))
@settings(max_examples=600, deadline=None, derandomize=True)
def test_a_record_forged_anywhere_is_refused_or_still_holds(record: Any) -> None:
    alone, verdict = verify(record), verify(record, PEOPLE, TOGETHER)

    assert alone.status in {"REFUSED", "CONSISTENT"}
    if verdict.status != "REFUSED":
        # A stranger may ask for other bounds that hold, shorten the queue, or prove less.
        free = (
            "digest",
            "quotas",
            "alternates",
            "reserves",
            "certificate",
            "status",
            "bound",
            "gap",
            "seed",
        )
        # What the columns of a table meant is for whoever reads the table; without one it is nothing.
        kept, told = ({k: v for k, v in r.items() if k not in free} for r in (RECORD, record))
        same = {**told["inputs"], "columns": {}}
        assert {**told, "inputs": same} == kept
