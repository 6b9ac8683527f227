"""A record as a page of its own, under an address that holds its digest."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from huiyou.web.shared.downloads import record_text

__all__ = ["pinned", "record_page"]


def pinned(step: str, slug: str, digest: str) -> dict[str, str]:
    """Give where a record stays, whatever is decided later, and what its QR code says.

    That is the address too, or the digest alone where the site does not know its own address, which
    only ``HUIYOU_PUBLIC_URL`` tells.
    """
    address = reverse(f"{step}:kept", args=[slug, digest])
    return {
        "digest": digest,
        "kept_at": address,
        "code": settings.PUBLIC_URL + address if settings.PUBLIC_URL else digest,
    }


def record_page(
    request: HttpRequest, step: str, slug: str, record: Any, **more: Any
) -> HttpResponse:
    """Show a record to the byte."""
    context = {
        "proof": reverse(f"{step}:proof", args=[slug]),
        "file": reverse(f"{step}:record", args=[slug]),
        "text": record_text(record),
        **more,
    }
    return render(request, "shared/record.html", context)
