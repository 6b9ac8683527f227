"""One of each company, as gathering.toml asks for it: from the file to the verdict and the texts."""

import csv
import json
import shutil
from collections import Counter
from dataclasses import replace

import pytest
from tests.conftest import Desk, NoPress, huiyou

from huiyou import sample
from huiyou.errors import InputError
from huiyou.gathering import check, read_folder
from huiyou.gathering.households import check_one_per, households, largest_household
from huiyou.people import Person, clean
from huiyou.proof import canonical, sealed

ONE_PER = '# one_per = ["公司"] '
BLANK = {
    "海石工作室": "",
    "青云传媒": "(跳过)",
    "青云科技": " ",
}  # else too few companies for 24 seats


def of_companies(desk):
    """Ask for one of each company, and let twelve people have none."""
    desk.change("gathering.toml", ONE_PER, 'one_per = ["公司"] ')
    table = desk.folder / "applicants.csv"
    with table.open(encoding="utf-8-sig", newline="") as file:
        header, *rows = csv.reader(file)
    at = header.index("公司")
    for row in rows:
        row[at] = BLANK.get(row[at], row[at])
    with table.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([header, *rows])


@pytest.fixture(scope="module")
def evening(tmp_path_factory):
    """A run with one of each company; read only."""
    there = tmp_path_factory.mktemp("households")
    shutil.copytree(sample.folder("new"), there / "gathering")
    desk = Desk(there / "gathering")
    of_companies(desk)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("huiyou.cli.day.Press", NoPress)
        told = desk.run()
    assert told.code == 0, told.events
    folder = read_folder(desk.folder)
    return desk, folder, clean(folder.sheet, folder.form), told


def record_of(evening):
    return (evening[0].out / "selection.json").read_bytes()


def companies(evening, ids):
    told = {who.id: who.traits["公司"] for who in evening[2].people}
    pairs = {who: group[0] for group in evening[2].companions for who in group}
    units = {(pairs.get(who, who), value) for who in ids for value in told[who]}
    return Counter(value for _, value in units)


def test_of_each_company_one_unit_at_most_has_a_seat_or_waits(evening):
    record = json.loads(record_of(evening))

    inside = companies(evening, [*record["chosen"], *record["alternates"]])

    assert max(inside.values()) == 1
    everybody = companies(evening, [who.id for who in evening[2].people])
    assert max(everybody.values()) > 2  # there was something to choose


def test_whoever_left_it_empty_is_of_nobodys_household(evening):
    record, people = json.loads(record_of(evening)), evening[2].persons()
    homeless = [person.id for person in people if not person.values("公司")]

    assert len(homeless) == 12
    assert sum(who in record["chosen"] for who in homeless) > 1
    assert not {who for group in households(people, ["公司"]) for who in group} & set(homeless)


def test_the_judge_proves_it_with_the_folder(evening):
    verdict = check(record_of(evening), folder=evening[1])

    assert (verdict.status, verdict.reasons) == ("PROVEN", ())
    assert "households_hold" in verdict.claims
    told = huiyou("verify", evening[0].out / "selection.json", evening[0].folder)
    assert (told.code, told.printed.splitlines()[0]) == (0, "PROVEN")


def test_without_the_folder_nobody_knows_who_shares_a_household(evening):
    verdict = check(record_of(evening), clean=evening[2])

    assert (verdict.status, verdict.reasons) == ("CONSISTENT", ("inputs_missing",))
    assert check(record_of(evening)).status == "CONSISTENT"


@pytest.mark.parametrize("one_per", [[], ["公司", "职位"]])
def test_a_folder_that_asks_otherwise_refuses_it(evening, one_per):
    facts = evening[1].facts
    seats = facts.seats.model_copy(update={"one_per": one_per})
    other = replace(evening[1], facts=facts.model_copy(update={"seats": seats}))

    assert check(record_of(evening), folder=other).reasons == ("inputs_differ",)


def test_one_person_is_told_that_their_company_bounds_their_chance(evening):
    record = json.loads(record_of(evening))
    (who, *_) = max(households(evening[2].persons(), ["公司"]), key=len)

    told = huiyou("explain", evening[0].out / "selection.json", evening[0].folder, "--person", who, "--confirm", "0")  # fmt: skip

    (reasons,) = [event for event in told.events if event["event"] == "reasons"]
    assert who in record["pools"]["drawn"]
    assert "one_of" in [bound["kind"] for bound in reasons["bounds"]]


def test_the_record_says_by_which_answers_and_so_do_page_and_texts(evening):
    out = evening[0].out
    page = {name: (out / name).read_text(encoding="utf-8") for name in ("index.html", "index.en.html")}  # fmt: skip
    texts = {
        (one, name): (out / "announce" / one / f"{name}.txt").read_text(encoding="utf-8")
        for one in ("zh", "en")
        for name in ("received", "alternate")
    }

    assert json.loads(record_of(evening))["inputs"]["columns"] == {"one_per": ["公司"]}
    assert "公司相同的人，最多来一位；同行的算一位。" in page["index.html"]
    assert "One at most comes of those with the same answer to 公司" in page["index.en.html"]
    assert "公司相同的朋友，最多来一位" in texts["zh", "received"]
    assert "One at most comes of those with the same 公司" in texts["en", "received"]
    assert "公司相同的，最多一位在候补里" in texts["zh", "alternate"]
    assert "Of those with the same 公司 one at most waits" in texts["en", "alternate"]


