"""From a folder to everything on the table, and back from every record by its judge."""

import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import openpyxl
import pytest
from tests.conftest import huiyou

from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.people import clean
from huiyou.proof import canonical

SHENZHEN = Path(str(sample.folder("shenzhen")))
RECORDS = ("clean.json", "selection.json", "grouping.json", "draw.json")


def record(out, name):
    return json.loads((out / name).read_bytes())


def tree(out):
    return {
        path.relative_to(out).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in out.rglob("*")
        if path.is_file()
    }


def test_every_file_that_was_promised_is_there(shenzhen):
    texts = [f"announce/{language}/{name}.txt" for language in ("zh", "en")
             for name in ("received", "seated", "alternate", "arrival", "next")]  # fmt: skip
    lists = [f"lists/{name}.xlsx" for name in ("people", "cleaning", "seats", "alternates", "tables", "winners")]  # fmt: skip
    papers = [f"print/{name}.html" for name in ("badges", "cards", "signs")]
    rest = ["index.html", "index.en.html", "programme.ics", "schedule.xml", "commitment.json", "manifest.json"]  # fmt: skip

    found = {name for name in tree(shenzhen) if not name.endswith(".pdf")}

    assert found == {*texts, *lists, *papers, *rest, *RECORDS}


def test_the_manifest_has_the_hash_of_every_file(shenzhen):
    files = tree(shenzhen)
    del files["manifest.json"]

    assert record(shenzhen, "manifest.json")["files"] == files


def test_the_evening_adds_up(shenzhen):
    selection, grouping = record(shenzhen, "selection.json"), record(shenzhen, "grouping.json")
    chosen = set(selection["chosen"])
    seated = [[who for table in tables for who in table] for tables in grouping["rounds"]]

    assert len(chosen) == len(selection["chosen"]) == 200
    assert [len(tables) for tables in grouping["rounds"]] == [21, 21, 21]
    assert [sorted(people) for people in seated] == [sorted(chosen)] * 3
    assert grouping["repeats"] == 0


def test_every_quota_holds_among_the_chosen(shenzhen):
    people = {who["id"]: who for who in record(shenzhen, "clean.json")["people"]}
    selection = record(shenzhen, "selection.json")

    counts = [
        sum(
            q["value"] in people[who]["traits"].get(q["feature"], []) for who in selection["chosen"]
        )
        for q in selection["quotas"]
    ]

    assert len(counts) == 39
    assert all(q["min"] <= n <= q["max"] for q, n in zip(selection["quotas"], counts, strict=True))


def test_companions_come_together_and_sit_together(shenzhen):
    pairs = record(shenzhen, "clean.json")["companions"]
    chosen = set(record(shenzhen, "selection.json")["chosen"])
    tables = [
        set(table) for tables in record(shenzhen, "grouping.json")["rounds"] for table in tables
    ]
    inside = [set(pair) for pair in pairs if chosen & set(pair)]

    assert inside
    assert all(pair <= chosen for pair in inside)
    assert all(sum(pair <= table for table in tables) == 3 for pair in inside)


def test_all_21_prizes_are_drawn_once_and_from_the_seats(shenzhen):
    opened = [opening["id"] for opening in record(shenzhen, "draw.json")["openings"].values()]
    told = column(shenzhen / "lists" / "winners.xlsx", "抽奖号")
    seats = column(shenzhen / "lists" / "seats.xlsx", "抽奖号")

    assert len(set(told)) == len(told) == 21
    assert sorted(opened) == sorted(told)
    assert set(told) <= set(seats)


def column(path, title):
    header, *rows = openpyxl.load_workbook(path).worksheets[0].iter_rows(values_only=True)
    index = next(k for k, name in enumerate(header) if name.startswith(title))
    return [row[index] for row in rows]


