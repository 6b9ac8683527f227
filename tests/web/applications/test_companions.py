"""Companions as decisions read them: both eligible, both named each other, in one gathering."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyou.web.applications.models import Application, Companion
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.gatherings.models import Gathering


@pytest.fixture
def people(taking):
    """Ten who applied, by name; nobody named anybody yet."""
    rows = [
        Application(
            gathering=taking,
            code=f"C{name}",
            name=name,
            phone=f"+861990000{k:04}",
            applied_at=timezone.now(),
        )
        for k, name in enumerate("abcdefghij")
    ]
    return {row.name: row for row in Application.objects.bulk_create(rows)}


def name_each_other(people, *pairs):
    for one, other in pairs:
        Companion.objects.create(application=people[one], other=people[other])
        Companion.objects.create(application=people[other], other=people[one])


def test_two_who_named_each_other_are_a_pair_and_a_chain_is_one_group(taking, people):
    name_each_other(people, "ba", "dc", "de")
    Companion.objects.create(application=people["f"], other=people["g"])  # not returned
    Companion.objects.create(application=people["g"], other=people["a"])

    assert companions(taking) == [("Ca", "Cb"), ("Cc", "Cd", "Ce")]


def test_who_withdrew_or_was_erased_or_is_a_repeat_is_nobodys_companion(taking, people):
    name_each_other(people, "ab", "cd", "ef", "gh")
    for name, change in {"a": {"state": "withdrawn"}, "d": {"state": "erased"}, "e": {"repeats": True}}.items():  # fmt: skip
        Application.objects.filter(pk=people[name].pk).update(**change)

    assert companions(taking) == [("Cg", "Ch")]


def test_people_of_another_gathering_are_not_among_them(taking, people):
    other = Gathering.objects.get(pk=taking.pk)
    other.pk, other.slug = None, "elsewhere"
    other.save()
    name_each_other(people, "ab", "cd")
    Application.objects.filter(name__in="bcd").update(gathering=other)

    assert companions(taking) == []
    assert companions(other) == [("Cc", "Cd")]


def test_it_takes_one_plain_query_however_many_people(taking, people):
    name_each_other(people, "ab", "cd")
    with CaptureQueriesContext(connection) as asked:
        assert len(companions(taking)) == 2

    assert len(asked) == 1
    assert not any(" IN (SELECT" in query["sql"] for query in asked)
    assert eligible(taking).count() == len(people)
