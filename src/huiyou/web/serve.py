"""The site as commands: serve it, do its background work."""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from huiyou.errors import Fault, ImpossibleError, InputError

if TYPE_CHECKING:
    import uvicorn

__all__ = ["listen", "prepare", "prepare_pages", "serve", "set_up", "work"]

SECONDS_BETWEEN_SIGNS = 10
SECONDS_TO_FINISH = 3  # for answers under way, then for the worker


def set_up(data: Path, public_url: str = "") -> None:
    """Set Django up on a data folder, which is made if it is not there."""
    os.environ["HUIYOU_DATA"] = str(data)
    os.umask(0o077)  # what is kept there is for nobody else to read
    try:
        data.mkdir(parents=True, exist_ok=True)
        _keep_secret_key(data / "secret.key")
    except OSError as error:
        raise _unwritable(data, error) from error
    if public_url:
        os.environ["HUIYOU_PUBLIC_URL"] = public_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")

    import django  # noqa: PLC0415 -- only the commands of the site need it
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415 -- likewise

    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise InputError([Fault("setting_wrong", params={"detail": _first_line(error)})]) from error


def prepare(data: Path, public_url: str = "") -> None:
    """Set Django up on a data folder and bring its database up to date."""
    set_up(data, public_url)

    from django.db import OperationalError  # noqa: PLC0415 -- only the commands of the site need it

    try:
        _migrate()
    except OperationalError as error:
        raise ImpossibleError("database_unreachable", detail=_first_line(error)) from error


def prepare_pages(data: Path, public_url: str = "") -> None:
    """Do the same, and bring the files that pages are shown with up to date."""
    prepare(data, public_url)

    from huiyou.web.shared.collect import collect_static  # noqa: PLC0415 -- needs Django set up

    try:
        collect_static()
    except OSError as error:
        raise _unwritable(data, error) from error


def _migrate() -> None:
    """Apply the migrations that are not applied; to see that there are none takes a tenth of the time."""
    from django.core.management import call_command  # noqa: PLC0415 -- needs Django set up
    from django.db import connection  # noqa: PLC0415 -- likewise
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 -- likewise

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _keep_secret_key(path: Path) -> None:
    """Make the key that signs links and sessions, once, for nobody else to read."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))


def _unwritable(data: Path, error: OSError) -> InputError:
    params = {"detail": error.strerror or str(error)}
    return InputError([Fault("data_unwritable", str(data), params=params)])


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0]


def listen(host: str, port: int) -> socket.socket:
    """Take the address that the site will be served at.

    Raises
    ------
    ImpossibleError
        If somebody else has it, or this machine does not have it.
    """
    try:
        return socket.create_server(
            (host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET
        )
    except (OSError, OverflowError) as error:
        detail = getattr(error, "strerror", None) or str(error)
        raise ImpossibleError("cannot_listen", host=host, port=str(port), detail=detail) from error


def serve(listener: socket.socket) -> None:
    """Serve the site until it is stopped, with a worker beside it."""
    import uvicorn  # noqa: PLC0415 -- only this command needs it

    server = uvicorn.Server(
        uvicorn.Config(
            "huiyou.web.asgi:application", log_level="warning", log_config=None, access_log=False,
            proxy_headers=False, server_header=False, timeout_graceful_shutdown=SECONDS_TO_FINISH,
        )
    )  # fmt: skip
    stopped = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(server, stopped))
    keeper.start()
    # uvicorn finishes, then sends itself the signal once more; by itself that would end us here.
    signal.signal(signal.SIGTERM, _leave)
    try:
        server.run(sockets=[listener])
    finally:
        stopped.set()
        keeper.join()


def _leave(*_: object) -> NoReturn:
    sys.exit(0)


def _keep_worker(server: uvicorn.Server, stopped: threading.Event) -> None:
    """Have one worker beside the site once it answers, and a new one whenever it died."""
    while not server.started and not stopped.wait(0.05):
        pass
    while not stopped.is_set():
        # Ctrl-C goes to a whole session, and the worker stops when we say so. It reads from a pipe
        # that ends with us, however we end.
        worker = subprocess.Popen(
            [sys.executable, "-m", "huiyou.web.worker"],
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        while worker.poll() is None and not stopped.wait(1):
            pass
        _end(worker)
        stopped.wait(1)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """Let a worker finish what is quick; what is not is shown as failed, to be tried again."""
    worker.terminate()
    try:
        worker.wait(SECONDS_TO_FINISH)
    except subprocess.TimeoutExpired:
        worker.kill()
    worker.communicate()


def work() -> None:
    """Do background tasks until stopped, and give a sign of life meanwhile."""
    from django.core.management import call_command  # noqa: PLC0415 -- only this command needs it

    stopped = threading.Event()
    alive = threading.Thread(target=_give_signs, args=(stopped,), daemon=True)
    alive.start()
    try:
        call_command("db_worker", verbosity=1)
    finally:
        stopped.set()
        alive.join(timeout=5)


def _give_signs(stopped: threading.Event) -> None:
    """Say every few seconds that the worker lives, and forget what has run out."""
    from django.db import DatabaseError, connection  # noqa: PLC0415 -- needs Django set up
    from django.utils import timezone  # noqa: PLC0415 -- likewise

    from huiyou.web.applications.actions import erase_overdue  # noqa: PLC0415 -- likewise
    from huiyou.web.console.imports import clear_uploads  # noqa: PLC0415 -- likewise
    from huiyou.web.console.tasks import mind_runs  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.actions import forget_all_erased  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.offers import move_all_on  # noqa: PLC0415 -- likewise
    from huiyou.web.shared.limits import forget_old_tries  # noqa: PLC0415 -- likewise
    from huiyou.web.shared.models import Sign  # noqa: PLC0415 -- likewise

    while not stopped.is_set():
        with suppress(DatabaseError):  # it may be down for a while; then no sign is the sign
            Sign.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
            mind_runs(timezone.now())
            move_all_on(timezone.now())
            clear_uploads(timezone.now())
            forget_old_tries()
            if erase_overdue(timezone.now()):  # the notice on the form promises it
                forget_all_erased()
        connection.close()
        stopped.wait(SECONDS_BETWEEN_SIGNS)
