"""Facts as forms: everything reachable, nothing lost, each fault beside its field."""

import json
import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from pydantic import BaseModel

from huiyou import sample
from huiyou.gathering import Facts, read_folder
from huiyou.web.console.actions import import_folder
from huiyou.web.console.facts.rows import Rows
from huiyou.web.console.facts.sections import SECTIONS, Single
from huiyou.web.gatherings.models import Gathering


class Form(HTMLParser):
    """What a browser would send of a page's form, were it sent as it is."""

    def __init__(self, page):
        super().__init__()
        self.fields, self._select, self._area, self._here = {}, "", "", False
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        about = dict(attrs)
        if tag == "form":
            self._here = not about.get("action")
        if not self._here:
            return
        name = about.get("name", "")
        if tag == "input" and name:
            box = about.get("type") in ("checkbox", "radio")
            if not box or "checked" in about:
                self.fields.setdefault(name, []).append(about.get("value", "on" if box else ""))
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select:
            if "selected" in about or self._select not in self.fields:
                self.fields[self._select] = [about["value"]]
        elif tag == "textarea":
            self._area = name
            self.fields[name] = [""]

    def handle_data(self, data):
        if self._area:
            self.fields[self._area][0] += data

    def handle_endtag(self, tag):
        if tag == "textarea" and self._area:  # a browser leaves out the line end after the tag
            self.fields[self._area] = [
                self.fields[self._area][0].removeprefix("\n").replace("\n", "\r\n")
            ]
            self._area = ""
        self._select = "" if tag == "select" else self._select


def form(client, address):
    return Form(client.get(address).content.decode()).fields


def kept(gathering):
    gathering = Gathering.objects.get(pk=gathering.pk)
    return json.dumps([gathering.facts_text, gathering.quotas_text, gathering.prizes_text])


def fault_at(answer, name):
    """Give the words beside one input."""
    found = re.search(rf'id="{name.replace(".", "-")}-fault">([^<]*)', answer.content.decode())
    return unescape(found[1]) if found else None


def leaves(model, table=""):
    for key, about in model.model_fields.items():
        inner = _model(about.annotation)
        if inner and not table:
            yield from leaves(inner, key) if not _many(about.annotation) else [key]
        else:
            yield f"{table}.{key}"


def _many(annotation):
    return "list" in str(annotation)


def _model(annotation):
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model, getattr(annotation, "__args__", ()))), None)


BY_ROWS = {  # facts that rows of another name hold
    "applicants.multi": "traits", "applicants.traits": "traits", "cards.show": "traits",
    "applicants.columns": "columns", "applicants.values": "meanings",
    "tables.mix": "mix", "tables.wants": "wants", "tables.each_table": "needs", "tables.host": "needs",
    "seats.past": "past", "seats.pools": "pools",
}  # fmt: skip


def test_every_fact_but_the_short_name_has_its_field_once():
    parts = [part for section in SECTIONS.values() for part in section.parts]
    singles = [part.field.name for part in parts if isinstance(part, Single)]
    rows = [part.name for part in parts if isinstance(part, Rows)]

    unasked = [
        path
        for path in leaves(Facts)
        if path not in singles and BY_ROWS.get(path, path) not in rows
    ]

    assert unasked == ["gathering.slug"]  # which stays for ever
    assert len({*singles, *rows}) == len(singles) + len(rows)


@pytest.fixture(params=["new", "shenzhen"])
def sampled(request, db):
    gathering, _ = import_folder(read_folder(Path(str(sample.folder(request.param)))), who="test")
    return gathering


@pytest.mark.parametrize("section", SECTIONS)
def test_a_page_sent_as_it_is_changes_nothing(client, sampled, section):
    client.force_login(get_user_model().objects.create_user("chief", is_superuser=True))
    before, lines = kept(sampled), sampled.journal.count()
    address = f"/console/{sampled.slug}/facts/{section}/"

    answer = client.post(address, form(client, address))

    assert answer.status_code == 302
    assert kept(sampled) == before
    assert sampled.journal.count() == lines


