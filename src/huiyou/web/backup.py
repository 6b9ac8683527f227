"""The whole site as one file, and back.

The file is a zip: ``manifest.json`` with a SHA-256 of everything else; ``rows.jsonl``, all rows as
they were at one moment; ``secret.key``, without which the links people hold would be void; and
``files/``, whatever else the data folder held. Rows are the same for SQLite and PostgreSQL, so that
a backup of one is restored into the other.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from huiyou import __version__
from huiyou.errors import Fault, InputError

__all__ = ["back_up", "restore"]

KIND, VERSION = "huiyou.backup", 1
ROWS, KEY, FILES, MANIFEST = "rows.jsonl", "secret.key", "files/", "manifest.json"
DATABASE, STATIC = "huiyou.sqlite3", "static"
# Static files every site makes anew; uploads nobody has confirmed, and locks, are of the moment.
PASSING = (STATIC, "uploads", "runs")
LARGEST_MANIFEST = 16 * 1024 * 1024
LARGEST_ROW = 64 * 1024 * 1024
# What reading a file that somebody made up can run into, and writing rows of one.
_UNREADABLE = (
    OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError, RuntimeError, EOFError,
    zipfile.BadZipFile, zlib.error,
)  # fmt: skip
_UNFIT = (ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError)
# Made anew by every site, or of no use elsewhere.
LEFT_OUT = {
    "contenttypes", "sessions", "django_tasks_database", "shared.sign", "shared.tally", "auth.permission",
}  # fmt: skip


def back_up(file: Path, data: Path) -> int:
    """Write a backup and give the number of rows; Django is set up on ``data``.

    Raises
    ------
    InputError
        ``backup_exists``, if the file is there.
    """
    if file.exists():
        raise InputError([Fault("backup_exists", str(file))])
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")  # mode 600
    try:
        with (
            os.fdopen(handle, "wb") as out,
            zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as pack,
        ):
            count, hashes = 0, {}
            with _moment() as using, pack.open(ROWS, "w", force_zip64=True) as rows:
                sha = hashlib.sha256()
                for line in _lines(using):
                    rows.write(line)
                    sha.update(line)
                    count += 1
                hashes[ROWS] = sha.hexdigest()
            for inside, path in _files(data):
                content = path.read_bytes()
                pack.writestr(inside, content)
                hashes[inside] = hashlib.sha256(content).hexdigest()
            manifest = {
                "kind": KIND, "version": VERSION, "huiyou": __version__, "rows": count,
                "made": datetime.now(UTC).isoformat(timespec="seconds"),
                "migrations": sorted(_migrations()), "sha256": hashes,
            }  # fmt: skip
            pack.writestr(MANIFEST, json.dumps(manifest, indent=1, sort_keys=True))
        os.link(name, file)  # fails if the file has come to be in the meantime
    except FileExistsError as error:
        raise InputError([Fault("backup_exists", str(file))]) from error
    finally:
        Path(name).unlink()
    return count


def restore(file: Path, data: Path, prepare: Callable[[Path], None]) -> int:
    """Put a backup into an empty place, all of it or nothing, and give the number of rows.

    ``prepare`` sets Django up on a folder and makes the tables. Whoever made the backup decides what
    the site holds and who may log in, so restore only what you trust; but nothing in it is run, and
    nothing is written outside the folder.

    Raises
    ------
    InputError
        ``data_not_empty``, ``backup_broken`` or ``backup_newer``.
    """
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise InputError([Fault("data_not_empty", str(data))])
    manifest = _checked(file)
    data.parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(dir=data.parent, prefix=f".{data.name}."))
    try:
        with zipfile.ZipFile(file) as pack:
            for inside in manifest["sha256"]:
                if inside != ROWS:
                    place = room / inside.removeprefix(FILES)
                    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                    handle = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
                    with os.fdopen(handle, "wb") as kept, pack.open(inside) as content:
                        shutil.copyfileobj(content, kept)
            prepare(room)
            _require_known(file, manifest)
            _take_in(file, pack, place=str(data))
        _let_go()
        if data.exists():
            data.rmdir()
        room.rename(data)
    except BaseException:
        _let_go()
        shutil.rmtree(room, ignore_errors=True)
        raise
    return int(manifest["rows"])


@contextmanager
def _moment() -> Iterator[str]:
    """Give the alias of a database that stands still: a copy of SQLite, a snapshot of PostgreSQL."""
    from django.db import connection, connections, transaction  # noqa: PLC0415 -- needs Django set up

    if connection.vendor != "sqlite":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            yield "default"
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy.sqlite3"
        connection.ensure_connection()
        with closing(sqlite3.connect(copy)) as target:
            connection.connection.backup(target)  # while the site writes on
        connections.databases["copy"] = connections.databases["default"] | {
            "NAME": str(copy), "OPTIONS": {}, "CONN_MAX_AGE": 0,
        }  # fmt: skip
        try:
            yield "copy"
        finally:
            connections["copy"].close()
            del connections["copy"]
            del connections.databases["copy"]


def _models() -> list[Any]:
    """Give every table of ours, those that others point at first."""
    from django.apps import apps  # noqa: PLC0415 -- needs Django set up
    from django.core import serializers  # noqa: PLC0415 -- likewise

    ours = [
        (app, [model for model in app.get_models() if model._meta.label_lower not in LEFT_OUT])
        for app in apps.get_app_configs()
        if app.label not in LEFT_OUT
    ]
    return list(serializers.sort_dependencies(ours))


def _lines(using: str) -> Iterator[bytes]:
    """Give every row as a line of JSON."""
    from django.core import serializers  # noqa: PLC0415 -- needs Django set up

    for model in _models():
        for row in model._base_manager.using(using).order_by("pk").iterator():  # noqa: SLF001 -- repeats too
            line = serializers.serialize(
                "jsonl", [row], use_natural_foreign_keys=True, ensure_ascii=False
            )
            yield (line.strip("\n") + "\n").encode()


def _files(data: Path) -> Iterator[tuple[str, Path]]:
    """Give what else there is to keep, by its name in the zip."""
    for path in sorted(data.rglob("*")):
        inside = path.relative_to(data).as_posix()
        passing = inside.startswith(DATABASE) or inside.split("/")[0] in PASSING
        if path.is_file() and not passing:
            yield (KEY if inside == KEY else FILES + inside), path


def _migrations() -> set[str]:
    from django.db import connection  # noqa: PLC0415 -- needs Django set up
    from django.db.migrations.recorder import MigrationRecorder  # noqa: PLC0415 -- likewise

    return {f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()}


def _fault(code: str, file: Path, what: str) -> InputError:
    return InputError([Fault(code, str(file), params={"what": what})])


def _checked(file: Path) -> dict[str, Any]:
    """Read the manifest and hold everything against it."""
    try:
        with zipfile.ZipFile(file) as pack:
            size = pack.getinfo(MANIFEST).file_size
            manifest: Any = json.loads(pack.read(MANIFEST)) if size <= LARGEST_MANIFEST else {}
            version, whole = manifest["version"], manifest["kind"] == KIND
            wrong = _first_wrong(pack, manifest["sha256"]) if whole else "kind"
            if not isinstance(manifest["rows"], int) or set(map(type, manifest["migrations"])) - {
                str
            }:
                wrong = wrong or MANIFEST
    except _UNREADABLE as error:
        raise _fault("backup_broken", file, type(error).__name__) from error
    if version != VERSION:
        raise _fault("backup_newer", file, str(manifest.get("huiyou")))
    if wrong:
        raise _fault("backup_broken", file, wrong)
    return dict(manifest)


def _first_wrong(pack: zipfile.ZipFile, hashes: dict[str, str]) -> str:
    """Name the first thing that is not as the manifest has it, or has no place in a backup."""
    if sorted(pack.namelist()) != sorted([MANIFEST, *hashes]) or ROWS not in hashes:
        return "names"
    for inside in hashes:
        if not (inside in (ROWS, KEY) or _may_be_kept(inside)):
            return inside
    for inside, expected in hashes.items():
        sha = hashlib.sha256()
        with pack.open(inside) as content:
            while piece := content.read(1 << 20):
                sha.update(piece)
        if sha.hexdigest() != expected:
            return inside
    return ""


def _may_be_kept(inside: str) -> bool:
    """Say whether a name is that of a file below the data folder, and none that we make ourselves.

    A database brought along would be opened as our own, with all that is in it beside our rows; a
    script among the static files would be served as ours.
    """
    name = inside.removeprefix(FILES)
    parts = name.split("/")
    ours = (DATABASE, KEY, STATIC)
    return (
        inside.startswith(FILES)
        and not {"", ".", ".."} & set(parts)
        and not any(c in "\\:" or ord(c) < ord(" ") for c in name)
        and not parts[0].casefold().startswith(ours)
    )


def _require_known(file: Path, manifest: dict[str, Any]) -> None:
    """Refuse rows of tables that this version does not know yet."""
    if unknown := sorted(set(manifest["migrations"]) - _migrations()):
        raise _fault("backup_newer", file, f"{manifest['huiyou']}: {', '.join(unknown[:3])}")


def _take_in(file: Path, pack: zipfile.ZipFile, *, place: str) -> None:
    """Keep all rows in one transaction, into tables that are empty."""
    from django.core import serializers  # noqa: PLC0415 -- needs Django set up
    from django.core.exceptions import ValidationError  # noqa: PLC0415 -- likewise
    from django.core.management.color import no_style  # noqa: PLC0415 -- likewise
    from django.db import DataError, IntegrityError, connection, transaction  # noqa: PLC0415 -- likewise

    models = _models()
    ours = {model._meta.label_lower for model in models}
    try:
        with transaction.atomic(), pack.open(ROWS) as rows:
            if any(model._base_manager.exists() for model in models):  # noqa: SLF001 -- likewise
                raise InputError([Fault("data_not_empty", place)])
            for row in serializers.deserialize("jsonl", _texts(rows, ours)):
                row.save(force_insert=True)  # as it was: no clock and no default touches it
            with connection.cursor() as cursor:
                for statement in connection.ops.sequence_reset_sql(no_style(), models):
                    cursor.execute(statement)
            connection.check_constraints()
    except (serializers.base.DeserializationError, IntegrityError, DataError, ValidationError, *_UNFIT) as error:  # fmt: skip
        raise _fault("backup_broken", file, ROWS) from error


def _texts(rows: IO[bytes], ours: set[str]) -> Iterator[str]:
    """Give the lines of rows, none of them larger than memory should hold or of a table not ours."""
    while line := rows.readline(LARGEST_ROW):
        if json.loads(line)["model"] not in ours:
            raise ValueError
        yield line.decode()


def _let_go() -> None:
    """Close the database, so that its folder may move."""
    from django.db import connections  # noqa: PLC0415 -- needs Django set up

    connections.close_all()
