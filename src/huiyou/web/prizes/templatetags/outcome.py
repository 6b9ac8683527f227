"""What became of a gathering, told on its own page, which comes before any of the steps."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings
from django.template.context import Context
from django.urls import reverse

from huiyou.web.gatherings.models import Gathering
from huiyou.web.prizes.queries import outcome_of
from huiyou.web.shared.codes import qr
from huiyou.web.shared.templatetags.huiyou import speaker

__all__ = ["outcome"]

register = template.Library()


@register.inclusion_tag("prizes/_outcome.html", takes_context=True)
def outcome(context: Context, gathering: Gathering) -> dict[str, Any]:
    """Show the figures, how trades met, and where each decision can be checked."""
    found = outcome_of(gathering, speaker(context))
    steps = ["seats", "tables", *(["draw"] if found and found.prizes else [])]
    return {
        "language": context.get("language"),
        "gathering": gathering,
        "outcome": found,
        "proofs": [(f"proof.{step}", *_where(gathering, step)) for step in steps],
    }


def _where(gathering: Gathering, step: str) -> tuple[str, str]:
    """Give the address of a proof page, and a QR code of it if the site knows its own address."""
    address = reverse(f"{'prizes' if step == 'draw' else step}:proof", args=[gathering.slug])
    return address, qr(settings.PUBLIC_URL + address) if settings.PUBLIC_URL else ""
