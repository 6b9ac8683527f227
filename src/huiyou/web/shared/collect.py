"""Style sheets, scripts and fonts, gathered where they are served from."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from huiyou import __version__

__all__ = ["collect_static"]


def collect_static() -> bool:
    """Copy all static files into the data folder under names that tell their contents, compressed.

    Does nothing and gives False while they are what they were. What an older version left stays, for
    pages that are still open.
    """
    stamp, found = Path(settings.STATIC_ROOT) / "collected", _state()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == found:
        return False
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(found, encoding="ascii")
    return True


def _state() -> str:
    """Give a digest of which files there are, how large and how old; reads none of them."""
    files = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            about = Path(storage.path(name)).stat()
            files.append((name, about.st_size, about.st_mtime_ns))
    return hashlib.sha256(json.dumps([__version__, sorted(files)]).encode()).hexdigest()