ODD = """
[gathering]
slug = "my-first-stop"
title = "a\\nb"
starts = 2026-06-06T14:00:00+02:00
ends = 2026-06-06T17:30:27
timezone = "Europe/Berlin"
seats = 24
tables = 6
languages = ["en", "zh-hans"]
past_stops = ["", "two\\nlines"]
[applicants]
required = ["phone", "职位", "email", "name", "submitted_at"]
traits = ["职位", "行业"]
multi = ["想认识的行业", "行业"]
values = { "行业" = { "搞互联网的" = "互联网" }, "职位" = {} }
columns = { name = "您怎么称呼" }
[tables]
mix = { "行业" = 2.5, "职位" = 1 }
each_table = ["职位=管理", "行业=a=b"]
host = "行业=a=b"
[[sessions]]
kind = "talk"
title = "later"
starts = 2026-06-06T15:00:00
minutes = 5
speakers = [{ name = "阿宁", title = "a\\nb" }]
[cards]
show = ["职位", "城市"]
"""


@pytest.mark.parametrize("section", SECTIONS)
def test_what_no_form_can_show_survives_it(organiser, gathering, at, section):
    values = form(organiser, at("facts/text/"))
    organiser.post(at("facts/text/"), {**values, "toml": ODD})
    before = kept(gathering)
    assert "+02:00" in before

    organiser.post(at(f"facts/{section}/"), form(organiser, at(f"facts/{section}/")))

    assert kept(gathering) == before


def send(client, at, section, **changes):
    address = at(f"facts/{section}/")
    fields = form(client, address) | {name.replace("__", "."): v for name, v in changes.items()}
    return client.post(address, {name: v for name, v in fields.items() if v is not None})


def row_of(client, at, section, column, value):
    """Give the row that holds a value: PostgreSQL keeps the keys of a table in an order of its own."""
    fields = form(client, at(f"facts/{section}/"))
    name = next(key for key, values in fields.items() if key.endswith(column) and values == [value])
    return name.removesuffix(f".{column}").replace(".", "__")


def facts(gathering):
    return Gathering.objects.get(pk=gathering.pk).facts


def test_a_title_is_changed_and_the_journal_names_the_section(organiser, gathering, at):
    before = facts(gathering).model_dump()

    send(organiser, at, "basics", gathering__title="会友 · 春天")

    after = facts(gathering).model_dump()
    assert after["gathering"].pop("title") == "会友 · 春天"
    assert before["gathering"].pop("title") == "会友 · 第一站"
    assert after == before
    line = gathering.journal.last()
    assert (line.deed, line.about["section"]) == ("facts", "basics")


def test_faults_stand_beside_their_fields_and_nothing_is_kept(organiser, gathering, at):
    before = kept(gathering)

    answer = send(organiser, at, "basics", gathering__seats="many", gathering__title="",
                  gathering__timezone="Mars", gathering__city="新城")  # fmt: skip

    assert answer.status_code == 422
    assert "有 3 处要改，什么都没有保存" in answer.content.decode()
    assert fault_at(answer, "gathering.seats") == "“many”不是整数"
    assert fault_at(answer, "gathering.title") == "没有写"
    assert fault_at(answer, "gathering.timezone") == "没有时区“Mars”"
    assert 'value="many"' in answer.content.decode()
    assert 'value="新城"' in answer.content.decode()
    assert kept(gathering) == before


def test_a_fault_of_another_section_leads_there(organiser, gathering, at):
    page = send(organiser, at, "basics", gathering__ends="2026-06-06T16:50").content.decode()

    assert f'href="{at("facts/programme/")}"><b>议程 · 第 5 行' in page
    assert "“抽奖”不在活动的起止时间之内" in page


def test_a_new_item_takes_its_place_in_time_and_keeps_its_neighbours_guests(
    organiser, gathering, at
):
    new = {"starts": "2026-06-06T17:00", "minutes": "20", "kind": "other", "title": "合影"}
    fresh = {f"sessions__5__{name}": value for name, value in new.items()}

    send(organiser, at, "programme", **fresh, sessions__1__starts="2026-06-06T17:20",
         sessions__1__minutes="10")  # fmt: skip

    kept_sessions = facts(gathering).sessions
    assert [item.title for item in kept_sessions][-3:] == ["抽奖", "合影", "一个人怎么用好 AI"]
    assert [who.name for who in kept_sessions[-1].speakers] == ["阿宁"]


