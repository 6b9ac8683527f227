"""The reference lists what the code reads, no more and no less."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import click
import pytest
from pydantic import BaseModel
from pydantic_core import PydanticUndefined

from huiyou.cli import main
from huiyou.gathering import facts

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
TABLES = {
    "[gathering]": facts.GatheringFacts,
    "[applicants]": facts.ApplicantFacts,
    "[seats]": facts.SeatFacts,
    "[[seats.past]]": facts.PastStop,
    "[[seats.pools]]": facts.PoolFacts,
    "[tables]": facts.TableFacts,
    "[[sessions]]": facts.SessionFacts,
    "speakers": facts.SpeakerFacts,
    "[draw]": facts.DrawFacts,
    "[[sponsors]]": facts.SponsorFacts,
    "[cards]": facts.CardFacts,
}


def written(default: Any) -> str:
    if default is PydanticUndefined:
        return "required"
    return "none" if default is None else f"`{json.dumps(default, ensure_ascii=False)}`"


@pytest.mark.parametrize(("heading", "model"), TABLES.items(), ids=TABLES)
def test_every_key_and_its_default_is_listed(heading: str, model: type[BaseModel]) -> None:
    page = (REFERENCE / "gathering-toml.md").read_text(encoding="utf-8")
    section = re.split(r"^#+ ", page.split(f"# {heading}\n", 1)[1], flags=re.MULTILINE)[0]

    rows = re.findall(r"^\| `(\w+)` \| .*? \| (required|none|`.*?`) \|", section, re.MULTILINE)

    assert rows == [(name, written(field.default)) for name, field in model.model_fields.items()]


def test_every_command_and_option_is_listed() -> None:
    page = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    context = click.Context(main)
    for name in main.list_commands(context):
        command = main.get_command(context, name)
        assert f"## huiyou {name}" in page
        flags = [flag for option in command.params for flag in option.opts if flag[:2] == "--"]
        assert [flag for flag in flags if flag not in page] == []
