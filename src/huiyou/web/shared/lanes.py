"""A few threads that stay, to answer everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext
from django.core.handlers.asgi import ASGIHandler

__all__ = ["Lanes"]


class Lanes:
    """Gives each request to the thread that has the fewest, in the order they came.

    Left to itself, Django starts a thread for each request, and each thread opens a connection to
    the database: 32 phones at once were more than PostgreSQL lets in.
    """

    def __init__(self, site: ASGIHandler, lanes: int) -> None:
        self.site = site
        self.lanes = [ThreadPoolExecutor(1, f"lane-{number}") for number in range(lanes)]
        self.waiting = [0] * lanes

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request in one of the threads."""
        lane = self.waiting.index(min(self.waiting))
        self.waiting[lane] += 1
        try:
            async with ThreadSensitiveContext(executor=self.lanes[lane]):
                await self.site(scope, receive, send)
        finally:
            self.waiting[lane] -= 1
