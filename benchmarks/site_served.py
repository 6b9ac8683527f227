"""The site as a process of its own, over HTTP on this machine."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

from benchmarks.applicants import LATER, REPEATED
from benchmarks.measure import asked

POSTGRES = os.environ.get("HUIYOU_TEST_POSTGRES", "postgres://postgres@127.0.0.1:5432/test")
BENCH = "huiyou_bench"
PEOPLE, CLIENTS = 1600, 32
STARTS = 5
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
COUNT = """
SELECT count(*), count(DISTINCT phone) FROM applications_application
WHERE source = 'form' AND name LIKE '申请人%' AND NOT repeats
"""


@dataclass
class Site:
    """A running site: its address, its process, and how long its first page took."""

    address: str
    process: subprocess.Popen
    seconds: float

    @property
    def cpu(self):
        """CPU seconds of the process so far."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text(encoding="ascii").split()
        return sum(map(int, fields[13:15])) / os.sysconf("SC_CLK_TCK")

    @property
    def megabytes(self):
        """Memory of the process, what it shares counted in part."""
        rollup = Path(f"/proc/{self.process.pid}/smaps_rollup").read_text(encoding="ascii")
        [kilobytes] = [line.split()[1] for line in rollup.splitlines() if line.startswith("Pss:")]
        return round(int(kilobytes) / 1000, 1)


@contextmanager
def served(data, page):
    """Serve a data folder by ``huiyou serve``, from its first page to the end of the block."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    command = [str(Path(sys.executable).with_name("huiyou")), "serve", "--data", str(data)]
    start = time.perf_counter()
    with (data / "serve.log").open("wb") as log:
        process = subprocess.Popen([*command, "--port", str(port)], stdout=log, stderr=log)
    try:
        while not _answers(address + page):
            assert process.poll() is None, (data / "serve.log").read_text(encoding="utf-8")
            time.sleep(0.01)
        yield Site(address, process, time.perf_counter() - start)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def _answers(page):
    try:
        with urllib.request.urlopen(page, timeout=30) as answer:
            return answer.status == 200
    except urllib.error.HTTPError:
        raise
    except OSError:
        return False


def cold_start(data, page):
    """Start the site on a folder that is there, and wait for the public page."""
    seconds = []
    for _ in range(STARTS):
        with served(data, page) as site:
            seconds.append(site.seconds)
    return [asked("cold start to first page, s", round(statistics.median(seconds), 2), most=2)]


def first_page(data, page):
    """Open the public page as a phone's browser does, and count what comes over the wire."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 -- only this needs a browser

    taken = []
    with served(data, page) as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=CHROMIUM
        )
        tab = browser.new_context(**playwright.devices["Pixel 7"], locale="zh-CN").new_page()
        network = tab.context.new_cdp_session(tab)
        network.send("Network.enable")
        network.on(
            "Network.loadingFinished", lambda event: taken.append(event["encodedDataLength"])
        )
        tab.goto(site.address + page, wait_until="networkidle")
        browser.close()
    return [
        asked("first public page with all it loads, kB", round(sum(taken) / 1000, 1), most=150),
        asked("first public page, requests", len(taken)),
    ]


def databases():
    """Give SQLite, and PostgreSQL where there is one."""
    yield "SQLite", _sqlite
    try:
        psycopg.connect(POSTGRES, connect_timeout=3).close()
    except psycopg.OperationalError:
        print("no PostgreSQL on this machine")
    else:
        yield "PostgreSQL", _postgres


@contextmanager
def _sqlite(room):
    yield f"sqlite:///{room}/huiyou.sqlite3"


@contextmanager
def _postgres(_room):
    """Make a database beside the one for tests, and drop it."""
    with psycopg.connect(POSTGRES, autocommit=True) as beside:
        beside.execute(f"DROP DATABASE IF EXISTS {BENCH} WITH (FORCE)")
        beside.execute(f"CREATE DATABASE {BENCH}")
        try:
            yield urlsplit(POSTGRES)._replace(path=f"/{BENCH}").geturl()
        finally:
            beside.execute(f"DROP DATABASE {BENCH} WITH (FORCE)")


def crowd(database, data, page):
    """Let everybody apply at once, then ask the database itself who is there."""
    os.environ["HUIYOU_APPLICATIONS_PER_ADDRESS"] = str(2 * PEOPLE)  # all come from this machine
    command = [sys.executable, "-m", "benchmarks.applicants"]
    options = ["--people", str(PEOPLE), "--clients", str(CLIENTS)]
    with served(data, page) as site:
        start = site.cpu
        told = subprocess.run(
            [*command, f"{site.address}{page}apply/", *options], check=True, capture_output=True
        )
        memory, cpu = site.megabytes, site.cpu - start
    result = json.loads(told.stdout)
    answers = Counter(status for status, _ in result["sent"])
    repeated = len(range(LATER, PEOPLE, REPEATED))
    assert answers == {302: PEOPLE + repeated}, answers
    assert _count() == (PEOPLE, PEOPLE), _count()
    seconds = sorted(each for _, each in result["sent"])
    middle, last = (round(1000 * seconds[int(len(seconds) * share)]) for share in (0.5, 0.99))
    return [
        asked(f"{PEOPLE:,} applications from {CLIENTS} clients, {database}, lost", 0, most=0),
        asked(
            f"… seconds for all, forms and {repeated} repeats included", round(result["seconds"], 1)
        ),
        asked(
            "… CPU ms of the web process for a form and an application",
            round(1000 * cpu / (PEOPLE + repeated), 1),
        ),
        asked("… half are answered in, ms", middle),
        asked("… 99 % are answered in, ms", last, most=500),
        asked("… memory of the web process afterwards, MB", memory, most=200),
    ]


def _count():
    """Give how many applications count, and of how many phones."""
    url = os.environ["HUIYOU_DATABASE_URL"]
    if url.startswith("sqlite"):
        with closing(sqlite3.connect(url.removeprefix("sqlite:///"))) as connection:
            return connection.execute(COUNT).fetchone()
    with psycopg.connect(url) as connection:
        return connection.execute(COUNT).fetchone()
