"""The whole site as one file, and back: each restore in a process of its own, as people run it."""

import hashlib
import json
import multiprocessing
import os
import sqlite3
import subprocess
import sys
import tempfile
import zipfile
from contextlib import closing
from pathlib import Path

import pytest

from huiyou import sample
from huiyou.cli import main
from huiyou.errors import InputError
from huiyou.web.backup import restore

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload(["huiyou.cli", "huiyou.gathering", "django.core.management", "django.db.models"])  # fmt: skip


def run(*arguments, database=None):
    """Run a command in a process of its own, which begins with everything slow imported."""
    with tempfile.TemporaryDirectory() as folder:
        outs = [Path(folder) / name for name in ("out", "err")]
        process = SERVER.Process(target=obey, args=([*map(str, arguments), "--json"], database, *outs))  # fmt: skip
        process.start()
        process.join()
        told = [out.read_text(encoding="utf-8") for out in outs]
    return subprocess.CompletedProcess(arguments, process.exitcode, *told)


def obey(arguments, database, out, err):
    for name in ("HUIYOU_DATA", "HUIYOU_DATABASE_URL", "DJANGO_SETTINGS_MODULE"):
        os.environ.pop(name, None)
    if database:
        os.environ["HUIYOU_DATABASE_URL"] = database
    for stream, file in ((1, out), (2, err)):
        os.dup2(os.open(file, os.O_WRONLY | os.O_CREAT), stream)
    with (
        open(1, "w", encoding="utf-8", closefd=False) as sys.stdout,
        open(2, "w", encoding="utf-8", closefd=False) as sys.stderr,
    ):
        main(arguments)


def faults(done):
    return [json.loads(line)["code"] for line in done.stderr.splitlines() if '"fault"' in line]


def rows(file):
    with zipfile.ZipFile(file) as pack:
        return pack.read("rows.jsonl")


def parsed(file):
    return [json.loads(line) for line in rows(file).splitlines()]  # jsonb sorts keys its own way


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """A data folder with the small sample and a file beside the database."""
    data = tmp_path_factory.mktemp("site") / "data"
    done = run("import", str(sample.folder("new")), "--data", data)
    assert done.returncode == 0, done.stderr
    (data / "pictures").mkdir()
    (data / "uploads").mkdir()
    (data / "uploads" / "waiting").write_text("毛佑涵,19912340001", encoding="utf-8")
    (data / "pictures" / "海报.txt").write_text("你好", encoding="utf-8")
    return data


@pytest.fixture(scope="module")
def backup(site, tmp_path_factory):
    file = tmp_path_factory.mktemp("backup") / "site.zip"
    done = run("backup", file, "--data", site)
    assert done.returncode == 0, done.stderr
    return file


def test_what_was_kept_comes_back_to_the_last_row(site, backup, tmp_path):
    back = tmp_path / "back"

    assert run("restore", backup, "--data", back).returncode == 0
    assert run("backup", tmp_path / "again.zip", "--data", back).returncode == 0

    assert rows(backup) == rows(tmp_path / "again.zip")
    assert (back / "secret.key").read_bytes() == (site / "secret.key").read_bytes()
    assert (back / "pictures" / "海报.txt").read_text(encoding="utf-8") == "你好"
    assert not (back / "uploads").exists()
    assert len(rows(backup).splitlines()) > 60


def test_only_the_owner_may_read_a_backup(backup):
    assert backup.stat().st_mode & 0o077 == 0


