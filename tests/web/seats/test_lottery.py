"""A draw of the seats in public: prepared, announced, drawn once with dice, and checked by anybody."""

from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from huiyou.errors import ImpossibleError, InputError
from huiyou.gathering import judge_seats
from huiyou.people import Person
from huiyou.proof import canonical, sealed
from huiyou.web.applications.actions import erase, withdraw
from huiyou.web.applications.models import Application
from huiyou.web.seats import actions
from huiyou.web.seats.actions import (
    check_lottery,
    check_round,
    draw_lottery,
    forget_all_erased,
    forget_erased,
    prepare_lottery,
    rehearse_seats,
)
from huiyou.web.seats.lottery import announce, call_off, check_draw, named_by
from huiyou.web.seats.models import Lottery

DICE = "3141 5926 5358 9793 2384 6"
ROLLS = DICE.replace(" ", "")


def codes(faults):
    return [fault.code for fault in faults.value.faults]


@pytest.fixture
def prepared(gathering):
    return prepare_lottery(gathering, seed="p")


@pytest.fixture
def announced(prepared):
    now = timezone.now()
    announce(prepared, at=now + timedelta(minutes=10), now=now, who="lin")
    return Lottery.objects.get()


@pytest.fixture
def drawn(announced):
    return draw_lottery(announced, DICE, now=announced.at, who="lin")


def page(client, gathering, path="proof/seats/"):
    cache.clear()
    return client.get(f"/g/{gathering.slug}/{path}")


def test_chances_are_worked_out_and_nobody_is_drawn(prepared, gathering):
    assert prepared.state == "prepared"
    assert prepared.record["chosen"] == []
    assert check_lottery(prepared).status == "PROVEN"
    assert not gathering.rounds.exists()


def test_what_is_not_announced_nobody_sees(client, prepared, gathering):
    assert page(client, gathering).status_code == 404
    link = f"proof/seats/{prepared.record['digest']}/lottery.json"
    assert page(client, gathering, link).status_code == 404


def test_an_announcement_fixes_the_panels_and_shows_no_secret(client, announced, gathering):
    text = page(client, gathering).content.decode()
    file = page(client, gathering, f"proof/seats/{announced.record['digest']}/lottery.json").content

    assert announced.fingerprint in text
    assert "抽签已经公布" in text
    assert announced.commitment["event"].endswith(announced.record["digest"])
    assert json.loads(file)["chosen"] == []
    for secret in announced.secret.values():
        assert secret not in text
        assert secret not in file.decode()
        assert secret not in json.dumps(announced.commitment)


def test_everybody_sees_their_own_chance_before_the_draw(client, announced, gathering):
    person = gathering.applications.first()
    late = Application.objects.create(
        gathering=gathering, name="后来", phone="+8619900009999", applied_at=timezone.now()
    )

    text = client.get(f"/me/{person.token}/").content.decode()

    assert "<h1>等待抽签</h1>" in text
    assert "你的机会是" in text
    assert "<h1>已收到</h1>" in client.get(f"/me/{late.token}/").content.decode()


@pytest.mark.parametrize(
    ("minutes", "code"), [(4, "draw_too_soon"), (-60, "draw_too_soon"), (None, "draw_announced")]
)
def test_it_is_announced_once_and_in_time(prepared, minutes, code):
    now = timezone.now()
    if minutes is None:
        announce(prepared, at=now + timedelta(hours=1), now=now, who="lin")

    with pytest.raises(InputError) as faults:
        announce(prepared, at=now + timedelta(minutes=minutes or 60), now=now, who="lin")

    assert codes(faults) == [code]


def test_only_one_draw_is_announced_at_a_time(announced, gathering):
    now = timezone.now()
    other = Lottery.objects.create(gathering=gathering, record=announced.record)

    with pytest.raises(InputError) as faults:
        announce(other, at=now + timedelta(hours=1), now=now, who="lin")
    with pytest.raises(IntegrityError), transaction.atomic():
        Lottery.objects.filter(pk=other.pk).update(announced_at=now)

    assert codes(faults) == ["draw_announced"]


def test_the_dice_name_a_panel_and_its_people_have_the_seats(drawn, announced):
    announced.refresh_from_db()
    panels = json.loads(announced.file)["published"]["panels"]
    panel = named_by(announced)

    assert not drawn.rehearsal
    assert drawn.record["drawn"] == {"by": "hydraw/1", "panel": panel}
    assert sorted(drawn.held().values_list("application__code", flat=True)) == panels[panel]
    assert check_round(drawn).status == "PROVEN"
    assert check_draw(announced).reasons == ("fingerprint_not_given", "rolls_not_given")


