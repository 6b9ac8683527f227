"""What lies beside the database's own file."""

from __future__ import annotations

from django.db import connection

__all__ = ["forget_old_pages"]


def forget_old_pages() -> None:
    """Empty SQLite's write-ahead log, which still holds what has been overwritten since.

    Other databases keep theirs where only their operator can read it.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