def test_faults_of_rows_stand_in_their_rows(organiser, gathering, at):
    answer = send(
        organiser, at, "programme", sessions__0__minutes="0", sessions__5__title="半行", sessions__3__starts="gestern"
    )  # fmt: skip

    assert fault_at(answer, "sessions.0.minutes") == "0 超出范围"
    assert fault_at(answer, "sessions.5.minutes") == "没有写"
    assert fault_at(answer, "sessions.3.starts") == "“gestern”不是时间"
    assert fault_at(answer, "sessions.5.title") is None


def test_more_rows_keep_what_was_typed_and_save_nothing(organiser, gathering, at):
    before = kept(gathering)

    page = send(organiser, at, "sponsors", sponsors__1__name="街角咖啡", more="sponsors")

    fields = Form(page.content.decode()).fields
    assert fields["sponsors.rows"] == ["8"]
    assert fields["sponsors.1.name"] == ["街角咖啡"]
    assert kept(gathering) == before


def test_sponsors_are_added_ordered_and_removed(organiser, gathering, at):
    send(
        organiser,
        at,
        "sponsors",
        sponsors__1__name="甲",
        sponsors__2__name="乙",
        sponsors__2__order="1",
    )
    assert [one.name for one in facts(gathering).sponsors] == ["乙", "本地书店", "甲"]

    send(organiser, at, "sponsors", sponsors__0__order="3", sponsors__1__out="on")
    assert [one.name for one in facts(gathering).sponsors] == ["甲", "乙"]

    send(organiser, at, "sponsors", sponsors__0__name="", sponsors__0__gives="")
    assert [one.name for one in facts(gathering).sponsors] == ["乙"]


def test_a_guest_moves_to_another_item(organiser, gathering, at):
    send(
        organiser,
        at,
        "guests",
        guests__0__session="0",
        guests__4__name="新人",
        guests__4__session="0",
    )

    sessions = facts(gathering).sessions
    assert [who.name for who in sessions[0].speakers] == ["阿宁", "新人"]
    assert sessions[1].speakers == []
    assert sessions[2].speakers[0].role == "moderator"


def test_a_guest_without_a_name_is_told_in_the_row(organiser, gathering, at):
    answer = send(organiser, at, "guests", guests__2__name="")

    assert fault_at(answer, "guests.2.name") == "没有写"


def test_traits_say_what_is_asked_required_and_on_badges(organiser, gathering, at):
    send(
        organiser, at, "form", traits__0__out="on", traits__1__required="on", traits__5__name="爱好",
        traits__5__order="1", traits__5__several="on", traits__5__badge="on",
        applicants__required=["email"], applicants__companions="off",
    )  # fmt: skip

    about = facts(gathering).applicants
    assert about.traits == ["爱好", "职位", "会写代码", "愿意当桌长"]
    assert about.multi == ["想认识的行业", "爱好"]
    assert about.required == ["name", "phone", "email", "职位"]
    assert about.companions == "off"
    assert facts(gathering).shown == ("爱好", "职位")


def test_the_name_of_a_question_that_is_there_cannot_change(organiser, gathering, at):
    send(organiser, at, "form", traits__0__name="职业")

    assert facts(gathering).applicants.traits[0] == "行业"


def test_a_question_cannot_stand_twice(organiser, gathering, at):
    answer = send(organiser, at, "form", traits__5__name="职位", traits__6__name="phone")

    assert fault_at(answer, "traits.5.name") == "“职位”写了两次"
    assert fault_at(answer, "traits.6.name") == "这一项报名表已经会问"


def test_quotas_are_kept_and_say_how_many_applied(organiser, gathering, at):
    applied = sum("互联网" in one.traits["行业"] for one in gathering.applications.all())
    page = organiser.get(at("facts/quotas/")).content.decode()
    assert f'<span class="aside soft">{applied} 人报名</span>' in page

    send(organiser, at, "quotas", quotas__0__min="2", quotas__0__max="5", seats__alternates="")

    stored = Gathering.objects.get(pk=gathering.pk)
    assert (stored.quotas[0].minimum, stored.quotas[0].maximum) == (2, 5)
    assert stored.quotas[1:] == gathering.quotas[1:]
    assert stored.facts.seats.alternates == 0


def test_faults_of_quotas_stand_in_their_rows_though_rows_above_are_removed(
    organiser, gathering, at
):
    rows = len(gathering.quotas)
    new = {
        f"quotas__{rows}__{name}": value
        for name, value in (("feature", "行业"), ("min", "1"), ("max", "x"))
    }

    answer = send(
        organiser, at, "quotas", quotas__0__out="on", quotas__1__min="9", quotas__1__max="2", **new
    )

    assert fault_at(answer, "quotas.1.min") == "下限 9 大于上限 2"
    assert fault_at(answer, f"quotas.{rows}.value") == "没有写"
    assert fault_at(answer, f"quotas.{rows}.max") == "“x”不是人数"


