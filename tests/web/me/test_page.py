import json
import re
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from huiyou.web.applications.actions import come_back, withdraw
from huiyou.web.applications.models import Application, Companion
from huiyou.web.prizes.actions import rehearse_prizes
from huiyou.web.seats.actions import rehearse_seats
from huiyou.web.tables.actions import set_tables

PAGES = ("", "answers/", "withdraw/", "data/", "data.json", "erase/")
DEEDS = ("answers/", "withdraw/", "return/", "companion/", "erase/")


def person(gathering, name="欧阳小满", phone="+8619900007788", **more):
    more.setdefault("applied_at", timezone.now())
    return Application.objects.create(gathering=gathering, name=name, phone=phone, **more)


def open_page(client, application, page=""):
    return client.get(f"/me/{application.token}/{page}").content.decode()


@pytest.fixture
def decided(gathering):
    """Seats, tables and prizes are decided and published."""
    round_ = rehearse_seats(gathering, seed="s")
    set_tables(round_, seed="t")
    rehearse_prizes(round_, seed="p")
    gathering.published = timezone.now()
    gathering.save()
    return round_


def mates_of(round_, seat):
    plan = round_.plans.first()
    mine = plan.places.filter(seat=seat, turn=1).get()
    around = plan.places.filter(turn=1, table=mine.table).exclude(seat=seat)
    return mine, [place.seat.application for place in around.order_by("pk")]


@pytest.fixture
def early(monkeypatch, gathering):
    """Before the gathering begins, whatever today is."""
    monkeypatch.setattr("huiyou.web.me.queries.turn_at", lambda *_: 1)


# Where one stands


def test_before_anything_is_published_one_hears_that_it_arrived(client, taking):
    assert "<h1>已收到</h1>" in open_page(client, person(taking))


def test_what_is_decided_but_not_published_is_not_told(client, decided, gathering):
    gathering.published = None
    gathering.save()
    seat = decided.seats.filter(alternate=None).first()

    page = open_page(client, seat.application)

    assert "<h1>已收到</h1>" in page
    assert "号桌" not in page
    data = client.get(f"/me/{seat.application.token}/data.json").json()
    assert data["seats"] == []


def test_an_alternate_hears_which_place_it_is(client, decided):
    seat = decided.seats.get(alternate=3)

    assert "候补第 3 位" in open_page(client, seat.application)


def test_without_a_seat_one_hears_it_kindly(client, decided, gathering):
    assert "这次没有排到席位" in open_page(client, person(gathering))


def test_the_table_comes_first_and_large(client, decided, early):
    seat = decided.seats.filter(alternate=None).first()
    mine, _ = mates_of(decided, seat)

    page = open_page(client, seat.application)

    assert re.search(r'class="number">(\d+)</span>', page)[1] == str(mine.table)
    for place in decided.plans.first().places.filter(seat=seat):
        assert f"{place.table} 号桌" in page


def test_of_the_others_at_the_table_one_sees_what_each_agreed_to_show(client, decided, early):
    seat = decided.seats.filter(alternate=None).first()
    _, (open_one, shy, *others) = mates_of(decided, seat)
    open_one.shown = ["name", "行业"]
    open_one.company = "秘密公司"
    open_one.save()
    shy.shown = ["行业"]
    shy.save()

    page = open_page(client, seat.application)

    assert open_one.name in page
    assert "秘密公司" not in page
    assert "一位同桌" in page
    for hidden in (shy, *others):
        assert hidden.name not in page
        assert hidden.phone not in page
    assert f"还有 {len(others)} 位" in page


def test_who_withdrew_or_was_erased_is_looked_for_no_more(client, decided, early):
    seat = decided.seats.filter(alternate=None).first()
    _, (gone, *others) = mates_of(decided, seat)
    gone.shown = ["name"]
    gone.save()
    withdraw(gone)

    page = open_page(client, seat.application)

    assert gone.name not in page
    assert f"还有 {len(others)} 位" in page


def test_the_latest_decision_is_the_one_that_is_told(client, decided, gathering):
    seat = decided.seats.filter(alternate=None).first()
    withdraw(seat.application)
    rehearse_seats(gathering, seed="another")
    come_back(seat.application)

    assert "这次没有排到席位" in open_page(client, seat.application)


