"""What uvicorn serves: Django, in a few threads that stay."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import cast

from asgiref.sync import ThreadSensitiveContext
from asgiref.typing import (
    ASGI3Application,
    ASGIReceiveCallable,
    ASGISendCallable,
    Scope,
)
from django.core.asgi import get_asgi_application

from huiyou.web.shared.bodies import Bounded

LANES = 2


class Lanes:
    """Gives each request to the thread that has the fewest, in the order they came.

    Left to itself, Django starts a thread for each request, and each thread opens a connection to
    the database: 32 phones at once were more than PostgreSQL lets in.
    """

    def __init__(self, site: ASGI3Application, lanes: int) -> None:
        self.site = site
        self.lanes = [ThreadPoolExecutor(1, f"lane-{number}") for number in range(lanes)]
        self.waiting = [0] * lanes

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        """Answer one request in one of the threads."""
        lane = self.waiting.index(min(self.waiting))
        self.waiting[lane] += 1
        try:
            async with ThreadSensitiveContext(executor=self.lanes[lane]):
                await self.site(scope, receive, send)
        finally:
            self.waiting[lane] -= 1


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")
site = cast("ASGI3Application", get_asgi_application())  # the stubs of both word it differently
application = Bounded(Lanes(site, LANES))
