"""A few threads that stay: some answer everybody, one the desk."""

from __future__ import annotations

from collections import Counter
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
    """Has a few threads answer everybody, each in the order they came, and another one the desk.

    Left to itself, Django starts a thread for each request, and each thread opens a connection to
    the database: 32 phones at once were more than PostgreSQL lets in. With SQLite one thread is
    best, for several only take Python and the one write from each other; with PostgreSQL the others
    work while one waits for its answer. What takes long is done at the desk, and nobody else waits
    for it.
    """

    def __init__(self, site: ASGIHandler, desk: str, threads: int = 1) -> None:
        self.site, self.desk = site, desk
        self.everybody = [ThreadPoolExecutor(1, f"everybody-{k}") for k in range(threads)]
        self.organisers = ThreadPoolExecutor(1, "organisers")
        self.under_way = Counter[ThreadPoolExecutor]()

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Any) -> None:
        """Answer one request in its thread."""
        at_desk = scope["path"].startswith(self.desk)
        lane = self.organisers if at_desk else min(self.everybody, key=self.under_way.__getitem__)
        self.under_way[lane] += 1
        try:
            async with ThreadSensitiveContext(executor=lane):
                await self.site(scope, receive, send)
        finally:
            self.under_way[lane] -= 1
