"""What people type at the desk."""

from __future__ import annotations

import csv
import io
import re
from typing import Any
from zoneinfo import ZoneInfo

import tomli_w
from django import forms
from django.utils import timezone

from huiyou.gathering import Facts
from huiyou.web.console.editing import version_of
from huiyou.web.gatherings.models import Gathering

__all__ = [
    "DrawTimeForm",
    "LoginForm", "MappingForm", "TimesForm", "UploadForm", "as_toml", "written",
]  # fmt: skip


class LoginForm(forms.Form):
    """Who, and the password."""

    name = forms.CharField(max_length=150)
    password = forms.CharField(max_length=200, strip=False)


def written(gathering: Gathering) -> dict[str, str]:
    """Write the facts as somebody edits them."""
    quotas = [(q.feature, q.value, q.minimum, q.maximum) for q in gathering.quotas]
    prizes = [(p.tier, p.name, p.sponsor, p.quantity) for p in gathering.prizes]
    return {
        "toml": as_toml(gathering.facts),
        "quotas": _as_csv(("feature", "value", "min", "max"), quotas),
        "prizes": _as_csv(("tier", "prize", "sponsor", "quantity"), prizes),
        "seen": version_of(gathering),
    }


def as_toml(facts: Facts) -> str:
    """Write facts as gathering.toml; what is as it always is stays unsaid.

    Every table stands under its own header, where the line of a fault is looked for.
    """
    parts = []
    for name, value in facts.model_dump(exclude_none=True, exclude_defaults=True).items():
        if isinstance(value, dict):
            parts.append(tomli_w.dumps({name: value}))
        else:
            parts += [f"[[{name}]]\n{_within(name, tomli_w.dumps(item))}" for item in value]
    return "\n".join(parts)


def _within(name: str, text: str) -> str:
    """Put tables inside a table under its name; text of a value never begins a line."""
    return re.sub(r"^\[\[", f"[[{name}.", text, flags=re.MULTILINE)


def _as_csv(header: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([header, *rows])
    return text.getvalue()


class DrawTimeForm(forms.Form):
    """When the seats are drawn, in the gathering's own time."""

    at = forms.DateTimeField(input_formats=["%Y-%m-%dT%H:%M"])

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone

    def full_clean(self) -> None:
        """Read the time in the gathering's zone, not the server's."""
        with timezone.override(self.zone):
            super().full_clean()


class TimesForm(forms.Form):
    """When applications are taken, in the gathering's own time, and whether it is listed."""

    opens = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    closes = forms.DateTimeField(required=False, input_formats=["%Y-%m-%dT%H:%M"])
    listed = forms.BooleanField(required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, **kwargs: Any) -> None:
        with timezone.override(zone):
            super().__init__(*args, **kwargs)
            self.zone = zone

    def full_clean(self) -> None:
        """Read times in the gathering's zone, not the server's."""
        with timezone.override(self.zone):
            super().full_clean()

    def clean(self) -> dict[str, Any]:
        """Refuse to close before opening."""
        cleaned: dict[str, Any] = super().clean() or {}
        opens, closes = cleaned.get("opens"), cleaned.get("closes")
        if opens and closes and opens >= closes:
            self.add_error("closes", "console.closes_first")
        return cleaned


class UploadForm(forms.Form):
    """A table of applicants."""

    file = forms.FileField()


class MappingForm(forms.Form):
    """Which column is which field or trait; empty is what was found by itself."""

    sheet = forms.CharField(max_length=100, required=False)

    def columns(self, names: tuple[str, ...]) -> dict[str, str]:
        """Give what somebody chose; fields are numbered, for traits may have any name."""
        chosen = {name: str(self.data.get(f"column-{k}", ""))[:200] for k, name in enumerate(names)}
        return {name: column for name, column in chosen.items() if column}
