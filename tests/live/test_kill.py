"""A real site, and really killed: nothing is half done, and what broke off can be tried again."""

from __future__ import annotations

import csv
import http.client
import http.cookiejar
import io
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.parse
import urllib.request
import uuid
from contextlib import closing, suppress
from pathlib import Path

import psycopg
import pytest

from huiyou import sample
from tests.conftest import POSTGRES

pytestmark = pytest.mark.xdist_group("kill")

PASSWORD = "a long and quiet evening"  # noqa: S105 -- of a site that lives for a minute
PATIENCE = 60  # seconds; a busy machine is no bug
FILL = """
import sys
from pathlib import Path
from huiyou.web.serve import prepare
prepare(Path(sys.argv[1]))
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.web.console.actions import add_user, import_folder
gathering, _ = import_folder(read_folder(Path(str(sample.folder("shenzhen")))), who="test")
add_user("lin", sys.argv[2])
print(gathering.slug)
"""
JUDGE = """
import sys
from pathlib import Path
from huiyou.web.serve import prepare
prepare(Path(sys.argv[1]))
from huiyou.web.console.queries import chain_holds
from huiyou.web.journal.models import Entry
assert chain_holds(list(Entry.objects.all())) is None
"""


class Site:
    """A data folder, a database, and the processes that serve them."""

    def __init__(self, data: Path, database: str) -> None:
        self.data, self.database = data, database
        self.environment = {
            **os.environ, "HUIYOU_DATABASE_URL": database, "HUIYOU_DATA": str(data),
        }  # fmt: skip
        self.slug = self.python(FILL, PASSWORD).strip()
        self.processes: list[subprocess.Popen[bytes]] = []
        self.jar = http.cookiejar.CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        self.start()
        self.get("/console/-/login/")
        self.post("/console/-/login/", name="lin", password=PASSWORD)

    def python(self, code: str, *arguments: str) -> str:
        command = [sys.executable, "-c", code, str(self.data), *arguments]
        done = subprocess.run(
            command, env=self.environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        command = [str(Path(sys.executable).with_name("huiyou")), "serve", "--data", str(self.data)]
        command += ["--host", "127.0.0.1", "--port", str(self.port)]
        quiet = subprocess.DEVNULL
        self.processes.append(
            subprocess.Popen(command, env=self.environment, stdout=quiet, stderr=quiet)
        )
        until(self.answers)

    def answers(self) -> bool:
        with suppress(OSError):
            self.get("/console/-/login/")
            return True
        return False

    def worker(self) -> int | None:
        """Give the process of the worker beside the site, if there is one."""
        children: list[str] = []
        for thread in Path(f"/proc/{self.processes[-1].pid}/task").glob("*/children"):
            children += thread.read_text().split()
        return int(children[0]) if children else None

    def kill_worker(self) -> None:
        os.kill(until(self.worker), signal.SIGKILL)

    def kill_web(self) -> None:
        self.processes[-1].kill()
        self.processes[-1].wait()

    def kill_all(self) -> None:
        worker = until(self.worker)
        self.kill_web()
        with suppress(ProcessLookupError):
            os.kill(worker, signal.SIGKILL)

    def get(self, path: str) -> str:
        return self.ask(urllib.request.Request(f"http://127.0.0.1:{self.port}{path}"))

    def post(self, path: str, *, file: bytes = b"", **fields: str) -> str:
        fields["csrfmiddlewaretoken"] = next(c.value for c in self.jar if c.name == "csrftoken")
        boundary = uuid.uuid4().hex
        parts = [
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        if file:
            head = f'--{boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
            parts.append(head.encode() + file + b"\r\n")
        body = b"".join([*parts, f"--{boundary}--\r\n".encode()])
        kind = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        address = f"http://127.0.0.1:{self.port}{path}"
        return self.ask(urllib.request.Request(address, body, kind))

    def ask(self, request: urllib.request.Request) -> str:
        with self.opener.open(request, timeout=PATIENCE) as answer:
            self.at = urllib.parse.urlsplit(answer.url).path
            return answer.read().decode()

    def rows(self, query: str) -> list[tuple]:
        """Ask the database itself, beside the site."""
        if self.database.startswith("sqlite"):
            with closing(sqlite3.connect(self.data / "huiyou.sqlite3", timeout=30)) as connection:
                return connection.execute(query).fetchall()
        with psycopg.connect(self.database) as connection:
            return connection.execute(query).fetchall()

    def one(self, query: str):
        return self.rows(query)[0][0]

    def run(self) -> tuple[str, str]:
        """Give step and state of the latest run."""
        return self.rows("SELECT step, state FROM console_run ORDER BY id DESC LIMIT 1")[0]

    def underway(self, step: str) -> None:
        until(lambda: self.run() == (step, "running"))

    def outcome(self) -> str:
        return until(lambda: next((s for s in self.run()[1:] if s in {"done", "failed"}), None))

    def deeds(self, deed: str) -> int:
        return self.one(f"SELECT count(*) FROM journal_entry WHERE deed = '{deed}'")  # noqa: S608 -- our own words

    def count(self, table: str) -> int:
        return self.one(f"SELECT count(*) FROM {table}")  # noqa: S608 -- likewise

    def end(self) -> None:
        worker = self.worker() if self.processes[-1].poll() is None else None
        for process in self.processes:
            process.kill()
            process.wait()
        if worker:
            with suppress(ProcessLookupError):
                os.kill(worker, signal.SIGKILL)


def until(found):
    """Wait for what must come, and give it."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if value := found():
            return value
        time.sleep(0.01)
    raise AssertionError("it never came")


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.needs("postgres"))])
def site(request, tmp_path):
    name = f"kill_{uuid.uuid4().hex[:12]}"
    database = f"sqlite:///{tmp_path / 'huiyou.sqlite3'}"
    if request.param == "postgres":
        database = urllib.parse.urlsplit(POSTGRES)._replace(path=f"/{name}").geturl()
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}"')
    served = Site(tmp_path, database)
    yield served
    served.end()
    if request.param == "postgres":
        with psycopg.connect(POSTGRES, autocommit=True) as connection:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


def many_people() -> bytes:
    """As many as take a while to read: the sample twice, with phones of their own."""
    source = Path(str(sample.folder("shenzhen"))) / "applicants.csv"
    header, *rows = csv.reader(io.StringIO(source.read_text(encoding="utf-8-sig")))
    phone = header.index("手机")
    table = io.StringIO()
    writer = csv.writer(table)
    writer.writerow(header)
    for number, row in enumerate(rows * 2):
        writer.writerow([*row[:phone], f"198{number:08d}", *row[phone + 1 :]])
    return table.getvalue().encode()


def test_whoever_is_killed_nothing_is_half_done_and_everything_can_be_tried_again(site):
    site.desk = f"/console/{site.slug}/"

    the_worker_while_it_reads(site)
    everything_while_it_keeps(site)
    the_worker_while_it_sets_the_tables(site)
    the_web_while_it_publishes_and_tables_are_set(site)

    site.python(JUDGE)
    assert site.one("SELECT count(*) FROM console_run WHERE state IN ('queued', 'running')") == 0


def the_worker_while_it_reads(site):
    before = site.count("applications_application")
    site.post(site.desk + "import/", file=many_people())
    site.page = site.at

    site.underway("read")
    site.kill_worker()

    assert site.outcome() == "failed"
    assert "再试一次" in site.get(site.page)
    site.post(site.page + "read/")
    assert site.outcome() == "done"
    assert site.count("applications_application") == before


def everything_while_it_keeps(site):
    before = site.count("applications_application")
    site.post(site.page + "keep/")

    site.underway("keep")
    site.kill_all()

    assert (site.count("applications_application"), site.deeds("import")) == (before, 1)
    site.start()
    assert site.outcome() == "failed"
    assert "再试一次" in site.get(site.page)
    site.post(site.page + "keep/")
    assert site.outcome() == "done"
    fresh = site.one("SELECT fresh FROM console_upload")
    assert fresh > 3000
    assert site.count("applications_application") == before + fresh
    assert site.deeds("import") == 2


def the_worker_while_it_sets_the_tables(site):
    site.post(site.desk + "start/seats/")
    assert site.outcome() == "done"
    site.post(site.desk + "start/tables/")

    site.underway("tables")
    site.kill_worker()

    assert site.outcome() == "failed"
    assert (site.count("tables_plan"), site.deeds("set_tables")) == (0, 0)
    assert "再试一次" in site.get(site.desk)
    site.post(site.desk + "start/tables/")
    assert site.outcome() == "done"
    assert (site.count("tables_plan"), site.deeds("set_tables")) == (1, 1)


def the_web_while_it_publishes_and_tables_are_set(site):
    """Its worker finishes what it has begun, then ends."""
    site.post(site.desk + "start/tables/")
    site.underway("tables")
    worker = site.worker()
    asked = threading.Thread(target=ask_in_vain, args=(site, site.desk + "publish/"))
    asked.start()

    site.kill_web()

    asked.join()
    published = site.one("SELECT published IS NOT NULL FROM gatherings_gathering")
    assert site.deeds("publish") == int(published)
    site.start()
    assert site.outcome() == "done"
    assert (site.count("tables_plan"), site.deeds("set_tables")) == (2, 2)
    until(lambda: not Path(f"/proc/{worker}").exists())
    site.post(site.desk + "publish/", shown="yes")
    assert site.deeds("publish") == 1
    assert site.one("SELECT published IS NOT NULL FROM gatherings_gathering")


def ask_in_vain(site, path):
    with suppress(OSError, http.client.HTTPException):
        site.post(path, shown="yes")
