"""Why somebody's chance is what it is, on their own page and nowhere else."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from fractions import Fraction

import pytest
from django.core.cache import cache
from django.db import IntegrityError, transaction
from django.utils import timezone

from huiyou.phrases import Speaker
from huiyou.selection import Placed, Quota, prepare
from huiyou.web.applications.actions import erase
from huiyou.web.me.reasons import why_of
from huiyou.web.seats.actions import draw_lottery, forget_erased, prepare_lottery, rehearse_seats
from huiyou.web.seats.asking import asked_of
from huiyou.web.seats.lottery import announce
from huiyou.web.seats.models import Lottery, Placement, Reason
from huiyou.web.seats.reasons import keep_reasons, reasons_for

MADE = "制造"
ROLLS = "314159265358979323846"


def quoted(gathering, *quotas):
    gathering.quotas = [Quota("行业", value, low, high) for value, low, high in quotas]
    gathering.save()
    return gathering


def published(lottery):
    now = timezone.now()
    announce(lottery, at=now + timedelta(minutes=10), now=now, who="lin")
    return Lottery.objects.get(pk=lottery.pk)


def somebody(gathering, trade=MADE):
    return next(row for row in gathering.applications.all() if row.traits["行业"] == [trade])


def page_of(client, application, language=""):
    cache.clear()
    headers = {"Accept-Language": language} if language else {}
    return client.get(f"/me/{application.token}/", headers=headers).content.decode()


def why_on(page):
    """Give what the part with the reasons says, without its tags."""
    part = re.search(r'<(section|details) class="why.*?</\1>', page, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", part[0])) if part else ""


@pytest.fixture
def few(gathering):
    """A gathering in which 2 of many from one trade may come, so that this is what bounds them."""
    return quoted(gathering, (MADE, 0, 2))


@pytest.fixture
def announced(few):
    return published(prepare_lottery(few, seed="p"))


def test_the_quota_that_bounds_a_chance_is_named_with_what_one_more_would_give(
    client, announced, few
):
    person = somebody(few)

    why = why_on(page_of(client, person))

    now = Fraction(announced.chances[person.code])
    wider = [Quota("行业", MADE, 0, 3)]
    asked = asked_of(few)
    then = prepare(asked.people, asked.seats, wider, together=asked.together, seed="any")
    assert "行业“制造”最多 2 人" in why
    assert "如果最多 3 人" in why
    assert f"现在是 {float(now):.2%}" in why
    assert f"{float(Fraction(then.probabilities[person.code])):.2%}" in why
    assert f"机会最小的 {float(now):.2%}" in why


def test_english_says_the_same(client, announced, few):
    why = why_on(page_of(client, somebody(few), "en"))

    assert "行业 “制造”: 2 at most" in why
    assert "if it were 3 at most" in why


def test_before_it_is_announced_nothing_is_told(client, few):
    prepare_lottery(few, seed="p")

    assert Reason.objects.count() == few.applications.count()
    assert why_on(page_of(client, somebody(few))) == ""


def test_reasons_stay_after_the_draw_whatever_it_gave(client, announced, few):
    before = why_on(page_of(client, somebody(few)))

    draw_lottery(announced, ROLLS, now=announced.at, who="lin")

    assert why_on(page_of(client, somebody(few))) == before


def test_a_published_rehearsal_tells_its_own(client, few):
    rehearse_seats(few, seed="r")
    few.published = timezone.now()
    few.save()

    assert "行业“制造”最多 2 人" in why_on(page_of(client, somebody(few)))


def test_a_lottery_from_before_there_were_reasons_says_so_and_shows_no_empty_list(
    client, announced, few
):
    Reason.objects.all().delete()

    page = page_of(client, somebody(few))

    assert "这一次没有算过是什么限制了它" in why_on(page)
    assert '<ol class="bounds">' not in page


def test_an_equal_chance_that_nothing_bounds_but_the_seats(client, gathering):
    quoted(gathering)
    published(prepare_lottery(gathering, seed="p"))

    why = why_on(page_of(client, somebody(gathering)))

    assert "一共 24 个席位" in why
    assert "参加抽签的人，机会都是 40.00%" in why


def test_whoever_no_panel_can_do_without_hears_which_quota_needs_them(client, gathering):
    applied = sum(MADE in row.traits["行业"] for row in gathering.applications.all())
    quoted(gathering, (MADE, applied, applied))
    published(prepare_lottery(gathering, seed="p"))

    why = why_on(page_of(client, somebody(gathering)))

    assert "每一组名单里都有你" in why
    assert f"行业“制造”至少要 {applied} 人，能来的正好这么多" in why


def test_whoever_no_panel_can_have_hears_it_and_what_would_change_it(client, gathering):
    quoted(gathering, (MADE, 0, 0))
    published(prepare_lottery(gathering, seed="p"))

    why = why_on(page_of(client, somebody(gathering)))

    assert "没有一组名单能有你" in why
    assert "如果最多 1 人" in why


def test_an_objective_that_settles_only_the_ends_does_not_say_that_nothing_bounds(
    client, gathering
):
    applied = sum(MADE in row.traits["行业"] for row in gathering.applications.all())
    quoted(gathering, (MADE, 0, 1), ("设计", 1, 1))
    facts = gathering.facts
    seats = facts.seats.model_copy(update={"objective": "maximin"})
    gathering.keep_facts(facts.model_copy(update={"seats": seats}))
    gathering.save()
    published(prepare_lottery(gathering, seed="p"))
    assert applied > 1

    whys = {why_on(page_of(client, row)) for row in gathering.applications.all()}

    assert any("没有哪一条配额单独决定你的机会" in why for why in whys)
    assert not any("松 1 能让它变大。" in why for why in whys)


@pytest.fixture
def placed(few):
    """An announced lottery with people who were decided about before."""
    asked = asked_of(few)
    ids = sorted(person.id for person in asked.people)
    alone = [code for code in ids if not any(code in group for group in asked.together)]
    pairs = [(alone[4], alone[5])]
    houses = [(alone[0], alone[6])]
    places = {
        alone[0]: Placed("invited"),
        alone[1]: Placed("reviewed", "带投影仪"),
        alone[2]: Placed("excluded", "同事张三说过"),
        alone[4]: Placed("invited"),
    }
    for code, one in places.items():
        Placement.objects.create(
            application=few.applications.get(code=code), pool=one.pool, reason=one.reason,
            who="chief", at=timezone.now(),
        )  # fmt: skip
    asked = type(asked)(asked.people, asked.seats, asked.quotas, pairs, houses, places)
    selection = prepare(
        asked.people, asked.seats, asked.quotas,
        together=pairs, one_of=houses, placed=places, seed="p", salt="s",
    )  # fmt: skip
    lottery = Lottery(gathering=few)
    lottery.take(
        selection, {"people": {code: {} for code in ids}, "together": [], "placed": {}, "salt": "s"}
    )
    lottery.save()
    keep_reasons(reasons_for(selection, asked, watch=lambda: None), kept=lottery)
    published(lottery)
    order = {"invited": 0, "reviewed": 1, "excluded": 2, "along": 5, "barred": 6}
    return {name: few.applications.get(code=alone[k]) for name, k in order.items()}, alone


@pytest.mark.parametrize(
    ("pool", "says"),
    [
        ("invited", "你是受邀的"),
        ("reviewed", "你的席位由主办方选定"),
        ("along", "和你同行的人席位已定"),
        ("barred", "同一住处或单位只来一位"),
        ("excluded", "你没有参加这次抽签"),
    ],
)
def test_whoever_is_not_drawn_for_has_their_own_words_and_hears_of_nobody(
    client, placed, few, pool, says
):
    people, codes = placed
    mine = people[pool]

    page = page_of(client, mine)

    why = why_on(page)
    assert says in why
    assert "机会最小的" not in why
    assert ("这次不参加抽签" in page) == (pool in {"excluded", "barred"})
    assert ("你的机会是" in page) == (pool == "along")  # a promise or a refusal needs no number
    told = json.dumps(Reason.objects.get(application=mine).told, ensure_ascii=False)
    for other in set(codes) - {mine.code}:
        assert other not in page
        assert other not in told
    assert "张三" not in page + told


def test_reasons_of_another_person_and_another_gathering_are_not_shown(client, announced, few):
    mine, other = somebody(few), somebody(few, "设计")
    elsewhere = type(few).objects.get(pk=few.pk)
    elsewhere.pk, elsewhere.slug = None, "elsewhere"
    elsewhere.save()
    there = Lottery.objects.create(gathering=elsewhere, record=announced.record)
    secret = {**mine.reasons.get().told, "bounds": []}
    secret["needs"] = [[{"kind": "min", "feature": "暗号", "value": "芝麻", "asked": 1}]]
    Reason.objects.filter(application=other).update(told=secret)
    Reason.objects.create(application=mine, lottery=there, told=secret)

    page = page_of(client, mine)

    assert "最多 2 人" in page
    assert "芝麻" not in page
    assert "芝麻" in page_of(client, other)


def test_what_a_quota_is_called_is_text_and_no_markup(client, gathering):
    gathering.quotas = [Quota("行业", MADE, 0, 2)]
    gathering.save()
    lottery = published(prepare_lottery(gathering, seed="p"))
    reason = lottery.reasons.get(application=somebody(gathering))
    reason.told["bounds"][0]["value"] = "<script>alert(1)</script>"
    reason.save()

    page = page_of(client, somebody(gathering))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_whoever_is_erased_leaves_no_reasons(announced, few):
    mine = somebody(few)

    erase(mine)
    forget_erased(few)

    assert not Reason.objects.filter(application=mine.pk).exists()
    assert Reason.objects.count() == few.applications.count() - 1


def test_a_reason_belongs_to_one_lottery_or_one_round(announced, few):
    mine = somebody(few)

    for told_twice in ({}, {"lottery": announced}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Reason.objects.create(application=mine, told={}, **told_twice)


def test_whoever_asks_for_all_that_is_kept_has_the_reasons_too(client, announced, few):
    mine = somebody(few)

    page = client.get(f"/me/{mine.token}/data/").content.decode()
    (told,) = client.get(f"/me/{mine.token}/data.json").json()["chances"]

    assert told["chance"] == announced.chances[mine.code]
    assert told["because"]["bounds"][0]["value"] == MADE
    assert "抽签前的机会" in page
    assert "行业“制造”最多 2 人" in page


def test_a_chance_that_is_not_announced_is_not_among_what_is_handed_out(client, few):
    prepare_lottery(few, seed="p")

    assert client.get(f"/me/{somebody(few).token}/data.json").json()["chances"] == []


def told(**more):
    plain = {"pool": "drawn", "level": 1, "met": True, "least": 0.1, "most": 0.4}
    return {**plain, "bounds": [], "needs": [], **more}


def bound(chance, **more):
    return {"kind": "max", "feature": "行业", "value": MADE, "asked": 2, "chance": chance, **more}


@pytest.mark.parametrize(
    ("chance", "kept", "case"),
    [
        ("1/4", told(bounds=[bound(0.3)]), "bound"),
        ("1/4", told(), "free"),
        ("1/4", told(level=0), "unsettled"),
        ("1/4", told(bounds=[bound(0.25001)]), "free"),  # too little to see
        (
            "1/4",
            told(bounds=[bound(0.2)], met=False),
            "free_rough",
        ),  # whole people do better already
        ("1", told(), "sure"),
        ("1", told(needs=[[{"kind": "seats"}]]), "needed"),
        ("0", told(bounds=[bound(0.1)]), "never"),
        ("1", told(pool="invited"), "invited"),
    ],
)
def test_every_chance_has_its_sentence_in_both_languages(chance, kept, case):
    assert why_of(kept, Fraction(chance)).case == case
    assert all(Speaker(language).knows(f"because.{case}") for language in ("zh", "en"))


def test_the_three_largest_changes_are_told_and_marked_rough_where_whole_people_do_worse():
    kept = told(bounds=[bound(0.5 - k / 100, asked=k) for k in range(5)], met=False)

    why = why_of(kept, Fraction(1, 4))

    assert [(one.asked, one.then, one.chance) for one in why.bounds] == [
        (0, 1, "50.00"), (1, 2, "49.00"), (2, 3, "48.00"),
    ]  # fmt: skip
    assert why.rough


def test_a_minimum_gives_way_downwards():
    (one,) = why_of(told(bounds=[bound(0.5, kind="min", asked=3)]), Fraction(1, 4)).bounds

    assert (one.asked, one.then) == (3, 2)
