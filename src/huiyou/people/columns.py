"""Which column of an export answers which question."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from huiyou.errors import Fault, InputError
from huiyou.people.layouts import Layout, find_layout
from huiyou.text import nearest, squash, tidy

__all__ = ["FIELDS", "Columns", "find_columns", "plain_question"]

# What each field is called, most telling name first.
_ALIASES: dict[str, tuple[str, ...]] = {
    "id": ("id",),
    "name": ("姓名", "名字", "真实姓名", "参会人姓名", "报名人姓名", "中文姓名", "称呼", "name", "full name"),
    "phone": (
        "手机", "手机号", "手机号码", "联系手机", "电话", "电话号码", "联系电话", "联系方式",
        "phone", "phone number", "phone_number", "mobile", "mobile number", "mobile phone",
    ),
    "email": ("邮箱", "电子邮箱", "邮箱地址", "电子邮件", "邮件", "email", "e-mail", "email address"),
    "submitted_at": (
        "提交答卷时间", "结束答题时间", "提交时间", "报名时间", "created_at", "registered_at", "创建时间",
        "购票时间", "下单时间", "submitted at", "submission time", "timestamp",
    ),
    "company": (
        "公司", "单位", "公司名称", "单位名称", "公司/单位", "工作单位", "机构", "公司/机构",
        "company", "organization", "organisation", "employer",
    ),
    "companion_phone": ("同行人手机", "同行人手机号", "同行人电话", "同伴手机", "同伴手机号", "companion phone"),
    "bio": ("一句话介绍", "自我介绍", "个人介绍", "个人简介", "一句话介绍自己", "介绍", "bio", "about you", "introduction"),
    "wants": ("想认识谁", "想认识什么人", "想认识什么样的人", "希望认识谁", "who would you like to meet"),
}  # fmt: skip

FIELDS = tuple(_ALIASES)

_NUMBER = re.compile(r"^\s*(?:Q?\d{1,3}\s*[、.:_]|第\s*\d{1,3}\s*题[:.、]?)\s*", re.IGNORECASE)
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】|〖[^〖〗]*〗")
_LEAD = re.compile(
    r"^(?:请(?:您|你)?(?:填写|输入|选择|留下|问|提供)?(?:一下)?|是否|您|你|的|是|所在|所处|目前|现在|当前|从事|主要"
    r"|what(?: is|'s) your |please (?:enter|provide) your |your )+"
)
_TAIL = re.compile(
    r"(?:是?(?:什么|多少|哪个|哪里|谁)|是|为|吗|么|[:?!*。.,、;]|\s|必填|选填|多选|单选)+$"
)
_ABOUT_OTHERS = re.compile(
    r"同行|同伴|朋友|紧急|推荐|介绍人|companion|emergency|plus.?one|referr", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each answer stands.

    Parameters
    ----------
    layout : Layout
    fields, traits : mapping of str to int
        Index of the column of each field that was found, and of each trait.
    guessed : tuple of str
        Fields and traits found by a part of the column's name only: worth a look.
    unused : tuple of str
        Columns that hold answers nobody asked for.
    """

    layout: Layout
    fields: Mapping[str, int]
    traits: Mapping[str, int]
    guessed: tuple[str, ...]
    unused: tuple[str, ...]

    def to_dict(self, header: tuple[str, ...]) -> dict[str, Any]:
        """Give the mapping by the columns' names."""
        return {
            "layout": self.layout.name,
            "fields": {name: header[k] for name, k in self.fields.items()},
            "traits": {name: header[k] for name, k in self.traits.items()},
            "guessed": list(self.guessed),
            "unused": list(self.unused),
        }


def plain_question(header: str) -> str:
    """Reduce a question to what it asks for.

    Examples
    --------
    >>> plain_question("3、请填写您的手机号码（用于接收短信）：")
    '手机号码'
    >>> plain_question("6.您所在的行业是？")
    '行业'
    """
    text = _BRACKETS.sub("", _NUMBER.sub("", unicodedata.normalize("NFKC", header))).casefold()
    bare = _TAIL.sub("", _LEAD.sub("", text.strip()))
    return bare.strip() or text.strip()


