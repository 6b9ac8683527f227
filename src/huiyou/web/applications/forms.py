"""The form that everyone fills in, made from what the gathering asks."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict

from huiyou.people.phones import BadPhoneError, read_phone
from huiyou.people.values import match_value, split_values
from huiyou.text import tidy, trim
from huiyou.web.applications.answers import YES_NO, Answers, Question, asked_by
from huiyou.web.applications.models import Application
from huiyou.web.gatherings.models import Gathering

__all__ = ["AnswersForm", "Row"]

_FAULTS = {  # codes of sentences; the page says them in the reader's language
    "required": "apply.fault_missing",
    "max_length": "apply.fault_long",
    "invalid": "apply.fault_mail",
    "invalid_choice": "apply.fault_choice",
    "invalid_list": "apply.fault_choice",
    "null_characters_not_allowed": "apply.fault_text",
}
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_WIDGETS = {"phone": "tel", "mail": "email"}
_COMPLETES = {"name": "name", "phone": "tel", "email": "email", "company": "organization"}


@dataclass(frozen=True, slots=True)
class Row:
    """One question as the page draws it."""

    question: Question
    id: str
    name: str
    value: str
    picked: tuple[str, ...]
    faults: tuple[str, ...]
    shown: bool

    @property
    def type(self) -> str:
        """Type of the input."""
        return _WIDGETS.get(self.question.kind, "text")

    @property
    def completes(self) -> str:
        """What the browser may fill in by itself."""
        return _COMPLETES.get(self.question.key, "off")

    @property
    def options(self) -> list[tuple[str, bool]]:
        """Choices, and which are picked."""
        return [(choice, choice in self.picked) for choice in self.question.choices]

    @property
    def yes_no(self) -> bool:
        """Whether the choices are yes and no, which can be said in another language."""
        return self.question.choices == YES_NO

    @property
    def optional_choice(self) -> bool:
        """Whether one of several may also be none of them."""
        return self.question.kind == "one" and not self.question.required

    @property
    def described_by(self) -> str:
        """Ids of the sentences that belong to the input."""
        return f"{self.id}-why {self.id}-fault" if self.faults else f"{self.id}-why"


class AnswersForm(forms.Form):
    """Reads answers as cleaning reads an export, so that both count alike."""

    def __init__(
        self,
        gathering: Gathering,
        posted: QueryDict | None = None,
        *,
        kept: Application | None = None,
    ) -> None:
        super().__init__(posted)
        self.gathering, self.posted, self.kept = gathering, posted or QueryDict(), kept
        asked = asked_by(gathering)
        self.form = asked.form
        # A number is what ties an application to a person, so it cannot be changed by itself.
        self.questions = [
            q if kept is None else _with_kept(q, kept)
            for q in asked.questions
            if kept is None or q.key != "phone"
        ]
        if self.is_bound:  # the page draws questions, not fields; fields read what was sent
            self.fields |= {_name(question): _field(question) for question in self.questions}
        if kept is None:
            self.fields["agree"] = forms.BooleanField(
                error_messages={"required": "apply.fault_agree"}
            )

    def clean(self) -> dict[str, Any]:
        """Write every answer the one way in which it is kept."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        for question in self.questions:
            name = _name(question)
            if name not in cleaned:
                continue
            try:
                cleaned[name] = self._tidied(question, cleaned[name])
            except ValidationError as error:
                self.add_error(name, error)
        return cleaned

    def _tidied(self, question: Question, given: Any) -> Any:
        if isinstance(given, list):
            return given
        text = _without_controls(given)
        if question.kind == "phone":
            return self._phone(text)
        text = trim(text) if question.kind == "text" else tidy(text)
        if question.required and not text:
            raise ValidationError("apply.fault_missing")
        return text

    def _phone(self, text: str) -> str:
        if not trim(text):
            return ""
        try:
            return read_phone(text, self.form.region).number
        except BadPhoneError as error:
            raise ValidationError(f"apply.{error.reason}") from error

    def answers(self) -> Answers:
        """Give what was answered; only of a valid form."""
        fields: dict[str, str] = {}
        told = self.kept.traits if self.kept else {}
        by_list = self.gathering.facts.told_by_list
        traits: dict[str, list[str]] = {name: told[name] for name in by_list if name in told}
        for question in self.questions:
            given = self.cleaned_data[_name(question)]
            if not question.is_trait:
                fields[question.key] = given
            if question.fills:
                traits[question.fills] = self._values(question, given)
        asked_to_show = set(self.posted.getlist("show"))
        shown = [q.key for q in self.questions if q.showable and q.key in asked_to_show]
        fields.setdefault("phone", self.kept.phone if self.kept else "")
        return Answers(**fields, traits=traits, shown=shown)

    def _values(self, question: Question, given: str | list[str]) -> list[str]:
        """Give the values that count, as the organiser spells them."""
        trait, known = question.fills, self.form.known.get(question.fills, ())
        many = trait in self.form.multi
        if isinstance(given, str):
            given = split_values(given, known, ",，、") if many else [given] * bool(given)
        meant = self.form.given.get(trait, {})
        values = [meant.get(text) or match_value(text, known)[0] for text in given]
        return list(dict.fromkeys(values))

    def rows(self) -> Iterator[Row]:
        """Give the questions as the page draws them, with what is filled in already."""
        kept = _kept(self.kept)
        shown = (
            self.posted.getlist("show") if self.is_bound else self.kept.shown if self.kept else []
        )
        for number, question in enumerate(self.questions):
            name = _name(question)
            given = self._given(name, question, kept)
            yield Row(
                question=question,
                id=f"q{number}",
                name=name,
                value="、".join(given),
                picked=tuple(given),
                faults=tuple(map(str, self.errors.get(name, ()))),
                shown=question.key in shown,
            )

    def _given(self, name: str, question: Question, kept: Callable[[Question], list[str]]) -> list[str]:  # fmt: skip
        if self.is_bound:
            return list(filter(None, self.posted.getlist(name)))
        return kept(question)


def _kept(application: Application | None) -> Callable[[Question], list[str]]:
    """Look answers up in what was kept."""

    def look_up(question: Question) -> list[str]:
        if application is None:
            return []
        if question.is_trait:
            return list(application.traits.get(question.fills, []))
        return [getattr(application, question.key)]

    return look_up


def _with_kept(question: Question, kept: Application) -> Question:
    """Let an answer of an import stay that is none of the choices."""
    if not question.choices:
        return question
    answered = kept.traits.get(question.fills, [])
    return replace(question, choices=tuple(dict.fromkeys((*question.choices, *answered))))


def _name(question: Question) -> str:
    return f"trait.{question.key}" if question.is_trait else question.key


def _field(question: Question) -> forms.Field:
    choices = [(choice, choice) for choice in question.choices]
    if question.kind == "many":
        return forms.MultipleChoiceField(
            choices=choices, required=question.required, error_messages=_FAULTS
        )
    if question.kind == "one":
        return forms.ChoiceField(
            choices=choices, required=question.required, error_messages=_FAULTS
        )
    kind = forms.EmailField if question.kind == "mail" else forms.CharField
    return kind(max_length=question.limit, required=question.required, error_messages=_FAULTS)


def _without_controls(text: str) -> str:
    """Take away what cannot be seen and no keyboard types, but for the end of a line.

    That are controls, and marks that turn the order of what stands around them.
    """
    return "".join(
        c
        for c in text.replace("\r\n", "\n")
        if c == "\n" or not (unicodedata.category(c) == "Cc" or c in _TURNING)
    )
