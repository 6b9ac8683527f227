"""JSON values, and records with one part replaced: what a stranger may hand to a judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st

from huiyou.proof import sealed

Path = tuple[str | int, ...]

numbers = st.integers(0, 2**53 - 1)
texts = st.text(max_size=8)
canonical_values = st.recursive(
    st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
strange_values = st.sampled_from([
    None, -1, 0, 1, 2, 2**53, 1.5, float("nan"), True, False, "", "0", "1/0", "2/4", "1e999999999",
    "\ud800", [], [[]], {}, {"": 0}, ["", ""], "ab", 10**30,
])  # fmt: skip


def paths(value: Any, here: Path = ()) -> Iterator[Path]:
    """Give the place of every part, the whole first."""
    yield here
    if isinstance(value, (dict, list)):
        for key, item in value.items() if isinstance(value, dict) else enumerate(value):
            yield from paths(item, (*here, key))


def at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def replaced(value: Any, path: Path, new: Any) -> Any:
    """Copy ``value`` with another part at ``path``."""
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(copy[path[0]], path[1:], new) if path[1:] else new
    return copy


def without(value: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: item for name, item in value.items() if name != key}


@st.composite
def altered(draw: st.DrawFn, record: Any) -> Any:
    """Replace, by another value, one part of a record, or take away or add a key."""
    path = draw(st.sampled_from(list(paths(record))))
    part = at(record, path)
    elsewhere = st.sampled_from(list(paths(record))).map(lambda other: at(record, other))
    news = strange_values | elsewhere | canonical_values
    if isinstance(part, dict):
        news |= st.sampled_from(sorted(part) or [""]).map(lambda key: without(part, key))
        news |= st.tuples(texts, strange_values).map(lambda item: {**part, item[0]: item[1]})
    if isinstance(part, list):
        news |= st.sampled_from([part[1:], part[::-1], part + part[:1]])
    if isinstance(part, int):
        news |= st.sampled_from([part + 1, part - 1, str(part), bool(part), float(part)])
    return replaced(record, path, draw(news))


def resealed(record: Any) -> Any:
    """Give a changed record a digest of its own, as a forger would."""
    if not isinstance(record, dict):
        return record
    try:
        return sealed(without(record, "digest"))
    except (TypeError, ValueError):
        return record
