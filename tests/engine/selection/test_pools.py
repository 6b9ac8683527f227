from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from huiyou.errors import HuiyouError, ImpossibleError, InputError, QuotaError
from huiyou.people import Person
from huiyou.proof import digest, sealed
from huiyou.selection import Asked, Placed, Quota, Selection, draw_seats, prepare, select, verify
from huiyou.selection.pool import make_pool
from huiyou.selection.pools import Pools, sort_into_pools
from tests.engine.altered import without
from tests.engine.selection.fairest import leximin
from tests.engine.selection.instances import Instance, instances

PEOPLE = [Person(f"p{k:02}", {"trade": ("law" if k % 3 else "film",)}) for k in range(12)]
QUOTAS = [Quota("trade", "film", 1, 2, row=2), Quota("trade", "law", 2, 5, row=3)]
PLACED = {
    "p00": Placed("invited", row=2),
    "p01": Placed("reviewed", "brings the projector", row=3),
    "p11": Placed("excluded", "asked for it", row=13),
}
PAIRS, HOMES = [("p01", "p02")], [("p02", "p04", "p05"), ("p06", "p07"), ("p08", "p11")]


def record() -> dict[str, Any]:
    asked = {"together": PAIRS, "one_of": HOMES, "placed": PLACED}
    return select(PEOPLE, 5, QUOTAS, panels=20, alternates=9, seed="a", **asked).to_dict()


RECORD = record()


def judged(told: dict[str, Any], placed: dict[str, Placed] = PLACED) -> tuple[str, tuple[str, ...]]:
    verdict = verify(told, PEOPLE, PAIRS, HOMES, placed)
    return verdict.status, verdict.reasons


def forged(**changes: Any) -> dict[str, Any]:
    return sealed({**without(RECORD, "digest"), **changes})


def moved(who: str, to: str) -> dict[str, list[str]]:
    pools = {name: [w for w in ids if w != who] for name, ids in RECORD["pools"].items()}
    return {**pools, to: sorted([*pools[to], who])}


def test_the_sure_have_their_seats_and_the_excluded_none() -> None:
    sure = ["p00", "p01", "p02"]

    assert RECORD["pools"] == {
        "invited": ["p00"],
        "reviewed": ["p01"],
        "along": ["p02"],
        "drawn": ["p03", "p06", "p07", "p08", "p09", "p10"],
        "barred": ["p04", "p05"],
        "excluded": ["p11"],
    }
    assert all(set(sure) <= {*panel} for panel in [*RECORD["panels"], RECORD["chosen"]])
    assert [RECORD["probabilities"][who] for who in (*sure, "p04", "p11")] == ["1"] * 3 + ["0"] * 2
    hoping = set(RECORD["pools"]["drawn"]) - set(RECORD["chosen"])
    seated = [home for home in HOMES if {*home} & {*RECORD["chosen"]}]
    assert set(RECORD["alternates"]) == hoping - {who for home in seated for who in home}
    assert judged(RECORD) == ("PROVEN", ())


def test_quotas_count_the_whole_room() -> None:
    film = {"p00", "p03", "p06", "p09"}

    assert all(1 <= len(film & {*panel}) <= 2 for panel in RECORD["panels"])
    assert max(len(film & {*panel}) for panel in RECORD["panels"]) == 2


def test_reasons_are_published_nowhere() -> None:
    assert "projector" not in str(RECORD)
    assert judged(RECORD, {**PLACED, "p01": Placed("reviewed", "is a friend")}) == ("REFUSED", ("inputs_differ",))  # fmt: skip


def test_sizes_of_pools_are_told() -> None:
    facts = dict(verify(RECORD, PEOPLE, PAIRS, HOMES, PLACED).facts)

    assert {name: n for name, n in facts.items() if name.startswith("pool_")} == {
        "pool_invited": "1", "pool_reviewed": "1", "pool_along": "1", "pool_drawn": "6",
        "pool_barred": "2", "pool_excluded": "1",
    }  # fmt: skip


@st.composite
def rooms(draw: st.DrawFn) -> tuple[Instance, dict[str, Placed], list[tuple[str, ...]]]:
    instance = draw(instances())
    ids = [person.id for person in instance.people]
    pools = st.sampled_from(["drawn", "drawn", "drawn", "invited", "reviewed", "excluded"])
    placed = {who: Placed(draw(pools), "because") for who in ids}
    homes = draw(st.lists(st.lists(st.sampled_from(ids), min_size=2, max_size=3, unique=True), max_size=2))  # fmt: skip
    return instance, placed, [tuple(home) for home in homes]


