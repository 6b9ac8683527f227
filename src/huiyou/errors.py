"""The one tree of errors: a code, its parameters and the exit status it means.

Nothing here phrases a sentence for a person. `huiyou.phrases` turns a code and its parameters into
Chinese or English, so the command line and the web say the same thing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

__all__ = [
    "Fault",
    "HuiyouError",
    "ImpossibleError",
    "InputError",
    "QuotaError",
    "RefusedError",
]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with the input, and where.

    Parameters
    ----------
    code : str
        Which fault; `huiyou.phrases` holds its sentence and its mend under ``fault.<code>``.
    file : str
        The file as the organiser knows it.
    row : int or None
        Row as a spreadsheet numbers it (the header is row 1), or line for text files.
    column : str or None
        Column header, or key path in a TOML file.
    params : mapping
        What the sentence needs beyond the place.
    """

    code: str
    file: str = ""
    row: int | None = None
    column: str | None = None
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        place = ":".join(str(p) for p in (self.file, self.row, self.column) if p not in ("", None))
        extra = " ".join(f"{key}={value!r}" for key, value in self.params.items())
        return " ".join(part for part in (place, self.code, extra) if part)


class HuiyouError(Exception):
    """Root of everything Huiyou raises on purpose.

    Attributes
    ----------
    code : str
        Names the error; stable, part of the interface.
    params : dict
        Plain values that fill the sentence in any language.
    exit_code : int
        Status of the command that met it.
    """

    code = "error"
    exit_code = 1

    def __init__(self, code: str | None = None, **params: Any) -> None:
        self.code = code or type(self).code
        self.params = params
        super().__init__(self.code, params)

    def __str__(self) -> str:
        extra = " ".join(f"{key}={value!r}" for key, value in self.params.items())
        return f"{self.code} {extra}".strip()

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.__dict__.copy()))


def _rebuild(kind: type[HuiyouError], state: dict[str, Any]) -> HuiyouError:
    """Make the error again on the other side of a process boundary."""
    error = kind.__new__(kind)
    Exception.__init__(error, state["code"], state["params"])
    error.__dict__.update(state)
    return error


class InputError(HuiyouError):
    """The input is wrong; every fault found is listed, and nothing was written."""

    code = "input"
    exit_code = 2

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__(count=len(self.faults))

    def __str__(self) -> str:
        return "; ".join(str(fault) for fault in self.faults)


class ImpossibleError(HuiyouError):
    """The request cannot be met by anyone; carries what conflicts."""

    code = "impossible"
    exit_code = 3


class QuotaError(ImpossibleError):
    """No choice of people meets the quotas.

    ``params`` has ``conflict``, rows that cannot hold together (leave out any one and the others
    can); ``companions``, whether they could if companions came apart; ``least``, the fewest people
    by which quotas must give way; and ``repairs``, different ways to make it possible, each with
    the ``kinds`` of repair it is, its ``total``, ``seats``, whether companions come ``apart``, and
    its ``changes``, each with its ``row`` and the quota ``now`` and ``then``. ``missing`` are kinds
    that do not exist. ``asked`` and ``changes`` are those of the most even of the smallest repairs.
    """

    code = "quotas_impossible"


class RefusedError(HuiyouError):
    """A record or proof does not hold; ``params["reason"]`` says where it broke."""

    code = "refused"
    exit_code = 4
