"""Pages hold what was decided and nothing that people could smuggle in."""

import itertools
import json
import re
import shutil
from html.parser import HTMLParser

import pytest
from tests.conftest import Desk

from huiyou import sample

PAGES = ("index.html", "index.en.html")
PAPERS = ("print/badges.html", "print/cards.html", "print/signs.html")
SCRIPT = "<script>alert(1)</script>"


class Outline(HTMLParser):
    """Collects what a checker of pages asks for."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.ids, self.links, self.levels, self.handlers = [], [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            elif name in ("href", "src"):
                self.links.append(value)
            elif name.startswith("on") or name == "style":
                self.handlers.append(name)
        if re.fullmatch("h[1-6]", tag):
            self.levels.append(int(tag[1]))


def read(out, name):
    return (out / name).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """Results of a folder whose every free text tries to be markup or a template."""
    folder = tmp_path_factory.mktemp("hostile") / "gathering"
    shutil.copytree(sample.folder("new"), folder)
    desk = Desk(folder)
    text = (folder / "applicants.csv").read_text(encoding="utf-8")
    _head, *rows = text.splitlines()
    names = [row.split(",")[1] for row in rows]
    for k, name in enumerate(names):
        text = text.replace(f",{name},", f",{name}{SCRIPT}{{{{7*7}}}}{k},", 1)
    text = text.replace("想认识做产品的朋友", f'"{SCRIPT}"')
    desk.write("applicants.csv", text.replace("青云传媒", f"=1+1{SCRIPT}"))
    for old in (
        "城西书房 二层",
        "一个人怎么用好 AI",
        "独立开发者",
        "本地书店",
        "苏州",
        "会友 · 第一站",
    ):
        facts = (folder / "gathering.toml").read_text(encoding="utf-8")
        desk.write("gathering.toml", facts.replace(f'"{old}"', f"'{old}{SCRIPT}'", 1))
    prizes = (folder / "prizes.csv").read_text(encoding="utf-8")
    desk.write("prizes.csv", prizes.replace("一本签名书", f"一本签名书{SCRIPT}"))
    assert desk.run().code == 0
    return desk.out


@pytest.mark.parametrize("name", [*PAGES, *PAPERS])
def test_markup_that_people_typed_stays_text(hostile, name):
    html = read(hostile, name)

    assert "script" not in Outline(html).tags
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "{{7*7}}" in html


@pytest.mark.parametrize("name", ["programme.ics", "schedule.xml", "announce/zh/arrival.txt"])
def test_files_that_are_no_pages_keep_it_too(hostile, name):
    assert "alert(1)" in read(hostile, name)


@pytest.mark.parametrize("name", [*PAGES, *PAPERS])
def test_pages_need_no_script_no_handler_and_nothing_from_outside(shenzhen, name):
    outline = Outline(read(shenzhen, name))

    assert "script" not in outline.tags
    assert outline.handlers == []
    assert [link for link in outline.links if re.match(r"(\w+:)?//", link)] == []


@pytest.mark.parametrize("name", PAGES)
def test_every_link_of_the_page_leads_somewhere(shenzhen, name):
    outline = Outline(read(shenzhen, name))

    inside = {link[1:] for link in outline.links if link.startswith("#")}
    files = {link for link in outline.links if not link.startswith("#")}

    assert inside <= set(outline.ids)
    assert len(files) >= 20
    assert all((shenzhen / link).is_file() for link in files)


@pytest.mark.parametrize("name", PAGES)
def test_headings_go_down_one_step_at_a_time(shenzhen, name):
    levels = Outline(read(shenzhen, name)).levels

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_each_page_says_its_language(shenzhen):
    assert [re.search(r'<html lang="([^"]+)"', read(shenzhen, name))[1] for name in PAGES] == [
        "zh-Hans",
        "en",
    ]


def test_the_english_page_has_no_chinese_of_ours(small):
    """What is left in Chinese is what the organiser and the applicants wrote."""
    html = re.sub(r"<style>.*?</style>", "", read(small, "index.en.html"), flags=re.DOTALL)
    zh = re.sub(r"<style>.*?</style>", "", read(small, "index.html"), flags=re.DOTALL)
    text = set(re.findall(r"[\u4e00-\u9fff]+", re.sub(r"<[^>]+>", " ", html)))

    assert not text & {"报名", "席位", "同桌", "议程", "告知", "带走", "检验", "彩排", "候补"}
    assert "候补" in zh


def test_the_page_shows_the_numbers_of_the_records(shenzhen):
    html = read(shenzhen, "index.html")
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html))

    for shown in (
        "1,617 行",
        "整理成 1,600 人",
        "200 个席位",
        "39 条配额全部满足",
        "21 桌，3 轮",
        "21 份奖品",
    ):
        assert shown in text


def test_everyone_with_a_seat_has_a_badge_and_a_card_and_nobody_else(shenzhen):
    people = {w["id"]: w["name"] for w in json.loads(read(shenzhen, "clean.json"))["people"]}
    chosen = sorted(people[who] for who in json.loads(read(shenzhen, "selection.json"))["chosen"])

    for paper in ("badges", "cards"):
        html = read(shenzhen, f"print/{paper}.html")
        found = re.findall(r'class="name[^"]*"[^>]*>([^<]+)<', html)
        assert sorted(map(str.strip, found)) == chosen


def test_a_sign_for_every_table(shenzhen):
    html = read(shenzhen, "print/signs.html")

    numbers = [int(n) for n in re.findall(r'class="number[^"]*"[^>]*>\s*(\d+)', html)]

    assert sorted(set(numbers)) == list(range(1, 22))


def test_a_page_without_quotas_and_mix_says_so_instead_of_showing_nothing(desk):
    desk.change("gathering.toml", 'quotas = "quotas.csv"  ', "# ")
    desk.change("gathering.toml", "mix = {", "# mix = {")
    desk.change("gathering.toml", 'venue = "城西书房 二层"\n', "")
    assert desk.run().code == 0

    zh, en = (read(desk.out, page) for page in PAGES)

    assert "24 个席位，没有设配额" in zh
    assert "0 条配额" not in zh
    assert "达到多样性上界的比例" not in zh
    assert "各行各业坐在一起" not in zh
    assert "17:30 · 杭州<" in zh
    assert "24 seats, no quotas" in en


def test_ways_to_be_fair_stand_side_by_side(shenzhen):
    page = read(shenzhen, "index.en.html")

    table = page.partition("Ways to be fair, side by side")[2].partition("</table>")[0]
    cells = re.findall(r'<td class="num">([^<]+)</td>', table)
    assert [cells[k : k + 2] for k in range(0, 16, 4)] == [
        ["10.03%", "24.35%"], ["10.03%", "24.35%"], ["9.77%", "21.08%"], ["10.03%", "20.00%"],
    ]  # fmt: skip
    assert table.count("in use") == 1
    assert "sure of a seat" not in page


def test_quotas_that_make_people_sure_of_a_seat_are_named(desk):
    desk.change("quotas.csv", "行业,教育,3,6", "行业,教育,9,9")
    desk.change("quotas.csv", "行业,互联网,4,8", "行业,互联网,0,8")
    assert desk.run().code == 0

    page = read(desk.out, "index.html")

    assert "有 9 个人必定选中" in page
    assert "行业“教育”至少要 9 人，能来的正好这么多 → 9 人" in page
