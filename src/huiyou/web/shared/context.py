"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

__all__ = ["site"]


def site(request: HttpRequest) -> dict[str, Any]:
    """Give the language, the other one, and where the site stands in public."""
    language = getattr(request, "LANGUAGE_CODE", "zh-hans")
    return {
        "language": language,
        "other_language": "zh-hans" if language == "en" else "en",
        "public_url": settings.PUBLIC_URL,
    }