def test_any_process_gives_the_same_bytes_and_only_the_first_has_to_compile(small, tmp_path):
    told = []
    for hash_seed, zone in (("1", "Asia/Shanghai"), ("2", "America/Chicago")):
        out = tmp_path / zone / "RESULTS"
        environment = {
            **os.environ, "PYTHONHASHSEED": hash_seed, "TZ": zone, "LANG": "en_US.UTF-8",
            "NUMBA_CACHE_DIR": str(tmp_path / "cache"),
        }  # fmt: skip

        done = subprocess.run(
            [Path(sys.executable).with_name("huiyou"), "run", str(sample.folder("new")), "--out", out, "--json"],
            env=environment, cwd=tmp_path, check=True, capture_output=True, text=True,
        )  # fmt: skip

        assert tree(out) == tree(small)
        told.append('"event": "compiled"' in done.stderr)
    assert told == [True, False]


def test_another_seed_gives_another_day(desk, small):
    assert desk.run("--seed", "second try").code == 0

    assert record(desk.out, "selection.json")["chosen"] != record(small, "selection.json")["chosen"]


def test_a_second_run_takes_the_place_of_the_first(desk):
    desk.run()
    first = tree(desk.out)
    desk.change("gathering.toml", "seats = 24 ", "seats = 26 ")

    assert desk.run().code == 0
    assert len(record(desk.out, "selection.json")["chosen"]) == 26
    assert tree(desk.out).keys() == first.keys()
    assert sorted(path.name for path in desk.out.parent.iterdir()) == ["RESULTS", "gathering"]


def test_nothing_drawn_and_no_programme_is_a_day_too(desk):
    text = (desk.folder / "gathering.toml").read_text(encoding="utf-8")
    head, _, _ = text.partition("[[sessions]]")
    desk.write("gathering.toml", head)

    assert desk.run().code == 0
    assert not {"draw.json", "programme.ics", "schedule.xml"} & tree(desk.out).keys()


def test_without_quotas_all_are_one_pool(desk):
    desk.change("gathering.toml", 'quotas = "quotas.csv"', "#")

    assert desk.run().code == 0
    assert record(desk.out, "selection.json")["quotas"] == []


def test_a_folder_of_one_table_and_one_round_runs(desk):
    for old, new in (("tables = 6 ", "tables = 1 "), ("rounds = 3 ", "rounds = 1 ")):
        desk.change("gathering.toml", old, new)

    assert desk.run().code == 0
    assert [len(tables) for tables in record(desk.out, "grouping.json")["rounds"]] == [1]


@pytest.mark.parametrize(
    ("name", "code", "status"),
    [
        ("clean.json", 0, "PROVEN"),
        ("selection.json", 0, "PROVEN"),
        ("grouping.json", 0, "PROVEN"),
        ("draw.json", 5, "CONSISTENT"),
    ],
)
def test_each_record_is_judged(shenzhen, name, code, status):
    inputs = [] if name == "draw.json" else [SHENZHEN]

    told = huiyou("verify", shenzhen / name, *inputs)

    assert (told.code, told.printed) == (code, status)


@pytest.mark.parametrize("name", RECORDS)
def test_a_changed_record_is_refused(small, tmp_path, name):
    body = record(small, name)
    if name == "clean.json":
        body["counts"]["rows"] += 1
    elif name == "selection.json":
        body["chosen"].reverse()
    elif name == "grouping.json":
        body["rounds"][0].reverse()
    else:
        body["commit"]["event"] = "another"
    (tmp_path / name).write_bytes(canonical.dumps(body))

    told = huiyou("verify", tmp_path / name, str(sample.folder("new")))

    assert (told.code, told.printed) == (4, "REFUSED")


def test_records_of_one_folder_are_refused_for_another(small):
    for name in ("clean.json", "selection.json", "grouping.json"):
        assert huiyou("verify", small / name, SHENZHEN).code == 4


def test_records_are_judged_against_clean_json_too(small):
    told = huiyou("verify", small / "grouping.json", small / "clean.json")

    assert (told.code, told.printed) == (0, "PROVEN")


