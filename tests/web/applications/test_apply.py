import re
from datetime import timedelta
from threading import Thread

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.web.conftest import ANSWERS

from huiyou.web.applications.actions import apply
from huiyou.web.applications.answers import Answers, asked_by
from huiyou.web.applications.models import Application
from huiyou.web.applications.queries import companions, eligible

TOKEN = re.compile(r"[A-Z2-9]{10}\.1:[\w-]{43}")


def token_of(response):
    return TOKEN.search(response.headers["Location"])[0]


def form_of(page):
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]


def rows():
    return list(Application.objects.order_by("pk").values())


def test_an_application_is_kept_as_cleaning_would_keep_it(send):
    send(**{"name": "　欧阳小满 ", "phone": "＋８６ 199-0000-7788", "trait.职位": "ＡＩ 产品"})

    (row,) = Application.objects.all()
    assert (row.name, row.phone, row.company, row.source) == (
        "欧阳小满",
        "+8619900007788",
        "山海工作室",
        "form",
    )
    assert row.shown == ["name", "行业"]
    assert row.traits == {
        "公司": ["山海工作室"],
        "行业": ["设计"],
        "职位": ["AI 产品"],
        "会写代码": ["否"],
        "愿意当桌长": [],
        "想认识的行业": ["制造", "教育"],
    }


def test_what_was_kept_can_be_decided_about(send):
    send()

    assert Application.objects.get().as_person().values("想认识的行业") == ("制造", "教育")


def test_an_application_leads_to_a_page_of_ones_own(client, send):
    page = client.get(f"/me/{token_of(send())}/")

    assert "已收到" in page.content.decode()


def test_each_question_says_what_it_is_for(client, taking):
    page = client.get(f"/g/{taking.slug}/apply/").content.decode()

    assert page.count('class="help"') == len(asked_by(taking).questions)
    assert "用来按公布的配额分席位、让同桌的人背景不同、印在胸卡上。" in page


def test_nothing_may_be_shown_unless_it_is_ticked(client, send, taking):
    page = client.get(f"/g/{taking.slug}/apply/").content.decode()
    send(show=[])

    assert not re.findall(r'name="show"[^>]*checked', page)
    assert Application.objects.get().shown == []


def test_a_phone_is_never_shown_even_if_a_form_asks_for_it(send):
    send(show=["phone", "companion_phone", "会写代码", "name"])

    assert Application.objects.get().shown == ["name"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": " "}, "还没有填"),
        ({"phone": "1990000"}, "手机号位数不够"),
        ({"phone": "一九九"}, "不像手机号"),
        ({"companion_phone": "12"}, "手机号位数不够"),
        ({"trait.行业": "宠物"}, "请从列出的选项里选"),
        ({"trait.想认识的行业": ["制造", "宠物"]}, "请从列出的选项里选"),
        ({"company": "长" * 201}, "太长了"),
        ({"name": "a\0b"}, "不能用的字符"),
        ({"agree": ""}, "请先看过"),
    ],
)
def test_what_is_wrong_is_said_beside_the_question_and_above_the_form(send, changes, told):
    answer = send(**changes)

    page = answer.content.decode()
    assert answer.status_code == 422
    assert page.count(told) == 2
    for described in re.findall(r'aria-describedby="([^"]+)"', page):
        assert all(f'id="{each}"' in page for each in described.split())
    for link in re.findall(r'<li><a href="#([^"]+)"', page):
        assert f'id="{link}"' in page
    assert rows() == []


def test_what_was_filled_in_is_still_there_when_something_is_wrong(send):
    page = send(phone="1", **{"trait.行业": "教育"}).content.decode()

    assert 'value="欧阳小满"' in page
    assert 'value="教育" checked' in page
    assert re.search(r'value="name" checked', page)


def test_html_in_a_name_stays_text(client, send):
    name = "<script>alert(1)</script>"
    refused = send(name=name, phone="1").content.decode()
    page = client.get(f"/me/{token_of(send(name=name))}/data/").content.decode()

    for shown in (refused, page):
        assert name not in shown
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown


def test_without_the_token_of_our_form_nothing_is_kept(taking):
    guarded = Client(enforce_csrf_checks=True)

    answer = guarded.post(f"/g/{taking.slug}/apply/", {"name": "李四", "phone": "19900001234"})

    assert answer.status_code == 403
    assert rows() == []


