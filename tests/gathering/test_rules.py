"""Who gathering.toml invites, lets in by review or excludes: from the file to the verdict."""

import json
import shutil
from dataclasses import replace

import pytest
from tests.conftest import Desk, NoPress, huiyou

from huiyou import sample
from huiyou.errors import InputError
from huiyou.gathering import check, read_folder
from huiyou.people import clean

BEFORE = "alternates = 10 "
RULES = """
[[seats.pools]]
pool = "invited"
ids = ["r2", "r3"]

[[seats.pools]]
pool = "reviewed"
ids = ["r4"]
reason = "volunteered for 张三丰"

[[seats.pools]]
pool = "excluded"
ids = ["r6"]
reason = "has a ticket already"
"""


def add(desk, rules):
    desk.change("gathering.toml", "\n[tables]\n", f"{rules}\n[tables]\n")


def line_of(desk, text):
    lines = (desk.folder / "gathering.toml").read_text(encoding="utf-8").splitlines()
    return next(k for k, line in enumerate(lines, start=1) if line.startswith(text))


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    """A run with all three pools; read only."""
    there = tmp_path_factory.mktemp("pools")
    shutil.copytree(sample.folder("new"), there / "gathering")
    desk = Desk(there / "gathering")
    add(desk, RULES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huiyou.cli.day.Press", NoPress)
        told = desk.run()
    assert told.code == 0, told.events
    return desk, told


def test_the_run_seats_the_sure_and_leaves_out_the_excluded(evening):
    desk, told = evening
    record = json.loads((desk.out / "selection.json").read_bytes())

    pools = record["pools"]
    assert (pools["invited"], pools["reviewed"], pools["excluded"]) == (
        ["r2", "r3"],
        ["r4"],
        ["r6"],
    )
    assert {"r2", "r3", "r4"} <= set(record["chosen"])
    assert "r6" not in {*record["chosen"], *record["alternates"]}
    (summary,) = [event for event in told.events if event["event"] == "summary"]
    assert (summary["pool_invited"], summary["pool_reviewed"], summary["pool_excluded"]) == ("2", "1", "1")  # fmt: skip


def test_the_judge_proves_it_with_the_folder_and_says_the_sizes(evening):
    desk, _ = evening
    record = (desk.out / "selection.json").read_bytes()

    verdict = check(record, folder=read_folder(desk.folder))

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    sizes = {name: n for name, n in verdict.facts if name.startswith("pool_")}
    assert (sizes["pool_invited"], sizes["pool_reviewed"], sizes["pool_excluded"]) == ("2", "1", "1")  # fmt: skip


def test_people_alone_say_nothing_of_reasons_so_the_record_is_consistent(evening):
    desk, _ = evening
    folder = read_folder(desk.folder)
    record = (desk.out / "selection.json").read_bytes()

    verdict = check(record, clean=clean(folder.sheet, folder.form))

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("inputs_missing",))


def test_another_reason_is_another_decision(evening):
    desk, _ = evening
    record = (desk.out / "selection.json").read_bytes()
    folder = read_folder(desk.folder)
    rules = [
        rule.model_copy(update={"reason": "another"}) if rule.reason else rule
        for rule in folder.facts.seats.pools
    ]
    seats = folder.facts.seats.model_copy(update={"pools": rules})
    other = replace(folder, facts=folder.facts.model_copy(update={"seats": seats}))

    assert check(record, folder=other).status == "REFUSED"


def test_reasons_stand_in_no_result(evening):
    desk, _ = evening
    told = [
        path.name
        for path in desk.out.rglob("*")
        if path.is_file() and "张三丰".encode() in path.read_bytes()
    ]

    assert told == []


def test_the_page_speaks_of_those_drawn_for_only(evening):
    desk, _ = evening
    page = (desk.out / "index.en.html").read_text(encoding="utf-8")

    assert "Why somebody is sure of a seat, or excluded, is not published" in page
    assert "smallest chance has 0.0%" not in page


def test_the_text_for_all_who_applied_says_what_is_promised_and_what_is_fair(evening):
    desk, _ = evening
    texts = [(desk.out / "announce" / one / "received.txt").read_text(encoding="utf-8") for one in ("zh", "en")]  # fmt: skip

    assert "其中 3 个席位给讲者和主办邀请、选定的朋友" in texts[0]
    assert "抽签怎样算公平：先让机会最小的人尽量大" in texts[0]
    assert "3 seats are kept for speakers" in texts[1]
    assert "What is fair in the draw: the smallest chance as large as can be" in texts[1]


def test_the_page_says_what_the_chosen_objective_proves(desk):
    desk.change("gathering.toml", '# objective = "leximin"', 'objective = "nash"')
    assert desk.run().code == 0

    page = (desk.out / "index.en.html").read_text(encoding="utf-8")

    assert "no lottery makes the product of all chances larger" in page
    assert "no lottery gives them more" not in page


