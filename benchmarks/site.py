"""The site beside what was asked of it: pages, 1,600 applications at once, start, memory, bytes."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import site_pages, site_served
from huiyou.web.serve import prepare_pages


def run():
    with tempfile.TemporaryDirectory() as room:
        data = Path(room)
        os.environ["HUIYOU_DATABASE_URL"] = f"sqlite:///{room}/huiyou.sqlite3"
        prepare_pages(data)
        page = site_pages.fill()
        rows = site_pages.measure(page)
        rows += site_served.first_page(data, page)
        rows += site_served.cold_start(data, page)
    for name, database in site_served.databases():
        with tempfile.TemporaryDirectory() as room, database(Path(room)) as url:
            os.environ["HUIYOU_DATABASE_URL"] = url
            filling = [sys.executable, "-m", "benchmarks.site_pages", room]
            filled = subprocess.run(filling, check=True, capture_output=True, text=True)
            rows += site_served.crowd(name, Path(room), filled.stdout.strip())
    return rows
