from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import event, given, settings

from huiyou.errors import ImpossibleError
from huiyou.people import Person
from huiyou.selection import Asked, Placed, Quota, prepare, reasons, reasons_of
from huiyou.selection.reasons import Bound
from tests.engine import sample
from tests.engine.selection.fairest import leximin
from tests.engine.selection.instances import Instance, instances

PEOPLE = [Person(f"p{k:02}", {"trade": ("law" if k % 3 else "film",)}) for k in range(12)]
FEW = [Quota("trade", "film", 0, 1)]


def lottery(asked: Asked, **options: str):
    return prepare(
        asked.people, asked.seats, asked.quotas, together=asked.together, one_of=asked.one_of,
        placed=asked.placed, panels=10, seed="a", **options,
    )  # fmt: skip


def told(bounds: tuple[Bound, ...]) -> list[tuple[str, str, int, float]]:
    return [(b.kind, b.value, b.asked, round(b.chance, 9)) for b in bounds]


def changed(instance: Instance, bound: Bound, who: str) -> Instance:
    """Let what bounds somebody give way, the slow obvious way."""
    if bound.kind == "seats":
        return replace(instance, seats=instance.seats + 1)
    if bound.kind == "together":
        return replace(instance, together=tuple(g for g in instance.together if who not in g))
    low, high = (1, 0) if bound.kind == "min" else (0, 1)
    quotas = tuple(
        Quota(q.feature, q.value, q.minimum - low, q.maximum + high)
        if (q.feature, q.value) == (bound.feature, bound.value)
        else q
        for q in instance.quotas
    )
    return replace(instance, quotas=quotas)


def fairest(instance: Instance) -> dict[str, float] | None:
    panels = [panel for panel in instance.choices() if instance.holds(panel, instance.quotas)]
    return leximin(panels, [person.id for person in instance.people]) if panels else None


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_what_is_confirmed_is_what_every_panel_there_is_would_give(instance: Instance) -> None:
    asked = Asked(instance.people, instance.seats, instance.quotas, instance.together)
    try:
        found = lottery(asked)
    except ImpossibleError:
        return
    for who in ("p0", "p1"):
        mine = reasons_of(found, asked, who, confirm=9)
        for bound in mine.bounds:
            event(bound.kind)
            then = fairest(changed(instance, bound, who))
            assert bound.confirmed
            assert then is not None
            assert bound.chance == pytest.approx(then[who], abs=1e-6)
            assert bound.chance > mine.chance


@given(instance=instances())
@settings(max_examples=60, deadline=None, derandomize=True)
def test_no_quota_that_would_help_goes_unnamed(instance: Instance) -> None:
    asked = Asked(instance.people, instance.seats, instance.quotas, instance.together)
    try:
        found = lottery(asked)
    except ImpossibleError:
        return
    everybody = reasons(found, asked)
    if not all(one.met for one in everybody.values()):
        event("whole people cannot do what fractions can")
        return
    for quota in instance.quotas:
        for kind in ("max", "min"):
            if kind == "min" and not quota.minimum:
                continue
            then = fairest(
                changed(instance, Bound(kind, quota.feature, quota.value, 0, 0, 0), "p0")
            )
            for who, one in everybody.items():
                named = {(b.kind, b.feature, b.value) for b in one.bounds}
                helps = then is not None and then[who] > one.chance + Fraction(1, 10**4)
                if helps and len(one.bounds) < 5:
                    assert (kind, quota.feature, quota.value) in named


def test_those_who_are_alike_share_a_reason() -> None:
    asked = Asked(PEOPLE, 4, FEW)

    everybody = reasons(lottery(asked), asked)

    assert len({id(one) for one in everybody.values()}) == 2
    assert everybody["p00"] is everybody["p03"]
    assert (everybody["p00"].alike, everybody["p01"].alike) == (4, 8)
    assert told(everybody["p00"].bounds) == [("max", "film", 1, 0.333333333)]  # 4 of 12
    assert everybody["p01"].bounds[0].kind == "seats"


def test_a_price_is_the_slope_and_the_chance_is_solved_again() -> None:
    asked = Asked(PEOPLE, 6, [Quota("trade", "film", 0, 1), Quota("trade", "law", 0, 6)])

    (bound,) = reasons(lottery(asked), asked)["p00"].bounds

    assert (bound.kind, round(bound.price, 9), round(bound.chance, 9)) == ("max", 0.25, 0.5)


def test_who_is_sure_barred_or_excluded_is_told_because_of_whom() -> None:
    placed = {"p00": Placed("invited"), "p05": Placed("excluded", "asked for it")}
    asked = Asked(
        PEOPLE, 6, [], [("p00", "p01"), ("p03", "p04")], [("p01", "p02"), ("p00", "p03")], placed
    )
    found = lottery(asked)

    everybody = reasons(found, asked)

    assert {who: (one.pool, one.because) for who, one in everybody.items() if one.pool != "drawn"} == {
        "p00": ("invited", ()),
        "p01": ("along", ("p00",)),
        "p02": ("barred", ("p01",)),
        "p03": ("barred", ("p00",)),
        "p04": ("barred", ("p00",)),
        "p05": ("excluded", ()),
    }  # fmt: skip
    assert reasons_of(found, asked, "p04") == everybody["p04"]
    assert everybody["p00"].chance == 1
    assert float(everybody["p06"].least) == pytest.approx(float(everybody["p06"].chance))


