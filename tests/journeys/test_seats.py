"""Seats from a table: found, published, drawn in public, judged and explained with the same files."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.conftest import Told, huiyou

from huiyou import drawing
from huiyou.cli import main
from huiyou.drawing import DiceTier
from huiyou.selection import Selection

KEY, SALT, ROLLS = "ab" * 32, "cd" * 32, "012345678901234567890"
QUOTAS = "feature,value,min,max\n行业,影视,1,2\n行业,法律,2,4\n"


class Table:
    """A table of people and one of quotas, and the commands to try on them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.people, self.quotas, self.out = folder / "people.csv", folder / "quotas.csv", folder / "seats.json"  # fmt: skip
        lines = ["id,姓名,行业,同行,公司,类别,理由"]
        for k in range(12):
            trade = "法律" if k % 3 else "影视"
            pool = {0: "受邀", 5: "评审", 7: "排除"}.get(k, "")
            reason = {5: "带投影仪", 7: "自己要求"}.get(k, "")
            lines.append(f"p{k:02},名{k},{trade},{'a' if k in (1, 2) else ''},{'某' if k in (3, 4) else ''},{pool},{reason}")  # fmt: skip
        self.people.write_text("\n".join(lines) + "\n", encoding="utf-8")
        self.quotas.write_text(QUOTAS, encoding="utf-8")

    def select(self, *options: str | Path, seats: int = 5) -> Told:
        return huiyou(
            "select", self.people, "--seats", str(seats), "--quotas", self.quotas, "--together", "同行",
            "--one-per", "公司", "--pool", "类别", "--reason", "理由", "--panels", "20", *options,
        )  # fmt: skip

    def record(self) -> Selection:
        return Selection.from_dict(json.loads(self.out.read_bytes()))

    def drawn(self, **terms: int) -> Path:
        """Draw in public among what ``--entrants`` wrote, and give the proof file."""
        entrants = self.folder / "entrants.csv"
        assert self.select("--entrants", entrants, "--out", self.out).code == 0
        with entrants.open(encoding="utf-8") as file:
            weights = {row["id"]: int(row["weight"]) for row in csv.DictReader(file)}
        tier = DiceTier("seats", "seats", 1, datetime(2024, 5, 25, 8, 50, tzinfo=UTC))
        commitment = drawing.commit(
            weights, [tier], event="seats", created=1716540000, key=KEY, dice_salts={"seats": SALT},
            **terms,
        )  # fmt: skip
        self.fingerprint = commitment.fingerprint
        proof = self.folder / "draw.json"
        proof.write_bytes(drawing.draw(commitment, {"seats": ROLLS}).proof)
        return proof


@pytest.fixture
def table(tmp_path: Path) -> Table:
    return Table(tmp_path)


def told(answer: Told, event: str) -> dict:
    return next(one for one in answer.events if one["event"] == event)


def test_a_lottery_is_published_with_nobody_chosen(table):
    answer = table.select("--out", table.out)

    record = table.record()
    assert (answer.code, answer.printed) == (0, str(table.out))
    assert (record.chosen, record.drawn, record.rehearsal) == ((), {}, False)
    assert {name: len(ids) for name, ids in record.pools.items()} == told(answer, "selected")[
        "pools"
    ]
    assert record.pools["invited"] == ["p00"]
    assert told(answer, "selected")["state"] == "ready"
    assert "投影仪" not in table.out.read_text(encoding="utf-8")


def test_without_out_the_record_goes_to_stdout(table):
    answer = table.select("--seed", "x")

    assert Selection.from_dict(json.loads(answer.printed)).rehearsal


def test_a_rehearsal_is_judged_with_the_files_it_was_made_from(table):
    table.select("--seed", "x", "--alternates", "3", "--out", table.out)

    judged = huiyou("verify", table.out, table.people, table.quotas)

    assert (judged.code, judged.printed) == (0, "PROVEN")
    assert len(table.record().alternates) == 3
    assert huiyou("verify", table.out).printed == "CONSISTENT"


