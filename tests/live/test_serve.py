"""Starting and stopping a real site: it says why it cannot, and leaves nothing behind."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

HUIYOU = Path(sys.executable).with_name("huiyou")
PATIENCE = 60  # seconds; a busy machine is no bug


def serve(data, **environment):
    """Try to serve and give the exit code and the events."""
    told = subprocess.run(
        [HUIYOU, "serve", "--data", data, "--port", "0", "--json"],
        env={**os.environ, "HUIYOU_DATABASE_URL": "", **environment},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    return told.returncode, [json.loads(line) for line in told.stderr.splitlines()]


def test_a_port_that_is_taken_is_told_with_a_way_out(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        command = [
            HUIYOU,
            "serve",
            "--data",
            tmp_path / "data",
            "--port",
            str(port),
            "--lang",
            "en",
        ]
        told = subprocess.run(
            command, capture_output=True, text=True, timeout=PATIENCE, check=False
        )

    assert told.returncode == 3
    assert f"Cannot serve at 127.0.0.1, port {port}: " in told.stderr
    assert "--port 8001" in told.stderr


def test_a_data_folder_that_cannot_be_is_an_input_fault(tmp_path):
    (tmp_path / "file").write_text("not a folder")

    code, [fault] = serve(tmp_path / "file" / "data")

    assert (code, fault["code"], fault["file"]) == (
        2,
        "data_unwritable",
        str(tmp_path / "file" / "data"),
    )


def test_a_database_that_does_not_answer_is_told(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]

    code, [error] = serve(tmp_path, HUIYOU_DATABASE_URL=f"postgres://lin:geheim@127.0.0.1:{port}/x")

    assert (code, error["code"]) == (3, "database_unreachable")
    assert "geheim" not in json.dumps(error)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HUIYOU_DEBUG", "maybe"),
        ("HUIYOU_APPLICATIONS_PER_ADDRESS", "-1"),
        ("HUIYOU_DATABASE_URL", "mongo://lin:geheim@127.0.0.1/x"),
    ],
)
def test_a_setting_that_cannot_be_read_is_an_input_fault(tmp_path, name, value):
    code, [fault] = serve(tmp_path, **{name: value})

    assert (code, fault["code"]) == (2, "setting_wrong")
    assert name in fault["what"]
    assert "geheim" not in fault["what"]


@contextmanager
def running(data):
    """A site whose worker is at work; give both processes."""
    environment = {**os.environ, "HUIYOU_DATABASE_URL": ""}
    command = [HUIYOU, "serve", "--data", data, "--port", "0"]
    # What a shell starts in the background ignores Ctrl-C, and so would all that it starts.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with (data / "log").open("wb") as log:
        site = subprocess.Popen(command, env=environment, stderr=log, stdout=log)
    signal.signal(signal.SIGINT, before)
    children = Path(f"/proc/{site.pid}/task")
    try:
        until(lambda: "Starting worker" in (data / "log").read_text())
        [worker] = {child for task in children.iterdir() for child in (task / "children").read_text().split()}  # fmt: skip
        yield site, int(worker)
    finally:
        site.kill()
        site.wait()


def until(done):
    end = time.monotonic() + PATIENCE
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def lives(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes in /proc")
@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 0), (signal.SIGINT, 130)])
def test_a_site_that_is_told_to_stop_takes_its_worker_along(tmp_path, told, code):
    with running(tmp_path) as (site, worker):
        site.send_signal(told)

        assert site.wait(PATIENCE) == code
        assert not lives(worker)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="looks at processes in /proc")
def test_a_worker_does_not_outlive_a_site_that_was_killed(tmp_path):
    with running(tmp_path) as (site, worker):
        site.kill()

        until(lambda: not lives(worker))