def test_a_repeat_is_answered_alike_but_for_the_link_and_changes_nothing(send, client):
    first = send()
    kept = rows()

    again = send(name="别人", company="别家")

    assert rows() == kept
    assert (first.status_code, again.status_code) == (302, 302)
    assert token_of(first) != token_of(again)
    one, two = (client.get(each.headers["Location"]) for each in (first, again))
    headers = [
        {k: v for k, v in page.headers.items() if k not in {"Set-Cookie", "X-Request-ID"}}
        for page in (one, two)
    ]
    assert headers[0] == headers[1]
    assert alike(one) == alike(two)


def alike(page):
    hidden = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.content.decode())
    return TOKEN.sub("TOKEN", hidden)


def test_the_link_of_a_repeat_opens_a_page_like_any_other(send, client):
    sent = [send(), send(phone="19900005555")]
    again = send()

    pages = [
        client.get(f"/me/{token_of(one)}/{page}")
        for page in ("", "answers/", "data/", "withdraw/", "erase/")
        for one in (sent[0], again)
    ]

    assert {page.status_code for page in pages} == {200}
    for first, repeat in zip(pages[::2], pages[1::2], strict=True):
        assert plain(first) == plain(repeat)


def plain(page):
    """A page without what differs between any two applications."""
    return re.sub(r"\b[2-9A-HJ-NP-Z]{10}\b|\d\d:\d\d(:\d\d)?(\.\d+)?", "CODE", alike(page))


def test_a_repeat_counts_for_nothing_and_never_comes_to_count(send, client, taking):
    send()
    again = token_of(send(name="王五", companion_phone="19900005555"))
    send(name="赵六", phone="19900005555", companion_phone="19900007788")

    for deed in ("withdraw", "return"):
        client.post(f"/me/{again}/{deed}/")
    client.post(f"/me/{again}/answers/", {**ANSWERS, "name": "王五"})
    client.post(f"/me/{again}/companion/", {"phone": "19900005555"})

    assert [one.name for one in eligible(taking).order_by("pk")] == ["欧阳小满", "赵六"]
    assert companions(taking) == []
    assert [one.name for one in Application.every.filter(repeats=True)] == ["王五"]


def test_erasing_takes_what_came_again_along_but_not_the_other_way_round(send, client, taking):
    first = token_of(send(companion_phone="19900005555"))
    send(name="赵六", phone="19900005555", companion_phone="19900007788")
    again = token_of(send(name="王五", companion_phone="19900005555"))

    client.post(f"/me/{again}/erase/", {"sure": "1"})

    assert len(companions(taking)) == 1

    assert [one.name for one in eligible(taking).order_by("pk")] == ["欧阳小满", "赵六"]
    assert taking.applications.get(name="赵六").companion_phone == "+8619900007788"

    third = token_of(send(name="孙七"))
    client.post(f"/me/{first}/erase/", {"sure": "1"})

    assert [one.name for one in Application.every.exclude(name="")] == ["赵六"]
    assert client.get(f"/me/{third}/").status_code == 404


def test_the_same_form_sent_twice_gives_the_same_link_and_one_application(client, send, taking):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))

    links = {token_of(send(form=form)) for _ in range(3)}

    assert len(links) == len(rows()) == 1


def test_the_same_form_in_two_hands_gives_two_links(client, send, taking):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))

    links = {token_of(send(form=form, phone=f"1990000778{k}")) for k in range(2)}

    assert len(links) == len(rows()) == 2


def test_a_form_that_is_not_ours_still_counts_but_its_number_does_not(send):
    links = {token_of(send(form="made-up")) for _ in range(2)}

    assert len(links) == 2
    assert len(rows()) == 1


def test_a_form_sent_again_after_erasing_makes_a_new_application(client, send, taking):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))
    first = token_of(send(form=form))
    client.post(f"/me/{first}/erase/", {"sure": "1"})

    send(form=form)

    assert [row["state"] for row in rows()] == ["erased", "applied"]
    assert client.get(f"/me/{first}/").status_code == 404


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("names", [["同一个人"], [f"名字{k}" for k in range(20)]])
def test_twenty_at_once_with_one_phone_make_one_application(taking, names):
    failed = []

    def work(k):
        answers = Answers(name=names[k % len(names)], phone="+8619900007788")
        try:
            apply(taking, answers, once=str(k), now=timezone.now())
        except Exception as error:  # noqa: BLE001 -- told below
            failed.append(error)
        finally:
            connection.close()

    threads = [Thread(target=work, args=(k,)) for k in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert (failed, len(rows())) == ([], 1)


def test_before_it_opens_and_after_it_closes_nothing_is_taken(client, send, taking):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))
    now = timezone.now()
    for opens, closes, told in (
        (now + timedelta(hours=1), None, "报名还没开始"),
        (None, now - timedelta(seconds=1), "报名已经结束"),
    ):
        taking.opens, taking.closes = opens, closes
        taking.starts = now + timedelta(days=9)
        taking.save()

        page = client.get(f"/g/{taking.slug}/apply/")
        sent = send(form=form)

        assert (page.status_code, sent.status_code) == (403, 403)
        assert told in page.content.decode()
    assert rows() == []


