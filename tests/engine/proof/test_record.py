from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from huiyou.errors import RefusedError
from huiyou.proof import Shape, digest, fits, sealed, unseal
from tests.engine.altered import altered, canonical_values, replaced, texts

BODY = {"kind": "note", "version": 1, "text": "会友", "rows": [1, {"a": True}]}
FIELDS: dict[str, Shape] = {"text": str, "rows": list}


def refusal(record: Any, fields: dict[str, Shape] | None = None) -> str:
    with pytest.raises(RefusedError) as caught:
        unseal(record, "note", 1, fields)
    return str(caught.value.params["reason"])


def test_a_seal_is_the_digest_of_the_rest() -> None:
    assert sealed(BODY) == {**BODY, "digest": digest(BODY)}


@given(body=st.dictionaries(texts.filter(lambda key: key != "digest"), canonical_values))
@settings(max_examples=100, deadline=None, derandomize=True)
def test_what_was_sealed_comes_back(body: dict[str, Any]) -> None:
    body |= {"kind": "note", "version": 1}

    assert unseal(sealed(body), "note", 1) == body


@given(record=altered(sealed(BODY)))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_a_changed_record_is_refused(record: Any) -> None:
    try:
        body = unseal(record, "note", 1)
    except RefusedError:
        return

    assert fits(body, {"kind": str, "version": int, "text": str, "rows": [(int, dict)]})
    assert body == BODY


@pytest.mark.parametrize("record", [None, [], "note", 1, {}, {"kind": "note", "version": 1}])
def test_what_is_no_record_is_refused(record: Any) -> None:
    assert refusal(record) == "not_a_record"


def test_a_record_of_another_kind_is_refused() -> None:
    assert refusal(sealed({**BODY, "kind": "draw"})) == "wrong_kind"


@pytest.mark.parametrize("version", [2, "1", True, 1.0, None])
def test_a_record_of_another_version_is_refused(version: Any) -> None:
    assert refusal({**BODY, "version": version, "digest": ""}) == "wrong_version"


def test_a_record_that_no_seal_could_cover_is_refused() -> None:
    assert refusal({**sealed(BODY), "text": None}) == "not_canonical"


def test_a_record_with_another_text_is_refused() -> None:
    assert refusal({**sealed(BODY), "text": "会员"}) == "digest_differs"


@pytest.mark.parametrize("change", [{"text": 1}, {"rows": {}}, {"more": 1}])
def test_a_sealed_record_of_another_shape_is_refused(change: dict[str, Any]) -> None:
    assert refusal(sealed({**BODY, **change}), FIELDS) == "malformed"


def test_a_sealed_record_of_the_right_shape_comes_back() -> None:
    assert unseal(sealed(BODY), "note", 1, FIELDS) == BODY


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (1, int),
        ("a", (int, str)),
        ([], [int]),
        ([1, 2], [int]),
        ({}, {str: int}),
        ({"a": 1, "b": 2}, {str: int}),
        ({"a": [{"b": "c"}]}, {"a": [{"b": str}]}),
    ],
)
def test_a_value_fits_its_shape(value: Any, shape: Shape) -> None:
    assert fits(value, shape)


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (True, int),
        (1, bool),
        (1.0, int),
        (None, str),
        (1.0, (int, str)),
        ("ab", [str]),
        ({"a": 1}, [str]),
        ([1, "a"], [int]),
        ([], {str: int}),
        ({"a": "b"}, {str: int}),
        ({}, {"a": int}),
        ({"a": 1, "b": 1}, {"a": int}),
        ({"a": ["b"]}, {"a": [int]}),
    ],
)
def test_a_value_does_not_fit_another_shape(value: Any, shape: Shape) -> None:
    assert not fits(value, shape)


def test_replacing_a_part_leaves_the_record_as_it_was() -> None:
    replaced(BODY, ("rows", 1, "a"), 0)

    assert BODY["rows"] == [1, {"a": True}]