@given(room=rooms())
@settings(max_examples=200, deadline=None, derandomize=True)
def test_the_lottery_is_the_fairest_of_all_that_seat_the_sure(
    room: tuple[Instance, dict[str, Placed], list[tuple[str, ...]]],
) -> None:
    instance, placed, homes = room
    try:
        lottery = prepare(
            instance.people, instance.seats, instance.quotas, together=instance.together,
            one_of=homes, placed=placed, panels=10, seed="a",
        )  # fmt: skip
    except HuiyouError as error:
        event(error.code)
        lottery = None
    else:
        event("possible")
    sure = {who for who, place in placed.items() if place.pool in ("invited", "reviewed")}
    out = {who for who, place in placed.items() if place.pool == "excluded"}
    panels = [
        panel
        for panel in instance.choices()
        if instance.holds(panel, instance.quotas)
        and sure <= panel
        and not out & panel
        and all(len({unit for unit in instance.units() if {*unit} & {*home} & panel}) <= 1 for home in homes)
    ]  # fmt: skip
    if lottery is None:
        return
    assert panels
    fairest = leximin(panels, lottery.pools["drawn"])
    for who, text in lottery.probabilities.items():
        expected = fairest.get(who, float(who in {*sure, *lottery.pools["along"]}))
        assert float(Fraction(text)) == pytest.approx(expected, abs=1e-6)
    verdict = verify(lottery.to_dict(), instance.people, instance.together, homes, placed)
    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    drawn = draw_seats(lottery, instance.people, together=instance.together, one_of=homes, alternates=8)  # fmt: skip
    assert Selection.from_dict(drawn.to_dict()) == drawn
    assert verify(drawn.to_dict(), instance.people, instance.together, homes, placed).exit_code == 0


def faults(placed: dict[str, Placed], seats: int = 5, **asked: Any) -> list[tuple[str, int | None]]:
    with pytest.raises(InputError) as caught:
        sort_into_pools(
            Asked(PEOPLE, seats, QUOTAS, placed=placed, **asked),
            file="people.csv", columns=("pool", "reason"),
        )  # fmt: skip
    return [(fault.code, fault.row) for fault in caught.value.faults]


def test_all_faults_are_told_at_once_each_with_its_row() -> None:
    placed = {
        "p00": Placed("invited", row=2),
        "p01": Placed("reviewed", " ", row=3),
        "p03": Placed("invitd", row=5),
        "p04": Placed("excluded", row=6),
        "p05": Placed("excluded", "asked for it", row=7),
        "p06": Placed("invited", row=8),
        "p09": Placed("invited", row=11),
        "nobody": Placed("invited", row=99),
    }

    told = faults(placed, 3, together=[("p05", "p07")], one_of=[("p06", "p08", "p09")])

    assert told == [
        ("pool_reason_missing", 3),
        ("pool_unknown", 5),
        ("pool_reason_missing", 6),
        ("pool_nobody", 99),
        ("pool_splits_companions", 7),
        ("sure_share", 8),
        ("sure_leave_no_seat", None),
        ("sure_exceed_quota", None),
    ]


def test_a_misspelt_pool_is_told_with_the_nearest() -> None:
    with pytest.raises(InputError) as caught:
        prepare(PEOPLE, 5, QUOTAS, placed={"p00": Placed("exclude", "x")}, seed="a")

    assert caught.value.faults[0].params["nearest"] == "excluded"


def test_companions_of_somebody_barred_are_barred_too() -> None:
    asked = Asked(PEOPLE, 5, [], [("p04", "p05")], [("p00", "p04")], {"p00": Placed("invited")})

    pools = sort_into_pools(asked)

    assert (pools.sure, pools.barred) == (("p00",), ("p04", "p05"))
    assert [pools.of(who) for who in ("p00", "p04", "p07")] == ["invited", "barred", "drawn"]
    with pytest.raises(KeyError):
        Pools().of("p00")


