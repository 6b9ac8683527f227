"""Files to take away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from huiyou.proof import canonical

__all__ = ["record_file"]


def record_file(record: Any, name: str) -> HttpResponse:
    """Give a record as a file, in canonical JSON unless it is text already."""
    body = record if isinstance(record, str) else canonical.dumps(record)
    response = HttpResponse(body, content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