def test_what_is_no_record_is_an_input_fault(tmp_path):
    (tmp_path / "note.json").write_text("[]")

    assert huiyou("verify", tmp_path / "note.json").faults == [
        ("not_a_record", str(tmp_path / "note.json"), None, None)
    ]
    assert huiyou("verify", tmp_path / "none.json").faults == [
        ("input_missing", str(tmp_path / "none.json"), None, None)
    ]


def test_the_fingerprint_and_the_dice_of_the_room_are_held_against_the_draw(small):
    proof = small / "draw.json"

    wrong = huiyou("verify", proof, "--fingerprint", "0" * 64)
    unclear = huiyou("verify", proof, "--rolls", "1")

    assert (wrong.code, wrong.printed) == (4, "REFUSED")
    assert unclear.faults == [("rolls_form", "", None, None)]


def test_a_fingerprint_is_taken_as_the_page_shows_it(small):
    [shown] = re.findall(
        r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", (small / "index.html").read_text("utf-8")
    )

    plain = huiyou("verify", small / "draw.json", "--fingerprint", shown.replace(" ", ""))

    assert "fingerprint_not_given" not in plain.events[-1]["reasons"]
    for written in (shown, shown.upper()):
        assert huiyou("verify", small / "draw.json", "--fingerprint", written) == plain


@pytest.mark.parametrize(
    ("options", "fault"),
    [
        (("--fingerprint", "e7e9"), "hash_form"),
        (("--seen", "the step after"), "hash_form"),
        (("--rolls", "1=four"), "rolls_form"),
    ],
)
def test_what_is_no_hash_and_no_dice_is_no_verdict(small, options, fault):
    told = huiyou("verify", small / "draw.json", *options)

    assert (told.code, told.printed, [f[0] for f in told.faults]) == (2, "", [fault])


def test_a_folder_of_results_is_judged_by_its_manifest(small, desk):
    assert huiyou("verify", small).events == huiyou("verify", small / "manifest.json").events
    assert [f[0] for f in huiyou("verify", desk.folder).faults] == ["not_a_record"]


@pytest.mark.usefixtures("no_press")
def test_new_writes_a_folder_that_runs(tmp_path):
    made = huiyou("new", tmp_path / "stop")
    ran = huiyou("run", tmp_path / "stop", "--out", tmp_path / "RESULTS")

    assert (made.code, made.printed) == (0, str(tmp_path / "stop"))
    assert (ran.code, ran.printed) == (0, str(tmp_path / "RESULTS" / "index.html"))


def test_new_never_writes_over_a_folder(desk):
    told = huiyou("new", desk.folder)

    assert (told.code, told.faults) == (2, [("dir_not_empty", str(desk.folder), None, None)])


@pytest.mark.needs("shared")
@pytest.mark.usefixtures("no_press")
def test_the_counts_are_those_of_the_truth(shared):
    truth = json.loads((shared / "data" / "meetup" / "TRUTH.json").read_bytes())
    del truth["seed"]
    folder = read_folder(shared / "data" / "meetup")

    counts = clean(folder.sheet, folder.form).counts

    assert {name: counts[name] for name in truth} == truth


@pytest.mark.parametrize("body", ["[]", "{", '{"kind": "clean"}', '{"kind": "seating"}', "\ufffd"])
def test_inputs_that_are_no_people_are_told(small, tmp_path, body):
    (tmp_path / "people.json").write_text(body, encoding="utf-8")

    told = huiyou("verify", small / "grouping.json", tmp_path / "people.json")

    assert (told.code, told.faults) == (
        2,
        [("not_a_record", str(tmp_path / "people.json"), None, None)],
    )


@pytest.mark.parametrize("body", ["[]", "{", '{"kind": "seating"}', "[" * 100_000])
def test_records_of_no_kind_are_told(tmp_path, body):
    (tmp_path / "x.json").write_text(body, encoding="utf-8")

    told = huiyou("verify", tmp_path / "x.json")

    assert (told.code, told.faults) == (2, [("not_a_record", str(tmp_path / "x.json"), None, None)])