def test_other_files_are_refused(table):
    table.select("--seed", "x", "--out", table.out)
    table.quotas.write_text(QUOTAS.replace("2,4", "2,5"), encoding="utf-8")

    other_quotas = huiyou("verify", table.out, table.people, table.quotas)
    people = table.people.read_text(encoding="utf-8")
    table.people.write_text(people.replace("带投影仪", "是朋友"), encoding="utf-8")
    other_reason = huiyou("verify", table.out, table.people)

    assert told(other_quotas, "verdict")["reasons"] == ["quotas_differ"]
    assert told(other_reason, "verdict")["reasons"] == ["inputs_differ"]


def test_a_public_draw_chooses_and_everything_is_proven(table):
    proof = table.drawn()
    published = table.record()

    answer = table.select("--draw", proof, "--key", KEY.upper(), "--alternates", "2", "--out", table.out)  # fmt: skip
    room = ("--fingerprint", table.fingerprint, "--rolls", f"seats={ROLLS}")
    judged = huiyou("verify", table.out, table.people, table.quotas, *room)

    record = table.record()
    assert (answer.code, told(answer, "selected")["state"]) == (0, "drawn")
    assert list(record.chosen) == published.published["panels"][record.drawn["panel"]]
    assert (judged.printed, told(judged, "verdict")["reasons"]) == ("PROVEN", [])
    assert {"drawn_by_proof", "entrants_are_panels", "draw_recomputes"} <= {*told(judged, "verdict")["claims"]}  # fmt: skip


def test_a_published_lottery_is_drawn_from_without_finding_it_again(table):
    proof = table.drawn()
    published = table.folder / "published.json"
    table.out.rename(published)

    answer = table.select("--lottery", published, "--draw", proof, "--out", table.out)

    assert [e["step"] for e in answer.events if e["event"] == "step"] == []
    assert table.record().drawn["by"] == "hydraw/1"
    again = table.select(
        "--lottery", table.out, "--draw", proof, "--out", table.folder / "again.json"
    )
    assert [code for code, *_ in again.faults] == ["lottery_drawn"]


@pytest.mark.parametrize(
    ("spoil", "codes"),
    [
        (lambda t: t.quotas.write_text(QUOTAS.replace("2,4", "2,5"), encoding="utf-8"), ["lottery_other"]),
        (lambda t: t.people.write_text(t.people.read_text(encoding="utf-8").replace("p03", "p33"), encoding="utf-8"), ["lottery_refused"]),
        (lambda t: t.out.write_text("{}", encoding="utf-8"), ["not_a_record"]),
        (lambda t: t.out.unlink(), ["input_missing"]),
        (lambda t: (t.folder / "draw.json").write_text("{}", encoding="utf-8"), ["draw_refused"]),
        (lambda t: (t.folder / "draw.json").unlink(), ["input_missing"]),
    ],
)  # fmt: skip
def test_a_draw_that_does_not_belong_is_told(table, spoil, codes):
    proof = table.drawn()
    spoil(table)

    answer = table.select(
        "--lottery", table.out, "--draw", proof, "--out", table.folder / "new.json"
    )

    assert (answer.code, [code for code, *_ in answer.faults]) == (2, codes)
    assert not (table.folder / "new.json").exists()


def test_a_draw_of_other_panels_is_told_in_words(table):
    proof = table.drawn()

    answer = table.select("--draw", proof, "--out", table.out, seats=6)

    assert (answer.code, answer.faults[0][0]) == (2, "draw_refused")
    assert "公布的这些选法" in answer.events[-1]["what"]


def test_all_wrong_options_and_tables_are_told_at_once(table):
    table.people.write_text("id,trade\na,law\na,law\n", encoding="utf-8")
    table.quotas.write_text("feature,value,min,max\n行业,影视,3,2\n", encoding="utf-8")

    answer = table.select(
        "--seed", "x", "--draw", "none.json", "--key", "12", "--out", table.folder,
        "--entrants", table.folder / "nowhere" / "e.csv",
    )  # fmt: skip
    lonely = table.select("--lottery", "none.json", "--key", KEY)

    assert answer.code == 2
    assert {code for code, *_ in answer.faults} == {
        "options_exclude", "hash_form", "out_is_folder", "input_missing", "quota_min_above_max",
        "option_column_missing",
    }  # fmt: skip
    assert [code for code, *_ in lonely.faults][:2] == ["option_needs", "option_needs"]


