import threading

import pytest

from huiyou.web.shared import attend
from huiyou.web.shared.attend import attended


class StopError(Exception):
    """Somebody wants to stop."""


def test_work_is_done_and_told_of_meanwhile(monkeypatch):
    monkeypatch.setattr(attend, "BETWEEN_LOOKS", 0.001)
    heard, seen = threading.Event(), []

    def work(told):
        told(0.5)
        assert heard.wait(10)
        return "done"

    def report(share):
        seen.append(share)
        if share == 0.5:
            heard.set()

    assert attended(work, report) == "done"
    assert seen[-1] == 0.5


def test_silent_work_is_left_at_once_and_ends_when_it_next_reports():
    silence, ended = threading.Event(), threading.Event()

    def work(told):
        silence.wait(10)
        try:
            told(0.5)
        finally:
            ended.set()

    def report(_):
        raise StopError

    with pytest.raises(StopError):
        attended(work, report)
    assert not ended.is_set()
    silence.set()

    assert ended.wait(10)


def test_what_goes_wrong_in_the_work_is_told():
    def work(_):
        raise TimeoutError("its own")

    with pytest.raises(TimeoutError, match="its own"):
        attended(work, lambda _: None)
