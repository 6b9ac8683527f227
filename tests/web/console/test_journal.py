import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.utils import timezone

from huiyou.web.console.queries import chain_holds
from huiyou.web.journal.models import AppendOnlyError, Entry


@pytest.fixture
def lines(gathering):
    for k in range(3):
        Entry.write(gathering, at=timezone.now(), who="lin", deed="facts", n=k)
    return list(gathering.journal.all())


def change(entry):
    entry.who = "somebody else"
    entry.save()


CHANGES = {
    "save": change,
    "delete": lambda entry: entry.delete(),
    "update": lambda entry: Entry.objects.filter(pk=entry.pk).update(who="somebody else"),
    "delete many": lambda entry: Entry.objects.filter(pk=entry.pk).delete(),
    "bulk update": lambda entry: Entry.objects.bulk_update([entry], ["who"]),
    "bulk create": lambda entry: Entry.objects.bulk_create([entry]),
}


@pytest.mark.parametrize("way", CHANGES)
def test_a_line_that_is_written_stays_as_it_is(lines, way):
    with pytest.raises(AppendOnlyError):
        CHANGES[way](lines[1])

    assert [line.who for line in Entry.objects.all()][1:] == ["lin", "lin", "lin"]


def test_a_gathering_with_a_journal_cannot_be_deleted(gathering, lines):
    with pytest.raises(ProtectedError):
        gathering.delete()


def test_the_chain_holds_until_a_line_is_altered_behind_our_back(organiser, lines, at):
    before = organiser.get(at("journal/")).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journal_entry SET who = 'mao' WHERE number = 2")

    after = organiser.get(at("journal/")).content.decode()

    assert "4 条，环环相扣" in before
    assert "第 2 条起对不上" in after


def test_a_line_taken_out_of_the_middle_breaks_the_chain(lines):
    assert chain_holds(lines) is None
    assert chain_holds([lines[0], *lines[2:]]) == 2
    assert chain_holds([lines[0], lines[2], lines[1], lines[3]]) == 2


@pytest.mark.django_db(transaction=True)
def test_moving_the_journal_into_its_room_keeps_every_line(gathering, lines):
    call_command("migrate", "journal", "zero", verbosity=0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT number, digest FROM console_entry ORDER BY number")
        before = cursor.fetchall()

    call_command("migrate", verbosity=0)

    after = list(gathering.journal.all())
    assert before == [(line.number, line.digest) for line in after]
    assert len(after) == 4
    assert chain_holds(after) is None
