"""Files to take away."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse

from huiyou.proof import canonical

__all__ = ["record_file", "record_text"]


def record_file(record: Any, name: str) -> HttpResponse:
    """Give a record as a file, in canonical JSON unless it is text already."""
    response = HttpResponse(record_text(record), content_type="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def record_text(record: Any) -> str:
    """Write a record as its file has it."""
    if isinstance(record, bytes):
        return record.decode("utf-8")
    return record if isinstance(record, str) else canonical.dumps(record).decode("utf-8")
