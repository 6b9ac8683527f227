import pytest
from django.contrib.auth import get_user_model

from huiyou.web.console.models import Membership
from huiyou.web.tables.layout import fit, size_of
from huiyou.web.tables.models import Place


@pytest.fixture
def member(client, decided):
    user = get_user_model().objects.create_user("staff")
    Membership.objects.create(user=user, gathering=decided, role=Membership.Role.STAFF)
    client.force_login(user)
    return user


def post(client, gathering, name, digits, **extra):
    return client.post(f"/g/{gathering.slug}/find/", {"name": name, "digits": digits}, **extra)


def somebody(gathering):
    return gathering.applications.filter(seats__alternate=None, seats__isnull=False).first()


def test_names_are_on_the_wall_for_those_who_work_there(client, decided, member):
    page = client.get(f"/g/{decided.slug}/screen/?round=2").content.decode()

    names = set(Place.objects.filter(turn=2).values_list("seat__application__name", flat=True))
    assert len(names) == 24
    assert [name for name in names if name not in page] == []
    assert "第 2 轮" in page


@pytest.mark.parametrize("asked", ["0", "4", "x", "", "²"])
def test_a_round_that_is_not_there_is_the_first(client, decided, member, asked):
    page = client.get(f"/g/{decided.slug}/screen/", {"round": asked}).content.decode()

    assert "第 1 轮" in page


def test_a_member_of_another_gathering_sees_no_names(client, decided, member):
    Membership.objects.all().delete()

    assert client.get(f"/g/{decided.slug}/screen/").status_code == 404


@pytest.mark.parametrize(("role", "seen"), [("organiser", 24), ("staff", 24), ("auditor", 0)])
def test_an_auditor_sees_how_many_sit_where_and_no_names(client, decided, member, role, seen):
    Membership.objects.update(role=role)

    page = client.get(f"/g/{decided.slug}/screen/").content.decode()

    names = Place.objects.filter(turn=1).values_list("seat__application__name", flat=True)
    assert sum(name in page for name in names) == seen
    assert page.count("<p>4 人</p>") == (0 if seen else 6)


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("黄云舒", ""),
        ("Anna", ""),
        ("欧阳小满", "four"),
        ("Maria H", "four"),
        ("Elizabeth Montgomery", "long"),
        ('=HYPERLINK("http://example.com")', "longest"),
    ],
)
def test_a_long_name_is_written_smaller_and_not_cut(name, size):
    assert size_of(name) == size


def test_the_wall_asks_the_database_little(client, decided, member, django_assert_num_queries):
    with django_assert_num_queries(6):
        client.get(f"/g/{decided.slug}/screen/")


@pytest.mark.parametrize(
    ("tables", "people"), [(21, 10), (6, 4), (1, 1), (0, 1), (40, 8), (12, 30)]
)
def test_every_table_has_room_on_the_wall(tables, people):
    layout = fit(tables, people)

    assert layout.columns * layout.rows >= min(tables, 144)
    assert 1 <= layout.columns <= 12


def test_name_and_last_four_digits_find_the_table_of_each_round(client, decided):
    who = somebody(decided)
    page = post(client, decided, f" {who.name} ", who.phone[-4:]).content.decode()

    for place in Place.objects.filter(seat__application=who):
        assert f"第 {place.turn} 轮" in page
        assert f"{place.table} 号桌" in page


def test_unknown_wrong_and_not_chosen_hear_the_same(client, decided):
    who = somebody(decided)
    wrong = f"{(int(who.phone[-4:]) + 1) % 10000:04}"
    without = decided.applications.filter(seats=None).first()

    answers = [
        post(client, decided, name, digits)
        for name, digits in (
            ("没有这人", "0000"),
            (who.name, wrong),
            (without.name, without.phone[-4:]),
        )
    ]

    heard = {(a.status_code, a.content.decode().split('<form class="stack"')[0]) for a in answers}
    assert len(heard) == 1
    assert "没有找到" in heard.pop()[1]


@pytest.mark.parametrize("digits", ["", "123", "12345", "abcd", "１２３４"])
def test_only_four_digits_are_looked_for(client, decided, digits):
    assert "最后四位数字" in post(client, decided, somebody(decided).name, digits).content.decode()


def test_who_tries_every_number_at_a_name_is_stopped(client, decided):
    who = somebody(decided)
    answers = [post(client, decided, who.name, f"{k:04}").status_code for k in range(15)]

    assert answers == [200] * 12 + [429] * 3
    assert post(client, decided, who.name, who.phone[-4:]).status_code == 429


def test_a_claimed_address_does_not_win_more_tries(client, decided):
    answers = [
        post(client, decided, f"甲{k}", "0000", headers={"x-forwarded-for": f"10.0.0.{k}"})
        for k in range(152)
    ]

    assert [a.status_code for a in answers[149:]] == [200, 429, 429]


def test_tables_are_found_once_they_are_published(client, decided):
    decided.published = None
    decided.save(update_fields=["published"])

    assert client.get(f"/g/{decided.slug}/find/").status_code == 404


def test_the_timer_says_without_a_script_when_it_is_over(client, decided):
    page = client.get(f"/g/{decided.slug}/screen/timer/?minutes=7").content.decode()

    assert "7:00" in page
    assert "结束" in page


@pytest.mark.parametrize("minutes", ["0", "-1", "601", "x", "9" * 5000])
def test_minutes_that_make_no_sense_are_twenty(client, decided, minutes):
    page = client.get(f"/g/{decided.slug}/screen/timer/", {"minutes": minutes}).content.decode()

    assert "20:00" in page
