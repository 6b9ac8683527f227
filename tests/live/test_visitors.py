"""The filled demo, as those who come to it see it."""

import re

import pytest

from tests.live.conftest import SIZES, log_in
from tests.live.looks import cut, pixels, sticking_out

pytestmark = [pytest.mark.needs("chromium")]

PUBLIC = "/g/shenzhen-2024/"
PAGES = ["/", "/series/s-2024/", PUBLIC, f"{PUBLIC}calendar/", f"{PUBLIC}find/", f"{PUBLIC}proof/seats/", f"{PUBLIC}proof/tables/", f"{PUBLIC}proof/draw/", f"{PUBLIC}screen/timer/"]  # fmt: skip
HEADING = {"zh": "一起AI，交个朋友 · 深圳站", "en": "Make friends with AI · Shenzhen"}


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", SIZES)
def test_no_page_scrolls_sideways(demo, opened, size, language):
    page = opened(size, language)
    wide = {}
    for path in [*PAGES, demo.told["person"]]:
        page.goto(demo(path))
        wide[path] = sticking_out(page)

    assert {path: out for path, out in wide.items() if out} == {}
    assert page.minds == []


@pytest.mark.parametrize("script", [True, False])
def test_the_public_page_tells_what_became_of_1600_people(demo, opened, script):
    page = opened("laptop", "zh", script=script)
    page.goto(demo(PUBLIC))

    figures = [figure.inner_text().split()[0] for figure in page.locator(".flow li").all()]
    assert figures == ["1,600", "200", "21", "21"]
    assert page.get_by_role("img", name="各行业之间同桌的人数对").is_visible()
    assert page.get_by_role("link", name="找座位").bounding_box()["y"] < SIZES["laptop"][1]
    for name in ("席位怎么给的", "桌子怎么分的", "奖品怎么抽的"):
        page.goto(demo(PUBLIC))
        page.get_by_role("link", name=name).click()
        assert page.get_by_role("heading", level=1).inner_text() == name
        page.get_by_role("link", name="看全文").click()
        assert page.locator("pre").inner_text().startswith("{")


def test_the_pages_say_nothing_of_who_sits_where(demo, opened):
    page = opened("laptop", "zh")
    page.goto(demo(demo.told["person"]))
    names = [name.inner_text() for name in page.locator(".mates .name").all()]
    for path in PAGES:
        page.goto(demo(path))
        text = page.content()
        assert [name for name in names if name != "一位同桌" and name in text] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("script", [True, False])
def test_ones_own_page_says_the_next_table_first_and_large(demo, opened, language, script):
    page = opened("phone", language, script=script)
    page.goto(demo(demo.told["person"]))

    number = page.locator(".next .number")
    assert number.inner_text().isdecimal()
    assert pixels(number) >= 96
    assert number.bounding_box()["y"] < SIZES["phone"][1] / 2
    assert page.get_by_role("heading", name={"zh": "去找这些人", "en": "Look for"}[language]).is_visible()  # fmt: skip
    assert page.locator(".mates li").count() >= 3
    assert cut(page, ".mates .name") == []
    assert page.locator(".ticket img").get_attribute("src").startswith("data:image/png")


def test_the_wall_shows_every_name_whole(demo, opened):
    page = opened("projector", "zh")
    log_in(page, demo, demo.told["user"], demo.told["password"])
    for number in (1, 2, 3):
        page.goto(demo(f"{PUBLIC}screen/?round={number}"))

        assert page.locator(".seats").count() == 21
        assert page.locator(".seats li").count() == 200
        assert cut(page, ".seats, .seats li") == []
        assert pixels(page.locator(".seats h2").first) >= 40
        assert pixels(page.locator(".seats li[class='']").first) >= 30


def test_the_name_and_four_digits_on_the_wall_lead_to_the_same_table(demo, opened):
    organiser, guest = opened("projector", "zh"), opened("phone", "zh", script=False)
    log_in(organiser, demo, demo.told["user"], demo.told["password"])
    organiser.goto(demo(f"{PUBLIC}screen/"))
    names = organiser.locator(".seats").nth(4).locator("li[class='']").all_inner_texts()
    for name in names:  # of 1,600 people some share one
        organiser.goto(demo(f"/console/shenzhen-2024/applications/?q={name}"))
        links = organiser.get_by_role("link", name=name, exact=True)
        if links.count() == 1:
            break
    links.click()
    phone = re.search(r"1\d{10}", organiser.locator("main").inner_text().replace(" ", ""))[0]
    guest.goto(demo(PUBLIC))
    guest.get_by_role("link", name="找座位").click()
    guest.get_by_label("姓名").fill(name)
    guest.get_by_label("手机后四位").fill(phone[-4:])
    guest.get_by_role("button", name="看我的桌号").click()

    assert guest.locator(".found li").first.inner_text().split("\n")[:2] == ["第 1 轮", "5 号桌"]
    assert pixels(guest.locator(".found b").first) >= 36
    assert sticking_out(guest) == []


def test_the_timer_runs_in_digits_for_the_last_row(demo, opened):
    page = opened("projector", "zh")
    page.goto(demo(f"{PUBLIC}screen/timer/?minutes=5"))
    page.get_by_role("button", name="开始").click()
    page.get_by_text(re.compile(r"^4:5\d$")).wait_for()

    assert page.locator(".digits").bounding_box()["height"] >= 0.4 * SIZES["projector"][1]
    assert page.get_by_text(re.compile(r"到 \d\d:\d\d 结束")).is_visible()


def test_without_a_script_the_timer_says_when_it_is_over(demo, opened):
    page = opened("projector", "zh", script=False)
    page.goto(demo(f"{PUBLIC}screen/timer/?minutes=5"))

    assert page.get_by_text(re.compile(r"到 \d\d:\d\d 结束")).is_visible()
    assert page.get_by_role("button", name="开始").is_hidden()


def test_the_calendar_needs_no_download(demo, opened):
    page = opened("phone", "zh", script=False)
    page.goto(demo(PUBLIC))
    page.get_by_role("link", name="存进日历").click()

    assert "2024年5月25日 周六 13:30–18:30" in page.locator("pre").inner_text()
    assert page.get_by_role("img", name=HEADING["zh"]).get_attribute("src").startswith("data:image/png")  # fmt: skip
    assert page.get_by_role("link", name="shenzhen-2024.ics").is_visible()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_line_of_stops_tells_where_it_was_and_goes(demo, opened, language):
    page = opened("phone", language)
    page.goto(demo("/series/s-2024/"))

    stops = [stop.inner_text().split("\n")[0] for stop in page.locator(".line > li").all()]
    following = {"zh": "下一站：云南", "en": "Next stop: 云南"}[language]
    assert stops == ["北京 2024-01-06", "上海 2024-03-16", HEADING[language], following]
