"""The site as commands: serve it, import a folder, add a user."""

from __future__ import annotations

import os
import secrets
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

__all__ = ["prepare", "serve", "work"]

SECONDS_BETWEEN_SIGNS = 10


def prepare(data: Path, public_url: str = "") -> None:
    """Set Django up on a data folder and bring its database up to date."""
    os.environ["HUIYOU_DATA"] = str(data)
    data.mkdir(parents=True, exist_ok=True)
    _keep_secret_key(data / "secret.key")
    if public_url:
        os.environ["HUIYOU_PUBLIC_URL"] = public_url
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "huiyou.web.settings")

    import django  # noqa: PLC0415 -- only the commands of the site need it
    from django.core.management import call_command  # noqa: PLC0415 -- likewise

    django.setup()
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)


def _keep_secret_key(path: Path) -> None:
    """Make the key that signs links and sessions, once, for nobody else to read."""
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))


def serve(host: str, port: int) -> None:
    """Serve the site until it is stopped, with a worker beside it."""
    import uvicorn  # noqa: PLC0415 -- only this command needs it

    stopped = threading.Event()
    keeper = threading.Thread(target=_keep_worker, args=(stopped,))
    keeper.start()
    try:
        uvicorn.run(
            "huiyou.web.asgi:application", host=host, port=port, log_level="warning", log_config=None,
            access_log=False, proxy_headers=False, server_header=False,
        )  # fmt: skip
    finally:
        stopped.set()
        keeper.join()


def _keep_worker(stopped: threading.Event) -> None:
    """Have one worker beside the site, and a new one whenever it died."""
    while not stopped.is_set():
        worker = subprocess.Popen(
            [sys.executable, "-m", "huiyou.web.worker"], stdin=subprocess.PIPE
        )
        while worker.poll() is None and not stopped.wait(1):
            pass
        worker.terminate()
        worker.wait()


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
    from huiyou.web.shared.limits import forget_old_tries  # noqa: PLC0415 -- likewise
    from huiyou.web.shared.models import Sign  # noqa: PLC0415 -- likewise

    while not stopped.is_set():
        with suppress(DatabaseError):  # it may be down for a while; then no sign is the sign
            Sign.objects.update_or_create(name="worker", defaults={"at": timezone.now()})
            mind_runs(timezone.now())
            clear_uploads(timezone.now())
            forget_old_tries()
            erase_overdue(timezone.now())  # the notice on the form promises it
        connection.close()
        stopped.wait(SECONDS_BETWEEN_SIGNS)
