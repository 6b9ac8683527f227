"""Who is not drawn for, at the desk: put there, held against seats and quotas, drawn without."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from huiyou import sample
from huiyou.errors import InputError
from huiyou.gathering import Inputs, check, read_folder
from huiyou.gathering.facts import PoolFacts
from huiyou.proof import digest
from huiyou.selection import Placed
from huiyou.web.applications.actions import erase
from huiyou.web.applications.models import Application
from huiyou.web.console.actions import import_folder
from huiyou.web.console.models import Run
from huiyou.web.console.queries import chain_holds
from huiyou.web.seats.actions import check_lottery, check_round, forget_erased
from huiyou.web.seats.lottery import announce
from huiyou.web.seats.models import Lottery, Placement, Round
from huiyou.web.seats.pools import outlook_of, place

REASON = "张三丰的表弟"


def text(browser, path):
    cache.clear()
    return browser.get(path).content.decode()


@pytest.fixture
def alone_codes(gathering):
    """Codes of people who come with nobody, sorted."""
    alone = gathering.applications.filter(named__isnull=True, named_by__isnull=True)
    return sorted(alone.values_list("code", flat=True))


@pytest.fixture
def pair(gathering):
    """Codes of two companions."""
    one = gathering.applications.filter(named__isnull=False).order_by("code").first()
    return [one.code, one.named.first().other.code]


@pytest.fixture
def sorted_out(organiser, at, alone_codes):
    """Two invited, one reviewed, one excluded."""
    first, second, third, fourth = alone_codes[:4]
    organiser.post(at("seats/pools/"), {"code": [first, second], "pool": "invited"})
    organiser.post(at(f"applications/{third}/pool/"), {"pool": "reviewed", "reason": REASON})
    organiser.post(at(f"applications/{fourth}/pool/"), {"pool": "excluded", "reason": REASON})
    return {"invited": [first, second], "reviewed": [third], "excluded": [fourth]}


def ruled(gathering, *rules):
    """Write rules into a gathering's facts."""
    facts = gathering.facts
    seats = facts.seats.model_copy(update={"pools": list(rules)})
    gathering.keep_facts(facts.model_copy(update={"seats": seats}))
    gathering.save()


def test_a_handful_is_put_into_a_pool_and_back(organiser, at, gathering, alone_codes):
    few = alone_codes[:3]
    answer = organiser.post(at("seats/pools/"), {"code": few, "pool": "excluded", "reason": REASON})

    assert answer.status_code == 302
    page = text(organiser, at("seats/pools/"))
    assert all(code in page for code in few)
    assert REASON in page

    organiser.post(at("seats/pools/"), {"code": few, "pool": "drawn", "reason": "left over"})

    assert not any(code in text(organiser, at("seats/pools/")) for code in few)
    assert {one.reason for one in Placement.objects.all()} == {""}
    assert outlook_of(gathering).sizes == {"drawn": gathering.applications.count()}


def test_the_journal_says_who_put_whom_where_and_never_why(organiser, at, gathering, sorted_out):
    lines = list(gathering.journal.filter(deed="place"))

    assert [(line.who, line.about["pool"], line.about["codes"]) for line in lines] == [
        (f"organiser@{gathering.slug}", pool, codes) for pool, codes in sorted_out.items()
    ]
    assert chain_holds(list(gathering.journal.all())) is None
    told = text(organiser, at("journal/"))
    assert "归入“排除”" in told
    assert REASON not in told