def test_nobody_applies_to_what_has_begun(client, taking):
    taking.closes, taking.starts = None, timezone.now() - timedelta(minutes=1)
    taking.save()

    assert client.get(f"/g/{taking.slug}/apply/").status_code == 403


def test_the_page_of_a_gathering_leads_to_the_form_while_it_is_open(client, taking):
    link = f'href="/g/{taking.slug}/apply/"'
    while_open = client.get(f"/g/{taking.slug}/").content.decode()
    taking.closes = timezone.now()
    taking.save()

    assert link in while_open
    assert link not in client.get(f"/g/{taking.slug}/").content.decode()


def test_a_gathering_that_is_not_listed_takes_no_applications(client, send, taking):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))
    taking.listed = False
    taking.save()

    assert send(form=form).status_code == 404
    assert rows() == []


def test_too_many_from_one_address_must_wait_whatever_they_say_of_themselves(
    client, send, taking, settings
):
    settings.APPLICATIONS_PER_ADDRESS = 3
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))

    codes = [
        client.post(
            f"/g/{taking.slug}/apply/",
            {"once": form, "name": "某人", "phone": f"1990000{k:04}", "agree": "on"},
            headers={"x-forwarded-for": f"6.6.6.{k}"},
        ).status_code
        for k in range(5)
    ]

    assert codes == [302, 302, 302, 429, 429]
    assert len(rows()) == 3


def test_a_known_phone_costs_as_many_questions_to_the_database(
    client, send, taking, django_assert_num_queries
):
    form = form_of(client.get(f"/g/{taking.slug}/apply/"))
    send(phone="19900000001")
    with CaptureQueriesContext(connection) as new:
        send(form=form, phone="19900000002")

    with django_assert_num_queries(len(new)):
        send(form=form, phone="19900000001")


def test_a_link_that_we_did_not_give_is_not_said_to_be_received(client, taking):
    assert client.get(f"/g/{taking.slug}/applied/AAAAAAAAAA.1:made-up/").status_code == 404


def test_every_sentence_is_there_in_english(client, taking):
    page = client.get(f"/g/{taking.slug}/apply/", headers={"accept-language": "en"})

    text = page.content.decode()
    assert "Used to give seats by the published quotas, to mix backgrounds" in text
    assert "People at my table may see this" in text
    assert 'value="是"> Yes' in text


@pytest.fixture
def asking_more(taking):
    """The same, asking for everything it can ask, some of it required."""
    facts = taking.facts
    about = facts.applicants.model_copy(
        update={
            "required": ["name", "phone", "行业"],
            "columns": {"email": "邮箱", "bio": "一句话介绍", "wants": "想认识谁"},
            "companions": "off",
        }
    )
    taking.keep_facts(facts.model_copy(update={"applicants": about}))
    taking.save()
    return taking


def test_a_gathering_asks_only_what_something_uses(taking, asking_more):
    assert [question.key for question in asked_by(asking_more).questions] == [
        "name",
        "phone",
        "email",
        "company",
        "bio",
        "wants",
        "行业",
        "职位",
        "会写代码",
        "愿意当桌长",
        "想认识的行业",
    ]


def test_running_text_stays_as_it_was_written_but_for_what_nobody_sees(send, asking_more):
    send(email=" a@Example.org", bio=" 做片子，\r\n想学 AI。\x07 ", wants="懂制造的人？")

    row = Application.objects.get()
    assert (row.email, row.bio, row.wants) == (
        "a@Example.org",
        "做片子，\n想学 AI。",
        "懂制造的人？",
    )


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"email": "nobody"}, "不像邮箱"),
        ({"email": "a@b.c" + "d" * 260}, "太长了"),
        ({"bio": "长" * 1001}, "太长了"),
        ({"trait.行业": ""}, "还没有填"),
    ],
)
def test_more_questions_have_their_faults_too(send, asking_more, changes, told):
    page = send(**changes)

    assert page.status_code == 422
    assert page.content.decode().count(told) >= 2
    assert rows() == []
