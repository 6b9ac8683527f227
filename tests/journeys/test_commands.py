"""What a person sees in the terminal, and what a machine reads."""

import subprocess
import sys

import pytest
from click.testing import CliRunner
from tests.conftest import huiyou

from huiyou.cli import main

ENGINE = ("proof", "text", "people", "selection", "grouping", "drawing", "programme")


def say(*arguments, env=None):
    return CliRunner().invoke(main, [str(a) for a in arguments], env=env)


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({}, "有 1 处需要改"),
        ({"LANG": "en_GB.UTF-8"}, "1 thing to mend"),
        ({"LANG": "C.UTF-8"}, "有 1 处需要改"),
        ({"LANG": "zh_CN.UTF-8", "HUIYOU_LANG": "en"}, "1 thing to mend"),
    ],
)
def test_the_terminal_speaks_chinese_unless_the_system_speaks_english(tmp_path, environment, words):
    nobody = dict.fromkeys(("HUIYOU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"))

    told = say("run", tmp_path, "--out", tmp_path / "out", env=nobody | environment)

    assert told.exit_code == 2
    assert words in told.stderr


def test_faults_are_listed_with_place_and_mend(desk):
    desk.change("gathering.toml", "tables = 6 ", "tabels = 6 ")

    told = say("run", desk.folder, "--out", desk.out, "--lang", "en")

    assert told.stdout == ""
    assert told.stderr.splitlines() == [
        "2 things to mend:",
        "  gathering.toml · row 5 · gathering.tables",
        "    gathering.tables must be given",
        "    → Add the line.",
        "  gathering.toml · row 19 · gathering.tabels",
        "    there is no key gathering.tabels",
        "    → Did you mean “tables”? Correct or delete the line.",
        "Stopped; nothing was written.",
    ]


def test_conflicting_quotas_are_shown_as_tables(desk):
    desk.write("quotas.csv", "feature,value,min,max\n行业,互联网,20,24\n行业,制造,8,10\n")

    told = say("run", desk.folder, "--out", desk.out, "--lang", "zh")

    assert told.exit_code == 3
    for words in (
        "没有任何选法能同时满足这些配额",
        "互相冲突的配额",
        "20–24",
        "可行的办法，任选一个",
    ):
        assert words in told.stderr


def test_the_day_is_summed_up_for_a_person(desk):
    told = say("run", desk.folder, "--out", desk.out, "--lang", "en", "--seed", "x")

    assert told.stdout == f"{desk.out / 'index.html'}\n"
    for words in ("rows exported", "6 × 3", "gap to the diversity bound", "Written. Open it:"):
        assert words in told.stderr


def test_a_verdict_is_told_with_its_claims_and_what_is_lacking(small):
    told = say("verify", small / "draw.json", "--lang", "en")

    assert (told.exit_code, told.stdout) == (5, "CONSISTENT\n")
    assert "✓ the list was fixed by the commitment" in told.stderr
    assert "this is a rehearsal" in told.stderr.lower()


def test_events_for_a_machine_are_json_lines(desk):
    told = desk.run()

    kinds = [event["event"] for event in told.events]
    steps = [event["step"] for event in told.events if event["event"] == "step"]

    assert kinds[-1] in {"summary", "compiled"}
    assert steps[:4] == ["clean", "select", "group", "draw"]


def test_new_tells_how_to_run_what_it_made(tmp_path):
    told = say("new", tmp_path / "stop", "--lang", "en")

    assert f"huiyou run {tmp_path / 'stop'} --out RESULTS" in told.stderr


def test_every_command_explains_itself():
    for name in ("run", "demo", "new", "select", "explain", "verify"):
        assert "--lang [zh|en]" in say(name, "--help").stdout


def test_a_wrong_option_ends_with_2(tmp_path):
    assert say("run", tmp_path).exit_code == 2


@pytest.mark.parametrize("package", ENGINE)
def test_thinking_loads_no_page_and_no_printer(package):
    program = (
        f"import sys, huiyou.{package}; "
        "print(sorted(sys.modules.keys() & {'jinja2', 'weasyprint', 'xlsxwriter', 'click', 'pydantic'}))"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[]\n"


def test_help_comes_without_the_slow_parts():
    program = (
        "import sys, huiyou.cli; "
        "print(sorted(sys.modules.keys() & {'numba', 'weasyprint', 'fontTools'}))"
    )

    told = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert told.stdout == "[]\n"


def test_a_verdict_in_json_has_its_reasons(small):
    told = huiyou("verify", small / "selection.json")

    [verdict] = [event for event in told.events if event["event"] == "verdict"]

    assert verdict["status"] == "CONSISTENT"
    assert verdict["reasons"] == ["inputs_missing"]


def test_new_tells_a_path_with_a_space_as_a_shell_reads_it(tmp_path):
    told = say("new", tmp_path / "my stop", "--lang", "en")

    assert f"huiyou run '{tmp_path / 'my stop'}' --out RESULTS" in told.stderr


def test_new_where_nothing_can_be_made_is_an_input_fault(tmp_path):
    told = huiyou("new", tmp_path / ("长" * 200))

    assert (told.code, [fault[0] for fault in told.faults]) == (2, ["out_unwritable"])


@pytest.mark.parametrize(("options", "words"), [((), "Ctrl-C"), (("--json",), '"interrupted"')])
def test_ctrl_c_is_told_like_everything_else(desk, monkeypatch, options, words):
    def stop(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("huiyou.cli.day.run_day", stop)

    told = say("run", desk.folder, "--out", desk.out, *options)

    assert (told.exit_code, told.stdout) == (130, "")
    assert words in told.stderr
    assert all(line.startswith("{") for line in told.stderr.splitlines() if options)
    assert not desk.out.exists()