def test_one_person_is_told_their_pool(evening):
    desk, _ = evening
    told = huiyou("explain", desk.out / "selection.json", desk.folder, "--person", "r2")

    assert [e["pool"] for e in told.events if e["event"] == "reasons"] == ["invited"]


def test_a_value_puts_everybody_who_has_it(desk):
    add(desk, '\n[[seats.pools]]\npool = "invited"\nwhere = "公司=一间茶馆"\n')
    table = (desk.folder / "applicants.csv").read_text(encoding="utf-8-sig")
    header, first, *rest = table.splitlines()
    place = header.split(",").index("公司")
    cells = first.split(",")
    cells[place] = "一间茶馆"
    desk.write("applicants.csv", "\n".join([header, ",".join(cells), *rest]))

    folder = read_folder(desk.folder)

    placed = folder.placed(clean(folder.sheet, folder.form).persons())
    assert [(who, one.pool) for who, one in placed.items()] == [("r2", "invited")]


def test_a_value_that_no_quota_names_is_still_itself(desk):
    add(desk, '\n[[seats.pools]]\npool = "invited"\nwhere = "行业=讲者"\n')

    known = read_folder(desk.folder).form.known["行业"]

    assert known[-1] == "讲者"


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ('pool = "speakers"\nids = ["r2"]', [("value_choice", "pool =", "seats.pools.1.pool")]),
        ('pool = "invited"', [("rule_names_nobody", "[[seats.pools]]", "seats.pools.1.ids")]),
        ('pool = "reviewed"\nids = ["r2"]', [("rule_reason_missing", "[[seats.pools]]", "seats.pools.1.reason")]),
        ('pool = "excluded"\nids = ["r2"]\nreason = " "', [("rule_reason_missing", "reason =", "seats.pools.1.reason")]),
        ('pool = "invited"\nids = ["r2", "r2"]', [("rule_twice", "ids =", "seats.pools.1.ids")]),
        ('pool = "invited"\nwhere = "讲者"', [("need_form", "where =", "seats.pools.1.where")]),
        ('pool = "invited"\nid = "r2"', [("key_unknown", "id =", "seats.pools.1.id")]),
    ],
)  # fmt: skip
def test_a_wrong_rule_is_found_in_its_line(desk, rule, found):
    add(desk, f"\n[[seats.pools]]\n{rule}\n")

    with pytest.raises(InputError) as caught:
        read_folder(desk.folder)

    told = [(fault.code, fault.row, fault.column) for fault in caught.value.faults]
    assert told == [(code, line_of(desk, start), key) for code, start, key in found]


def test_all_that_does_not_fit_the_people_is_listed_at_once(desk):
    add(
        desk,
        """
[[seats.pools]]
pool = "invited"
ids = ["r2", "r9999"]

[[seats.pools]]
pool = "excluded"
where = "行业=航天"
ids = ["r3"]
reason = "x"

[[seats.pools]]
pool = "invited"
where = "会写代码=是"
""",
    )
    told = desk.run()

    assert told.code == 2
    row = line_of(desk, "[[seats.pools]]")
    codes = {(code, line, column) for code, _, line, column in told.faults}
    assert ("pool_nobody", row, "seats.pools.1") in codes
    assert ("rule_value_unheld", row + 4, "seats.pools.2") in codes
    assert not desk.out.exists()


def test_somebody_in_two_pools_is_told_with_both(desk):
    add(
        desk,
        '\n[[seats.pools]]\npool = "excluded"\nwhere = "会写代码=是"\nreason = "x"\n'
        '\n[[seats.pools]]\npool = "invited"\nwhere = "会写代码=是"\n',
    )
    told = desk.run()

    assert {code for code, *_ in told.faults} == {"rule_two_pools"}


def test_more_promised_than_seats_is_told_where_it_was_promised(desk):
    many = ", ".join(f'"r{k}"' for k in range(2, 30))
    add(desk, f'\n[[seats.pools]]\npool = "invited"\nids = [{many}]\n')

    told = desk.run()

    assert told.code == 2
    assert ("sure_leave_no_seat", "gathering.toml") in {found[:2] for found in told.faults}
    assert "sure_exceed_quota" in {code for code, *_ in told.faults}


def test_rules_in_one_line_are_found_too(desk):
    desk.change(
        "gathering.toml", BEFORE, f'pools = [{{ pool = "reviewed", ids = ["r2"] }}]\n{BEFORE}'
    )

    with pytest.raises(InputError) as caught:
        read_folder(desk.folder)

    (fault,) = caught.value.faults
    assert (fault.code, fault.row) == ("rule_reason_missing", line_of(desk, "pools ="))
