"""The worker as a process: python -m huiyou.web.worker."""

import os
from pathlib import Path

from huiyou.web.serve import prepare, work

if __name__ == "__main__":
    prepare(Path(os.environ["HUIYOU_DATA"]))
    work()