def test_pools_that_contradict_themselves_are_told_with_their_rows(table):
    text = (
        table.people.read_text(encoding="utf-8").replace("带投影仪", "").replace("排除", "排除外")
    )
    table.people.write_text(text, encoding="utf-8")

    answer = table.select("--out", table.out)

    assert answer.faults == [
        ("pool_reason_missing", "people.csv", 7, "理由"),
        ("pool_unknown", "people.csv", 9, "类别"),
    ]


def test_quotas_that_cannot_be_met_end_with_3(table):
    table.quotas.write_text(QUOTAS.replace("2,4", "5,5"), encoding="utf-8")

    assert table.select("--out", table.out).code == 3
    assert not table.out.exists()


def test_what_cannot_be_written_is_told(table, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)

    assert [code for code, *_ in table.select("--out", table.out).faults] == ["out_unwritable"]


def test_objectives_are_shown_side_by_side(table):
    answer = table.select("--compare", "--out", table.out)

    outlooks = [event for event in answer.events if event["event"] == "outlook"]
    assert [one["objective"] for one in outlooks][:2] == ["leximin", "maximin"]
    assert outlooks[0]["smallest"] <= outlooks[0]["even"]
    assert outlooks[0]["certain"] == 0


@pytest.mark.parametrize("objective", ["maximin", "nash", "goldilocks"])
def test_each_objective_is_found_judged_and_explained(table, objective):
    table.select("--objective", objective, "--out", table.out)

    judged = huiyou("verify", table.out, table.people, table.quotas)

    assert judged.printed == "PROVEN"
    assert huiyou("explain", table.out, table.people, "--person", "p08").code == 0


def test_a_search_that_is_cut_short_says_so_and_is_sound(table):
    answer = table.select("--deadline", "0", "--out", table.out)

    assert told(answer, "selected")["status"] == "deadline"
    assert huiyou("verify", table.out, table.people).printed == "CONSISTENT"


def test_everyone_is_told_their_chance_and_what_bounds_it(table):
    table.select("--seed", "x", "--alternates", "2", "--out", table.out)
    record = table.record()

    answers = {who: huiyou("explain", table.out, table.people, "--person", who) for who in record.probabilities}  # fmt: skip

    reasons = {who: told(answer, "reasons") for who, answer in answers.items()}
    assert {r["chance"] for who, r in reasons.items() if who in record.pools["drawn"]} <= {*record.probabilities.values()}  # fmt: skip
    assert (reasons["p00"]["pool"], reasons["p07"]["pool"]) == ("invited", "excluded")
    assert {r["standing"] for r in reasons.values()} == {"chosen", "alternate", "lost"}
    law = reasons["p08"]["bounds"]
    assert [(bound["kind"], bound["asked"], bound["confirmed"]) for bound in law] == [("seats", 5, True)]  # fmt: skip
    assert reasons["p03"]["bounds"] == []  # the seats and the maximum for film bind it both at once


def test_a_record_alone_tells_a_chance_and_no_reasons(table):
    table.select("--out", table.out)

    answer = huiyou("explain", table.out, "--person", "p03")

    assert (told(answer, "reasons")["standing"], told(answer, "reasons")["bounds"]) == (
        "undrawn",
        [],
    )
    chance = Fraction(table.record().probabilities["p03"])
    assert float(answer.printed) == pytest.approx(float(chance), abs=1e-6)


def test_reasons_are_asked_of_the_right_files(table, small):
    table.select("--out", table.out)
    other = table.folder / "other.csv"
    other.write_text(
        table.people.read_text(encoding="utf-8").replace("p03,", "p33,"), encoding="utf-8"
    )

    def codes(*arguments):
        answer = huiyou("explain", *arguments)
        return answer.code, [code for code, *_ in answer.faults]

    assert codes(table.out, "--person", "p3") == (2, ["explain_nobody"])
    assert codes(table.out, other, "--person", "p03") == (2, ["explain_inputs"])
    assert codes(table.out, table.quotas, "--person", "p03") == (2, ["explain_inputs"])
    assert codes(table.out, table.folder / "none.csv", "--person", "p03") == (2, ["input_missing"])
    assert codes(small / "grouping.json", "--person", "p03") == (2, ["explain_other"])
    assert codes(table.people, "--person", "p03") == (2, ["not_a_record"])
    assert codes(table.folder / "none.json", "--person", "p03") == (2, ["input_missing"])


