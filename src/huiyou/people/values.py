"""Answers that mean one of the values an organiser counts, spelt otherwise."""

from __future__ import annotations

import re
from collections.abc import Sequence

from huiyou.text import squash, tidy, trim

__all__ = ["BLANKS", "match_value", "split_values"]

BLANKS = frozenset({"(空)", "(跳过)", "（空）", "（跳过）"})  # 问卷星 writes these for no answer

_PART = re.compile(r"(?:〖[^〖〗]*〗|[^┋|;；])+")  # what is filled in beside 其他 stays whole
_FILL_IN = re.compile(r"〖[^〖〗]*〗$")
_YES = frozenset(map(squash, ("true", "yes", "y", "1", "是的", "会", "愿意", "对", "checked")))
_NO = frozenset(map(squash, ("false", "no", "n", "0", "不是", "不会", "不愿意", "unchecked")))
_OTHERS = ("其他", "其它", "Other", "other")
SHORTEST_PART = 2  # one character is too little to tell two values apart


def match_value(raw: str, known: Sequence[str]) -> tuple[str, str | None]:
    """Find which known value an answer means, and by which rule.

    Parameters
    ----------
    raw : str
        The cell as it was typed.
    known : sequence of str
        Values that count, from the quotas; empty if any answer will do.

    Returns
    -------
    value : str
        One of ``known``, or the answer in tidy form if none is meant.
    rule : str or None
        None if the answer was typed just so; else the first that fits of ``width`` (full-width
        letters, outer space), ``spelling`` (case, inner space, punctuation), ``yes_no``,
        ``fill_in`` (其他〖…〗), ``part`` (one known value only contains it or is contained in it),
        ``other`` (there is a value 其他), ``unlisted``.

    Examples
    --------
    >>> known = ["影视文娱", "政企国企", "AI/大模型"]
    >>> match_value("影视/文娱", known), match_value("国企", known), match_value("ＡＩ／大模型", known)
    (('影视文娱', 'spelling'), ('政企国企', 'part'), ('AI/大模型', 'width'))
    >>> match_value("宠物", known)
    ('宠物', 'unlisted')
    """
    value = tidy(raw)
    if not known or not value:
        return value, None if value == raw else "width"
    if value in known:
        return value, None if value == raw else "width"
    by_rule = (
        ("spelling", _same_spelling(value, known)),
        ("yes_no", _yes_no(value, known)),
        ("fill_in", _fill_in(value, known)),
        ("part", _part(value, known)),
        ("other", [name for name in _OTHERS if name in known][:1]),
    )
    for rule, matches in by_rule:
        if len(matches) == 1:
            return matches[0], rule
    return value, "unlisted"


def _same_spelling(value: str, known: Sequence[str]) -> list[str]:
    key = squash(value)
    return [name for name in known if key and squash(name) == key]


def _yes_no(value: str, known: Sequence[str]) -> list[str]:
    if not set(known) <= {"是", "否"}:
        return []
    key = squash(value)
    return ["是"] if key in _YES else ["否"] if key in _NO else []


def _fill_in(value: str, known: Sequence[str]) -> list[str]:
    choice = trim(_FILL_IN.sub("", value))
    return [choice] if choice != value and choice in known else []


def _part(value: str, known: Sequence[str]) -> list[str]:
    key = squash(value)
    if len(key) < SHORTEST_PART:
        return []
    return [
        name
        for name in known
        if key in squash(name) or (len(squash(name)) >= SHORTEST_PART and squash(name) in key)
    ]


def split_values(cell: str, known: Sequence[str], separators: str) -> list[str]:
    """Take the values of one cell apart.

    Parameters
    ----------
    cell : str
    known : sequence of str
        Values that count; an option may itself hold a comma, so a cell that is one of them whole
        stays whole.
    separators : str
        Marks of this form tool besides ``┋``, ``|`` and ``;``.

    Examples
    --------
    >>> split_values("AI/大模型┋金融投资", [], "")
    ['AI/大模型', '金融投资']
    >>> split_values("设计, 艺术", ["设计, 艺术"], ",")
    ['设计, 艺术']
    """
    parts = _PART.findall(cell)
    for mark in separators:
        parts = [
            piece
            for part in parts
            for piece in ([part] if tidy(part) in known else map(trim, part.split(mark)))
        ]
    return [part for part in parts if trim(part) and trim(part) not in BLANKS]
