import re

import pytest

from huiyou.phrases import Speaker
from huiyou.web.prizes.queries import FEWEST, outcome_of
from huiyou.web.tables.actions import set_tables


def page_of(client, gathering, **more):
    return client.get(f"/g/{gathering.slug}/", **more).content.decode()


def test_the_figures_are_those_of_the_records(decided):
    found = outcome_of(decided, Speaker("zh"))
    round_ = decided.rounds.get()
    rounds = round_.plans.get().record["rounds"]

    assert (found.applied, found.seats, found.tables, found.rounds) == (
        decided.applications.count(), len(round_.record["chosen"]), len(rounds[0]), len(rounds),
    )  # fmt: skip
    assert found.prizes == round_.draws.get().tickets.exclude(won="").count()


def test_the_chart_counts_every_pair_of_each_round(decided):
    heat = str(outcome_of(decided, Speaker("zh")).heat)
    cells = [int(n) for n in re.findall(r'<text class="n[^>]*>(\d+)</text>', heat)]
    size = int(len(cells) ** 0.5)
    pairs = sum(
        len(table) * (len(table) - 1) // 2
        for tables in decided.rounds.get().plans.get().record["rounds"]
        for table in tables
    )

    both_ways = sum(cells) + sum(cells[k * (size + 1)] for k in range(size))
    assert both_ways == 2 * pairs


def test_a_trade_of_very_few_people_is_shown_with_others(decided):
    seats = decided.rounds.get().seats.filter(alternate=None).select_related("application")
    for seat in seats[: FEWEST - 1]:
        seat.application.traits["行业"] = ["钟表匠"]
        seat.application.save()

    heat = str(outcome_of(decided, Speaker("zh")).heat)

    assert "钟表匠" not in heat
    assert "其余" in heat


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_published_gathering_shows_what_became_of_it(client, decided, language):
    page = page_of(client, decided, headers={"accept-language": language})

    assert 'class="flow"' in page
    assert 'class="heat"' in page
    for step in ("seats", "tables", "draw"):
        assert f'href="/g/{decided.slug}/proof/{step}/"' in page


def test_before_it_is_published_nothing_of_it_is_shown(client, decided):
    decided.published = None
    decided.save(update_fields=["published"])

    page = page_of(client, decided)

    assert "/proof/" not in page
    assert 'class="heat"' not in page
    assert "这一页会放上结果和查证的办法" in page


def test_a_redo_is_shown_at_once(client, decided):
    before = page_of(client, decided)
    decided.facts_text = decided.facts_text.replace('"tables":6', '"tables":4')
    decided.save()
    set_tables(type(decided).objects.get(pk=decided.pk).rounds.get(), seed="again")

    assert "<b>6</b>" in before
    assert "<b>4</b>" in page_of(client, decided)


def test_codes_lead_back_to_a_site_that_knows_its_address(client, decided, settings):
    without = page_of(client, decided)
    settings.PUBLIC_URL = "https://huiyou.example"

    assert page_of(client, decided).count('class="code"') == without.count('class="code"') + 3


def test_the_published_page_asks_the_database_little(client, decided, django_assert_max_num_queries):  # fmt: skip
    page_of(client, decided)

    with django_assert_max_num_queries(5):
        page_of(client, decided)
