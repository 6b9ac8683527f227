"""The site: serve it, bring a gathering in, keep it safe, let people in."""

from __future__ import annotations

import os
import socket
from pathlib import Path

import click

from huiyou.cli.desk import Desk, command

__all__ = ["COMMANDS", "serve_at"]

DATA = click.option(
    "--data", type=click.Path(path_type=Path), default=Path("huiyou-data"), show_default=True,
    help="站点的数据放在哪里 · where the site keeps its data",
)  # fmt: skip


@command
@DATA
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", type=int, default=8000, show_default=True)
@click.option("--public-url", default="", help="对外的网址 · address in public")
def serve(desk: Desk, data: Path, host: str, port: int, public_url: str) -> None:
    """把活动放上网站。 Serve the site."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    listener = site.listen(host, port)
    site.prepare_pages(data.resolve(), public_url)
    serve_at(desk, listener, public_url)


def serve_at(desk: Desk, listener: socket.socket, public_url: str = "") -> None:
    """Say where the site is and serve it."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    host, port = listener.getsockname()[:2]
    desk.show(desk.say("serve.at", address=public_url or f"http://{host}:{port}/"), style="bold")
    desk.tell("serving", host=host, port=port)
    site.serve(listener)


@command
@DATA
@click.argument("directory", type=click.Path(path_type=Path))
def import_(desk: Desk, directory: Path, data: Path) -> None:
    """把活动文件夹收进网站。 Take a gathering folder into the site."""
    from huiyou.gathering import read_folder  # noqa: PLC0415 -- brings the solvers

    folder = read_folder(directory)
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve())
    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- needs Django set up

    gathering, fresh = import_folder(folder, who="huiyou import")
    desk.show(desk.say("serve.imported", title=gathering.title, n=fresh), style="bold")
    desk.tell("imported", gathering=gathering.slug, fresh=fresh)
    print(gathering.slug)


@command
@DATA
def worker(desk: Desk, data: Path) -> None:
    """再开一个后台进程，做排队的事。 Do background tasks beside a site."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    site.prepare(data.resolve())
    desk.tell("working")
    site.work()


@command
@DATA
@click.argument("file", type=click.Path(path_type=Path))
def backup(desk: Desk, file: Path, data: Path) -> None:
    """把整个站点存成一个文件，不用停。 Keep the whole site in one file, while it serves."""
    from huiyou.web import backup as safe  # noqa: PLC0415 -- Django is slow to load
    from huiyou.web import serve as site  # noqa: PLC0415 -- likewise

    site.prepare(data.resolve())
    rows = safe.back_up(file, data.resolve())
    desk.show(desk.say("ops.backed_up", file=str(file), rows=rows), style="bold")
    desk.tell("backed_up", rows=rows)
    print(file)


@command
@DATA
@click.argument("file", type=click.Path(path_type=Path))
def restore(desk: Desk, file: Path, data: Path) -> None:
    """从备份恢复到空的地方：要么全部，要么不动。 Restore a backup, all of it or nothing."""
    from huiyou.web import backup as safe  # noqa: PLC0415 -- Django is slow to load
    from huiyou.web import serve as site  # noqa: PLC0415 -- likewise

    rows = safe.restore(file, data.resolve(), site.prepare)
    desk.show(desk.say("ops.restored", rows=rows), style="bold")
    desk.tell("restored", rows=rows)
    print(data)


@click.group()
def user() -> None:
    """谁可以进控制台。 Who may enter the desk."""


@command
@DATA
@click.argument("name")
@click.option("--gathering", default="", metavar="SLUG", help="活动的短名 · the gathering's slug")
@click.option(
    "--role", type=click.Choice(["organiser", "staff", "auditor"]), default="organiser",
    show_default=True, help="在这个活动里的角色 · role in that gathering",
)  # fmt: skip
def add(desk: Desk, name: str, gathering: str, role: str, data: Path) -> None:
    """加一个用户，或换密码；第一个用户什么都可以做。 Add a user or set a password; the first may do everything."""
    from huiyou.web import serve as site  # noqa: PLC0415 -- Django is slow to load

    password = os.environ.get("HUIYOU_PASSWORD") or click.prompt(
        desk.say("user.password"), hide_input=True, confirmation_prompt=True, err=True
    )
    site.prepare(data.resolve())
    from huiyou.web.console.actions import add_user  # noqa: PLC0415 -- needs Django set up

    add_user(name, password, slug=gathering, role=role)
    desk.show(desk.say("user.added", name=name), style="bold")
    desk.tell("user", name=name)
    print(name)


user.add_command(add)

COMMANDS = {
    "serve": serve, "worker": worker, "backup": backup, "restore": restore, "user": user,
    "import": import_,
}  # fmt: skip