def test_a_rehearsal_is_called_one(client, decided):
    seat = decided.seats.first()

    assert "这是一次彩排，不作数" in open_page(client, seat.application)


def test_the_ticket_is_a_picture_that_a_long_press_keeps(client, decided):
    seat = decided.seats.filter(alternate=None).first()

    page = open_page(client, seat.application)

    assert page.count('src="data:image/png;base64,') == 1
    assert f'<p class="code">{seat.application.code}</p>' in page
    assert seat.tickets.get().code in page
    assert "style=" not in page


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_state_has_its_sentences_in_both_languages(client, decided, gathering, language):
    seats = [decided.seats.filter(alternate=None).first(), decided.seats.get(alternate=1)]
    people = [*(seat.application for seat in seats), person(gathering)]
    for who in people:
        for page in PAGES:
            answer = client.get(
                f"/me/{who.token}/{page}", headers={"accept-language": language}, follow=True
            )
            assert answer.status_code == 200


def test_the_page_asks_as_much_however_many_sit_at_the_table(
    client, decided, django_assert_max_num_queries
):
    mine = decided.seats.filter(alternate=None).first().application

    with django_assert_max_num_queries(13):
        open_page(client, mine)


# Whose page it is


def test_nobody_keeps_or_lists_these_pages(client, taking):
    token = person(taking).token
    for page in (*PAGES, "nothing-of-ours.1:x/"):
        answer = client.get(f"/me/{token}/{page}" if page in PAGES else f"/me/{page}")

        assert answer.headers["Cache-Control"] == "private, no-store"
        assert answer.headers["Referrer-Policy"] == "same-origin"
        assert answer.headers["X-Robots-Tag"] == "noindex, nofollow"


def test_a_wrong_link_a_void_link_and_no_link_look_alike(client, taking):
    mine, theirs = person(taking), person(taking, "乙", "+8619900001111")
    void = theirs.token
    theirs.link_version = 2
    theirs.save()
    signature = mine.token.partition(":")[2]
    forged = f"{theirs.code}.2:{signature}"

    answers = [client.get(f"/me/{token}/") for token in (void, forged, "x", "AAAAAAAAAA.1:y")]

    texts = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in answers}
    assert {answer.status_code for answer in answers} == {404}
    assert len(texts) == 1


@pytest.mark.parametrize("page", [*PAGES, *DEEDS])
def test_with_somebody_elses_signature_nothing_opens_and_nothing_happens(client, taking, page):
    mine, theirs = person(taking), person(taking, "乙", "+8619900001111")
    forged = f"{theirs.code}.1:{mine.token.partition(':')[2]}"
    before = list(Application.objects.order_by("pk").values())

    answers = [
        send(f"/me/{forged}/{page}", {"sure": "1", "name": "丙", "phone": mine.phone})
        for send in (client.get, client.post)
    ]

    assert all(answer.status_code in (404, 405) for answer in answers)
    assert all("乙" not in answer.content.decode() for answer in answers)
    assert list(Application.objects.order_by("pk").values()) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_no_other_site_can_send_our_forms(taking, deed):
    mine = person(taking)
    before = list(Application.objects.values())
    guarded = Client(enforce_csrf_checks=True)

    answer = guarded.post(f"/me/{mine.token}/{deed}", {"sure": "1", "name": "丙"})

    assert answer.status_code == 403
    assert list(Application.objects.values()) == before


@pytest.mark.parametrize("deed", ["withdraw/", "erase/"])
def test_looking_at_a_deed_does_not_do_it(client, taking, deed):
    mine = person(taking)

    open_page(client, mine, deed)

    mine.refresh_from_db()
    assert mine.state == "applied"


# What one may do


def test_one_may_withdraw_and_come_back_while_it_is_open(client, taking):
    mine = person(taking)
    client.post(f"/me/{mine.token}/withdraw/")
    page = open_page(client, mine)
    client.post(f"/me/{mine.token}/return/")
    mine.refresh_from_db()

    assert "<h1>已退出</h1>" in page
    assert mine.state == "applied"


