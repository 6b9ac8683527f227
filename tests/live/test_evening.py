"""From the export of a form to a published evening, in the console; and one application on a phone."""

import csv
import re

import pytest
from playwright.sync_api import expect

from tests.live.conftest import SIZES
from tests.live.looks import cut, pixels, sticking_out

pytestmark = [pytest.mark.needs("chromium")]

STOP = "/g/my-first-stop/"
DESK = "/console/my-first-stop/"
A_MINUTE = 60_000  # a worker that has just begun compiles first


def card(page, name):
    """Give the card of a step."""
    return page.get_by_role("listitem").filter(has=page.get_by_role("heading", name=re.compile(f"^{name}")))  # fmt: skip


def click_through(page, step, button):
    """Start a step on its card, watch it live, and wait until the card says that it is done."""
    card(page, step).get_by_role("button", name=button).click()
    expect(card(page, step).get_by_text("已完成")).to_be_visible(timeout=A_MINUTE)
    assert page.url.endswith(DESK)


def test_an_export_becomes_an_evening_that_everybody_can_check(evening, opened, listed):
    page = listed
    export = evening.told["export"]
    rows = len(list(csv.reader(export.read_text(encoding="utf-8").splitlines()))) - 1
    page.goto(evening(DESK))
    page.get_by_role("link", name="导入").first.click()
    page.get_by_label("报名表").set_input_files(export)
    page.get_by_role("button", name="读取").click()
    page.get_by_role("heading", name="哪一列是什么").wait_for(timeout=A_MINUTE)
    keep = page.get_by_role("button", name=re.compile(r"收进 \d+ 位"))
    if not keep.is_visible():
        page.get_by_label(re.compile("^姓名")).select_option("怎么称呼你好")
        page.get_by_role("button", name="按这样再读一次").click()
    keep.wait_for(timeout=A_MINUTE)
    taken = int(re.search(r"\d+", keep.inner_text())[0])
    assert rows - 3 <= taken <= rows
    keep.click()
    expect(page.get_by_text(re.compile(rf"新增 {taken} 位"))).to_be_visible(timeout=A_MINUTE)

    page.goto(evening(DESK))
    click_through(page, "席位", "分配席位（彩排）")
    click_through(page, "同桌", "安排同桌")
    click_through(page, "抽奖", "抽奖（彩排）")
    card(page, "公布").get_by_role("button", name="公布席位和同桌").click()
    expect(card(page, "公布").get_by_role("button", name="收回公布")).to_be_visible()
    assert sticking_out(page) == []
    assert page.minds == []

    visitor = opened("phone", "zh", script=False)
    visitor.goto(evening(STOP))
    figures = [figure.inner_text().split()[0] for figure in visitor.locator(".flow li").all()]
    assert figures[1:3] == ["24", "6"]
    assert int(figures[0]) > taken
    visitor.get_by_role("link", name="桌子怎么分的").click()
    assert visitor.get_by_role("heading", level=1).inner_text() == "桌子怎么分的"

    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto(evening(f"{STOP}screen/"))
    assert page.locator(".seats li").count() == 24
    assert cut(page, ".seats, .seats li") == []
    assert pixels(page.locator(".seats h2").first) >= 60


@pytest.mark.usefixtures("listed")
def test_applying_in_chinese_on_a_phone_leads_to_a_page_of_ones_own(evening, opened):
    phone = opened("phone", "zh", script=False)
    phone.goto(evening(STOP))
    assert sticking_out(phone) == []
    phone.get_by_role("link", name="我要报名").click()
    assert sticking_out(phone) == []
    phone.get_by_label("姓名").fill("欧阳小满")
    phone.get_by_label("手机", exact=True).fill("199 0000 7788")
    phone.get_by_role("group", name="行业").first.get_by_label("设计").check()
    phone.get_by_label("我看过了，同意这样使用").check()
    phone.get_by_role("button", name="提交报名").click()
    assert phone.get_by_role("heading", level=1).inner_text() == "收到了"
    assert sticking_out(phone) == []
    phone.get_by_role("link", name="打开我的页面").click()

    state = phone.get_by_role("heading", level=1)
    assert pixels(state) >= 32
    assert state.bounding_box()["y"] < SIZES["phone"][1] / 2
    assert sticking_out(phone) == []
    phone.get_by_role("button", name="English").click()
    assert phone.get_by_role("heading", name="My application").is_visible()
