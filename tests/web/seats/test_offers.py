"""Answers to seats, and what is freed: who is asked, until when, and that nothing is given twice."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone

from huiyou.web.applications.actions import come_back, erase, withdraw
from huiyou.web.applications.models import Application
from huiyou.web.console.actions import publish
from huiyou.web.seats.actions import rehearse_seats
from huiyou.web.seats.models import Round, Seat
from huiyou.web.seats.offers import accept, decline, move_all_on, move_on, offered_until
from huiyou.web.seats.queries import answers_of

DAY = timedelta(days=1)


@pytest.fixture
def round_(decided):
    """The seats of the small sample, a month before it begins; quotas that leave everybody room."""
    decided.starts = timezone.now() + 30 * DAY
    facts = decided.facts
    about = facts.gathering.model_copy(
        update={"starts": decided.starts, "ends": decided.starts + timedelta(hours=4)}
    )
    decided.keep_facts(facts.model_copy(update={"gathering": about}))
    decided.save()
    made = decided.rounds.get()
    made.record["quotas"] = []
    made.record["reserves"]["beyond"] = []
    made.save(update_fields=["record"])
    Seat.objects.filter(round=made).update(unit=None)
    made.seats.filter(state="offered").update(state="waiting", chair=None, until=None)
    return made


def fresh(seat):
    return Seat.objects.select_related("application", "round__gathering").get(pk=seat.pk)


def holder(round_):
    return round_.seats.filter(state="given").order_by("pk").first()


def line(round_, place):
    return round_.seats.get(alternate=place)


def deeds(round_, *wanted):
    return [one.deed for one in round_.gathering.journal.all() if one.deed in wanted]


def pair_up(*seats):
    Seat.objects.filter(pk__in=[seat.pk for seat in seats]).update(unit=77)


# Answers


def test_who_has_a_seat_says_once_that_they_come(round_):
    seat = holder(round_)
    now = timezone.now()

    assert [accept(seat.application, now), accept(seat.application, now + DAY)] == [True, True]
    assert (fresh(seat).state, fresh(seat).answered_at) == ("accepted", now)
    assert deeds(round_, "accept_seat") == ["accept_seat"]


def test_a_seat_that_is_given_back_is_offered_to_the_first_of_the_order(round_):
    seat, now = holder(round_), timezone.now()

    assert decline(seat.application, now)
    assert decline(seat.application, now)

    assert (fresh(seat).state, fresh(seat).chair) == ("declined", None)
    offered = fresh(line(round_, 1))
    assert (offered.state, offered.chair) == ("offered", seat.chair)
    assert offered.until == offered_until(round_.gathering, now)
    assert line(round_, 2).state == "waiting"
    assert deeds(round_, "decline_seat", "offer_seat") == ["decline_seat", "offer_seat"]


def test_who_gave_a_seat_back_cannot_take_it_again(round_):
    seat, now = holder(round_), timezone.now()
    decline(seat.application, now)

    assert not accept(seat.application, now)
    assert fresh(seat).state == "declined"


def test_an_offer_that_nobody_answers_goes_on_to_the_next(round_):
    now = timezone.now()
    decline(holder(round_).application, now)
    first, until = line(round_, 1), line(round_, 1).until

    move_on(round_.gathering, until - timedelta(seconds=1))
    assert fresh(first).state == "offered"
    move_on(round_.gathering, until)

    assert fresh(first).state == "expired"
    assert line(round_, 2).state == "offered"
    assert not accept(first.application, until)
    assert deeds(round_, "offer_over") == ["offer_over"]


def test_an_answer_in_the_last_second_counts_and_one_after_it_does_not(round_):
    decline(holder(round_).application, timezone.now())
    first = line(round_, 1)

    assert not accept(first.application, first.until)
    assert accept(first.application, first.until - timedelta(seconds=1))


def test_the_worker_moves_every_gathering_on(round_):
    decline(holder(round_).application, timezone.now())

    move_all_on(line(round_, 1).until)

    assert [line(round_, place).state for place in (1, 2, 3)] == ["expired", "offered", "waiting"]


def test_who_withdraws_or_is_erased_leaves_the_seat_to_the_next(round_):
    one, other = round_.seats.filter(state="given").order_by("pk")[:2]
    withdraw(one.application)
    erase(other.application)

    move_on(round_.gathering, timezone.now())

    assert [fresh(one).state, fresh(other).state] == ["left", "left"]
    assert [line(round_, place).state for place in (1, 2)] == ["offered", "offered"]
    written = [e.about for e in round_.gathering.journal.filter(deed="free_seat")]
    assert {each["code"] for each in written} == {one.application.code, "—"}


def test_who_comes_back_has_no_seat_any_more_but_keeps_a_place_in_the_line(round_):
    seat, waits = holder(round_), line(round_, 2)
    for one in (seat, waits):
        withdraw(one.application)
    move_on(round_.gathering, timezone.now())
    for one in (seat, waits):
        come_back(one.application)

    assert not accept(seat.application, timezone.now())
    assert (fresh(seat).state, fresh(waits).state) == ("left", "waiting")


def test_who_withdrew_is_passed_over_in_the_line(round_):
    withdraw(line(round_, 1).application)

    decline(holder(round_).application, timezone.now())

    assert [line(round_, place).state for place in (1, 2)] == ["waiting", "offered"]


def test_what_would_break_a_quota_is_offered_to_the_next_who_fits(round_):
    first, second = line(round_, 1), line(round_, 2)
    Application.objects.update(traits={"行业": ["金融"]})
    Application.objects.filter(pk=second.application_id).update(traits={"行业": ["制造"]})
    full = round_.record["seats"] - 1
    round_.record["quotas"] = [
        {"feature": "行业", "value": "金融", "min": 0, "max": full, "pool": 0, "chosen": 0}
    ]
    round_.save(update_fields=["record"])

    decline(holder(round_).application, timezone.now())

    assert [fresh(first).state, fresh(second).state] == ["waiting", "offered"]


# Companions


def test_companions_are_asked_together_and_only_when_there_is_room_for_both(round_):
    pair_up(line(round_, 1), line(round_, 2))
    one, other = round_.seats.filter(state="given").order_by("pk")[:2]
    now = timezone.now()

    decline(one.application, now)
    assert [line(round_, k).state for k in (1, 2, 3)] == ["waiting", "waiting", "offered"]
    decline(other.application, now)
    assert [line(round_, k).state for k in (1, 2, 4)] == ["waiting", "waiting", "offered"]
    decline(line(round_, 3).application, now)
    decline(line(round_, 4).application, now)
    assert line(round_, 5).state == "offered"


@pytest.fixture
def both_asked(round_):
    """The first two of the line are companions, and are asked."""
    pair_up(line(round_, 1), line(round_, 2))
    now = timezone.now()
    gone = list(round_.seats.filter(state="given").order_by("pk")[:2])
    Application.objects.filter(pk__in=[one.application_id for one in gone]).update(
        state="withdrawn"
    )
    move_on(round_.gathering, now)
    assert [line(round_, k).state for k in (1, 2, 3)] == ["offered", "offered", "waiting"]
    return now


def test_one_of_companions_accepts_for_both(round_, both_asked):
    assert accept(line(round_, 2).application, both_asked)

    assert [line(round_, k).state for k in (1, 2)] == ["accepted", "accepted"]


def test_one_of_companions_declines_for_both(round_, both_asked):
    assert decline(line(round_, 1).application, both_asked)

    assert [line(round_, k).state for k in (1, 2, 3, 4)] == [
        "declined", "declined", "offered", "offered",
    ]  # fmt: skip


def test_when_one_of_companions_leaves_their_offer_is_over(round_, both_asked):
    withdraw(line(round_, 1).application)
    move_on(round_.gathering, both_asked)

    assert [line(round_, k).state for k in (1, 2, 3)] == ["left", "expired", "offered"]


def test_a_seat_that_companions_have_each_may_give_back_alone(round_, both_asked):
    accept(line(round_, 1).application, both_asked)

    decline(line(round_, 1).application, both_asked)

    assert [line(round_, k).state for k in (1, 2)] == ["declined", "accepted"]


# Times


@pytest.mark.parametrize(
    ("before", "lasts"),
    [
        (timedelta(days=30), timedelta(hours=24)),
        (timedelta(hours=40), timedelta(hours=10)),
        (timedelta(hours=4), timedelta(hours=1)),
        (timedelta(minutes=20), timedelta(minutes=30)),
        (-timedelta(hours=1), timedelta(minutes=30)),
    ],
)
def test_the_nearer_the_gathering_the_shorter_an_offer(round_, before, lasts):
    now = round_.gathering.starts.replace(second=0, microsecond=0) - before
    starts = now + before
    facts = round_.gathering.facts
    about = facts.gathering.model_copy(update={"starts": starts, "ends": starts + DAY})
    round_.gathering.keep_facts(facts.model_copy(update={"gathering": about}))

    assert offered_until(round_.gathering, now) - now == lasts


def test_after_the_end_nobody_is_asked_and_nobody_answers_any_more(client, round_):
    seat, over = holder(round_), round_.gathering.facts.occasion.ends
    withdraw(round_.seats.filter(state="given").last().application)
    round_.record["reserves"]["beyond"] = [line(round_, 1).application.code]
    round_.save(update_fields=["record"])

    move_on(round_.gathering, over, begin=True)

    assert not accept(seat.application, over)
    assert not decline(seat.application, over)
    assert not round_.seats.filter(state="offered").exists()


def test_those_who_were_drawn_may_be_asked_to_answer_in_time(round_):
    gathering = round_.gathering
    facts = gathering.facts
    seats = facts.seats.model_copy(update={"answer_hours": 48})
    gathering.keep_facts(facts.model_copy(update={"seats": seats}))
    gathering.published = None
    gathering.save()
    publish(gathering, shown=True, who="test")
    gathering.refresh_from_db()
    keen = holder(round_)
    accept(keen.application, timezone.now())

    move_on(gathering, timezone.now() + 3 * DAY)

    assert fresh(keen).state == "accepted"
    assert round_.seats.filter(alternate=None).exclude(pk=keen.pk).values_list(
        "state", flat=True
    ).distinct().get() == "expired"  # fmt: skip
    waiting = round_.seats.exclude(alternate=None).count()
    assert round_.seats.filter(state="offered").count() == min(waiting, round_.chairs - 1)


def test_before_it_is_published_nothing_moves(round_):
    seat = holder(round_)
    round_.gathering.published = None
    round_.gathering.save()

    assert not decline(fresh(seat).application, timezone.now())
    move_on(round_.gathering, timezone.now(), begin=True)

    assert fresh(seat).state == "given"


def test_a_new_round_makes_the_answers_of_the_old_one_history(round_):
    old = holder(round_)
    newer = rehearse_seats(round_.gathering, seed="again")
    now = newer.seats.filter(application=old.application)
    may_answer = now.filter(state__in=Seat.ON_A_CHAIR).exists()

    accept(old.application, timezone.now())

    assert fresh(old).state == "given"
    assert now.filter(state="accepted").exists() == may_answer


def test_the_desk_counts_the_answers(round_):
    one, other = round_.seats.filter(state="given").order_by("pk")[:2]
    now = timezone.now()
    accept(one.application, now)
    decline(other.application, now)

    found = answers_of(round_, now)

    seats = round_.record["seats"]
    assert (found.chairs, found.held, found.accepted, found.unanswered, found.declined) == (
        seats, seats - 1, 1, seats - 2, 1,
    )  # fmt: skip
    assert ([row.alternate for row in found.open], found.free) == ([1], 0)


# Beyond the seats


def test_who_is_invited_beyond_the_seats_is_asked_at_once_and_once(round_):
    codes = [line(round_, place).application.code for place in (1, 2)]
    round_.record["reserves"]["beyond"] = codes
    round_.save(update_fields=["record"])
    now = timezone.now()

    for _ in range(2):
        move_on(round_.gathering, now, begin=True)

    assert [line(round_, k).state for k in (1, 2, 3)] == ["offered", "offered", "waiting"]
    assert [line(round_, k).chair for k in (1, 2)] == [
        round_.record["seats"] + 1, round_.record["seats"] + 2,
    ]  # fmt: skip
    assert deeds(round_, "offer_seat") == ["offer_seat", "offer_seat"]


def test_who_comes_on_top_of_the_seats_takes_no_room_in_a_quota(round_):
    Application.objects.update(traits={"行业": ["金融"]})
    seats = round_.record["seats"]
    round_.record["quotas"] = [
        {"feature": "行业", "value": "金融", "min": 0, "max": seats, "pool": 0, "chosen": 0}
    ]
    round_.record["reserves"]["beyond"] = [line(round_, 1).application.code]
    round_.save(update_fields=["record"])
    now = timezone.now()
    move_on(round_.gathering, now, begin=True)

    decline(holder(round_).application, now)

    assert [line(round_, k).state for k in (1, 2, 3)] == ["offered", "offered", "waiting"]


# The page


def me(person, page=""):
    return f"/me/{person.token}/{page}"


def test_the_page_leads_from_the_seat_to_the_answer(client, round_):
    person = holder(round_).application

    assert "我会来" in client.get(me(person)).content.decode()
    answer = client.post(me(person, "seat/accept/"), follow=True).content.decode()

    assert "说好了，你会来。" in answer
    assert "我会来" not in answer


def test_giving_back_is_asked_twice_and_done_once(client, round_):
    seat = holder(round_)

    assert "把席位让出去？" in client.get(me(seat.application, "seat/decline/")).content.decode()
    assert fresh(seat).state == "given"
    page = client.post(me(seat.application, "seat/decline/"), follow=True).content.decode()

    assert "<h1>你让出了席位</h1>" in page
    assert client.get(me(seat.application, "seat/decline/")).status_code == 302


def test_who_is_asked_sees_two_buttons_and_until_when(client, round_):
    decline(holder(round_).application, timezone.now())
    first = line(round_, 1)
    until = round_.gathering.facts.when(first.until)

    page = client.get(me(first.application)).content.decode()

    assert "<h1>有席位给你了</h1>" in page
    assert f"{until:%H:%M} 前回答" in page
    assert "我会来" in page
    assert "来不了" in page


def test_opening_the_page_moves_the_line_on(client, round_):
    decline(holder(round_).application, timezone.now())
    Seat.objects.filter(state="offered").update(until=timezone.now())

    page = client.get(me(line(round_, 2).application)).content.decode()

    assert "<h1>有席位给你了</h1>" in page
    assert "这次没有等到你的回答" in client.get(me(line(round_, 1).application)).content.decode()


def test_an_answer_that_comes_too_late_is_told_so(client, round_):
    decline(holder(round_).application, timezone.now())
    Seat.objects.filter(state="offered").update(until=timezone.now())

    page = client.post(me(line(round_, 1).application, "seat/accept/"), follow=True)

    assert "没有赶上" in page.content.decode()


def test_who_waits_sees_how_the_line_moves_and_codes_only(client, round_):
    decline(holder(round_).application, timezone.now())
    third = line(round_, 3)

    page = client.get(me(third.application)).content.decode()
    listed = client.get(me(third.application, "waiting/")).content.decode()

    assert "<h1>候补第 2 位</h1>" in page
    assert "前面还有 1 位" in page
    assert "公布时你是第 3 位" in page
    for seat in round_.seats.exclude(alternate=None).select_related("application"):
        assert seat.application.code in listed
        assert seat.application.name not in listed
    assert "正在问" in listed
    for seat in round_.seats.filter(alternate=None).select_related("application"):
        assert seat.application.code not in listed


def test_the_waiting_list_is_for_those_on_it(client, round_, gathering):
    seated = holder(round_).application
    stranger = Application.objects.create(
        gathering=gathering, name="路过", phone="+8619900009999", applied_at=timezone.now()
    )

    assert client.get(me(seated, "waiting/")).status_code == 302
    assert client.get(me(stranger, "waiting/")).status_code == 302


def test_nobody_is_asked_by_getting_a_page_nor_without_a_token(round_):
    person = holder(round_).application
    strict = Client(enforce_csrf_checks=True)

    assert strict.get(me(person, "seat/accept/")).status_code == 405
    assert strict.post(me(person, "seat/accept/")).status_code == 403
    assert strict.post(me(person, "seat/decline/")).status_code == 403
    assert fresh(holder(round_)).state == "given"


def test_too_many_answers_are_refused(client, round_):
    person = holder(round_).application
    answers = [client.post(me(person, "seat/accept/")).headers["Location"] for _ in range(11)]

    assert Counter("told=often" in each for each in answers) == {False: 10, True: 1}


def test_a_repeat_and_a_stranger_answer_for_nobody(client, round_, gathering):
    seat = holder(round_)
    repeat = Application.every.create(
        gathering=gathering, name=seat.application.name, phone=seat.application.phone,
        applied_at=timezone.now(), repeats=True,
    )  # fmt: skip

    client.post(me(repeat, "seat/accept/"))
    client.post(me(repeat, "seat/decline/"))

    assert fresh(seat).state == "given"


def test_everybody_may_have_their_answer_with_their_data(client, round_):
    person = holder(round_).application
    accept(person, timezone.now())

    (seat,) = client.get(me(person, "data.json")).json()["seats"]

    assert seat["state"] == "accepted"
    assert seat["answered_at"]


# Many at the same moment

CLIENTS = 400
THREADS = 20


@pytest.fixture
def crowd(round_):
    """One seat, taken, and 400 who wait for it."""
    gathering = round_.gathering
    round_.seats.exclude(pk=holder(round_).pk).delete()
    Application.objects.bulk_create(
        Application(
            gathering=gathering, name=f"人{k}", phone=f"+8613{k:09}", applied_at=timezone.now()
        )
        for k in range(CLIENTS)
    )
    people = gathering.applications.filter(name__startswith="人").order_by("pk")
    Seat.objects.bulk_create(
        Seat(round=round_, application=person, alternate=place)
        for place, person in enumerate(people, start=1)
    )
    round_.record["seats"] = 1
    round_.save(update_fields=["record"])
    Seat.objects.filter(state="given").update(chair=1)
    return list(people)


def at_once(deed, subjects):
    """Do a deed for each subject, many at a time, all from one moment on."""
    start = Barrier(THREADS)

    def work(share):
        try:
            start.wait()
            return [deed(one) for one in share]
        finally:
            connection.close()

    with ThreadPoolExecutor(THREADS) as pool:
        found = pool.map(work, [subjects[k::THREADS] for k in range(THREADS)])
        return [each for some in found for each in some]


@pytest.mark.django_db(transaction=True)
def test_of_400_who_want_the_last_seat_exactly_one_gets_it(round_, crowd):
    Seat.objects.filter(state="given").update(state="expired", chair=None)
    Seat.objects.filter(application=crowd[0]).update(
        state="offered", chair=1, until=timezone.now() - timedelta(seconds=1)
    )

    def look_and_take(person):
        client = Client()
        client.get(me(person))
        return client.post(me(person, "seat/accept/")).headers["Location"]

    answers = at_once(look_and_take, crowd)

    assert sum("told=accepted" in each for each in answers) == 1
    held = round_.seats.filter(chair__isnull=False).values_list("state", "application")
    assert list(held) == [("accepted", crowd[1].pk)]
    written = Counter(deeds(round_, "offer_over", "offer_seat", "accept_seat"))
    assert written == {"offer_over": 1, "offer_seat": 1, "accept_seat": 1}


@pytest.mark.django_db(transaction=True)
def test_of_400_answers_to_one_offer_one_counts_whichever_comes_first(round_, crowd):
    decline(holder(round_).application, timezone.now())

    def answer(k):
        person = Application.objects.get(pk=crowd[0].pk)
        return (accept if k % 2 else decline)(person, timezone.now())

    at_once(answer, list(range(CLIENTS)))

    written = Counter(deeds(round_, "accept_seat", "decline_seat", "offer_seat"))
    assert round_.seats.filter(chair=1).count() == 1
    assert written["accept_seat"] <= 1
    assert (
        written["offer_seat"] == written["decline_seat"] == 2
    )  # the first holder's, and this one's


@pytest.mark.django_db(transaction=True)
def test_whoever_goes_past_our_code_still_finds_the_chair_taken(round_, crowd):
    def sit_down(person):
        try:
            with transaction.atomic():
                Seat.objects.filter(application=person, state="waiting").update(
                    state="offered", chair=2, until=timezone.now() + DAY
                )
        except IntegrityError:
            return False
        return True

    assert Counter(at_once(sit_down, crowd)) == {True: 1, False: CLIENTS - 1}


def test_no_seat_without_a_chair_and_no_offer_without_an_end(round_):
    for wrong in ({"chair": None}, {"state": "offered"}, {"state": "left"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Seat.objects.filter(pk=holder(round_).pk).update(**wrong)


def test_reading_the_page_takes_as_many_queries_however_long_the_line(client, round_, crowd):
    def queries(person):
        from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- for this test only

        with CaptureQueriesContext(connection) as found:
            client.get(me(person, "waiting/"))
        return len(found)

    before = queries(crowd[5])
    round_.seats.filter(alternate__gt=50).delete()

    assert queries(crowd[5]) == before
    assert Round.objects.count() == 1
