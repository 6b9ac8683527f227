"""QR codes."""

from __future__ import annotations

import io

import segno
from django.utils.safestring import SafeString, mark_safe

__all__ = ["qr", "qr_picture"]


def qr(text: str) -> SafeString:
    """Draw a QR code as SVG without colours of its own."""
    out = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        out, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=0, svgclass=None,
        lineclass=None,
    )  # fmt: skip
    return mark_safe(out.getvalue().decode().strip())  # noqa: S308 -- drawn by the library, no text in it


def qr_picture(text: str) -> str:
    """Give a QR code as the address of a PNG, which a long press keeps where nothing can be downloaded."""
    address: str = segno.make(text, error="m", micro=False).png_data_uri(scale=8, border=4)
    return address