def test_once_it_is_closed_nobody_comes_back_or_changes_answers(client, taking):
    mine = person(taking)
    withdraw(mine)
    taking.closes = timezone.now()
    taking.save()

    client.post(f"/me/{mine.token}/return/")
    client.post(f"/me/{mine.token}/answers/", {"name": "别名"})

    mine.refresh_from_db()
    assert (mine.state, mine.name) == ("withdrawn", "欧阳小满")


def test_answers_are_changed_but_never_the_phone(client, taking):
    mine = person(taking, shown=["name"], traits={"行业": ["制造"]})
    form = open_page(client, mine, "answers/")

    client.post(
        f"/me/{mine.token}/answers/",
        {"name": "欧阳 小满", "phone": "19911112222", "trait.行业": "教育", "show": ["行业"]},
    )

    mine.refresh_from_db()
    assert 'value="制造" checked' in form
    assert (mine.name, mine.phone, mine.shown) == ("欧阳 小满", "+8619900007788", ["行业"])
    assert mine.traits["行业"] == ["教育"]


def test_an_imported_answer_that_is_no_choice_stays_when_nothing_is_changed(client, taking):
    mine = person(taking, traits={"行业": ["宠物"]})

    assert 'value="宠物" checked' in open_page(client, mine, "answers/")
    client.post(f"/me/{mine.token}/answers/", {"name": mine.name, "trait.行业": "宠物"})

    mine.refresh_from_db()
    assert mine.traits["行业"] == ["宠物"]


def test_one_cannot_take_the_name_of_another_with_the_same_phone(client, taking):
    mine, _ = person(taking), person(taking, "哥哥")

    answer = client.post(f"/me/{mine.token}/answers/", {"name": "哥哥"})

    mine.refresh_from_db()
    assert answer.status_code == 422
    assert "已经有同名的报名" in answer.content.decode()
    assert mine.name == "欧阳小满"


def test_one_sees_all_that_is_kept(client, decided):
    mine = decided.seats.filter(alternate=None).first().application

    kept = client.get(f"/me/{mine.token}/data.json").json()

    columns = {field.name for field in Application._meta.fields} - {"id", "link_version", "repeats"}
    assert columns <= kept.keys()
    assert (kept["name"], kept["phone"], kept["traits"]) == (mine.name, mine.phone, mine.traits)
    assert len(kept["seats"][0]["tables"]) == 3
    page = open_page(client, mine, "data/")
    for value in (mine.name, mine.phone, mine.company):
        assert value in page


# Companions


def test_who_named_us_is_not_told_only_that_somebody_did(client, taking):
    mine = person(taking)
    other = person(taking, "同伴", "+8619900001234", companion_phone=mine.phone)

    page = open_page(client, mine)

    assert "有 1 个人填了你的手机号" in page
    for secret in (other.name, other.phone, "1234"):
        assert secret not in page


def test_companions_arise_when_the_named_one_knows_the_whole_number(client, taking):
    mine = person(taking)
    other = person(taking, "同伴", "+8619900001234", companion_phone=mine.phone)

    wrong = client.post(f"/me/{mine.token}/companion/", {"phone": "19900001235"}, follow=True)
    nothing = Companion.objects.count()
    right = client.post(f"/me/{mine.token}/companion/", {"phone": "199 0000 1234"}, follow=True)

    assert ("没有对上" in wrong.content.decode(), nothing) == (True, 0)
    assert "确认好了" in right.content.decode()
    assert set(Companion.objects.values_list("application", "other")) == {
        (mine.pk, other.pk),
        (other.pk, mine.pk),
    }
    assert "你和 …1234 同行" in right.content.decode()
    assert "同伴" not in right.content.decode()


def test_somebody_who_did_not_name_us_cannot_be_confirmed(client, taking):
    mine, other = person(taking), person(taking, "路人", "+8619900001234")

    asked = [
        client.post(f"/me/{mine.token}/companion/", {"phone": phone}, follow=True)
        for phone in (other.phone, "+8619900009876")
    ]

    assert Companion.objects.count() == 0
    texts = {re.sub(r'value="[^"]*"', "", answer.content.decode()) for answer in asked}
    assert len(texts) == 1  # nor does one hear whether they applied


