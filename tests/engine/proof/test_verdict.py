from __future__ import annotations

import pytest

from huiyou.proof import Verdict


@pytest.mark.parametrize(
    ("status", "exit_code"), [("PROVEN", 0), ("REFUSED", 4), ("CONSISTENT", 5)]
)
def test_a_command_ends_with_the_verdict(status: str, exit_code: int) -> None:
    assert Verdict(status).exit_code == exit_code