def test_wishes_and_needs_of_tables_are_rows(organiser, gathering, at):
    trade = row_of(organiser, at, "tables", "trait", "行业")
    send(
        organiser, at, "tables", **{f"{trade}__weight": "2.5"}, mix__2__trait="城市", mix__2__weight="１",
        wants__0__out="on", needs__1__host=None, needs__0__host="on", tables__apart="公司\r\n\r\n 城市 ",
        tables__sweeps="", tables__home_round="2",
    )  # fmt: skip

    about = facts(gathering).tables
    assert {name: str(weight) for name, weight in about.mix.items()} == {"行业": "2.5", "职位": "1", "城市": "1"}  # fmt: skip
    assert (about.wants, about.apart) == ({}, ["公司", "城市"])
    assert (about.host, about.home_round, about.sweeps) == ("会写代码=是", 2, 1000)


def test_what_cannot_be_true_of_tables_is_told(organiser, gathering, at):
    trade = row_of(organiser, at, "tables", "trait", "行业")
    answer = send(
        organiser, at, "tables", **{f"{trade}__weight": "-1"}, mix__2__trait="职位", mix__2__weight="1", mix__3__weight="4",
        needs__0__host="on", needs__2__trait="a=b", needs__2__value="c", tables__home_round="9",
    )  # fmt: skip

    assert fault_at(answer, "mix.2.trait") == "“职位”写了两次"
    assert fault_at(answer, "mix.3.trait") == "没有写"
    assert fault_at(answer, "needs.1.host") == "只能有一行当桌长"
    assert fault_at(answer, "needs.2.trait") == "问题里不能有等号"
    assert fault_at(answer, f"{trade}.weight".replace("__", ".")) == "-1 超出范围"


def test_a_wish_cannot_be_mixed_by(organiser, gathering, at):
    answer = send(organiser, at, "tables", mix__2__trait="想认识的行业", mix__2__weight="1")

    assert fault_at(answer, "wants.0.wish") == "“想认识的行业”说的是想认识谁，不能同时用来混坐"


def test_a_draw_is_called_off_and_on_again(organiser, gathering, at):
    send(organiser, at, "draw", draw=None)
    assert facts(gathering).draw is None
    assert len(Gathering.objects.get(pk=gathering.pk).prizes) == len(gathering.prizes)

    send(organiser, at, "draw", draw="on", draw__at="2026-06-06T16:52", draw__every="120",
         prizes__0__quantity="2", prizes__0__order="9")  # fmt: skip

    draw = facts(gathering).draw
    assert (draw.at.isoformat(), draw.every, draw.prizes) == (
        "2026-06-06T16:52:00",
        120,
        "prizes.csv",
    )
    assert [(p.name, p.quantity) for p in Gathering.objects.get(pk=gathering.pk).prizes][-1] == (
        "一本签名书",
        2,
    )


def test_a_draw_without_a_time_and_prizes_that_are_none_are_told(organiser, gathering, at):
    answer = send(
        organiser, at, "draw", draw__at="", prizes__0__quantity="0", prizes__1__tier="一等"
    )

    assert fault_at(answer, "draw.at") == "没有写"
    assert "奖品数量“0”" in fault_at(answer, "prizes.0.quantity")
    assert "“一等”" in fault_at(answer, "prizes.1.tier")


def test_columns_and_meanings_are_rows(organiser, gathering, at):
    send(organiser, at, "files", columns__0__use="name", columns__0__column="大名",
         meanings__0__trait="行业", meanings__0__written="搞互联网的", meanings__0__means="互联网")  # fmt: skip

    about = facts(gathering).applicants
    assert (about.columns, about.values) == ({"name": "大名"}, {"行业": {"搞互联网的": "互联网"}})

    answer = send(organiser, at, "files", applicants__file="../secret.csv")
    assert fault_at(answer, "applicants.file") == "“../secret.csv”不只是一个文件名"


