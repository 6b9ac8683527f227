import asyncio

import pytest

from huiyou.web.shared import bodies
from huiyou.web.shared.bodies import FORM, TABLE, Bounded


async def site(scope, receive, send):
    """Read a body to its end and say how long it was, as Django does before any view."""
    length, more = 0, True
    while more:
        message = await receive()
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body", "body": str(length).encode()})


def send(path="/", pieces=(), told=None, pause=0.0):
    """Send pieces of a body; give the status, the answer and how many were taken."""
    pieces, taken, answers = list(pieces), [], []

    async def receive():
        await asyncio.sleep(pause)
        taken.append(pieces.pop(0) if pieces else b"")
        return {"type": "http.request", "body": taken[-1], "more_body": bool(pieces)}

    async def keep(message):
        answers.append(message)

    headers = [] if told is None else [(b"content-length", told)]
    scope = {"type": "http", "path": path, "headers": headers}
    asyncio.run(Bounded(site)(scope, receive, keep))
    return answers[0]["status"], answers[1]["body"], len(taken)


MEGABYTE = b"a" * 1024 * 1024


@pytest.mark.parametrize(("path", "most"), [("/g/x/apply/", FORM), ("/console/x/import/", TABLE)])
def test_what_may_be_sent_arrives_whole_and_no_more_than_that(path, most):
    pieces = [MEGABYTE] * (most // len(MEGABYTE))

    assert send(path, pieces, str(most).encode()) == (200, str(most).encode(), len(pieces))
    assert send(path, [*pieces, b"a"])[0] == 413


@pytest.mark.parametrize("told", [b"35651585", b"9" * 5000, b"-1", b"1e9", b"\xb2"])
def test_an_announced_length_that_is_too_large_or_none_is_refused_unread(told):
    assert send("/g/x/apply/", [b"a"], told)[::2] == (413, 0)


def test_without_an_announced_length_it_stops_at_the_first_piece_too_many():
    status, _, taken = send("/health", [MEGABYTE] * 300)

    assert (status, taken) == (413, FORM // len(MEGABYTE) + 1)


def test_a_body_that_drips_in_is_cut_off(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.2)

    status, _, taken = send("/", [b"a"] * 1000, pause=0.02)

    assert status == 413
    assert taken < 20


def test_an_answer_may_take_longer_than_a_body(monkeypatch):
    monkeypatch.setattr(bodies, "SECONDS", 0.05)
    cut = []

    async def slow(scope, receive, send):
        await receive()
        cut.append((await receive())["type"])

    async def run():
        told = iter([{"type": "http.request", "body": b""}])

        async def receive():
            if message := next(told, None):
                return message
            await asyncio.sleep(0.2)
            return {"type": "http.disconnect"}

        await Bounded(slow)({"type": "http", "path": "/", "headers": []}, receive, None)

    asyncio.run(run())

    assert cut == ["http.disconnect"]