def test_the_same_dice_once_more_change_nothing_and_others_are_refused(drawn, announced, gathering):
    again = draw_lottery(announced, ROLLS, now=announced.at, who="lin")

    with pytest.raises(InputError) as faults:
        draw_lottery(announced, "0" * 21, now=announced.at, who="lin")

    assert again == drawn
    assert codes(faults) == ["seats_drawn"]
    assert gathering.rounds.count() == 1
    assert [line.deed for line in gathering.journal.all()].count("draw_seats") == 1


@pytest.mark.parametrize("rolls", ["", "123", "x" * 21, ROLLS + "1", "１" * 21])
def test_what_are_no_dice_draw_nothing(announced, rolls, gathering):
    with pytest.raises(InputError) as faults:
        draw_lottery(announced, rolls, now=announced.at, who="lin")

    assert codes(faults) == ["dice_wrong"]
    assert not gathering.rounds.exists()


def test_before_its_time_or_unannounced_nothing_is_drawn(prepared):
    now = timezone.now()
    with pytest.raises(InputError) as unannounced:
        draw_lottery(prepared, DICE, now=now, who="lin")
    announce(prepared, at=now + timedelta(minutes=10), now=now, who="lin")
    lottery = Lottery.objects.get()
    with pytest.raises(InputError) as early:
        draw_lottery(lottery, DICE, now=lottery.at - timedelta(seconds=1), who="lin")

    assert codes(unannounced) == codes(early) == ["draw_too_early"]


def test_a_draw_can_be_called_off_before_the_dice_and_stays_told(client, announced, gathering):
    for _ in range(2):
        call_off(announced, now=timezone.now(), who="lin")
    called_off = Lottery.objects.get()

    with pytest.raises(InputError) as faults:
        draw_lottery(called_off, DICE, now=called_off.at, who="lin")

    assert codes(faults) == ["draw_called_off"]
    assert announced.fingerprint in page(client, gathering).content.decode()
    assert [line.deed for line in gathering.journal.all()].count("call_off_seats") == 1
    assert rehearse_seats(gathering, seed="r").rehearsal


def test_a_drawn_lottery_cannot_be_called_off(drawn, announced):
    call_off(announced, now=timezone.now(), who="lin")

    assert Lottery.objects.get().state == "drawn"


def test_while_a_draw_is_announced_and_after_it_seats_are_not_given_otherwise(announced, gathering):
    for deed in (rehearse_seats, prepare_lottery):
        with pytest.raises(ImpossibleError) as before:
            deed(gathering, seed="r")
        assert before.value.code == "draw_announced"
    draw_lottery(announced, DICE, now=announced.at, who="lin")
    with pytest.raises(ImpossibleError) as after:
        rehearse_seats(gathering, seed="r")

    assert after.value.code == "seats_drawn"


def test_who_left_meanwhile_keeps_no_seat_and_stops_no_draw(announced, gathering):
    panels = json.loads(announced.file)["published"]["panels"]
    gone, blank = gathering.applications.filter(code__in=panels[0])[:2]
    withdraw(gone)
    erase(blank)
    forget_erased(gathering)
    assert blank.code in Lottery.objects.get().inputs["people"]

    round_ = draw_lottery(announced, DICE, now=announced.at, who="lin")

    there = set(round_.held().values_list("application", flat=True))
    assert not there & {gone.pk, blank.pk}
    assert blank.code not in Lottery.objects.get().inputs["people"]
    assert blank.code not in gathering.rounds.get().inputs["people"]
    assert check_round(gathering.rounds.get()).reasons == ("people_changed",)


def test_facts_that_change_after_the_announcement_change_nothing_of_the_draw(announced, gathering):
    facts = gathering.facts
    about = facts.gathering.model_copy(update={"timezone": "Europe/Berlin", "title": "另一个名字"})
    gathering.keep_facts(facts.model_copy(update={"gathering": about}))
    gathering.save()

    round_ = draw_lottery(Lottery.objects.get(), DICE, now=announced.at, who="lin")

    assert check_round(round_).status == "PROVEN"


def test_the_worker_forgets_who_was_erased(drawn, gathering):
    gone = gathering.applications.first()
    erase(gone)

    forget_all_erased()

    assert gone.code not in gathering.rounds.get().inputs["people"]


def test_another_proof_or_other_panels_are_refused(drawn, announced):
    announced.refresh_from_db()
    good = announced.proof
    announced.proof = good.replace(ROLLS, "0" * 21)
    forged = check_draw(announced).status, named_by(announced)
    announced.proof = good
    other = dict(json.loads(announced.file))
    other["published"]["panels"].reverse()
    announced.whole = zlib.compress(canonical.dumps(sealed({k: v for k, v in other.items() if k != "digest"})))  # fmt: skip

    assert forged[0] == "REFUSED"
    assert check_draw(announced).reasons == ("draw_not_of_panels",)


