"""Work that is silent for long, done beside somebody who tells how far it is and may leave it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeVar

__all__ = ["attended"]

BETWEEN_LOOKS = 0.3  # seconds

Result = TypeVar("Result")
Report = Callable[[float], None]


class _LeftError(Exception):
    """Nobody waits for this work any more."""


def attended(work: Callable[[Report], Result], report: Report) -> Result:
    """Do ``work`` in a thread, report how far it is meanwhile, and leave it as soon as that raises.

    Work that was left ends when it next reports. It must not touch the database.
    """
    share, left = 0.0, threading.Event()

    def told(done: float) -> None:
        nonlocal share
        share = done
        if left.is_set():
            raise _LeftError

    pool = ThreadPoolExecutor(1)
    future = pool.submit(work, told)
    try:
        while not future.done():
            report(share)
            wait([future], timeout=BETWEEN_LOOKS)
        return future.result()
    except BaseException:
        left.set()
        raise
    finally:
        pool.shutdown(wait=False)
