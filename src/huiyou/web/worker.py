"""The worker beside a site as a process: python -m huiyou.web.worker."""

import os
import signal
import sys
import threading
from pathlib import Path

from huiyou.web.serve import set_up, work

NICER = 10  # a page that somebody waits for goes before a run that takes seconds anyway


def _end_with_parent() -> None:
    """Stop when the site is gone, which held the other end of this pipe; a run under way ends first."""
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(NICER)
    set_up(Path(os.environ["HUIYOU_DATA"]))
    threading.Thread(target=_end_with_parent, daemon=True).start()
    work()
