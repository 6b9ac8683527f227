"""Dates and times as the exports of form tools write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from huiyou.text import parse_time

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-14 12:43:14",
        "2024/5/14 12:43:14",
        "2024.5.14 12:43:14",
        "2024年5月14日 12:43:14",
        "２０２４－０５－１４　１２：４３：１４",
        " 2024-05-14T12:43:14\u200b",
        "2024-05-14T04:43:14.813Z",
        "2024-05-14T12:43:14+08:00",
        "2024-05-14 00:43:14 -0400",
        "14-May-2024 12:43:14",
        "14 May 2024 12:43:14",
    ],
)
def test_every_tools_way_to_write_a_time_is_read(text):
    assert parse_time(text, SHANGHAI) == datetime(2024, 5, 14, 12, 43, 14, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2024-05-14", "2024-05-14T00:00:00+08:00"),
        ("2024年5月14日", "2024-05-14T00:00:00+08:00"),
        ("2024/5/14 9:05", "2024-05-14T09:05:00+08:00"),
        ("02-February-2021", "2021-02-02T00:00:00+08:00"),
    ],
)
def test_what_a_time_leaves_out_is_zero(text, when):
    assert parse_time(text, SHANGHAI).isoformat() == when


def test_a_time_with_its_own_offset_is_given_in_the_gatherings_zone():
    assert parse_time("2024-05-14T04:43:14Z", SHANGHAI).isoformat() == "2024-05-14T12:43:14+08:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "05/06/2024",
        "昨天",
        "45426.53",
        "2024-02-30",
        "2024-05-14 24:01",
        "0000-01-01",
        "14-Foo-2024",
        "2024-05-14 12:43:14 trailing",
        "2024-05-14T12:43:14+25:00",
        "0001-01-01T00:00+08:00",
        "9999-12-31T23:59:59-08:00",
    ],
)
def test_anything_else_is_no_time(text):
    assert parse_time(text, UTC) is None


@given(
    st.datetimes(min_value=datetime(1900, 1, 2), max_value=datetime(2100, 1, 1)),  # noqa: DTZ001
    st.integers(-23 * 60, 23 * 60),
)
def test_iso_times_are_read_back_to_the_second(naive, minutes):
    when = naive.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=minutes)))

    assert parse_time(when.isoformat(), UTC) == when