def test_a_backup_is_whole_while_somebody_writes(site, tmp_path):
    with closing(sqlite3.connect(site / "huiyou.sqlite3", isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("UPDATE gatherings_gathering SET title = 'half done'")

        done = run("backup", tmp_path / "b.zip", "--data", site)

        writer.execute("ROLLBACK")
    assert done.returncode == 0, done.stderr
    assert b"half done" not in rows(tmp_path / "b.zip")


def test_nothing_is_overwritten(site, backup, tmp_path):
    before = backup.read_bytes()

    assert faults(run("backup", backup, "--data", site)) == ["backup_exists"]
    assert faults(run("restore", backup, "--data", site)) == ["data_not_empty"]
    assert backup.read_bytes() == before


def rewrite(backup, to, change):
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(to, "w") as new:
        for name in old.namelist():
            content = change(name, old.read(name))
            if content is not None:
                new.writestr(name, content)


@pytest.mark.parametrize(
    ("inside", "old", "new", "code"),
    [
        ("rows.jsonl", b"applied", b"APPLIED", "backup_broken"),
        ("secret.key", None, None, "backup_broken"),
        ("manifest.json", None, None, "backup_broken"),
        ("manifest.json", b'"version": 1', b'"version": 2', "backup_newer"),
        ("manifest.json", b"gatherings.0001_initial", b"gatherings.0999_later", "backup_newer"),
        ("manifest.json", b"files/", b"../../", "backup_broken"),
    ],
)
def test_a_changed_backup_is_refused_and_nothing_is_left_behind(  # noqa: PLR0917 -- pytest fills them by name
    backup, tmp_path, inside, old, new, code
):
    def change(name, content):
        if name != inside:
            return content
        return content.replace(old, new) if old else None

    rewrite(backup, tmp_path / "bad.zip", change)

    done = run("restore", tmp_path / "bad.zip", "--data", tmp_path / "back")

    assert (done.returncode, faults(done)) == (2, [code])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip"]


def forge(backup, to, *, add=(), manifest=None, rows=None):
    """Write a backup that was made up: every hash in its manifest is right."""
    with zipfile.ZipFile(backup) as old, zipfile.ZipFile(to, "w") as new:
        told = json.loads(old.read("manifest.json"))
        for name in told["sha256"]:
            content = rows(old.read(name)) if rows and name == "rows.jsonl" else old.read(name)
            told["sha256"][name] = hashlib.sha256(content).hexdigest()
            new.writestr(name, content)
        for name, content in add:
            told["sha256"][name] = hashlib.sha256(content).hexdigest()
            new.writestr(name, content)
        text = manifest(told) if manifest else json.dumps(told)
        new.writestr("manifest.json", text)


def refused_unopened(folder):
    """Give the faults for which a backup is refused before any of it is written."""
    with pytest.raises(InputError) as refused:
        restore(folder / "bad.zip", folder / "back", prepare=pytest.fail)
    return [fault.code for fault in refused.value.faults]


def hostile_database(folder):
    """A database that would pass for ours and whose cache runs what it holds."""
    file = folder / "theirs.sqlite3"
    with closing(sqlite3.connect(file)) as made:
        made.execute("CREATE TABLE huiyou_cache (cache_key, value, expires)")
        made.commit()
    content = file.read_bytes()
    file.unlink()
    return content


@pytest.mark.parametrize(
    "name",
    [
        "files/huiyou.sqlite3", "files/huiyou.sqlite3-wal", "files/static/shared/site.js", "files/HUIYOU.SQLITE3", "files/secret.key",
        "files/../../evil", "files//etc/evil", "files/./evil", "/etc/evil", "files/", "files/a\\..\\evil",
        "files/C:evil", "files/a\nb", "evil", "rows.jsonl/evil",
    ],
)  # fmt: skip
def test_a_backup_with_a_file_where_none_belongs_is_refused(backup, tmp_path, name):
    forge(backup, tmp_path / "bad.zip", add=[(name, hostile_database(tmp_path))])

    assert refused_unopened(tmp_path) == ["backup_broken"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip"]


FORGED = {
    "a session": b'{"model": "sessions.session", "pk": "x", "fields": {"session_data": "x", "expire_date": "2030-01-01T00:00:00Z"}}',
    "a task": b'{"model": "django_tasks_database.dbtaskresult", "pk": 1, "fields": {}}',
    "no model": b'{"model": "os.system", "pk": 1, "fields": {}}',
    "no fields": b'{"model": "auth.user"}',
    "no row": b"[]",
    "no text": b"\xff\xfe",
    "no end of brackets": b"[" * 100_000,
    "too large a number": b'{"model": "shared.sign", "pk": 1e999, "fields": {}}',
    "no such row": b'{"model": "seats.seat", "pk": 1, "fields": {"round": 10000000000000000000000, "application": "x"}}',
    "a date that is none": b'{"model": "auth.user", "pk": 7, "fields": {"username": "x", "date_joined": "x"}}',
}  # fmt: skip


@pytest.mark.parametrize("row", FORGED.values(), ids=FORGED)
def test_a_backup_with_a_row_that_is_none_of_ours_is_refused(backup, tmp_path, row):
    forge(backup, tmp_path / "bad.zip", rows=lambda rows: rows + row + b"\n")

    done = run("restore", tmp_path / "bad.zip", "--data", tmp_path / "back")

    assert (done.returncode, faults(done)) == (2, ["backup_broken"]), done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad.zip"]


@pytest.mark.parametrize(
    "manifest",
    [
        lambda told: json.dumps({**told, "migrations": None}),
        lambda told: json.dumps({**told, "migrations": [1]}),
        lambda told: json.dumps({k: v for k, v in told.items() if k != "rows"}),
        lambda told: json.dumps({**told, "rows": "many"}),
        lambda told: json.dumps({**told, "sha256": []}),
        lambda told: json.dumps(list(told)),
        lambda _: "[" * 100_000,
    ],
)
def test_a_backup_with_a_manifest_of_another_kind_is_refused(backup, tmp_path, manifest):
    forge(backup, tmp_path / "bad.zip", manifest=manifest)

    assert refused_unopened(tmp_path) == ["backup_broken"]


def test_what_is_restored_only_the_owner_may_read(backup, tmp_path):
    assert run("restore", backup, "--data", tmp_path / "back").returncode == 0

    assert (tmp_path / "back" / "pictures" / "海报.txt").stat().st_mode & 0o077 == 0
    assert (tmp_path / "back").stat().st_mode & 0o077 == 0
    assert (tmp_path / "back" / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("content", [b"", b"no zip", b"PK\x03\x04"])
def test_what_is_no_backup_is_refused(tmp_path, content):
    (tmp_path / "x.zip").write_bytes(content)

    assert faults(run("restore", tmp_path / "x.zip", "--data", tmp_path / "back")) == [
        "backup_broken"
    ]


@pytest.mark.needs("postgres")
def test_a_site_moves_from_sqlite_to_postgresql_and_back(backup, tmp_path):
    import psycopg  # noqa: PLC0415 -- an extra
    from tests.conftest import POSTGRES  # noqa: PLC0415 -- only here

    base, _, _ = POSTGRES.rpartition("/")
    name = f"huiyou_moves_{os.getpid()}"
    with closing(psycopg.connect(f"{base}/postgres", autocommit=True)) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            there = f"{base}/{name}"
            moved = run("restore", backup, "--data", tmp_path / "a", database=there)
            assert moved.returncode == 0, moved.stderr
            twice = run("restore", backup, "--data", tmp_path / "b", database=there)
            assert faults(twice) == ["data_not_empty"]
            # a new row gets a number of its own
            more = run("import", str(sample.folder("shenzhen")), "--data", tmp_path / "a", database=there)  # fmt: skip
            assert more.returncode == 0, more.stderr
            kept = run("backup", tmp_path / "pg.zip", "--data", tmp_path / "a", database=there)
            assert kept.returncode == 0, kept.stderr
            home = run("restore", tmp_path / "pg.zip", "--data", tmp_path / "c")
            assert home.returncode == 0, home.stderr
            assert run("backup", tmp_path / "c.zip", "--data", tmp_path / "c").returncode == 0
            assert rows(tmp_path / "pg.zip") == rows(tmp_path / "c.zip")
            there_too = parsed(tmp_path / "pg.zip")
            assert [row for row in parsed(backup) if row not in there_too] == []
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")
