"""One language's sentences, by code."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from huiyou.errors import Fault, HuiyouError

__all__ = ["LANGUAGES", "Speaker"]

LANGUAGES = ("zh", "en")


class Speaker:
    """Says things in one language.

    Parameters
    ----------
    language : {"zh", "en"}

    Examples
    --------
    >>> Speaker("en").say("step.clean"), Speaker("zh").say("step.clean")
    ('Cleaning the applications', '整理报名')
    """

    def __init__(self, language: str) -> None:
        self.language = language
        self._sentences = _sentences(language)

    def say(self, code: str, /, **params: Any) -> str:
        """Give the sentence of a code with its blanks filled.

        A sentence kept as a pair is [for one, for others], chosen by the parameter ``n``.
        """
        sentence = self._sentences[code]
        if isinstance(sentence, list):
            sentence = sentence[params["n"] != 1]
        return str(sentence).format(
            **{name: self._written(value) for name, value in params.items()}
        )

    def knows(self, code: str) -> bool:
        """Say whether there is a sentence for this code."""
        return code in self._sentences

    def fault(self, fault: Fault) -> tuple[str, str]:
        """Give what is wrong and how to mend it."""
        params = {"file": fault.file, "row": fault.row, "column": fault.column, **fault.params}
        mend = self.say(f"mend.{fault.code}", **params)
        if fault.params.get("nearest"):
            mend = self.say("mend.nearest", nearest=fault.params["nearest"]) + mend
        return self.say(f"fault.{fault.code}", **params), mend

    def place(self, fault: Fault) -> str:
        """Give where a fault is: file, row, column."""
        parts = [fault.file]
        if fault.row is not None:
            parts.append(self.say("place.row", row=fault.row))
        if fault.column is not None:
            parts.append(fault.column)
        return " · ".join(filter(None, parts))

    def error(self, error: HuiyouError) -> str:
        """Give the sentence of an error."""
        return self.say(f"error.{error.code}", **error.params)

    def _written(self, value: Any) -> Any:
        if isinstance(value, (list, tuple)):
            return ("、" if self.language == "zh" else ", ").join(map(str, value))
        if isinstance(value, int) and not isinstance(value, bool):
            return _Grouped(value)
        return value


class _Grouped(int):
    """A whole number that a plain ``{n}`` writes with its thousands apart."""

    def __format__(self, spec: str) -> str:
        return super().__format__(spec or ",")


@cache
def _sentences(language: str) -> dict[str, Any]:
    book = resources.files(__package__) / language
    pages = sorted((page for page in book.iterdir() if page.name.endswith(".toml")), key=str)
    return {
        code: sentence
        for page in pages
        for code, sentence in _flat(tomllib.loads(page.read_text(encoding="utf-8")))
    }


def _flat(table: dict[str, Any], prefix: str = "") -> list[tuple[str, Any]]:
    return [
        pair
        for key, value in table.items()
        for pair in (
            _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, value)]
        )
    ]
