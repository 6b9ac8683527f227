import json

import pytest

TEXTS = ("received", "seated", "alternate", "arrival", "next")


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_ready_to_paste(shenzhen, language, name):
    text = (shenzhen / "announce" / language / f"{name}.txt").read_text(encoding="utf-8")

    assert text == text.strip() + "\n"
    assert "{" not in text
    assert "\n\n\n" not in text
    assert 40 < len(text) < 1500


def test_the_arrival_text_says_when_and_where(shenzhen):
    text = (shenzhen / "announce" / "zh" / "arrival.txt").read_text(encoding="utf-8")

    assert "5月25日" in text
    assert "13:30" in text
    assert "腾讯滨海大厦" in text


def test_texts_for_groups_name_nobody(shenzhen):
    people = json.loads((shenzhen / "clean.json").read_bytes())["people"]
    texts = "".join(
        path.read_text(encoding="utf-8") for path in (shenzhen / "announce").rglob("*.txt")
    )

    assert [who["phone"] for who in people if who["phone"] in texts] == []


def said(desk, language="zh", seed="one"):
    assert desk.run("--seed", seed).code == 0
    texts = (desk.out / "announce" / language).glob("*.txt")
    return {path.stem: path.read_text(encoding="utf-8") for path in texts}


SEATS, QUOTAS = "seats = 24                                  #", 'quotas = "quotas.csv"  '


def test_no_text_promises_new_people_where_some_meet_twice(desk):
    promise = "不会和同一个人坐两次（同行的除外）"
    kept = said(desk, seed="two")["seated"]  # with two pairs among those who have a seat
    desk.change("gathering.toml", "rounds = 3 ", "rounds = 9 ")

    assert promise in kept
    assert "不会和同一个人坐两次" not in said(desk)["seated"]


def test_one_table_is_not_changed(desk):
    desk.change("gathering.toml", "tables = 6 ", "tables = 1 ")

    texts = said(desk, "en")

    assert "1 table and 3 rounds." in texts["seated"]
    assert "next table" not in texts["arrival"]


def test_without_quotas_and_alternates_no_text_speaks_of_them(desk):
    desk.change("gathering.toml", QUOTAS, "# ")
    desk.change("gathering.toml", "alternates = 10 ", "alternates = 0 ")

    texts = said(desk)

    assert "配额" not in "".join(texts.values())
    assert {name for name, text in texts.items() if "候补" in text} == {"alternate"}
    assert "这次没有排候补名单" in texts["alternate"]


def test_nobody_is_told_that_there_was_no_room_when_all_have_a_seat(desk):
    desk.change("gathering.toml", SEATS, "seats = 60 #")
    desk.change("gathering.toml", QUOTAS, "# ")

    assert "每一位都有席位" in said(desk)["alternate"]


def test_a_place_that_is_not_known_is_no_dash(desk):
    desk.change("gathering.toml", 'city = "杭州"\n', "")
    desk.change("gathering.toml", 'venue = "城西书房 二层"\n', "")

    assert {"📍 地点另行通知" in text for text in said(desk).values()} == {True, False}
    assert "—" not in "".join(said(desk).values())


def test_only_a_cocreation_has_a_table_that_makes_something(desk):
    desk.change("gathering.toml", 'kind = "cocreation"', 'kind = "other"')

    assert "共创" not in said(desk)["arrival"]


def test_a_gathering_of_two_days_says_both(desk):
    desk.change("gathering.toml", "ends = 2026-06-06T17:30:00", "ends = 2026-06-07T17:30:00")

    assert "🗓 2026年6月6日 周六 14:00 – 2026年6月7日 周日 17:30" in said(desk)["arrival"]
    assert "Saturday, 6 June 2026 14:00 – Sunday, 7 June 2026 17:30" in said(desk, "en")["seated"]


def test_a_night_that_ends_after_midnight_is_one_day(desk):
    desk.change("gathering.toml", "ends = 2026-06-06T17:30:00", "ends = 2026-06-07T01:30:00")

    assert "🗓 2026年6月6日 周六 14:00–01:30" in said(desk)["arrival"]