def find_columns(
    header: tuple[str, ...],
    *,
    file: str,
    row: int = 1,
    traits: Iterable[str] = (),
    required: Iterable[str] = (),
    given: Mapping[str, str] | None = None,
) -> Columns:
    """Find the column of every field and trait.

    Parameters
    ----------
    header : tuple of str
        Column names.
    file, row : str, int
        Where they stand, for messages.
    traits : iterable of str
        Traits that must be there, by the organiser's own names.
    required : iterable of str
        Fields that must be there.
    given : mapping of str to str, optional
        Field or trait to column name, where the organiser said so; wins over every guess.

    Returns
    -------
    Columns

    Raises
    ------
    InputError
        A fault for each column that is missing, or that several columns could be.

    Notes
    -----
    In this order: what the organiser said; a column of that very name; a column whose question,
    without number, politeness and brackets, is one of the field's names; the only column whose
    question contains one. A trait is looked for before the fields, so that a column can be both.

    Examples
    --------
    >>> columns = find_columns(("1、您的姓名", "2、您的手机号码", "3、您所在的行业"), file="a.csv", traits=["行业"])
    >>> dict(columns.fields), dict(columns.traits)
    ({'name': 0, 'phone': 1}, {'行业': 2})
    """
    traits = tuple(traits)
    search = _Search(header, file, row, dict(given or {}), traits)
    found_traits = {name: k for name in traits if (k := search.trait(name)) is not None}
    needed = set(required)
    fields = {name: k for name in FIELDS if (k := search.field(name, name in needed)) is not None}
    search.faults += [
        Fault("column_override_unknown", "gathering.toml", None, f"applicants.columns.{name}",
              {"name": name, "nearest": nearest(name, (*FIELDS, *found_traits))})
        for name in search.given if name not in FIELDS and name not in traits
    ]  # fmt: skip
    if search.faults:
        raise InputError(search.faults)
    used = set(fields.values()) | set(found_traits.values())
    ignored = search.layout.ignored
    unused = tuple(
        name for k, name in enumerate(header) if k not in used and tidy(name) not in ignored
    )
    return Columns(search.layout, fields, found_traits, tuple(search.guessed), unused)


class _Search:
    """One look through a header, collecting faults and guesses."""

    def __init__(
        self,
        header: tuple[str, ...],
        file: str,
        row: int,
        given: dict[str, str],
        traits: tuple[str, ...],
    ) -> None:
        self.header, self.file, self.row, self.given = header, file, row, given
        self.layout = find_layout(header)
        self.names = [tidy(name) for name in header]
        self.questions = [plain_question(name) for name in header]
        self.open = [
            k for k, name in enumerate(self.names) if name not in self.layout.ignored
        ]  # columns that may hold an answer
        self.named = set(map(tidy, traits))  # a column that is one trait is no guess for another
        self.faults: list[Fault] = []
        self.guessed: list[str] = []

    def trait(self, trait: str) -> int | None:
        if trait in self.given:
            return self._given(trait)
        name = tidy(trait)
        if name in self.names:
            return self.names.index(name)
        wanted = plain_question(trait)
        same = [k for k in self.open if self.questions[k] == wanted]
        key = squash(trait)
        part = [
            k
            for k in self.open
            if key and key in squash(self.questions[k]) and self.names[k] not in self.named
        ]
        return self._one(trait, same, part)

    def field(self, field: str, needed: bool) -> int | None:
        if field in self.given:
            return self._given(field)
        for alias in _ALIASES[field]:
            same = [
                k
                for k in self.open
                if self.questions[k] == alias or self.names[k].casefold() == alias
            ]
            if same:
                return self._one(field, same, [])
        if not needed:
            return None  # a field nobody needs is not worth a guess
        part = [
            k
            for k in self.open
            if any(alias in self.questions[k] for alias in _ALIASES[field])
            and not _ABOUT_OTHERS.search(self.questions[k])
        ]
        return self._one(field, [], part)

    def _given(self, name: str) -> int | None:
        column = tidy(self.given[name])
        if column in self.names:
            return self.names.index(column)
        self.faults.append(
            Fault("column_missing", self.file, self.row, self.given[name],
                  {"wanted": name, "nearest": nearest(column, self.names), "header": list(self.header)})
        )  # fmt: skip
        return None

    def _one(self, wanted: str, same: list[int], part: list[int]) -> int | None:
        candidates = same or part
        if len(candidates) == 1:
            if not same:
                self.guessed.append(wanted)
            return candidates[0]
        if candidates:
            names = [self.header[k] for k in candidates]
            self.faults.append(
                Fault("column_ambiguous", self.file, self.row, wanted, {"columns": names})
            )
        else:
            close = nearest(wanted, self.names)
            self.faults.append(
                Fault("column_missing", self.file, self.row, wanted,
                      {"wanted": wanted, "nearest": close, "header": list(self.header)})
            )  # fmt: skip
        return None
