"""``huiyou verify``: the record first, then what it was made from."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from click.testing import CliRunner

from huiyou.cli import main
from huiyou.gathering import read_folder
from huiyou.people import clean
from huiyou.proof import canonical


def test_a_clean_record_is_proven_by_the_folder_named_after_it(tmp_path):
    folder = Path(str(files("huiyou.sample"))) / "shenzhen"
    read = read_folder(folder)
    record = tmp_path / "clean.json"
    record.write_bytes(canonical.dumps(clean(read.sheet, read.form).to_dict()))

    result = CliRunner().invoke(main, ["verify", str(record), str(folder)])

    assert (result.stdout, result.exit_code) == ("PROVEN\n", 0)
