"""Whether the process that does a run is alive: it holds a lock as long as it is.

The system takes the lock away from whoever is killed. A lock that SQLite takes on an empty file is
such a lock on every system, and needs nothing else.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from django.conf import settings

__all__ = ["forget", "held", "is_held"]


def _file(pk: int) -> Path:
    return Path(settings.DATA) / "runs" / str(pk)


@contextmanager
def held(pk: int) -> Iterator[bool]:
    """Hold the lock of a run; False if another process has it."""
    _file(pk).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = sqlite3.connect(_file(pk), timeout=0, isolation_level=None)
    try:
        lock.execute("BEGIN EXCLUSIVE")
    except sqlite3.OperationalError:
        lock.close()
        yield False
        return
    try:
        yield True
    finally:
        lock.close()
        forget(pk)


def is_held(pk: int) -> bool | None:
    """Say whether somebody holds the lock of a run; None if its file is not on this machine."""
    if not _file(pk).is_file():
        return None
    with closing(sqlite3.connect(_file(pk), timeout=0, isolation_level=None)) as lock:
        try:
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError:
            return True
        return False


def forget(pk: int) -> None:
    """Take the file of a lock away."""
    _file(pk).unlink(missing_ok=True)
