"""What people ask at the tables."""

from __future__ import annotations

from django import forms

__all__ = ["FindForm"]


class FindForm(forms.Form):
    """A name and the end of a phone number."""

    name = forms.CharField(max_length=100)
    digits = forms.RegexField(r"^[0-9]{4}$", max_length=4)
