from __future__ import annotations

import hashlib

from huiyou.proof import digest, h


def test_fields_are_hashed_behind_one_another_with_line_feeds_between() -> None:
    assert h("hydraw1-ticket", "会友", 12) == (
        hashlib.sha256("hydraw1-ticket\n会友\n12".encode()).hexdigest()
    )


def test_no_field_is_the_hash_of_nothing() -> None:
    assert h() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_a_value_is_hashed_as_its_canonical_bytes() -> None:
    assert digest({"b": [1, True], "a": "会"}) == (
        hashlib.sha256('{"a":"会","b":[1,true]}'.encode()).hexdigest()
    )
