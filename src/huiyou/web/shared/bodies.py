"""How much anybody may send, counted before any of it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from huiyou.people.sheets import LARGEST_FILE

__all__ = ["Bounded"]

# Django puts a whole body on the disk before it looks at it, and waits for it as long as it takes.
FORM = 2 * 1024 * 1024
TABLE = LARGEST_FILE + FORM
SECONDS = 120  # until all of it must have come: a table over a slow line at a venue
_DESK = "/console/"  # the only place that takes files

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
Site = Callable[[Any, Any, Any], Awaitable[None]]


class _TooMuchError(Exception):
    """More came than may, or it came too slowly."""


class Bounded:
    """Takes no more of a request than there is a use for, and not for ever."""

    def __init__(self, site: Site) -> None:
        self.site = site

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """Answer, or say 413 and close the line."""
        if scope["type"] != "http":
            return await self.site(scope, receive, send)
        most = TABLE if scope["path"].startswith(_DESK) else FORM
        if _length(scope) > most:
            return await _refuse(send)
        begun = False

        async def sent(message: Any) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.site(scope, _counted(receive, most), sent)
        except _TooMuchError:
            if begun:
                raise
            await _refuse(send)


def _length(scope: Any) -> int:
    """Give the length that is announced; none, or one that is no number, is counted as it comes."""
    told = dict(scope["headers"]).get(b"content-length", b"")
    return (
        int(told) if told.isdigit() and len(told) < len(str(TABLE)) + 3 else len(told) and TABLE + 1
    )


def _counted(receive: Receive, most: int) -> Receive:
    """Count what comes, and the time it takes, up to the end of the body."""
    left, whole = most, False
    until = asyncio.get_running_loop().time() + SECONDS

    async def counted() -> Any:
        nonlocal left, whole
        if whole:
            return await receive()  # waits for the line to be cut, however long an answer takes
        try:
            async with asyncio.timeout_at(until):
                message = await receive()
        except TimeoutError as error:
            raise _TooMuchError from error
        left -= len(message.get("body", b""))
        whole = not message.get("more_body", False)
        if left < 0:
            raise _TooMuchError
        return message

    return counted


async def _refuse(send: Send) -> None:
    headers = [(b"content-type", b"text/plain"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": 413, "headers": headers})
    await send({"type": "http.response.body", "body": b"413 Content Too Large\n"})
