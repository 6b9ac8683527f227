import stat

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from huiyou.web.applications.models import Application
from huiyou.web.console import uploads
from huiyou.web.console.models import Upload

HEADER = "姓名,手机,行业,职位,公司,会写代码,愿意当桌长,想认识的行业"
TABLE = f"""{HEADER}
毛佑涵,19912340001,互联网,设计,甲,是,否,制造
毛佑涵,19912340001,制造,设计,甲,是,否,制造
韦明,没有,互联网,产品,乙,否,是,制造
覃朗,19912340003,互联网软件,产品,丙,是,是,制造
"""


@pytest.fixture
def hand_in(organiser, at):
    """Upload a table and give the address of its mapping page."""

    def post(table, name="list.csv"):
        answer = organiser.post(at("import/"), {"file": SimpleUploadedFile(name, table.encode())})
        return answer.headers["Location"]

    return post


def test_a_table_is_read_reported_and_only_then_kept(organiser, gathering, hand_in):
    before = gathering.applications.count()

    page = hand_in(TABLE)
    report = organiser.get(page).content.decode()
    looked_at = gathering.applications.count()
    organiser.post(page + "keep/")

    assert "不是手机号" in report
    assert "合并的重复 1 人" in report
    assert (looked_at - before, gathering.applications.count() - before) == (0, 2)
    assert gathering.applications.get(name="毛佑涵").traits["行业"] == ["制造"]
    assert gathering.journal.last().about["fresh"] == 2


def test_confirming_twice_keeps_once(organiser, gathering, hand_in):
    page = hand_in(TABLE)

    for _ in range(2):
        organiser.post(page + "keep/")

    assert gathering.applications.filter(name="毛佑涵").count() == 1
    assert gathering.journal.filter(deed="import", about__file="list.csv").count() == 1


def test_the_same_table_handed_in_again_adds_nobody(organiser, gathering, hand_in):
    for _ in range(2):
        organiser.post(hand_in(TABLE) + "keep/")

    assert [upload.fresh for upload in Upload.objects.order_by("pk")] == [2, 0]


def test_a_column_that_nobody_can_guess_is_chosen_from_a_list(organiser, gathering, hand_in):
    page = hand_in(TABLE.replace("手机", "怎么找你"))
    asked = organiser.get(page)
    kept_early = organiser.post(page + "keep/")
    number = 1  # after the name

    organiser.post(page, {f"column-{number}": "怎么找你"})
    organiser.post(page + "keep/")

    assert asked.status_code == kept_early.status_code == 422
    assert "请选一列" in asked.content.decode()
    assert gathering.applications.filter(phone="+8619912340001").exists()


def test_a_guess_is_marked(organiser, hand_in):
    page = organiser.get(hand_in(TABLE.replace("手机", "常用手机一个"))).content.decode()

    assert "猜的，请核对" in page


def test_a_file_waits_where_nobody_else_reads_it_and_goes_once_it_is_kept(
    organiser, hand_in, tmp_path
):
    page = hand_in(TABLE)
    waiting = list((tmp_path / "uploads").iterdir())

    organiser.post(page + "keep/")

    assert [stat.S_IMODE(file.parent.stat().st_mode) for file in waiting] == [0o700]
    assert not waiting[0].exists()


@pytest.mark.parametrize("name", ["../../x.csv", "x" * 300 + ".csv", "a\0b.csv"])
def test_the_name_of_a_file_leads_nowhere(hand_in, tmp_path, name):
    hand_in(TABLE, name)

    assert Upload.objects.get().path.parent == tmp_path / "uploads"


def test_a_file_that_is_no_table_is_told_and_another_may_be_chosen(organiser, hand_in):
    answer = organiser.get(hand_in("<html><table></table></html>", "a.xls"))

    assert answer.status_code == 422
    assert "这是网页，不是表格" in answer.content.decode()


def test_a_file_that_is_too_large_is_not_taken(organiser, at, monkeypatch):
    monkeypatch.setattr(uploads, "LARGEST_FILE", 1000)

    answer = organiser.post(at("import/"), {"file": SimpleUploadedFile("a.csv", b"x" * 5000)})

    assert answer.status_code == 422
    assert "超过上限" in answer.content.decode()
    assert not Upload.objects.exists()


def test_what_people_typed_is_shown_as_text(organiser, hand_in):
    page = organiser.get(hand_in(TABLE.replace("没有", "<script>alert(1)</script>")))

    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("people", [1, 3])
def test_the_list_asks_the_database_as_often_for_one_as_for_three(
    organiser, gathering, at, people, django_assert_num_queries
):
    keep = gathering.applications.values_list("pk", flat=True)[:people]
    Application.objects.exclude(pk__in=list(keep)).delete()

    with django_assert_num_queries(5):
        page = organiser.get(at("applications/")).content.decode()

    assert f"{people} 人</p>" in page


def test_people_are_found_by_a_part_of_the_name_or_the_code(organiser, gathering, at):
    one = gathering.applications.first()

    by_name = organiser.get(at("applications/"), {"q": one.name[:2]}).content.decode()
    by_code = organiser.get(at("applications/"), {"q": one.code[:6].lower()}).content.decode()
    nobody = organiser.get(at("applications/"), {"q": "没有这个人"}).content.decode()

    assert one.code in by_name
    assert one.code in by_code
    assert "0 人</p>" in nobody