def test_numbers_cannot_be_guessed_one_after_the_other(client, taking):
    mine = person(taking)
    other = person(taking, "同伴", "+8619900000011", companion_phone=mine.phone)

    for k in range(12):
        last = client.post(
            f"/me/{mine.token}/companion/",
            {"phone": f"+86199000000{k:02}"},
            headers={"x-forwarded-for": f"6.6.6.{k}"},
            follow=True,
        )

    assert "试得太多了" in last.content.decode()
    assert not Companion.objects.filter(other=other).exists()


def test_two_who_name_each_other_on_the_form_are_companions(send):
    send(phone="19900000001", companion_phone="19900000002", name="甲")
    alone = Companion.objects.count()
    send(phone="19900000002", companion_phone="19900000001", name="乙")

    assert (alone, Companion.objects.count()) == (0, 2)


def test_naming_somebody_else_unties_companions(client, send, taking):
    send(phone="19900000001", companion_phone="19900000002", name="甲")
    send(phone="19900000002", companion_phone="19900000001", name="乙")
    mine = Application.objects.get(name="甲")

    client.post(f"/me/{mine.token}/answers/", {"name": "甲", "companion_phone": ""})

    assert Companion.objects.count() == 0


# Erasing


def test_an_erased_person_is_nowhere_in_the_database(client, decided, gathering):
    mine = decided.seats.filter(alternate=None).first().application
    mine.name, mine.phone, mine.company = "独孤求败", "+8619987654321", "剑冢"
    mine.email, mine.bio, mine.wants = "dugu@example.org", "求一败", "想认识对手"
    mine.traits = {"行业": ["剑术"]}
    mine.companion_phone, mine.source = "+8619912344321", "表.csv · 77"
    mine.save()
    person(gathering, "杨过", "+8619900004444", companion_phone="+8619987654321")
    person(gathering, "郭靖", "+8619900005555", companion_phone="199 8765 4321、19900000000")
    code, token = mine.code, mine.token
    assert "独孤求败" in whole_database()

    answer = client.post(f"/me/{token}/erase/", {"sure": "1"}, follow=True)

    left = whole_database()
    assert "已经删除" in answer.content.decode()
    for word in ("独孤求败", "87654321", "8765 4321", "剑冢", "dugu", "求一败", "对手", "剑术", "19912344321", "· 77"):  # fmt: skip
        assert word not in left
    assert code in left
    assert client.get(f"/me/{token}/").status_code == 404


def whole_database():
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
        found = []
        for table in tables:
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 -- our own tables
            found.append(json.dumps(cursor.fetchall(), ensure_ascii=False, default=str))
    # what JSON columns escape is read as it was written
    return re.sub(r"\\+u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), "".join(found))


def test_records_name_the_erased_by_code_and_stay_as_they_were(client, decided):
    mine = decided.seats.filter(alternate=None).first().application
    before = (decided.record, decided.plans.first().record)

    client.post(f"/me/{mine.token}/erase/", {"sure": "1"})

    decided.refresh_from_db()
    assert (decided.record, decided.plans.first().record) == before
    assert mine.code in decided.record["chosen"]


def test_erasing_wants_the_box_ticked(client, taking):
    mine = person(taking)

    page = client.post(f"/me/{mine.token}/erase/").content.decode()

    mine.refresh_from_db()
    assert (mine.name, "sure-fault" in page) == ("欧阳小满", True)


def test_the_phone_of_somebody_erased_may_apply_again(client, send):
    send()
    first = Application.objects.get()
    client.post(f"/me/{first.token}/erase/", {"sure": "1"})

    send()

    assert Application.objects.filter(state="applied").count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite's files are ours")
def test_what_is_erased_is_gone_from_the_files_of_the_database(client, taking, send):
    send(name="司马无名氏", company="恐龙羽毛研究社")
    file = Path(connection.settings_dict["NAME"])
    told = ["司马无名氏".encode(), "恐龙羽毛研究社".encode(), b"19900007788"]

    def found():
        kept = b"".join(each.read_bytes() for each in file.parent.glob(f"{file.name}*"))
        return [text for text in told if text in kept]

    before = found()
    client.post(f"/me/{Application.objects.get().token}/erase/", {"sure": "1"})

    assert before == told
    assert found() == []
