import os
import stat
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.utils import timezone

from huiyou.web.applications.models import Application
from huiyou.web.console import tasks, uploads
from huiyou.web.console.imports import clear_uploads
from huiyou.web.console.models import Run, Upload
from huiyou.web.console.tasks import run_step

WORKER = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

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

    with django_assert_num_queries(6):
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


@pytest.mark.django_db(transaction=True)
def test_a_table_is_read_and_kept_by_the_worker_while_the_page_shows_how_far_it_is(
    organiser, gathering, hand_in, settings
):
    settings.TASKS = WORKER
    page = hand_in(TABLE)
    reading = organiser.get(page).content.decode()
    early = organiser.post(page + "keep/")
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False)
    report = organiser.get(page).content.decode()
    organiser.post(page + "keep/")
    keeping = organiser.get(page).content.decode()
    before = gathering.applications.count()
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False)

    assert "读取报名表" in reading
    assert "hx-get" in reading
    assert f'href="{page}">刷新' in reading
    assert early.status_code == 200
    assert "收进 2 位报名者" in report
    assert "收进报名" in keeping
    assert "收进 2 位报名者" not in keeping
    assert gathering.applications.count() == before + 2
    assert "新增 2 位" in organiser.get(page).content.decode()


@pytest.mark.django_db(transaction=True)
def test_reading_is_stopped_and_tried_again(organiser, gathering, hand_in, at, settings):
    settings.TASKS = WORKER
    page = hand_in(TABLE)

    back = organiser.post(at(f"runs/{gathering.runs.get().pk}/cancel/"))
    stopped = organiser.get(page).content.decode()
    organiser.post(page + "read/")
    call_command("db_worker", batch=True, verbosity=0, startup_delay=False)

    assert back.headers["Location"] == page
    assert "已停下" in stopped
    assert f'action="{page}read/"' in stopped
    assert "收进 2 位报名者" in organiser.get(page).content.decode()


def test_a_long_reading_stops_between_rows_and_leaves_nothing(gathering, hand_in, monkeypatch):
    monkeypatch.setattr(tasks, "BETWEEN_REPORTS", 0)
    hand_in(TABLE)
    upload = Upload.objects.get()
    upload.map({}, "")
    run = Run.objects.create(gathering=gathering, step="read", upload=upload, stopping=True)

    run_step.call(run.pk)

    run.refresh_from_db()
    upload.refresh_from_db()
    assert run.state == "cancelled"
    assert upload.reading is None


def test_what_changed_since_it_was_shown_is_read_again_before_it_is_kept(
    organiser, gathering, hand_in
):
    page = hand_in(TABLE)
    gathering.quotas = []  # any trade counts now
    gathering.save()

    shown = organiser.get(page).content.decode()
    organiser.post(page + "keep/")
    refused = organiser.get(page).content.decode()
    organiser.post(page + "read/")
    organiser.post(page + "keep/")

    assert "收进 2 位报名者" not in shown
    assert "再读一次" in shown
    assert "看过以后" in refused
    assert Upload.objects.get().kept_at is not None


def test_the_mapping_that_was_kept_is_used_for_the_next_table_with_this_header(
    organiser, gathering, hand_in
):
    table = TABLE.replace("手机", "怎么找你")
    first = hand_in(table)
    organiser.post(first, {"column-1": "怎么找你"})
    organiser.post(first + "keep/")

    second = organiser.get(hand_in(table.replace("覃朗", "覃明朗")))
    other = organiser.get(hand_in(table.replace("公司", "单位")))

    assert (second.status_code, other.status_code) == (200, 422)
    assert "同上次" in second.content.decode()
    assert [line.deed for line in gathering.journal.all()][-2:] == ["mapping", "import"]
    assert gathering.journal.get(deed="mapping").about == {"columns": {"phone": "怎么找你"}}


def test_what_was_read_is_forgotten_once_it_is_kept(organiser, hand_in):
    page = hand_in(TABLE)
    before = str(Upload.objects.get().reading)

    organiser.post(page + "keep/")

    assert "没有" in before  # what stood where a phone should
    assert Upload.objects.get().reading is None


@pytest.fixture
def old(tmp_path):
    """Make a file look as if it had lain there for an hour."""

    def age(path):
        an_hour_ago = timezone.now().timestamp() - 3600
        os.utime(path, (an_hour_ago, an_hour_ago))
        return path

    return age


def test_files_without_a_row_and_rows_without_a_file_are_cleared(
    organiser, gathering, hand_in, tmp_path, old
):
    lost, waiting, kept = [hand_in(TABLE) for _ in range(3)]
    organiser.post(kept + "keep/")
    rows = {page: Upload.objects.get(token=page.rstrip("/").split("/")[-1]) for page in (lost, waiting, kept)}  # fmt: skip
    rows[lost].path.unlink()
    old(rows[waiting].path)
    rows[kept].path.write_bytes(b"killed before it was taken away")
    stray, fresh = tmp_path / "uploads" / "stray", tmp_path / "uploads" / "fresh"
    for path in (stray, fresh):
        path.write_bytes(b"killed before there was a row")
    for path in (stray, rows[kept].path):
        old(path)
    Upload.objects.update(made_at=timezone.now() - timedelta(hours=1))

    clear_uploads(timezone.now())

    assert {path.name for path in stray.parent.iterdir()} == {rows[waiting].token, "fresh"}
    assert set(Upload.objects.all()) == {rows[waiting], rows[kept]}
    assert organiser.get(lost).status_code == 404


def test_a_file_that_nobody_confirmed_for_a_day_is_forgotten(hand_in, old):
    hand_in(TABLE)
    path = old(Upload.objects.get().path)
    Upload.objects.update(made_at=timezone.now() - timedelta(days=2))

    clear_uploads(timezone.now())

    assert not path.exists()
    assert not Upload.objects.exists()
    assert not Run.objects.exists()


def test_a_file_on_its_way_in_is_where_it_would_be_cleared(organiser, at, tmp_path, monkeypatch):
    seen = []
    take = uploads.Limited.receive_data_chunk

    def look(self, *args):
        take(self, *args)
        seen.extend((path, stat.S_IMODE(path.stat().st_mode)) for path in tmp_path.rglob("*") if path.is_file())  # fmt: skip

    monkeypatch.setattr(uploads.Limited, "receive_data_chunk", look)
    organiser.post(at("import/"), {"file": SimpleUploadedFile("a.csv", TABLE.encode())})

    assert [(path.parent, mode) for path, mode in seen] == [(tmp_path / "uploads", 0o600)]
    assert not seen[0][0].exists()


def test_what_is_too_long_for_its_field_is_told_by_row_and_column(organiser, gathering, hand_in):
    long = TABLE.replace("韦明,没有", "韦" * 101 + ",19912340002")
    before = gathering.applications.count()

    page = hand_in(long)
    shown = organiser.get(page)
    organiser.post(page + "keep/")

    assert "最多 100 个字" in shown.content.decode()
    assert "第 4 行" in shown.content.decode()
    assert gathering.applications.count() == before