def test_rows_seen_before_another_edit_change_nothing(organiser, gathering, at):
    old = form(organiser, at("facts/sponsors/"))
    send(organiser, at, "sponsors", sponsors__1__name="甲", sponsors__1__order="1")

    answer = organiser.post(at("facts/sponsors/"), old | {"sponsors.0.gives": "我的改动"})

    assert answer.status_code == 422
    assert "你打开这一页以后，别人改过了" in answer.content.decode()
    assert 'value="我的改动"' in answer.content.decode()
    assert [one.name for one in facts(gathering).sponsors] == ["甲", "本地书店"]


def test_what_somebody_types_is_shown_as_text(organiser, at):
    bad = '"><script>alert(1)</script>'

    page = send(organiser, at, "tables", tables__apart=f"</textarea>{bad}", mix__0__weight=bad)

    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("junk", ["-1", "1e9", "99999999999", "０", "x", ""])
def test_any_number_of_rows_is_an_answer(organiser, gathering, at, junk):
    before = kept(gathering)

    answer = send(organiser, at, "sponsors", sponsors__rows=junk, sponsors__0__was=junk, more="x")

    assert answer.status_code == 200
    assert kept(gathering) == before


def test_leaving_the_series_takes_the_stop_out_of_it(organiser, gathering, at):
    send(organiser, at, "basics", gathering__series="")

    assert Gathering.objects.get(pk=gathering.pk).series is None


def test_series_of_different_names_do_not_meet_at_one_short_name(
    organiser, gathering, elsewhere, at
):
    Gathering.objects.filter(pk=elsewhere.pk).update(series=None)

    send(organiser, at, "basics", gathering__series="另一个系列" * 60)

    assert Gathering.objects.get(pk=gathering.pk).series.slug == "s-first-stop-2"


def test_the_overview_counts_what_is_written(organiser, at):
    page = organiser.get(at("facts/")).content.decode()

    assert "5 个环节" in page
    assert "1 家" in page
    assert "还没有写" in page  # columns and meanings


def test_there_is_no_section_of_another_name(organiser, at):
    assert organiser.get(at("facts/money/")).status_code == 404


def past(*rows):
    """Fields of the table of past stops."""
    names = ("stop", "trait", "value", "invited", "came")
    fields = {
        f"past__{k}__{n}": v for k, row in enumerate(rows) for n, v in zip(names, row, strict=True)
    }
    return (
        fields | {f"past__{k}__was": "" for k in range(len(rows))} | {"past__rows": str(len(rows))}
    )


def test_what_past_stops_counted_is_kept_and_shown_again(organiser, gathering, at):
    rows = past(
        ("北京", "", "", "100", "70"),
        ("北京", "职位", "学生", "30", "12"),
        ("上海", "", "", "200", "140"),
    )

    send(organiser, at, "quotas", **rows)

    beijing, shanghai = facts(gathering).seats.past
    assert (beijing.attendance.came, shanghai.attendance.came) == (70, 140)
    assert beijing.attendance.values == (("职位", "学生", 30, 12),)
    before = kept(gathering)
    organiser.post(at("facts/quotas/"), form(organiser, at("facts/quotas/")))
    assert kept(gathering) == before


@pytest.mark.parametrize(
    ("rows", "name", "words"),
    [
        ([("北京", "", "", "100", "170")], "past.0.came", "到场 170 人，多于受邀的 100 人"),
        ([("北京", "", "", "100", "70"), ("北京", "职位", "学生", "30", "31")], "past.1.came", "到场 31 人"),
        ([("北京", "职位", "学生", "30", "12")], "past.0.stop", "“北京”没有写全站人数"),
        ([("北京", "", "", "100", "70"), ("北京", "", "", "90", "70")], "past.1.stop", "“北京”写了两次"),
        ([("北京", "", "", "9", "7"), ("北京", "职位", "", "9", "7")], "past.1.value", "没有写"),
        ([("北京", "", "", "9", "7"), *[("北京", "职位", "学生", "5", "3")] * 2], "past.2.value", "“学生”写了两次"),
    ],
)  # fmt: skip
def test_what_past_stops_cannot_have_counted_is_told_in_its_row(  # noqa: PLR0917 -- pytest fills them by name
    organiser, gathering, at, rows, name, words
):
    before = kept(gathering)

    answer = send(organiser, at, "quotas", **past(*rows))

    assert answer.status_code == 422
    assert fault_at(answer, name).startswith(words)
    assert kept(gathering) == before
