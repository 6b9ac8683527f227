from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from huiyou.errors import RefusedError
from huiyou.proof import canonical
from tests.engine.altered import canonical_values


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ({}, b"{}"),
        ([], b"[]"),
        ((), b"[]"),
        ("", b'""'),
        (0, b"0"),
        (2**53 - 1, b"9007199254740991"),
        ([True, False], b"[true,false]"),
        ({"b": 1, "a": 2}, b'{"a":2,"b":1}'),
        ('"\\/', b'"\\"\\\\/"'),
        ("\b\t\n\f\r", rb'"\b\t\n\f\r"'),
        ("\x00\x0b\x1f", rb'"\u0000\u000b\u001f"'),
        ("\x7f\u2028\u2029", b'"\x7f\xe2\x80\xa8\xe2\x80\xa9"'),
        ("会友", b'"\xe4\xbc\x9a\xe5\x8f\x8b"'),
        # by code point: U+FFFD before U+10000, which UTF-16 would turn round
        ({"\U00010000": 1, "\ufffd": 2}, b'{"\xef\xbf\xbd":2,"\xf0\x90\x80\x80":1}'),
    ],
)
def test_each_value_is_written_in_one_way(value: Any, written: bytes) -> None:
    assert canonical.dumps(value) == written


@pytest.mark.parametrize(
    "value", [None, 1.0, float("nan"), b"", {1: 2}, {None: 1}, [None], {"a": {"b": 0.5}}, {1, 2}]
)
def test_a_value_of_another_type_is_not_written(value: Any) -> None:
    with pytest.raises(TypeError):
        canonical.dumps(value)


@pytest.mark.parametrize("value", [-1, 2**53, [2**64], "\ud800", {"\udfff": 1}])
def test_a_value_out_of_range_is_not_written(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical.dumps(value)


def nested(depth: int) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = [value]
    return value


def test_values_nest_64_deep() -> None:
    assert canonical.loads(canonical.dumps(nested(64))) == nested(64)


def test_values_do_not_nest_deeper() -> None:
    with pytest.raises(ValueError, match="nested"):
        canonical.dumps(nested(65))


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"\xff", b"\xef\xbb\xbf1", b"{} {}", b"nul", b"'a'", b"[1,]", b"[" * 100_000,
     b"1" * 5000],
)  # fmt: skip
def test_what_is_no_json_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        canonical.loads(data)

    assert caught.value.params == {"reason": "not_json"}


@pytest.mark.parametrize(
    "data",
    [
        b'{"a": 1}', b" 1", b"1\n", b'{"b":1,"a":2}', b'{"a":1,"a":1}', b'{"a":1,"a":2}', b"1.0",
        b"1e2", b"-0", b"-1", b"9007199254740992", b"null", b"[null]", b"NaN", b"Infinity",
        rb'"\/"', rb'"\u4f1a"', rb'"\u000A"', rb'"\u001F"', rb'"\ud800"', b"[" * 70 + b"]" * 70,
    ],
)  # fmt: skip
def test_another_spelling_is_refused(data: bytes) -> None:
    with pytest.raises(RefusedError) as caught:
        canonical.loads(data)

    assert caught.value.params == {"reason": "not_canonical"}


@given(value=canonical_values)
@settings(max_examples=200, deadline=None, derandomize=True)
def test_what_is_written_reads_back(value: Any) -> None:
    data = canonical.dumps(value)

    assert canonical.loads(data) == value
    assert json.loads(data) == value


@given(value=canonical_values)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_a_looser_spelling_is_refused_whatever_the_value(value: Any) -> None:
    with pytest.raises(RefusedError):
        canonical.loads(canonical.dumps(value) + b" ")
