import json
import zlib

import pytest
from django.core.cache import cache

from huiyou.proof import canonical
from huiyou.web.applications.actions import erase, withdraw
from huiyou.web.seats.actions import check_round, forget_erased, rehearse_seats

PAGES = ["proof/seats/", "proof/tables/", "proof/draw/"]
FILES = [
    "proof/seats/selection.json",
    "proof/tables/tables.public.json",
    "proof/draw/draw.json",
]


def told(client, gathering, page, language="zh"):
    answer = client.get(f"/g/{gathering.slug}/{page}", headers={"accept-language": language})
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_nothing_is_told_before_it_is_published(client, decided, page):
    decided.published = None
    decided.save(update_fields=["published"])

    assert client.get(f"/g/{decided.slug}/{page}").status_code == 404


@pytest.mark.parametrize("page", PAGES)
def test_a_published_gathering_without_results_says_so(client, gathering, page):
    gathering.published = gathering.starts.replace(year=2020)
    gathering.save(update_fields=["published"])

    assert "还没有结果" in told(client, gathering, page)


@pytest.mark.parametrize("page", PAGES)
def test_a_rehearsal_is_called_one(client, decided, page):
    assert "这是彩排。" in told(client, decided, page)
    assert "This is a rehearsal." in told(client, decided, page, "en")


@pytest.mark.parametrize("page", PAGES)
def test_each_page_tells_three_audiences_what_each_can_check(client, decided, page):
    text = told(client, decided, page)

    assert [word in text for word in ("任何人", "本人", "审计")] == [True] * 3


@pytest.mark.parametrize("page", [*PAGES, *FILES])
def test_nobody_is_named_and_nobodys_answers_are_told(client, decided, page):
    text = told(client, decided, page)
    people = decided.applications.all()

    assert [a.name for a in people if a.name in text] == []
    assert [a.phone for a in people if a.phone in text or a.phone[-11:] in text] == []
    assert [a.company for a in people if a.company and a.company in text] == []
    assert [a.token for a in people if a.token in text] == []


def test_the_public_part_of_the_tables_says_of_nobody_where_they_sit(client, decided):
    text = told(client, decided, "proof/tables/tables.public.json")

    assert [a.code for a in decided.applications.all() if a.code in text] == []
    assert json.loads(text)["record"] == decided.rounds.get().plans.get().record["digest"]


def test_files_are_taken_away_and_never_run(client, decided):
    for file in FILES:
        answer = client.get(f"/g/{decided.slug}/{file}")
        assert answer.headers["Content-Disposition"].startswith("attachment")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_the_file_of_the_seats_is_the_record_to_the_byte(client, decided):
    kept = json.loads(decided.rounds.get().file)

    assert json.loads(told(client, decided, "proof/seats/selection.json")) == kept


def test_the_judge_speaks_on_the_page(client, decided):
    assert "没有任何抽法更公平" in told(client, decided, "proof/seats/")
    assert "已证实" in told(client, decided, "proof/tables/")
    assert "抽中的可由公开数据重算" in told(client, decided, "proof/draw/")


def test_a_record_that_was_changed_is_refused_for_everyone_to_see(client, decided):
    round_ = decided.rounds.get()
    record = json.loads(round_.file)
    record["alternates"].reverse()
    round_.whole = zlib.compress(canonical.dumps(record))
    round_.save(update_fields=["whole"])

    assert "不成立" in told(client, decided, "proof/seats/")


def test_who_withdraws_later_changes_nothing_of_what_is_proven(decided):
    round_ = decided.rounds.get()
    withdraw(round_.seats.filter(alternate=None).first().application)

    assert check_round(round_).status == "PROVEN"


def test_who_is_erased_is_forgotten_and_the_record_still_holds(decided):
    round_ = decided.rounds.get()
    gone = round_.seats.filter(alternate=None).first().application
    erase(gone)
    forget_erased(decided)
    round_ = decided.rounds.get()

    verdict = check_round(round_)

    assert gone.code not in round_.inputs["people"]
    assert (verdict.status, verdict.reasons[0]) == ("CONSISTENT", "people_changed")


def test_a_redo_is_shown_and_the_earlier_record_stays_listed(client, decided):
    earlier = decided.rounds.get().record["digest"]
    later = rehearse_seats(decided, seed="again").record["digest"]
    cache.clear()

    text = told(client, decided, "proof/seats/")

    assert text.index(later) < text.index(earlier)


@pytest.mark.parametrize(("page", "queries"), [("proof/seats/", 10), ("proof/tables/", 7), ("proof/draw/", 6)])  # fmt: skip
def test_a_proof_page_asks_the_database_little_and_the_second_time_less(
    client, decided, page, queries, django_assert_max_num_queries
):
    with django_assert_max_num_queries(queries + 4):
        told(client, decided, page)
    with django_assert_max_num_queries(queries - 2):
        told(client, decided, page)
