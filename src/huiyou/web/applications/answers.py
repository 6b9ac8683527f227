"""What a gathering asks of those who apply, why, and what one of them answered."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from huiyou.gathering import Facts, form_of
from huiyou.people import Form
from huiyou.people.columns import find_columns
from huiyou.selection import Quota
from huiyou.web.gatherings.models import Gathering, read_facts, read_quotas

__all__ = ["YES_NO", "Answers", "Asked", "Question", "asked_by"]

YES_NO = ("是", "否")
_PLAIN = ("email", "company", "bio", "wants")
_KINDS = {"phone": "phone", "companion_phone": "phone", "email": "mail", "bio": "text", "wants": "text"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the form.

    ``key`` is a column of `Application`, or the trait; ``fills`` the trait that the answer is.
    ``purposes`` are codes of sentences. ``showable`` says whether others may see the answer at all.
    """

    key: str
    kind: str = "line"  # line, phone, mail, text, one or many
    fills: str = ""
    required: bool = False
    choices: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    showable: bool = False

    @property
    def is_trait(self) -> bool:
        """Whether it is one of the organiser's own questions."""
        return self.key == self.fills

    @property
    def limit(self) -> int:
        """How many characters an answer may have."""
        known = {"name": 100, "email": 254, "bio": 1000, "wants": 1000, "phone": 40}
        return known.get(self.key, 40 if self.kind == "phone" else 200)


@dataclass(frozen=True, slots=True)
class Answers:
    """What one person answered, tidied: columns of `Application`, traits, and what may be shown."""

    name: str
    phone: str
    email: str = ""
    company: str = ""
    bio: str = ""
    wants: str = ""
    companion_phone: str = ""
    traits: dict[str, list[str]] = field(default_factory=dict)
    shown: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """What a gathering asks: its questions, and how answers to them are read."""

    form: Form
    questions: tuple[Question, ...]


def asked_by(gathering: Gathering) -> Asked:
    """Give what a gathering asks."""
    return _asked(gathering.facts_text, gathering.quotas_text)


@lru_cache(maxsize=64)
def _asked(facts_text: str, quotas_text: str) -> Asked:
    """Work it out once, for every applicant is asked the same."""
    facts, quotas = read_facts(facts_text), read_quotas(quotas_text)
    form = form_of(facts, quotas)
    return Asked(form, _questions(form, facts, quotas))


def _questions(form: Form, facts: Facts, quotas: Sequence[Quota]) -> tuple[Question, ...]:
    """Give the questions: only those that something in the facts uses."""
    about = facts.applicants
    fields = {trait: _field_of(trait) for trait in form.traits}
    both = {name: trait for trait, name in fields.items() if name in _PLAIN}
    asked = [name for name in _PLAIN if name in {*about.required, *about.columns, *both}]
    found = [
        Question("name", required=True, purposes=("name",), showable=True),
        Question("phone", kind="phone", required=True, purposes=("phone",)),
    ]
    found += [
        Question(
            name, _KINDS.get(name, "line"), both.get(name, ""), name in about.required,
            purposes=_purposes(both[name], facts, quotas) if name in both else (name,),
            showable=name != "email",
        )
        for name in asked
    ]  # fmt: skip
    shown = {*facts.shown, *facts.terms.wants}
    found += [
        Question(
            trait, _kind(form.known.get(trait, ()), many=trait in form.multi), trait,
            trait in about.required, form.known.get(trait, ()),
            _purposes(trait, facts, quotas), showable=trait in shown,
        )
        for trait in form.traits
        if fields[trait] not in asked and trait not in facts.told_by_list
    ]  # fmt: skip
    if about.companions == "mutual":
        found.append(Question("companion_phone", kind="phone", purposes=("companion_phone",)))
    return tuple(found)


@lru_cache(maxsize=1024)
def _field_of(trait: str) -> str:
    """Give the field that a trait is another name of, such as 公司, or nothing."""
    return next(iter(find_columns((trait,), file="").fields), "")


def _kind(choices: Sequence[str], *, many: bool) -> str:
    if not choices:
        return "line"
    return "many" if many else "one"


def _purposes(trait: str, facts: Facts, quotas: Sequence[Quota]) -> tuple[str, ...]:
    """Name everything an answer is used for."""
    terms = facts.terms
    uses = {
        "quota": any(trait == quota.feature for quota in quotas),
        "one_per": trait in facts.seats.one_per,
        "mix": trait in terms.mix or trait in terms.wants.values(),
        "wish": trait in terms.wants,
        "apart": trait in terms.apart,
        "each_table": any(trait == need for need, _ in terms.each_table),
        "badge": trait in facts.shown,
    }
    return tuple(use for use, used in uses.items() if used) or ("organiser",)
