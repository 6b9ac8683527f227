"""A site as people meet it: the real commands in processes of their own, and a real browser."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from huiyou import sample

SIZES = {"phone": (390, 844), "laptop": (1440, 900), "projector": (1920, 1080)}
PASSWORD = "ein-langes-Wort-7"  # noqa: S105 -- of a site that lives for one test
COMMAND = [sys.executable, "-c", "from huiyou.cli import main; main()"]


@dataclass(frozen=True)
class Site:
    """A site that is being served, and what its start said."""

    base: str
    told: dict

    def __call__(self, path):
        return path if path.startswith("http") else self.base + path


def environment(**more):
    """Ours without what tells Huiyou of another database."""
    ours = {key: value for key, value in os.environ.items() if not key.startswith("HUIYOU_")}
    return ours | {"PYTHONUNBUFFERED": "1"} | more


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@contextmanager
def serving(*arguments, port):
    """Start a command that serves, wait until it says so, and stop it in the end."""
    command = [*COMMAND, *map(str, arguments), "--port", str(port), "--json"]
    process = subprocess.Popen(
        command, env=environment(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    told, lines = {}, []
    try:
        for line in process.stderr:
            lines.append(line)
            event = json.loads(line) if line.startswith('{"event"') else {}
            if event.get("event") == "demo":
                told = event
            if event.get("event") == "serving":
                break
        else:
            raise AssertionError("".join(lines[-20:]))
        drained = threading.Thread(target=process.stderr.read, daemon=True)
        drained.start()
        wait_for(port)
        yield Site(f"http://127.0.0.1:{port}", told)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=30)
        drained.join(timeout=5)
        process.stderr.close()


def wait_for(port):
    """Wait until somebody answers at a port."""
    waited = threading.Event()
    for _ in range(300):
        with socket.socket() as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        waited.wait(0.1)
    raise AssertionError(f"nobody answers at {port}")


@pytest.fixture(scope="session")
def demo(tmp_path_factory):
    """What ``huiyou demo`` serves; the tests of it change nothing there."""
    room, port = tmp_path_factory.mktemp("demo"), free_port()
    base = f"http://127.0.0.1:{port}"
    with serving("demo", "--out", room / "RESULTS", "--data", room / "data", "--public-url", base, port=port) as site:  # fmt: skip
        yield site


@pytest.fixture(scope="session")
def evening(tmp_path_factory):
    """What ``huiyou new`` makes, a month from now, on a site with an organiser and nobody applied."""
    room, port = tmp_path_factory.mktemp("evening"), free_port()
    shutil.copytree(Path(str(sample.folder("new"))), room / "stop")
    facts = room / "stop" / "gathering.toml"
    day = f"{datetime.now().astimezone() + timedelta(days=30):%Y-%m-%d}"
    facts.write_text(facts.read_text(encoding="utf-8").replace("2026-06-06", day), encoding="utf-8")
    table = room / "stop" / "applicants.csv"
    everyone = table.read_text(encoding="utf-8-sig").splitlines()
    table.write_text("\n".join(everyone[:2]), encoding="utf-8")  # one, so that there is a table
    for arguments, more in (
        (["import", room / "stop"], {}),
        (["user", "add", "organiser"], {"HUIYOU_PASSWORD": PASSWORD}),
    ):
        command = [*COMMAND, *map(str, arguments), "--data", str(room / "data")]
        subprocess.run(command, env=environment(**more), check=True, capture_output=True)
    (room / "export.csv").write_text(
        "\n".join([everyone[0].replace("姓名", "怎么称呼你好"), *everyone[2:]]), encoding="utf-8"
    )
    with serving("serve", "--data", room / "data", port=port) as site:
        yield Site(site.base, {"export": room / "export.csv"})


@pytest.fixture
def opened(browser):
    """Open pages as somebody holds them: ``opened("phone", "zh")``; what the browser minds is kept."""
    contexts = []

    def open_one(size="phone", language="zh", *, scheme="light", script=True):
        width, height = SIZES[size]
        context = browser.new_context(
            viewport={"width": width, "height": height}, color_scheme=scheme,
            locale="zh-CN" if language == "zh" else "en-GB", java_script_enabled=script,
        )  # fmt: skip
        contexts.append(context)
        page = context.new_page()
        page.minds = []
        page.on("console", lambda one: page.minds.append(one.text) if one.type == "error" else None)
        page.on("pageerror", lambda error: page.minds.append(str(error)))
        return page

    yield open_one
    for context in contexts:
        context.close()


def log_in(page, site, user, password):
    page.goto(site("/console/-/login/"))
    page.get_by_label("用户名").fill(user)
    page.get_by_label("密码").fill(password)
    page.get_by_role("button", name="登录").click()
    page.get_by_role("button", name="退出").wait_for()


@pytest.fixture
def listed(evening, opened):
    """The organiser's browser, after they showed the gathering on the site."""
    page = opened("laptop", "zh")
    log_in(page, evening, "organiser", PASSWORD)
    page.goto(evening("/console/my-first-stop/facts/"))
    page.get_by_role("link", name="报名时间").click()
    shown = page.get_by_label("在网站上公开这场活动")
    if not shown.is_checked():
        shown.check()
        page.locator("form").filter(has=shown).get_by_role("button", name="保存").click()
        page.wait_for_load_state()
    return page