def test_bounds_are_told_as_they_stand_for_the_whole_room() -> None:
    asked = Asked(PEOPLE, 6, [Quota("trade", "film", 0, 2)], placed={"p00": Placed("invited")})

    (bound,) = reasons(lottery(asked), asked)["p03"].bounds

    assert (bound.kind, bound.asked) == ("max", 2)


def test_somebody_with_a_household_is_told_what_it_costs() -> None:
    asked = Asked(PEOPLE, 6, [], one_of=[("p00", "p01", "p02")])

    mine = reasons_of(lottery(asked), asked, "p00", confirm=2)

    assert told(mine.bounds)[0] == ("one_of", "", 1, 0.5)
    assert mine.bounds[0].price > 0
    assert not [bound for bound in reasons(lottery(asked), asked)["p00"].bounds if bound.kind == "one_of"]  # fmt: skip


def test_a_household_that_costs_nothing_is_not_told() -> None:
    asked = Asked(PEOPLE, 2, [], one_of=[("p00", "p01")])

    assert [b.kind for b in reasons_of(lottery(asked), asked, "p00").bounds] == ["seats"]


def test_companions_are_told_what_coming_alone_would_give() -> None:
    people = [*PEOPLE[:6], Person("p06", {"trade": ("film",)}), Person("p07", {"trade": ("film",)})]
    asked = Asked(people, 4, [Quota("trade", "film", 0, 1)], [("p06", "p01")])
    odd = Asked(people[:3], 2, [], [("p00", "p01")])

    assert "together" in {b.kind for b in reasons_of(lottery(asked), asked, "p01").bounds}
    assert {b.kind for b in reasons_of(lottery(odd), odd, "p02").bounds} <= {"seats"}


def test_companions_without_whom_nothing_works_are_left_out() -> None:
    """Apart, one of them may not come: the household has one seat, which companions share."""
    asked = Asked(PEOPLE[:3], 3, [], [("p00", "p01")], [("p00", "p01")])

    assert reasons_of(lottery(asked), asked, "p00").bounds == ()


def test_one_seat_more_that_pairs_cannot_fill_is_not_told_as_confirmed() -> None:
    asked = Asked(PEOPLE[:4], 2, [], [("p00", "p01"), ("p02", "p03")])
    found = lottery(asked)

    kinds = [bound.kind for bound in reasons_of(found, asked, "p00", confirm=5).bounds]

    assert [bound.kind for bound in reasons(found, asked)["p00"].bounds] == ["seats"]
    assert "seats" not in kinds


def test_maximin_settles_the_smallest_chance_only() -> None:
    asked = Asked(PEOPLE, 4, FEW)
    found = lottery(asked, objective="maximin")

    everybody = reasons(found, asked)

    assert (everybody["p00"].level, everybody["p00"].levels) == (1, 1)
    assert told(everybody["p00"].bounds) == [("max", "film", 1, 0.333333333)]
    assert (everybody["p01"].level, everybody["p01"].bounds) == (0, ())
    assert reasons_of(found, asked, "p00").bounds[0].confirmed
    homes = replace(asked, one_of=[("p01", "p02")])
    assert reasons_of(lottery(homes, objective="maximin"), homes, "p01").bounds == ()


def test_whole_people_who_cannot_do_what_fractions_can_are_told_so() -> None:
    people = [Person(f"p{k}", {t: ("x",) for t in "ABC" if k != "ABC".index(t)}) for k in range(3)]
    people += [Person(f"q{k}", {}) for k in range(3)]
    quotas = [Quota(t, "x", 0, 1) for t in "ABC"]
    asked = Asked(people, 4, quotas)

    everybody = reasons(lottery(asked), asked)

    assert not everybody["p0"].met
    confirmed = reasons_of(lottery(asked), asked, "p0", confirm=5).bounds
    assert all(bound.confirmed and bound.chance > Fraction(1, 3) for bound in confirmed)


def test_reasons_are_for_the_people_of_the_lottery() -> None:
    asked = Asked(PEOPLE, 4, FEW)
    found = lottery(asked)

    with pytest.raises(ValueError, match="other people"):
        reasons(found, replace(asked, people=PEOPLE[1:]))
    with pytest.raises(ValueError, match="other quotas"):
        reasons(found, replace(asked, quotas=[Quota("trade", "film", 5, 9)]))
    with pytest.raises(KeyError):
        reasons_of(found, asked, "nobody")


@pytest.mark.xdist_group("sampled")
def test_1600_people_have_their_reasons() -> None:
    together = sample.applicants().companions
    asked = Asked(sample.applicants().persons(), 200, sample.folder().quotas, together)

    everybody = reasons(sample.selection(), asked)

    assert len(everybody) == 1600
    assert all(one.met and one.level for one in everybody.values())
    worst = min(everybody.values(), key=lambda one: one.chance)
    assert worst.level == 1
    assert [(b.kind, b.feature, b.value, b.asked) for b in worst.bounds] == [("max", "行业", "AI/大模型", 34)]  # fmt: skip
    assert worst.bounds[0].chance == pytest.approx(float(worst.chance) + worst.bounds[0].price, abs=1e-6)  # fmt: skip
