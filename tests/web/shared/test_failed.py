"""Pages that say that something failed, in the house's own words and looks."""

import pytest
from django.template.loader import get_template
from django.test import Client


@pytest.mark.parametrize(
    ("language", "words"), [("zh-CN", "没有这一页"), ("en", "There is no such page")]
)
def test_a_page_that_is_not_there_says_so_in_the_readers_language(db, language, words):
    answer = Client().get("/nothing/", headers={"accept-language": language})

    assert answer.status_code == 404
    assert words in answer.content.decode()
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_form_without_its_token_says_what_to_do(db):
    answer = Client(enforce_csrf_checks=True).post("/console/-/login/", {"name": "a"})

    assert answer.status_code == 403
    assert "这张表单过期了" in answer.content.decode()
    assert "<style" not in answer.content.decode()


@pytest.mark.parametrize("name", ["400.html", "500.html"])
def test_a_failure_that_knows_nothing_of_the_reader_speaks_both_languages(name):
    page = get_template(name).render()

    assert "failed." not in page
    assert 'lang="en"' in page
    assert ("出错了" in page) or ("读不懂" in page)