def test_saying_it_twice_changes_nothing(organiser, at, gathering, sorted_out):
    before = gathering.journal.count()

    organiser.post(at("seats/pools/"), {"code": sorted_out["invited"], "pool": "invited"})

    assert gathering.journal.count() == before


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"pool": "invited", "code": []}, "没有勾选任何人"),
        ({"pool": "invited", "code": ["XXXX"]}, "没有人的编号是 XXXX"),
        ({"pool": "", "code": "first"}, "没有选归入哪一类"),
        ({"pool": "along", "code": "first"}, "没有选归入哪一类"),
        ({"pool": "reviewed", "code": "first", "reason": "  "}, "没有写理由"),
        ({"pool": "excluded", "code": "first"}, "没有写理由"),
        ({"pool": "excluded", "code": "first", "reason": "长" * 501}, "理由超过 500 字"),
        ({"pool": "excluded", "code": "first", "reason": "a\0b"}, "看不见的字符"),
        ({"pool": "invited", "code": [str(k) for k in range(501)]}, "一次最多 500 人"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_kept(organiser, at, alone_codes, sent, words):
    if sent["code"] == "first":
        sent = {**sent, "code": alone_codes[:1]}

    answer = organiser.post(at("seats/pools/"), sent)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not Placement.objects.exists()


def test_a_fault_on_somebodys_page_keeps_what_was_typed(organiser, at, alone_codes):
    answer = organiser.post(at(f"applications/{alone_codes[0]}/pool/"), {"pool": "excluded"})

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "没有写理由" in page
    assert re.search(r'value="excluded" checked', page)


def test_the_database_owes_a_reason_too(gathering):
    one = gathering.applications.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        Placement.objects.create(application=one, pool="excluded", who="x", at=timezone.now())


@pytest.mark.parametrize("role", ["staff", "auditor", "nobody"])
def test_only_organisers_put_people_anywhere_or_read_why(signed_in, at, sorted_out, role):
    browser, code = signed_in(role), sorted_out["excluded"][0]

    tries = [
        browser.get(at("seats/pools/")),
        browser.post(at("seats/pools/"), {"code": [code], "pool": "invited"}),
        browser.post(at(f"applications/{code}/pool/"), {"pool": "invited"}),
        browser.post(at("seats/pools/rules/")),
    ]

    assert {answer.status_code for answer in tries} == {404}
    pages = ["seats/", "", "journal/", "audit/", "applications/", f"applications/{code}/"]
    assert not any(REASON in text(browser, at(page)) for page in pages)
    assert Placement.objects.get(application__code=code).pool == "excluded"


def test_people_of_another_gathering_stay_where_they_are(organiser, at, elsewhere, signed_in):
    now = timezone.now()
    theirs = Application.objects.create(gathering=elsewhere, name="远方", phone="+8619900099999", applied_at=now)  # fmt: skip

    here = organiser.post(at("seats/pools/"), {"code": [theirs.code], "pool": "invited"})
    page = organiser.post(at(f"applications/{theirs.code}/pool/"), {"pool": "invited"})
    there = organiser.post("/console/elsewhere/seats/pools/", {"code": [theirs.code], "pool": "invited"})  # fmt: skip

    assert (here.status_code, page.status_code, there.status_code) == (422, 404, 404)
    assert not Placement.objects.exists()


def test_whoever_withdrew_counts_in_no_pool(gathering, sorted_out):
    gathering.applications.filter(code=sorted_out["invited"][0]).update(state="withdrawn")

    assert outlook_of(gathering).sizes["invited"] == 1


def test_pools_stand_against_seats_and_quotas_before_anything_is_drawn(
    organiser, at, gathering, alone_codes
):
    trade = gathering.quotas[0]
    rows = gathering.applications.filter(code__in=alone_codes)
    held = [row.code for row in rows if trade.value in row.traits[trade.feature]]
    assert held
    organiser.post(at("seats/pools/"), {"code": held[:1], "pool": "invited"})

    page = text(organiser, at("seats/"))

    assert "共 24 个席位，1 个已定，23 个用来抽签" in page
    assert "其中已定 1" in page


def test_what_contradicts_itself_is_told_before_and_when_it_is_run(
    organiser, at, gathering, pair, alone_codes
):
    organiser.post(at("seats/pools/"), {"code": pair[:1], "pool": "excluded", "reason": "x"})
    everybody = [code for code in alone_codes if code not in pair]
    organiser.post(at("seats/pools/"), {"code": everybody, "pool": "invited"})

    page = text(organiser, at("seats/"))

    assert "这样算不出机会" in page
    assert f"{pair[0]} 不参加，同行的 {pair[1]} 却没有排除" in page
    assert "没有可抽的了" in page
    assert "超过上限" in page
    organiser.post(at("start/panels/"))
    run = gathering.runs.first()
    assert run.state == Run.State.FAILED
    codes = {fault["code"] for fault in run.error["faults"]}
    assert {"pool_splits_companions", "sure_leave_no_seat", "sure_exceed_quota"} <= codes


def test_from_the_desk_to_a_record_that_the_judge_proves(organiser, at, gathering, sorted_out):
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()

    verdict = check_lottery(lottery)

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    facts = dict(verdict.facts)
    assert (facts["pool_invited"], facts["pool_reviewed"], facts["pool_excluded"]) == ("2", "1", "1")  # fmt: skip
    record = json.loads(lottery.file)
    assert {name: record["pools"][name] for name in sorted_out} == sorted_out
    assert lottery.sizes == {"invited": 2, "reviewed": 1, "drawn": len(lottery.chances) - 4, "excluded": 1}  # fmt: skip
    assert REASON.encode() not in lottery.file
    page = text(organiser, at("seats/"))
    assert "机会算好了" in page
    assert "0.0%" not in page


def test_a_rehearsal_seats_the_sure_and_is_proven(organiser, at, gathering, sorted_out):
    organiser.post(at("start/seats/"))
    round_ = Round.objects.get()

    chosen = set(round_.record["chosen"])

    assert {*sorted_out["invited"], *sorted_out["reviewed"]} <= chosen
    assert not chosen & set(sorted_out["excluded"])
    assert check_round(round_).status == "PROVEN"


def test_an_auditor_works_it_out_again_from_the_files(signed_in, organiser, at, sorted_out):
    organiser.post(at("start/seats/"))
    auditor = signed_in("auditor")
    files = {name: auditor.get(at(f"audit/{name}")).content for name in ("selection.json", "inputs.json")}  # fmt: skip

    inputs = Inputs.from_dict(json.loads(files["inputs.json"]))

    assert check(files["selection.json"], inputs=inputs).status == "PROVEN"
    other = {**inputs.placed, sorted_out["excluded"][0]: Placed("excluded", "another reason")}
    assert check(files["selection.json"], inputs=replace(inputs, placed=other)).status == "REFUSED"
    page = text(auditor, at("audit/"))
    assert "受邀" in page
    assert REASON not in page


def test_nobody_who_reads_the_record_can_try_reasons(organiser, client, at, gathering, sorted_out):
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()
    now = timezone.now()
    announce(lottery, at=now + timedelta(hours=1), now=now, who="lin")
    link = f"/g/{gathering.slug}/proof/seats/{lottery.record['digest']}/lottery.json"
    file = client.get(link).content
    record = json.loads(file)
    told = [[code, pool, "" if pool == "invited" else REASON] for pool, some in sorted_out.items() for code in some]  # fmt: skip

    assert lottery.salt not in file.decode()
    assert record["inputs"]["placed"] == digest([lottery.salt, sorted(told)])
    for guess in (sorted(told), ["", sorted(told)], [record["seed"], sorted(told)]):
        assert record["inputs"]["placed"] != digest(guess)


def test_an_erased_person_takes_the_reason_along(organiser, at, gathering, sorted_out):
    organiser.post(at("start/seats/"))
    (code,) = sorted_out["excluded"]

    erase(gathering.applications.get(code=code))
    forget_erased(gathering)

    assert not Placement.objects.filter(application__code=code).exists()
    assert code not in Round.objects.get().inputs["placed"]
    assert check_round(Round.objects.get()).status == "CONSISTENT"


def test_nothing_moves_once_a_draw_is_announced(organiser, at, gathering, sorted_out):
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()
    later = (gathering.facts.when(timezone.now()) + timezone.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")  # fmt: skip
    organiser.post(at(f"seats/{lottery.pk}/announce/"), {"at": later})
    code = sorted_out["invited"][0]

    answer = organiser.post(at("seats/pools/"), {"code": [code], "pool": "drawn"})

    assert answer.status_code == 422
    assert "抽签已经公布" in answer.content.decode()
    assert 'name="pool"' not in text(organiser, at(f"applications/{code}/"))
    organiser.post(at(f"seats/{lottery.pk}/call-off/"))
    assert organiser.post(at("seats/pools/"), {"code": [code], "pool": "drawn"}).status_code == 302


def test_the_public_page_counts_the_pools_and_names_the_objective(
    client, organiser, at, gathering, sorted_out
):
    organiser.post(at("seats/objective/"), {"objective": "maximin"})
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()
    later = (gathering.facts.when(timezone.now()) + timezone.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")  # fmt: skip
    organiser.post(at(f"seats/{lottery.pk}/announce/"), {"at": later})

    page = text(client, f"/g/{gathering.slug}/proof/seats/")

    assert "只让机会最小的人尽量大" in page
    assert "为什么定、为什么不参加，不公布" in page
    assert "选定" in page
    assert REASON not in page


def test_the_page_of_the_invited_says_so_and_of_the_excluded_nothing(client, gathering, sorted_out):
    def page(code):
        return text(client, f"/me/{gathering.applications.get(code=code).token}/")

    assert "你的席位已定" in page(sorted_out["invited"][0])
    assert "你的席位已定" in page(sorted_out["reviewed"][0])
    excluded = page(sorted_out["excluded"][0])
    assert "已收到" in excluded
    assert "排除" not in excluded
    assert REASON not in excluded


def test_whoever_comes_with_the_invited_is_promised_a_seat_too(
    client, organiser, at, gathering, pair
):
    organiser.post(at("seats/pools/"), {"code": pair[:1], "pool": "invited"})

    page = text(client, f"/me/{gathering.applications.get(code=pair[1]).token}/")

    assert "你的席位已定" in page
    assert outlook_of(gathering).sizes["along"] >= 1


def test_a_promise_stands_beside_a_rehearsal_that_knew_nothing_of_it(
    client, organiser, at, gathering, decided
):
    lost = gathering.applications.filter(seats__isnull=True).first()
    organiser.post(at("seats/pools/"), {"code": [lost.code], "pool": "invited"})

    page = text(client, f"/me/{lost.token}/")

    assert "<h1>你的席位已定</h1>" in page
    assert "彩排" in page
    assert "没有排到" not in page


def test_the_list_costs_as_many_queries_for_one_as_for_many(organiser, at, alone_codes):
    counts = []
    for few in (alone_codes[:1], alone_codes[:4]):
        organiser.post(at("seats/pools/"), {"code": few, "pool": "invited"})
        for page in ("seats/pools/", "applications/"):
            cache.clear()
            with CaptureQueriesContext(connection) as seen:
                organiser.get(at(page))
            counts.append(len(seen))

    assert counts[:2] == counts[2:]


def test_a_folder_is_imported_with_its_rules(db, tmp_path):
    folder = read_folder(Path(str(sample.folder("new"))))
    rules = [PoolFacts(pool="invited", ids=["r2"]), PoolFacts(pool="reviewed", ids=["r4"], reason=REASON)]  # fmt: skip
    seats = folder.facts.seats.model_copy(update={"pools": rules})
    folder = replace(folder, facts=folder.facts.model_copy(update={"seats": seats}))

    gathering, _ = import_folder(folder, who="test")

    placed = {
        one.application.source.rpartition(" ")[2]: one.pool for one in Placement.objects.all()
    }
    assert placed == {"2": "invited", "4": "reviewed"}
    one = Placement.objects.get(pool="invited").application
    place(gathering, [one.code], "drawn", "", now=timezone.now(), who="test")
    import_folder(folder, who="test")
    assert Placement.objects.get(application=one).pool == "drawn"  # by hand, and it stays


def test_a_folder_whose_rules_name_nobody_is_not_imported(db):
    folder = read_folder(Path(str(sample.folder("new"))))
    rules = [PoolFacts(pool="invited", ids=["r9999"])]
    seats = folder.facts.seats.model_copy(update={"pools": rules})
    folder = replace(folder, facts=folder.facts.model_copy(update={"seats": seats}))

    with pytest.raises(InputError):
        import_folder(folder, who="test")

    assert not Application.objects.exists()


def test_rules_written_later_are_applied_when_somebody_asks(organiser, at, gathering, alone_codes):
    ruled(gathering, PoolFacts(pool="invited", ids=alone_codes[:2]))
    place(gathering, alone_codes[:1], "excluded", "x", now=timezone.now(), who="test")

    assert "写了 1 条规则" in text(organiser, at("seats/pools/"))
    organiser.post(at("seats/pools/rules/"))

    pools = {one.application.code: one.pool for one in Placement.objects.all()}
    assert pools == {alone_codes[0]: "excluded", alone_codes[1]: "invited"}


def test_rules_that_contradict_each_other_are_told(organiser, at, gathering):
    ruled(
        gathering,
        PoolFacts(pool="invited", where="会写代码=是"),
        PoolFacts(pool="excluded", where="会写代码=是", reason="x"),
    )

    answer = organiser.post(at("seats/pools/rules/"))

    assert answer.status_code == 422
    assert "同时归进了两类" in answer.content.decode()


def test_a_row_number_of_an_upload_says_nobody_here(organiser, at, gathering):
    ruled(
        gathering,
        PoolFacts(pool="excluded", ids=["r2"], reason="x"),
        PoolFacts(pool="invited", where="公司=青云传媒"),
    )
    table = (Path(str(sample.folder("new"))) / "applicants.csv").read_bytes()
    organiser.post(at("import/"), {"file": SimpleUploadedFile("a.csv", table)})
    token = gathering.uploads.get().token
    organiser.post(at(f"import/{token}/keep/"))

    assert {one.pool for one in Placement.objects.all()} == {"invited"}


def test_what_a_rule_goes_by_is_asked_of_nobody(client, taking):
    ruled(taking, PoolFacts(pool="invited", where="身份=讲者"))

    assert "身份" not in text(client, f"/g/{taking.slug}/apply/")


def test_rules_are_edited_as_a_form(organiser, at, gathering):
    page = text(organiser, at("facts/quotas/"))
    sent = dict(re.findall(r'name="(seen)" value="([^"]+)"', page))
    answer = organiser.post(
        at("facts/quotas/"),
        {
            **sent, "seats.together": "companion", "seats.objective": "nash", "seats.alternates": "10",
            "seats.invite_beyond": "on", "seats.crowding": "5", "seats.offer_hours": "24",
            "seats.answer_hours": "0", "quotas.rows": "0", "pools.rows": "2",
            "pools.0.pool": "excluded", "pools.0.where": "", "pools.0.ids": "r2\nr3", "pools.0.reason": "x",
            "pools.1.pool": "reviewed", "pools.1.where": "身份=讲者", "pools.1.ids": "", "pools.1.reason": "y",
        },
    )  # fmt: skip

    assert answer.status_code == 302
    gathering.refresh_from_db()
    rules = gathering.facts.seats.pools
    assert [(rule.pool, rule.ids, rule.where) for rule in rules] == [
        ("excluded", ["r2", "r3"], None),
        ("reviewed", [], "身份=讲者"),
    ]


def test_a_rule_without_its_reason_is_told_beside_its_field(organiser, at):
    page = text(organiser, at("facts/quotas/"))
    sent = dict(re.findall(r'name="(seen)" value="([^"]+)"', page))
    answer = organiser.post(
        at("facts/quotas/"),
        {
            **sent, "seats.together": "companion", "seats.objective": "leximin", "quotas.rows": "0",
            "pools.rows": "1", "pools.0.pool": "excluded", "pools.0.ids": "r2",
        },
    )  # fmt: skip

    assert answer.status_code == 422
    assert 'id="pools-0-reason-fault"' in answer.content.decode()


def test_chances_worked_out_before_a_promise_are_not_published_after_it(
    organiser, at, gathering, alone_codes
):
    organiser.post(at("start/panels/"))
    lottery = Lottery.objects.get()
    organiser.post(at("seats/pools/"), {"code": alone_codes[:1], "pool": "invited"})
    later = (gathering.facts.when(timezone.now()) + timezone.timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")  # fmt: skip

    answer = organiser.post(at(f"seats/{lottery.pk}/announce/"), {"at": later})

    assert answer.status_code == 422
    assert "谁不参加抽签" in answer.content.decode()
    page = text(organiser, at("seats/"))
    assert f"seats/{lottery.pk}/announce/" not in page
    assert '<span class="chip warn">已过时</span>' in page
    assert re.search(r'<button class="button">算出机会', page)
    organiser.post(at("start/panels/"))
    assert "已过时" not in text(organiser, at("seats/"))
    newer = Lottery.objects.first()
    assert organiser.post(at(f"seats/{newer.pk}/announce/"), {"at": later}).status_code == 302


def test_pages_under_seats_and_applications_say_where_they_belong(organiser, at, alone_codes):
    pools = text(organiser, at("seats/pools/"))
    person = text(organiser, at(f"applications/{alone_codes[0]}/"))

    assert f'<a href="{at("seats/")}" aria-current="true">' in pools
    assert f'<a href="{at("applications/")}" aria-current="true">' in person
    assert pools.count("aria-current") == person.count("aria-current") == 1