@pytest.mark.parametrize("change", ["quotas", "seats", "objective"])
def test_chances_for_other_terms_than_now_are_not_published(prepared, gathering, change):
    facts = gathering.facts
    if change == "quotas":
        first, *others = gathering.quotas
        gathering.quotas = [replace(first, maximum=first.maximum + 1), *others]
    elif change == "seats":
        about = facts.gathering.model_copy(update={"seats": facts.gathering.seats - 1})
        gathering.keep_facts(facts.model_copy(update={"gathering": about}))
    else:
        about = facts.seats.model_copy(update={"objective": "nash"})
        gathering.keep_facts(facts.model_copy(update={"seats": about}))
    gathering.save()
    now = timezone.now()

    with pytest.raises(InputError) as caught:
        announce(Lottery.objects.get(), at=now + timedelta(hours=1), now=now, who="lin")

    assert [fault.code for fault in caught.value.faults] == ["terms_changed"]


def test_a_stranger_works_it_all_out_again_from_the_files(client, drawn, announced, gathering):
    digest = announced.record["digest"]
    record = canonical.loads(page(client, gathering, "proof/seats/selection.json").content)
    lottery = canonical.loads(page(client, gathering, f"proof/seats/{digest}/lottery.json").content)
    draw = page(client, gathering, f"proof/seats/{digest}/draw.json").content

    announced.refresh_from_db()
    people = [Person(p, {k: tuple(v) for k, v in t.items()}) for p, t in drawn.inputs["people"].items()]  # fmt: skip
    verdict = judge_seats(
        record, people, drawn.together, salt=drawn.salt, fingerprint=announced.fingerprint,
        rolls={"seats": ROLLS},
    )  # fmt: skip
    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert record["drawn"]["proof"] == json.loads(draw)
    assert lottery["published"] == record["published"]
    assert json.loads(draw)["commit"]["event"] == f"{gathering.slug} seats {digest}"


def test_after_the_draw_the_public_page_shows_dice_and_panel(client, drawn, gathering):
    text = page(client, gathering).content.decode()

    assert "当众抽出的席位" in text
    assert f"第 {drawn.record['drawn']['panel'] + 1} 组" in text
    assert "这是彩排" not in text
    for person in gathering.applications.all():
        assert person.name not in text


@pytest.mark.django_db(transaction=True)
def test_of_many_hands_at_the_dice_one_draws(announced, gathering):
    def roll(k):
        try:
            return draw_lottery(announced, str(k % 10) * 21, now=announced.at, who="lin").pk
        except InputError as error:
            return error.faults[0].code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(roll, range(16)))

    assert gathering.rounds.count() == 1
    assert set(found) == {gathering.rounds.get().pk, "seats_drawn"}


def test_who_has_seen_the_dice_cannot_change_the_order_of_alternates(announced, gathering):
    facts = gathering.facts
    past = [{"stop": "北京 2024-01-06", "invited": 200, "came": 40}]
    changed = {**facts.seats.model_dump(), "alternates": 3, "crowding": 50, "past": past}
    seats = type(facts.seats).model_validate(changed)
    gathering.keep_facts(facts.model_copy(update={"seats": seats}))
    gathering.save()

    record = draw_lottery(Lottery.objects.get(), DICE, now=announced.at, who="lin").record

    assert record["reserves"]["cap"] == facts.seats.cap
    assert record["reserves"]["stops"] == []
    assert len(record["alternates"]) == facts.seats.alternates != 3


@pytest.mark.parametrize("work", [prepare_lottery, rehearse_seats])
def test_what_was_worked_out_while_a_draw_was_announced_is_not_kept(
    prepared, gathering, work, monkeypatch
):
    worked_out = actions.reasons_for

    def meanwhile(*args, **more):
        now = timezone.now()
        announce(prepared, at=now + timedelta(hours=1), now=now, who="lin")
        return worked_out(*args, **more)

    monkeypatch.setattr(actions, "reasons_for", meanwhile)

    with pytest.raises(ImpossibleError) as error:
        work(gathering, seed="q")

    assert error.value.code == "draw_announced"
    assert gathering.lotteries.count() == 1
    assert not gathering.rounds.exists()


def test_a_lottery_of_somebody_who_was_erased_since_is_not_announced(prepared, gathering):
    erase(gathering.applications.first())
    forget_erased(gathering)
    now = timezone.now()

    with pytest.raises(InputError) as faults:
        announce(prepared, at=now + timedelta(minutes=10), now=now, who="lin")

    assert codes(faults) == ["people_erased"]
