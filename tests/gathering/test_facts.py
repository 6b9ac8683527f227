"""Every way to write ``gathering.toml`` wrongly has a line, a key and a mend."""

import pytest

from huiyou.errors import InputError
from huiyou.gathering import read_folder

LINE = {
    "gathering": 5,
    "slug": 6,
    "starts": 16,
    "ends": 17,
    "seats": 18,
    "tables": 19,
    "rounds": 20,
}


def faults(desk):
    with pytest.raises(InputError) as caught:
        read_folder(desk.folder)
    return [(f.code, f.row, f.column) for f in caught.value.faults]


def line_of(desk, text):
    lines = (desk.folder / "gathering.toml").read_text(encoding="utf-8").splitlines()
    return next(k for k, line in enumerate(lines, start=1) if line.startswith(text))


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ('slug = "my-first-stop"', 'slug = "My Stop"', "value_pattern", "gathering.slug"),
        ("seats = 24 ", "seats = 0 ", "value_range", "gathering.seats"),
        ("seats = 24 ", 'seats = "24" ', "value_not_whole", "gathering.seats"),
        ("rounds = 3 ", "rounds = 21 ", "value_range", "gathering.rounds"),
        ("rounds = 3 ", "rounds = 2.5 ", "value_not_whole", "gathering.rounds"),
        ('timezone = "Asia/Shanghai"', 'timezone = "Asia/Shenzhen"', "zone_unknown", "gathering.timezone"),
        ('title = "会友 · 第一站"', 'title = ""', "value_empty", "gathering.title"),
        ('city = "杭州"', 'city = "a\\u0007b"', "control_character", "gathering.city"),
        ("past_stops = []", 'past_stops = "北京"', "value_not_list", "gathering.past_stops"),
        ('city = "杭州"', "city = 3", "value_not_text", "gathering.city"),
        ("starts = 2026-06-06T14:00:00\nends", 'starts = "两点"\nends', "value_not_time", "gathering.starts"),
        ('mix = { "行业" = 3, "职位" = 1 }', 'mix = { "行业" = "3", "职位" = 1 }', "value_not_number", "tables.mix.行业"),
        ('mix = { "行业" = 3, "职位" = 1 }', 'mix = ["行业"]', "value_not_table", "tables.mix"),
        ('companions = "mutual"', 'companions = "both"', "value_choice", "applicants.companions"),
        ('host = "愿意当桌长=是"', 'host = "愿意当桌长"', "need_form", "tables.host"),
        ("home_round = 1 ", "home_round = 4 ", "home_round", "tables.home_round"),
        ("tables = 6 ", "tables = 25 ", "tables_exceed_seats", "gathering.tables"),
        ("at = 2026-06-06T16:50:00", "at = 2026-06-06T16:50:30", "off_the_minute", "draw"),
    ],
)  # fmt: skip
def test_a_wrong_value_is_found_where_it_stands(desk, old, new, code, key):
    table, _, name = key.partition(".")
    row = line_of(desk, f"{name.partition('.')[0]} =" if name else f"[{table}]")
    desk.change("gathering.toml", old, new)

    assert faults(desk) == [(code, row, key)]


def test_a_host_must_be_among_the_needs(desk):
    desk.change(
        "gathering.toml",
        'each_table = ["会写代码=是", "愿意当桌长=是"]',
        'each_table = ["会写代码=是"]',
    )

    assert faults(desk) == [("host_not_needed", line_of(desk, "host"), "tables.host")]


def test_a_wish_cannot_be_mixed_as_well(desk):
    desk.change("gathering.toml", 'mix = { "行业" = 3', 'mix = { "想认识的行业" = 1, "行业" = 3')

    assert faults(desk) == [("want_in_mix", line_of(desk, "wants"), "tables.wants.想认识的行业")]


def test_a_session_outside_the_gathering_is_told_with_its_number(desk):
    desk.change("gathering.toml", "starts = 2026-06-06T16:45:00", "starts = 2026-06-07T16:45:00")

    [(code, row, key)] = faults(desk)

    assert (code, key) == ("session_outside", "sessions.5.starts")
    assert row == line_of(desk, "starts = 2026-06-07T16:45:00")


def test_the_end_comes_after_the_beginning(desk):
    desk.change("gathering.toml", "ends = 2026-06-06T17:30:00", "ends = 2026-06-06T14:00:00")

    assert faults(desk)[0] == ("ends_before_start", LINE["ends"], "gathering.ends")


def test_an_unknown_table_is_told_with_the_nearest(desk):
    desk.change("gathering.toml", "[[sponsors]]", "[[sponsor]]")

    assert faults(desk) == [("key_unknown", line_of(desk, "[[sponsor]]"), "sponsor")]


def test_a_file_that_is_not_utf8_is_refused(desk):
    text = (desk.folder / "gathering.toml").read_text(encoding="utf-8")
    desk.write("gathering.toml", text.encode("gb18030"))

    assert faults(desk) == [("toml_not_utf8", None, None)]


