import re
import string
import tomllib
from importlib import resources

import pytest

from huiyou.errors import Fault, ImpossibleError
from huiyou.phrases import LANGUAGES, Speaker

SOURCE = resources.files("huiyou")


def sentences(language):
    return {
        f"{table}.{key}": value
        for page in sorted((SOURCE / "phrases" / language).iterdir(), key=str)
        for table, entries in tomllib.loads(page.read_text(encoding="utf-8")).items()
        for key, value in entries.items()
    }


def test_no_sentence_stands_on_two_pages():
    tables = [
        table
        for page in (SOURCE / "phrases" / "zh").iterdir()
        for table in tomllib.loads(page.read_text(encoding="utf-8"))
    ]

    assert len(tables) == len(set(tables))


def blanks(sentence):
    many = sentence if isinstance(sentence, list) else [sentence]
    return {name for one in many for _, name, _, _ in string.Formatter().parse(one) if name}


def python_files(folder):
    for entry in folder.iterdir():
        if entry.is_dir():
            yield from python_files(entry)
        elif entry.name.endswith(".py"):
            yield entry


def test_both_languages_say_the_same_things():
    assert sentences("zh").keys() == sentences("en").keys()


def test_both_languages_fill_the_same_blanks():
    zh, en = sentences("zh"), sentences("en")

    assert {key: blanks(zh[key]) for key in zh} == {key: blanks(en[key]) for key in en}


def test_every_fault_says_what_is_wrong_and_how_to_mend_it():
    codes = {key.partition(".")[2] for key in sentences("zh") if key.startswith("fault.")}
    mends = {key.partition(".")[2] for key in sentences("zh") if key.startswith("mend.")}

    assert mends - {"nearest"} == codes


def test_every_fault_in_the_code_has_its_sentence():
    raised = {
        code
        for file in python_files(SOURCE)
        for code in re.findall(r'(?:Fault|ImpossibleError)\(\s*"([a-z_]+)"', file.read_text(encoding="utf-8"))
    }  # fmt: skip
    known = {
        key.partition(".")[2] for key in sentences("en") if key.startswith(("fault.", "error."))
    }

    assert len(raised) >= 40
    assert raised <= known


def test_whatever_is_impossible_has_a_way_out():
    codes = {key.partition(".")[2] for key in sentences("zh") if key.startswith("error.")}
    ways = {key.partition(".")[2] for key in sentences("zh") if key.startswith("way.")}

    assert codes - ways == {"quotas_impossible"}  # which offers ways out itself


def test_every_reason_of_a_judge_has_its_sentence():
    reasons = {
        code
        for file in python_files(SOURCE)
        if file.name == "judge.py"
        for code in re.findall(r'^    .*_require\(.*?"([a-z_]+)"\)$', file.read_text(encoding="utf-8"), re.MULTILINE)
    }  # fmt: skip

    assert len(reasons) > 50
    assert {f"why.{code}" for code in reasons} <= sentences("zh").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_is_told_with_its_place_and_the_nearest(language):
    fault = Fault("key_unknown", "gathering.toml", 7, "gathering.tabels", {"nearest": "tables"})
    speaker = Speaker(language)

    told = (speaker.place(fault), *speaker.fault(fault))

    assert told == {
        "zh": ("gathering.toml · 第 7 行 · gathering.tabels", "没有 gathering.tabels 这个键", "是不是想写“tables”？改正或删掉这一行。"),
        "en": ("gathering.toml · row 7 · gathering.tabels", "there is no key gathering.tabels", "Did you mean “tables”? Correct or delete the line."),
    }[language]  # fmt: skip


def test_an_error_is_told_with_its_numbers():
    error = ImpossibleError("prizes_exceed_entrants", prizes=1200, entrants=24)

    assert Speaker("zh").error(error) == "1,200 份奖品，只有 24 人参加抽奖"


def test_one_and_many_have_their_own_sentences():
    speaker = Speaker("en")

    assert [speaker.say("run.faults", n=n) for n in (1, 2)] == [
        "1 thing to mend:",
        "2 things to mend:",
    ]


def test_what_people_typed_is_never_taken_for_a_blank():
    fault = Fault("value_choice", "gathering.toml", 1, "x", {"value": "{file} {0}", "choices": "a"})

    assert "{file} {0}" in Speaker("en").fault(fault)[0]
