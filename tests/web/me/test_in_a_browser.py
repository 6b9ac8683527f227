import os
import shutil

import pytest
from django.db import connections
from playwright.sync_api import sync_playwright
from tests.conftest import QUIET

from huiyou.web.applications.models import Application

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def phone(monkeypatch):
    """Open pages on a phone that speaks Chinese; every complaint of the browser is kept."""
    monkeypatch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")  # Playwright runs a loop
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=QUIET)
        context = browser.new_context(viewport=PHONE, locale="zh-CN", java_script_enabled=False)
        page = context.new_page()
        page.complaints = []
        page.on("console", lambda message: page.complaints.append(message.text))
        yield page
        browser.close()
        connections.close_all()  # inside that loop Django opens connections of their own


@pytest.mark.needs("chromium")
@pytest.mark.django_db(transaction=True)
def test_targets_are_large_enough_and_nothing_is_cut_off(phone, live_server, taking):
    phone.goto(f"{live_server.url}/g/{taking.slug}/apply/")

    for control in phone.locator(
        "main label:has(input), main button, main form > .field > input"
    ).all():
        box = control.bounding_box()
        assert box["height"] >= 44
        assert box["x"] + box["width"] <= PHONE["width"]


@pytest.mark.needs("chromium")
@pytest.mark.django_db(transaction=True)
def test_applying_in_chinese_on_a_phone_leads_to_a_page_of_ones_own(phone, live_server, taking):
    phone.goto(f"{live_server.url}/g/{taking.slug}/")
    phone.get_by_role("link", name="我要报名").click()
    phone.get_by_label("姓名").fill("欧阳小满")
    phone.get_by_label("手机", exact=True).fill("1990000")
    phone.get_by_role("group", name="行业").first.get_by_label("设计").check()
    phone.get_by_label("我看过了，同意这样使用").check()
    phone.get_by_role("button", name="提交报名").click()
    phone.get_by_role("link", name="手机：手机号位数不够").click()
    phone.get_by_label("手机", exact=True).fill("199 0000 7788")
    phone.get_by_role("button", name="提交报名").click()
    phone.get_by_role("link", name="打开我的页面").click()

    assert phone.get_by_role("heading", level=1).inner_text() == "已收到"
    phone.get_by_role("button", name="English").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "We have it"
    kept = Application.objects.get()
    assert (kept.name, kept.phone) == ("欧阳小满", "+8619900007788")
    assert kept.traits["行业"] == ["设计"]
    assert [text for text in phone.complaints if "422" not in text] == []
