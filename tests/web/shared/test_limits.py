from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from huiyou.web.shared.limits import address_of, too_often
from huiyou.web.shared.models import Tally


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "6.6.6.6", "127.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7", "7.7.7.7"),
        (2, "5.5.5.5, 6.6.6.6, 7.7.7.7", "6.6.6.6"),
        (2, "7.7.7.7", "127.0.0.1"),
        (1, "", "127.0.0.1"),
        (1, "6.6.6.6,", "127.0.0.1"),
        (1, "6.6.6.6, unknown", "127.0.0.1"),
        (1, "6.6.6.6, 7.7.7.7' OR 1=1", "127.0.0.1"),
        (1, "7.7.7.7:4711", "7.7.7.7"),
        (1, "[2001:db8:1:2::3]:4711", "2001:db8:1:2::/64"),
        (1, "2001:db8:1:2:ffff:1:2:3", "2001:db8:1:2::/64"),
        (1, "2001:DB8:1:2::9", "2001:db8:1:2::/64"),
        (1, "::ffff:7.7.7.7", "7.7.7.7"),
        (1, "fe80::1%eth0", "fe80::/64"),
        (1, "1" * 100_000, "127.0.0.1"),
    ],
)
def test_only_proxies_of_ours_say_where_somebody_comes_from(
    rf, settings, proxies, forwarded, address
):
    settings.TRUSTED_PROXIES = proxies

    assert address_of(rf.get("/", headers={"x-forwarded-for": forwarded})) == address


def test_who_comes_by_ipv6_or_by_no_address_has_one_too(rf):
    assert address_of(rf.get("/", REMOTE_ADDR="2001:db8::77")) == "2001:db8::/64"
    assert address_of(rf.get("/", REMOTE_ADDR="testclient")) == "testclient"
    assert address_of(rf.get("/", REMOTE_ADDR="")) == ""


@pytest.mark.django_db
def test_the_fourth_try_is_one_too_many():
    tries = [too_often("find", "127.0.0.1", times=3, seconds=60) for _ in range(5)]

    assert tries == [False, False, False, True, True]


@pytest.mark.django_db
def test_tries_are_counted_apart_by_address_and_by_what():
    for _ in range(3):
        too_often("find", "a", times=3, seconds=60)

    assert [
        too_often("find", "b", times=3, seconds=60),
        too_often("apply", "a", times=3, seconds=60),
    ] == [False, False]


@pytest.mark.django_db
def test_counting_begins_anew_when_time_has_run_out():
    for _ in range(4):
        too_often("find", "a", times=3, seconds=60)
    Tally.objects.update(until=0)

    assert not too_often("find", "a", times=3, seconds=60)


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_are_all_counted():
    def tries(_):
        try:
            return [too_often("find", "a", times=40, seconds=60) for _ in range(10)]
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as threads:
        found = [each for some in threads.map(tries, range(8)) for each in some]

    assert found.count(False) == 40
    assert Tally.objects.get().count == 80
