"""A few threads that stay, to answer everybody."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from asgiref.sync import ThreadSensitiveContext, sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest
from django.http.response import HttpResponseBase

__all__ = ["Lanes", "Whole"]


class Whole(ASGIHandler):
    """Answers a request in one go, from the first middleware to the view and back.

    Django would go to the thread and back for each middleware that is not written twice, which took
    more time than what they do.
    """

    def load_middleware(self, is_async: bool = False) -> None:  # noqa: FBT002 -- Django's signature
        """Chain the middlewares as they are written."""
        del is_async
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        """Let the thread of this request do all of it."""
        return await sync_to_async(self.get_response)(request)


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