def test_reasons_of_a_gathering_come_from_its_folder(small):
    from huiyou import sample  # noqa: PLC0415 -- only here

    record = Selection.from_dict(json.loads((small / "selection.json").read_bytes()))
    who = record.pools["drawn"][0]

    answer = huiyou("explain", small / "selection.json", sample.folder("new"), "--person", who, "--confirm", "0")  # fmt: skip

    assert answer.code == 0
    assert told(answer, "reasons")["alike"] >= 1


def read_aloud(*arguments: str | Path) -> str:
    return CliRunner().invoke(main, [*map(str, arguments), "--lang", "en"]).stderr


def test_a_person_reads_what_was_found_and_what_is_next(table):
    options = ("--seats", "5", "--quotas", table.quotas, "--out", table.out)

    ready = read_aloud("select", table.people, *options, "--compare")
    drawn = read_aloud("select", table.people, *options, "--seed", "x", "--alternates", "3")

    for words in ("Each way to be fair", "Without quotas everybody would have a chance of 41.6667%", "Not drawn yet"):  # fmt: skip
        assert words in ready
    for words in ("proven: no lottery is fairer", "影视", "chosen", "This is a rehearsal"):
        assert words in drawn


def test_values_that_no_quota_names_are_pointed_out(table):
    table.quotas.write_text("feature,value,min,max\n行业,影视,1,2\n", encoding="utf-8")

    told = read_aloud(
        "select", table.people, "--seats", "5", "--quotas", table.quotas, "--out", table.out
    )

    assert "行业: 8 people have “法律”, which no quota names" in told


def test_certain_seats_are_warned_of(table):
    table.quotas.write_text("feature,value,min,max\n行业,影视,4,4\n", encoding="utf-8")

    told = read_aloud("select", table.people, "--seats", "6", "--quotas", table.quotas, "--compare")

    assert "4 people are sure to be chosen" in told
    assert "行业 “影视”: 4 at least, and exactly so many can come: 4 people" in told


def test_quotas_that_together_make_people_certain_are_named_together(table):
    table.quotas.write_text("feature,value,min,max\n行业,法律,0,1\n", encoding="utf-8")

    told = read_aloud("select", table.people, "--seats", "5", "--quotas", table.quotas, "--compare")

    assert "行业 “法律”: 1 at most + 5 seats in all: 4 people" in told


def test_a_person_reads_their_reasons(table):
    table.select("--seed", "x", "--alternates", "1", "--out", table.out)
    record = table.record()
    waiting = record.alternates[0]
    lost = next(who for who in record.pools["drawn"] if who not in (*record.chosen, waiting))

    with_table = read_aloud("explain", table.out, table.people, "--person", "p08")
    alone = read_aloud("explain", table.out, "--person", "p08")

    assert "5 seats in all; with 1 more, the chance would be" in with_table
    assert "solved again, and such a lottery was found" in with_table
    assert "Give the table it was made from" in alone
    assert "alternate 1 of 1" in read_aloud("explain", table.out, "--person", waiting)
    assert "not among the alternates" in read_aloud("explain", table.out, "--person", lost)
    assert "p00: invited, sure of a seat" in read_aloud("explain", table.out, "--person", "p00")
    film = read_aloud("explain", table.out, table.people, "--person", "p03")
    assert "Nothing that gives way by 1 would make this chance larger" in film


def test_columns_of_quotas_that_say_nothing_are_pointed_out(table):
    table.quotas.write_text("feature,value,min,max,min_flex\n行业,影视,1,2,0\n", encoding="utf-8")

    told = read_aloud(
        "select", table.people, "--seats", "5", "--quotas", table.quotas, "--out", table.out
    )

    assert "quotas.csv" in told
    assert "min_flex" in told


def test_a_table_that_is_not_there_is_told():
    answer = huiyou("select", "none.csv", "--seats", "5", "--quotas", "none.csv")

    assert answer.faults == [("input_missing", "none.csv", None, None)] * 2


def test_quotas_of_other_tools_are_read(table):
    table.quotas.write_text(
        "category,feature,min,max\n行业,影视,1,2\n行业,法律,2,4\n", encoding="utf-8"
    )

    assert table.select("--seed", "x", "--out", table.out).code == 0
    assert table.record().quotas[0]["value"] == "影视"
