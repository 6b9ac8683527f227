import pytest

from huiyou import sample
from huiyou.gathering.toml import check_facts, parse_toml
from huiyou.web.console.forms import as_toml, written


@pytest.fixture
def values(gathering):
    return written(gathering)


@pytest.mark.parametrize("name", ["new", "shenzhen"])
def test_facts_written_and_read_again_are_the_same(name):
    facts = check_facts(*parse_toml((sample.folder(name) / "gathering.toml").read_text("utf-8")))

    assert check_facts(*parse_toml(as_toml(facts))) == facts


def test_a_speaker_with_a_long_title_survives_being_written():
    text = (sample.folder("new") / "gathering.toml").read_text("utf-8")
    facts = check_facts(*parse_toml(text.replace("中学老师", "[[老师]]\\n" * 60)))

    assert check_facts(*parse_toml(as_toml(facts))) == facts


def test_facts_quotas_and_prizes_are_kept_with_a_line_in_the_journal(
    organiser, gathering, at, values
):
    values["toml"] = values["toml"].replace("城西书房 二层", "城东书房")
    values["quotas"] = "feature,value,min,max\n行业,制造,1,2\n"
    values["prizes"] = "tier,prize,sponsor,quantity\n1,一张唱片,,2\n"

    organiser.post(at("facts/text/"), values)

    gathering.refresh_from_db()
    assert gathering.facts.gathering.venue == "城东书房"
    assert [(q.value, q.minimum, q.maximum) for q in gathering.quotas] == [("制造", 1, 2)]
    assert [(p.name, p.quantity) for p in gathering.prizes] == [("一张唱片", 2)]
    assert gathering.journal.last().deed == "facts"
    assert "城东书房" in organiser.get(f"/g/{gathering.slug}/").content.decode()


def test_every_fault_is_told_with_its_place_and_nothing_is_kept(organiser, gathering, at, values):
    before = (gathering.facts_text, gathering.quotas_text, gathering.prizes_text)
    values["toml"] = values["toml"].replace("seats = 24", 'seats = "many"').replace("venue", "venu")
    values["quotas"] = "feature,value,min,max\n行业,制造,5,2\n"
    values["prizes"] = "tier,prize,sponsor,quantity\n1,书,,none\n"

    answer = organiser.post(at("facts/text/"), values)

    page = answer.content.decode()
    gathering.refresh_from_db()
    assert answer.status_code == 422
    assert "有 4 处要改，什么都没有保存" in page
    for words in ("gathering.seats", "“many”不是整数", "gathering.venu", "是不是想写“venue”？",
                  "quotas.csv · 第 2 行 · min", "prizes.csv · 第 2 行 · quantity"):  # fmt: skip
        assert words in page
    assert "seats = &quot;many&quot;" in page
    assert (gathering.facts_text, gathering.quotas_text, gathering.prizes_text) == before


def test_an_edit_on_old_facts_is_refused_so_that_none_is_lost(organiser, gathering, at, values):
    old = dict(values)
    organiser.post(
        at("facts/text/"), {**values, "prizes": "tier,prize,sponsor,quantity\n1,书,,1\n"}
    )

    answer = organiser.post(at("facts/text/"), {**old, "prizes": ""})

    gathering.refresh_from_db()
    assert "别人刚刚改过" in answer.content.decode()
    assert [prize.name for prize in gathering.prizes] == ["书"]


def test_the_short_name_stays(organiser, gathering, at, values):
    values["toml"] = values["toml"].replace("my-first-stop", "my-second-stop")

    assert "gathering.slug" in organiser.post(at("facts/text/"), values).content.decode()


def test_what_somebody_types_is_shown_as_text(organiser, at, values):
    values["toml"] = "</textarea><script>alert(1)</script>"

    assert "<script>alert" not in organiser.post(at("facts/text/"), values).content.decode()


def test_times_are_read_in_the_zone_of_the_gathering(organiser, gathering, at, values):
    values["toml"] = values["toml"].replace(
        "[gathering]", '[gathering]\ntimezone = "Europe/Berlin"'
    )
    organiser.post(at("facts/text/"), values)

    organiser.post(at("times/"), {"opens": "2026-05-01T10:00", "closes": "", "listed": "on"})

    gathering.refresh_from_db()
    assert gathering.opens.isoformat() == "2026-05-01T08:00:00+00:00"
    assert (gathering.closes, gathering.listed) == (None, True)
    assert 'value="2026-05-01T10:00"' in organiser.get(at("times/")).content.decode()


def test_applications_cannot_close_before_they_open(organiser, gathering, at):
    answer = organiser.post(
        at("times/"), {"opens": "2026-05-02T10:00", "closes": "2026-05-01T10:00"}
    )

    gathering.refresh_from_db()
    assert "截止要晚于开始" in answer.content.decode()
    assert gathering.opens is None
