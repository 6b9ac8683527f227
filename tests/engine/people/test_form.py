"""What an organiser asked."""

from __future__ import annotations

from huiyou.people import Form


def test_a_row_always_needs_a_name_and_a_phone_and_nothing_twice():
    assert Form(required=("行业", "phone", "行业")).needed == ("name", "phone", "行业")