def test_quotas_that_changed_since_are_refused(desk):
    desk.run()
    desk.change("quotas.csv", "行业,互联网,4,8", "行业,互联网,4,9")

    told = huiyou("verify", desk.out / "selection.json", desk.folder)

    assert (told.code, told.printed) == (4, "REFUSED")


def test_a_manifest_that_was_changed_protects_nothing(desk):
    desk.run()
    body = record(desk.out, "manifest.json")
    body["files"]["diary.txt"] = "0" * 64
    (desk.out / "manifest.json").write_bytes(canonical.dumps(body))
    (desk.out / "diary.txt").write_text("mine")

    told = desk.run()

    assert [fault[0] for fault in told.faults] == ["out_not_empty"]
    assert (desk.out / "diary.txt").read_text() == "mine"


def test_companions_that_do_not_count_are_left_apart(desk):
    desk.change("gathering.toml", 'companions = "mutual"', 'companions = "off"')
    desk.run()

    told = huiyou("verify", desk.out / "grouping.json", desk.folder)

    assert (told.code, record(desk.out, "grouping.json").get("together", [])) == (0, [])


def test_badges_show_the_columns_that_were_named(desk):
    desk.change("gathering.toml", "# [cards]\n# show = ", "[cards]\nshow = ")
    desk.change("gathering.toml", 'show = ["行业", "职位"]', 'show = ["公司"]')
    assert desk.run().code == 0

    html = (desk.out / "print" / "badges.html").read_text(encoding="utf-8")

    companies = column(desk.out / "lists" / "seats.xlsx", "公司")
    assert len(companies) == 24
    assert all(company in html for company in companies if company)


def test_nothing_to_mix_and_no_wishes_is_a_day_too(desk):
    desk.change("gathering.toml", 'mix = { "行业" = 3, "职位" = 1 }', "mix = {}")
    desk.change("gathering.toml", 'wants = { "想认识的行业" = "行业" }', "wants = {}")

    told = desk.run()

    assert told.code == 0
    assert "wants" not in next(e for e in told.events if e["event"] == "summary")


def test_the_whole_folder_of_results_is_judged_by_its_manifest(desk):
    desk.run()
    manifest = desk.out / "manifest.json"

    whole = huiyou("verify", manifest)
    (desk.out / "announce" / "zh" / "next.txt").write_text("别的话", encoding="utf-8")
    changed = huiyou("verify", manifest)
    (desk.out / "schedule.xml").unlink()
    (desk.out / "announce" / "zh" / "next.txt").unlink()
    gone = huiyou("verify", manifest)
    manifest.write_bytes(manifest.read_bytes().replace(b"schedule.xml", b"schedule.xmm"))
    forged = huiyou("verify", manifest)

    told = [(t.code, t.printed, t.events[-1]["reasons"]) for t in (whole, changed, gone, forged)]
    assert told == [
        (0, "PROVEN", []),
        (4, "REFUSED", ["file_changed"]),
        (4, "REFUSED", ["file_gone"]),
        (4, "REFUSED", ["digest_differs"]),
    ]


def test_those_at_the_tables_are_held_against_those_chosen(small, desk):
    desk.run("--seed", "another")

    same = huiyou("verify", small / "grouping.json", small / "clean.json", small / "selection.json")
    others = huiyou(
        "verify", small / "grouping.json", small / "clean.json", desk.out / "selection.json"
    )

    assert (same.code, same.events[-1]["claims"][-1]) == (0, "chosen_seated")
    assert (others.code, others.events[-1]["reasons"]) == (4, ["not_the_chosen"])


def test_a_key_written_twice_is_refused_in_the_record_of_a_cleaning_too(small, tmp_path):
    text = (small / "clean.json").read_text(encoding="utf-8")
    assert text.count('"counts":') == 1
    (tmp_path / "clean.json").write_text(
        text.replace('"counts":', '"counts":{},"counts":'), "utf-8"
    )

    assert huiyou("verify", tmp_path / "clean.json").code == 4
