"""The whole evening as one command, beside only starting Python with what it needs."""

import sys
import tempfile
from pathlib import Path

from benchmarks.measure import of_process


def run():
    huiyou = str(Path(sys.executable).with_name("huiyou"))
    with tempfile.TemporaryDirectory() as room:
        start = of_process([sys.executable, "-c", "import numba, highspy, weasyprint"])
        command = [
            huiyou,
            "demo",
            "--no-serve",
            "--out",
            f"{room}/RESULTS",
            "--data",
            f"{room}/site",
        ]
        demo = of_process(command)
    ratio = round(demo["cpu_s"] / start["cpu_s"], 1)
    return [{"what": "imports", **start, "ratio": 1}, {"what": "demo", **demo, "ratio": ratio}]