def test_the_summary_names_the_largest_before_anybody_is_told(evening):
    (summary,) = [event for event in evening[3].events if event["event"] == "summary"]

    assert summary["households"] == "17 家；最多的写“半山传媒”，4 人"


def test_where_it_is_not_asked_nothing_speaks_of_it(small):
    said = "".join(path.read_text(encoding="utf-8") for path in (small / "announce").rglob("*.txt"))

    assert "最多来一位" not in said + (small / "index.html").read_text(encoding="utf-8")
    assert "One at most" not in said
    assert json.loads((small / "selection.json").read_bytes())["inputs"]["columns"] == {}


def test_more_seats_than_companies_is_told_with_a_way_out(desk):
    desk.change("gathering.toml", ONE_PER, 'one_per = ["公司"] ')

    told = desk.run()

    assert told.code == 3
    assert [e["code"] for e in told.events if e["event"] == "error"] == ["one_of_too_many"]


def test_a_misspelt_column_is_a_fault_with_its_nearest(desk):
    desk.change("gathering.toml", ONE_PER, 'one_per = ["愿意当桌张"] ')

    told = desk.run()

    assert told.faults == [("column_missing", "applicants.csv", 1, "愿意当桌张")]
    (fault,) = [e for e in told.events if e["event"] == "fault"]
    assert "是不是想写“愿意当桌长”？" in json.dumps(fault, ensure_ascii=False)


def test_a_column_that_nobody_filled_in_is_a_fault(desk):
    of_companies(desk)
    table = (desk.folder / "applicants.csv").read_text(encoding="utf-8").splitlines()
    desk.write("applicants.csv", "\n".join([f"{table[0]},住址", *(f"{row}," for row in table[1:])]))
    desk.change("gathering.toml", 'one_per = ["公司"]', 'one_per = ["公司", "住址"]')

    told = desk.run()

    assert told.faults == [("one_per_unheld", "gathering.toml", None, "seats.one_per")]


def test_it_is_a_list_of_columns(desk):
    desk.change("gathering.toml", ONE_PER, 'one_per = "公司" ')

    (fault,) = desk.run().faults

    assert (fault[0], fault[3]) == ("value_not_list", "seats.one_per")


def test_what_a_company_wrote_in_two_ways_is_one_by_the_organisers_word(desk):
    of_companies(desk)
    desk.change("gathering.toml", '# values = { "行业" = { "搞互联网的" = "互联网" } }', 'values = { "公司" = { "半山科技" = "半山传媒" } }')  # fmt: skip
    folder = read_folder(desk.folder)
    people = clean(folder.sheet, folder.form).persons()

    assert largest_household(people, ["公司"]) == ("半山传媒", 7)


def test_the_folders_record_is_not_that_of_a_table(evening, tmp_path):
    desk, folder, *_ = evening
    body = json.loads(record_of(evening))
    del body["digest"]
    two = {**body["inputs"], "columns": {"one_per": ["公司", "职位"]}}
    forged = tmp_path / "selection.json"
    forged.write_bytes(canonical.dumps(sealed({**body, "inputs": two})))
    sheet = desk.folder / "applicants.csv"

    verdict = check(forged.read_bytes(), table=folder.sheet)
    told = huiyou("explain", forged, sheet, "--person", "r2")

    assert verdict.reasons == ("malformed",)
    assert check(record_of(evening), table=folder.sheet).reasons == ("inputs_differ",)
    assert [fault[0] for fault in told.faults] == ["explain_inputs"]


PEOPLE = [
    Person("a", {"firm": ("x", "y"), "home": ("1",)}),
    Person("b", {"firm": ("x",), "home": ("1",)}),
    Person("c", {"firm": ("y", "y"), "home": ()}),
    Person("d"),
]


def test_two_questions_tell_a_household_once_and_several_answers_tell_several():
    assert households(PEOPLE, ["firm", "home"]) == (("a", "b"), ("a", "c"))
    assert households(PEOPLE, ["firm", "firm"]) == households(PEOPLE, ["firm"])
    assert households(PEOPLE, []) == households([], ["firm"]) == ()


def test_the_largest_household_is_that_of_most_people_and_first_by_name_of_equal_ones():
    assert largest_household(PEOPLE, ["home", "firm"]) == ("1", 2)
    assert largest_household(PEOPLE, []) == ("", 0)


def test_a_question_that_nobody_answered_is_refused_with_the_nearest():
    check_one_per(PEOPLE, ["firm", "home"])
    check_one_per([], ["firm"])
    with pytest.raises(InputError) as caught:
        check_one_per(PEOPLE, ["firms", "home"])

    (fault,) = caught.value.faults
    assert (fault.code, fault.params) == ("one_per_unheld", {"name": "firms", "nearest": "firm"})
