from __future__ import annotations

import shutil
from importlib import resources
from pathlib import Path

import pytest

from huiyou import sample
from huiyou.errors import InputError
from huiyou.gathering import read_folder


def test_two_sessions_in_one_room_at_one_time_are_a_fault(tmp_path: Path) -> None:
    with resources.as_file(sample.folder("shenzhen")) as folder:
        shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    toml = tmp_path / "gathering.toml"
    written = toml.read_text("utf-8")
    toml.write_text(
        written.replace("starts = 2024-05-25T14:30:00", "starts = 2024-05-25T14:20:00"), "utf-8"
    )

    with pytest.raises(InputError) as caught:
        read_folder(tmp_path)

    (fault,) = caught.value.faults
    assert (fault.code, fault.file, fault.column) == (
        "sessions_overlap",
        "gathering.toml",
        "sessions.3.starts",
    )
    assert fault.params == {"title": "人工智能、设计与未来", "other": "AIGC的“业余价值”"}