def test_a_file_of_facts_too_large_to_be_one_is_refused(desk):
    desk.write("gathering.toml", "#" * (2 * 1024 * 1024))

    assert faults(desk) == [("file_too_large", None, None)]


def test_times_may_name_their_own_zone(desk):
    desk.change(
        "gathering.toml",
        "starts = 2026-06-06T14:00:00\nends",
        "starts = 2026-06-06T06:00:00Z\nends",
    )

    facts = read_folder(desk.folder).facts

    assert facts.when(facts.gathering.starts).isoformat() == "2026-06-06T14:00:00+08:00"


def test_an_override_of_a_column_is_used(desk):
    desk.change("applicants.csv", "提交时间,姓名,手机,", "提交时间,姓名,座机号,")
    desk.change(
        "gathering.toml",
        '# columns = { name = "您怎么称呼", phone = "电话" }',
        'columns = { phone = "座机号" }',
    )

    folder = read_folder(desk.folder)

    assert folder.form.columns == {"phone": "座机号"}


def test_columns_that_nobody_reads_are_told(desk):
    desk.change("quotas.csv", "feature,value,min,max", "feature,value,min,max,备注")
    text = (desk.folder / "quotas.csv").read_text(encoding="utf-8")
    head, *rows = text.splitlines()
    desk.write("quotas.csv", "\n".join([head, *(f"{row}," for row in rows if row)]))

    assert read_folder(desk.folder).extra_columns == (("quotas.csv", "备注"),)


def test_a_key_deep_inside_is_told_with_the_nearest(desk):
    desk.change(
        "gathering.toml",
        '{ name = "阿宁", title = "独立开发者" }',
        '{ nam = "阿宁", title = "独立开发者" }',
    )

    with pytest.raises(InputError) as caught:
        read_folder(desk.folder)

    row = line_of(desk, "speakers = [{ nam")
    assert [(f.code, f.row, f.column, f.params.get("nearest")) for f in caught.value.faults] == [
        ("key_missing", row, "sessions.2.speakers.1.name", None),
        ("key_unknown", row, "sessions.2.speakers.1.nam", "name"),
    ]


def test_a_table_written_as_a_value_is_found(desk):
    text = (desk.folder / "gathering.toml").read_text(encoding="utf-8")
    head, _, _ = text.partition("[draw]")
    desk.write("gathering.toml", "draw = 3\n" + head)

    assert faults(desk) == [("value_not_table", 1, "draw")]


def test_a_day_without_an_hour_is_no_time(desk):
    desk.change("gathering.toml", "ends = 2026-06-06T17:30:00", "ends = 2026-06-06")

    assert faults(desk) == [("value_not_time", LINE["ends"], "gathering.ends")]


def test_a_time_of_day_is_no_time(desk):
    desk.change("gathering.toml", "ends = 2026-06-06T17:30:00", "ends = 17:30:00")

    assert faults(desk) == [("value_not_time", LINE["ends"], "gathering.ends")]


def test_a_number_that_is_none_is_no_weight(desk):
    desk.change("gathering.toml", 'mix = { "行业" = 3', 'mix = { "行业" = nan')

    assert faults(desk) == [("value_not_number", line_of(desk, "mix"), "tables.mix.行业")]


PAST = """[[seats.past]]
stop = "北京"
invited = 100
came = 70

[[seats.past]]
stop = "上海"
invited = 200
came = 140
came_of = { "职位" = { "学生" = [60, 24] } }

[tables]
mix"""


def test_what_past_stops_counted_reaches_the_engine(desk):
    desk.change("gathering.toml", "[tables]\nmix", PAST)

    facts = read_folder(desk.folder).facts

    assert [stop.attendance.came for stop in facts.seats.past] == [70, 140]
    assert facts.seats.past[1].attendance.values == (("职位", "学生", 60, 24),)


@pytest.mark.parametrize(
    ("old", "new", "code", "key"),
    [
        ("came = 140", "came = 240", "came_above_invited", "seats.past.2.came"),
        ("[60, 24]", "[60, 61]", "came_above_invited", "seats.past.2.came_of.职位.学生"),
        ("[60, 24]", "[300, 24]", "came_above_invited", "seats.past.2.came_of.职位.学生"),
        ("[60, 24]", "[60]", "counts_form", "seats.past.2.came_of.职位.学生"),
        ("[60, 24]", "[60, -1]", "counts_form", "seats.past.2.came_of.职位.学生"),
        ('stop = "上海"', 'stop = ""', "value_empty", "seats.past.2.stop"),
    ],
)
def test_a_past_that_cannot_be_is_found_where_it_stands(desk, old, new, code, key):
    desk.change("gathering.toml", "[tables]\nmix", PAST)
    before = (desk.folder / "gathering.toml").read_text(encoding="utf-8").splitlines()
    row = 1 + next(k for k, line in enumerate(before) if old in line)
    desk.change("gathering.toml", old, new)

    assert faults(desk) == [(code, row, key)]


def test_what_a_past_stop_counted_by_must_be_a_column(desk):
    desk.change("gathering.toml", "[tables]\nmix", PAST.replace("职位", "职业"))

    assert faults(desk)[0][:1] == ("column_missing",)
