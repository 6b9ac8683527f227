"""Measuring: CPU seconds, medians, and a file that says where and on what."""

from __future__ import annotations

import json
import os
import platform
import resource
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"


def cpu_seconds(work: Callable[[], Any], *, runs: int = 5) -> float:
    """Give the median CPU seconds of a call in this process, after one that does not count."""
    work()
    taken = []
    for _ in range(runs):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def of_process(command: list[str], *, runs: int = 3) -> dict[str, float]:
    """Give the median wall and CPU seconds of a command and its children."""
    wall, cpu = [], []
    for _ in range(runs):
        before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
        subprocess.run(command, check=True, capture_output=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        wall.append(time.perf_counter() - start)
        cpu.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
    return {"wall_s": round(statistics.median(wall), 2), "cpu_s": round(statistics.median(cpu), 2)}


def asked(what: str, measured: float, *, most: float | None = None) -> dict[str, Any]:
    """Give a row that says what was measured beside the most that it may be."""
    held = "" if most is None else "yes" if measured <= most else "NO"
    return {
        "what": what,
        "asked": "" if most is None else f"≤ {most}",
        "measured": measured,
        "held": held,
    }


def keep(name: str, rows: list[dict[str, Any]]) -> None:
    """Write a result beside the machine and the commit it was measured on."""
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False
    )
    body = {
        "machine": f"{os.cpu_count()} × {platform.machine()}, {platform.system()}",
        "python": platform.python_version(),
        "commit": commit.stdout.strip(),
        "rows": rows,
    }
    RESULTS.mkdir(exist_ok=True)
    text = json.dumps(body, ensure_ascii=False, indent=1)
    (RESULTS / f"{name}.json").write_text(text + "\n", encoding="utf-8")


def show(title: str, rows: list[dict[str, Any]]) -> None:
    """Print rows as a table."""
    print(f"\n{title}")
    names = list(rows[0])
    widths = [max(len(n), *(len(str(row[n])) for row in rows)) for n in names]
    print("  " + "  ".join(n.rjust(w) for n, w in zip(names, widths, strict=True)))
    for row in rows:
        print("  " + "  ".join(str(row[n]).rjust(w) for n, w in zip(names, widths, strict=True)))
