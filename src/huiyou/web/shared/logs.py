"""What the site writes down about itself: one JSON object a line, and nobody's data.

A line holds the route's pattern and never the address, for private links are addresses; the template
of a message and never what fills it; of an error its kind and where it arose, never its words.
"""

from __future__ import annotations

import json
import logging
import time
import traceback
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.http import HttpRequest, HttpResponse

__all__ = ["JsonLines", "RequestLog"]

_log = logging.getLogger("huiyou.request")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line."""
        # Django words these itself, with what was sent in them.
        worded = record.name.startswith("django.security")
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "what": "refused" if worded else str(record.msg),
            **getattr(record, "figures", {}),
        }
        if record.exc_info and (error := record.exc_info[1]):
            frames = traceback.extract_tb(error.__traceback__)
            line["error"] = type(error).__name__
            line["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames[-12:]]
        return json.dumps(line, ensure_ascii=False)


class RequestLog:
    """Writes down each answer: method, route, status, time taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and write it down; the answer carries the same number as the line."""
        number, began = uuid.uuid4().hex[:12], time.perf_counter()
        response = self.get_response(request)
        match = request.resolver_match
        figures = {
            "request": number,
            "method": request.method if request.method in _METHODS else "other",
            "route": match.route if match else None,
            "status": response.status_code,
            "ms": round(1000 * (time.perf_counter() - began), 1),
        }
        _log.info("answered", extra={"figures": figures})
        response.headers["X-Request-ID"] = number
        return response


_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE"})