def test_a_conflict_is_told_of_the_whole_room() -> None:
    with pytest.raises(QuotaError) as caught:
        prepare(PEOPLE, 5, [Quota("trade", "film", 1, 1), Quota("trade", "law", 1, 3)], placed=PLACED, seed="a")  # fmt: skip

    told = caught.value.params
    assert told["seats"] == 5
    assert [(row["value"], row["min"], row["max"], row["pool"]) for row in told["conflict"]] == [
        ("film", 1, 1, 4),
        ("law", 1, 3, 7),
    ]
    even = next(repair for repair in told["repairs"] if "even" in repair["kinds"])
    then = {change["then"]["value"]: change["then"]["max"] for change in even["changes"]}
    assert even["seats"] == 5
    assert then in ({"film": 2}, {"law": 4})
    seats = next(repair for repair in told["repairs"] if "seats" in repair["kinds"])
    assert seats["seats"] == 4


def test_seats_that_nobody_is_left_for_are_told_of_the_whole_room() -> None:
    with pytest.raises(ImpossibleError) as few:
        prepare(PEOPLE, 12, [], placed=PLACED, seed="a")
    with pytest.raises(ImpossibleError) as odd:
        prepare(PEOPLE[:5], 4, [], together=[("p01", "p02"), ("p03", "p04")], placed={"p00": Placed("invited")}, seed="a")  # fmt: skip

    assert (few.value.code, few.value.params) == (
        "seats_exceed_people",
        {"seats": 12, "people": 11},
    )
    assert (odd.value.code, odd.value.params) == ("seats_not_filled", {"seats": 4, "nearest": 3})


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("pools_differ", forged(pools=moved("p03", "barred"))),
        ("pools_differ", forged(pools=moved("p03", "excluded"))),
        ("pools_differ", forged(pools=moved("p03", "invited"))),
        ("pools_differ", forged(pools=moved("p00", "reviewed"))),
        ("pools_differ", forged(pools=moved("p00", "drawn"))),
        ("pools_differ", forged(pools=moved("p01", "along"))),
        ("pools_differ", forged(pools=moved("p04", "excluded"))),
        ("pools_differ", forged(pools=moved("p11", "barred"))),
        ("pools_differ", forged(pools={**RECORD["pools"], "drawn": RECORD["pools"]["drawn"][::-1]})),
        ("pools_differ", forged(pools={**RECORD["pools"], "drawn": []})),
        ("pools_differ", forged(pools={**RECORD["pools"], "barred": ["p00", "p04", "p05"]})),
        ("malformed", forged(pools={})),
        ("inputs_differ", forged(inputs={**RECORD["inputs"], "placed": digest([])})),
        ("unknown_person", forged(alternates=["p04"])),
    ],
)  # fmt: skip
def test_forged_pools_are_refused(reason: str, told: dict[str, Any]) -> None:
    assert judged(told) == ("REFUSED", (reason,))


def test_with_a_salt_of_ones_own_only_that_one_opens_the_reasons() -> None:
    asked = {"together": PAIRS, "one_of": HOMES, "placed": PLACED}
    record = prepare(PEOPLE, 6, [], **asked, panels=20, seed="a", salt="s").to_dict()

    assert verify(record, PEOPLE, PAIRS, HOMES, PLACED, salt="s").status == "PROVEN"
    assert verify(record, PEOPLE, PAIRS, HOMES, PLACED).reasons == ("inputs_differ",)
    assert RECORD["inputs"]["placed"] != record["inputs"]["placed"]


def test_a_published_panel_without_the_sure_is_refused() -> None:
    first, *rest = RECORD["published"]["panels"]
    swapped = {"p00": "p03"} if "p03" not in first else {"p00": "p09"}
    panels = [sorted(swapped.get(who, who) for who in first), *rest]

    assert judged(forged(published={**RECORD["published"], "panels": panels}))[1] == (
        "pools_differ",
    )


def test_a_published_panel_with_the_barred_is_refused() -> None:
    first, *rest = RECORD["published"]["panels"]
    other = next(who for who in first if who in RECORD["pools"]["drawn"])
    panels = [sorted("p04" if who == other else who for who in first), *rest]

    assert judged(forged(published={**RECORD["published"], "panels": panels}))[1] == (
        "pools_differ",
    )


def test_a_household_of_strangers_makes_no_pool() -> None:
    with pytest.raises(ValueError, match="not there"):
        make_pool(PEOPLE, 5, [], one_of=[("p00", "nobody")])
