import ast
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.models import ProtectedError
from django.utils import timezone
from tests.web.conftest import ANSWERS

import huiyou.web
from huiyou.phrases import LANGUAGES, Speaker
from huiyou.web.applications.actions import KEPT_DAYS, erase_overdue
from huiyou.web.applications.models import Application
from huiyou.web.console.queries import chain_holds
from huiyou.web.journal.models import AppendOnlyError, Entry


@pytest.fixture
def lines(gathering):
    for k in range(3):
        Entry.write(gathering, at=timezone.now(), who="lin", deed="facts", section="basics", n=k)
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


def deeds_in_the_source():
    """Give every deed code that something writes, and the names of what it is about."""
    found = {}
    for path in Path(huiyou.web.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            words = {word.arg: word.value for word in getattr(call, "keywords", ())}
            by_code = getattr(getattr(call, "func", None), "id", "") in {"_turn", "_write"}
            names = {"code"} if by_code else set(words)
            for node in ast.walk(words.get("deed", ast.Pass())):
                if isinstance(node, ast.Constant):
                    found[node.value] = found.get(node.value, names) & names
    return found


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_deed_has_a_sentence_that_says_no_more_than_was_written(language):
    deeds, voice = deeds_in_the_source(), Speaker(language)

    assert {"import", "mapping", "publish", "unpublish", "erase", "withdraw"} <= deeds.keys()
    for code, names in deeds.items():
        counts = {"rows", "applicants", "rejected"} if None in names else set()
        voice.say(f"deed.{code}", **dict.fromkeys(names - {None} | counts, 1))


def test_the_journal_is_read_as_sentences(organiser, gathering, at):
    Entry.write(gathering, at=timezone.now(), who="mao", deed="mapping", columns={"phone": "怎么找你", "行业": "您的行业"})  # fmt: skip
    Entry.write(gathering, at=timezone.now(), who="mao", deed="times", listed=True, opens="", closes="2026-05-01T16:00:00+00:00")  # fmt: skip
    Entry.write(gathering, at=timezone.now(), who="applicant", deed="withdraw", code="ABC")

    page = organiser.get(at("journal/")).content.decode()
    english = organiser.get(at("journal/"), headers={"accept-language": "en"}).content.decode()

    assert "报名的人</b> · 编号 ABC 退出" in page
    assert "说明哪一列是什么：手机 ← “怎么找你”、行业 ← “您的行业”" in page
    assert "修改报名时间：不限 至 2026-05-02 00:00；公开" in page
    assert "An applicant</b> · Code ABC withdrew" in english
    assert "sha256" not in page
    assert gathering.journal.first().about["sha256"] in page


def test_what_applicants_do_is_written_by_code_and_who_erases_is_not_named(taking, send, client):
    send()
    who = taking.applications.get()
    link = f"/me/{who.token}/"
    other = Application.objects.create(
        gathering=taking, name="韦明", phone="+8619900000001", companion_phone=who.phone, applied_at=timezone.now(),
    )  # fmt: skip
    client.post(link + "withdraw/")
    client.post(link + "withdraw/")
    client.post(link + "return/")
    client.post(link + "answers/", {**ANSWERS, "company": "别处"})
    for _ in range(2):
        client.post(link + "companion/", {"phone": "19900000001"})
    client.post(link + "erase/", {"sure": "on"})

    lines = [(line.who, line.deed, line.about) for line in taking.journal.all()][1:]
    by_code = ("withdraw", "come_back", "change_answers", "confirm_companion")
    assert lines == [
        *(("applicant", deed, {"code": who.code}) for deed in by_code),
        ("applicant", "erase", {}),
    ]
    assert other.named_by.count() == 0
    assert chain_holds(list(taking.journal.all())) is None


def test_what_a_repeat_does_counts_for_nothing_in_the_journal_too(taking, send, client):
    for _ in range(2):
        send()
    link = f"/me/{Application.every.get(repeats=True).token}/"
    for page, data in (("withdraw/", {}), ("erase/", {"sure": "on"})):
        client.post(link + page, data)

    assert [line.deed for line in taking.journal.all()] == ["import"]


def test_who_is_erased_when_the_time_is_over_is_counted(gathering):
    people = gathering.applications.count()

    for _ in range(2):
        erase_overdue(gathering.kept_since + timedelta(days=KEPT_DAYS + 1))

    assert [(line.deed, line.about) for line in gathering.journal.all()][1:] == [
        ("erase_overdue", {"n": people})
    ]


def test_a_cut_end_shows_against_a_digest_that_was_noted(organiser, lines, at):
    noted = lines[-1].digest
    spaced = " ".join(noted[k : k + 4] for k in range(0, 64, 4)).upper()
    there = organiser.get(at("journal/"), {"noted": spaced}).content.decode()
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_entry WHERE digest = %s", [noted])

    cut = organiser.get(at("journal/"), {"noted": noted}).content.decode()

    assert f"它是第 {lines[-1].number} 条的指纹" in there
    assert "环环相扣" in cut
    assert "日志里没有这个指纹" in cut
