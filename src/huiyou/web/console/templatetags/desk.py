"""Tags of the desk."""

from __future__ import annotations

from django import template

from huiyou.web.console.access import Access

__all__ = ["phone_for"]

SHOWN = 4

register = template.Library()


@register.filter
def phone_for(phone: str, access: Access) -> str:
    """Write a phone as far as somebody may see it: all of it, or its last four digits."""
    return phone if access.may_change else f"•••• {phone[-SHOWN:]}"
