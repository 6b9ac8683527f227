"""The worker as a process beside the site: python -m huiyou.web.worker."""

import os
import signal
import sys
import threading
from pathlib import Path

from huiyou.web.serve import prepare, work


def _end_with_the_site() -> None:
    """Wait until whoever started us is gone, then finish the task at hand and end."""
    sys.stdin.read()
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    prepare(Path(os.environ["HUIYOU_DATA"]))
    threading.Thread(target=_end_with_the_site, daemon=True).start()
    work()
