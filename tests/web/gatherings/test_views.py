import json

import pytest


def test_the_page_of_a_gathering_says_what_when_and_where(client, gathering):
    page = client.get(f"/g/{gathering.slug}/").content.decode()

    for words in (
        "会友 · 第一站",
        "2026年6月6日 周六 14:00",
        "城西书房 二层",
        "一个人怎么用好 AI",
        "一本签名书",
    ):
        assert words in page


def test_a_gathering_that_is_not_listed_is_not_there(client, gathering):
    gathering.listed = False
    gathering.save(update_fields=["listed"])

    assert client.get(f"/g/{gathering.slug}/").status_code == 404
    assert gathering.title not in client.get("/").content.decode()


def test_english_is_for_browsers_that_ask_for_it_first(client, gathering):
    english = client.get("/", headers={"accept-language": "en-GB,en;q=0.9,zh;q=0.8"})
    other = client.get("/", headers={"accept-language": "fr"})

    assert (english.headers["Content-Language"], other.headers["Content-Language"]) == (
        "en",
        "zh-hans",
    )


def test_the_language_that_was_chosen_stays(client, gathering):
    back = client.post("/language/", {"language": "en", "next": f"/g/{gathering.slug}/"})

    page = client.get(back.headers["Location"])

    assert "Huiyou · the first stop" in page.content.decode()


@pytest.mark.parametrize("elsewhere", ["https://example.com/", "//example.com", "javascript:1"])
def test_choosing_a_language_leads_nowhere_else(client, db, elsewhere):
    back = client.post("/language/", {"language": "en", "next": elsewhere})

    assert back.headers["Location"] == "/"


def test_no_page_runs_or_loads_what_is_not_ours(client, gathering):
    policy = client.get("/").headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize("stops", [1, 3])
def test_the_list_asks_the_database_once_however_long_it_is(
    client, gathering, stops, django_assert_num_queries
):
    for k in range(stops - 1):
        gathering.pk, gathering.slug = None, f"stop-{k}"
        gathering.save()

    with django_assert_num_queries(1):
        client.get("/")


def test_the_line_of_a_series_begins_before_the_site_and_ends_with_the_next_stop(client, gathering):
    facts = json.loads(gathering.facts_text)
    here = facts["gathering"]["starts"][:10]
    facts["gathering"]["past_stops"] = ["苏州 2025-01-04", f"杭州 {here}"]
    gathering.facts_text = json.dumps(facts)
    gathering.save()

    page = client.get(f"/series/{gathering.series.slug}/").content.decode()

    order = [page.index(words) for words in ("苏州 2025-01-04", "第一站</a>", "下一站：苏州")]
    assert order == sorted(order)
    assert f"杭州 {here}" not in page


def test_the_date_can_be_kept_without_a_download(client, gathering):
    page = client.get(f"/g/{gathering.slug}/calendar/").content.decode()
    file = client.get(f"/g/{gathering.slug}/calendar.ics")

    assert "2026年6月6日 周六 14:00–17:30" in page
    assert 'src="data:image/png;base64,' in page
    assert file.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert b"SUMMARY" in file.content
