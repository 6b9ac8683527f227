"""The site as it is served: the threads that answer, static files, compression."""

import asyncio
import gzip
import re
import threading
from pathlib import Path

from django.http import HttpResponse
from django.urls import path

from huiyou.web.shared.collect import collect_static
from huiyou.web.shared.lanes import Lanes, Whole


def who(request):
    return HttpResponse(threading.current_thread().name)


seen = []


def noting(get_response):
    def middleware(request):
        seen.append(threading.current_thread().name)
        response = get_response(request)
        seen.append(threading.current_thread().name)
        return response

    return middleware


over = threading.Event()


def slow(request):
    over.wait(30)
    return who(request)


urlpatterns = [path("who", who), path("console/who", who), path("console/slow", slow)]


async def get(application, address):
    """Send one request over ASGI; give what came back."""
    told, asked = [], [{"type": "http.request", "body": b"", "more_body": False}]

    async def receive():
        return asked.pop() if asked else await asyncio.Future()

    async def send(message):
        told.append(message)

    scope = {"type": "http", "method": "GET", "path": address, "query_string": b"", "headers": []}
    await application(scope, receive, send)
    return b"".join(message.get("body", b"") for message in told).decode()


def test_one_thread_answers_everybody_and_another_the_desk(settings):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    lanes = Lanes(Whole(), desk="/console/")

    async def crowd():
        return await asyncio.gather(*(get(lanes, each) for each in ["/who", "/console/who"] * 20))

    assert [*asyncio.run(crowd()), *asyncio.run(crowd())] == ["everybody-0_0", "organisers_0"] * 40


def test_a_request_is_in_one_thread_from_the_first_middleware_to_the_view(settings):
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = [f"{__name__}.noting", "django.middleware.common.CommonMiddleware"] * 2
    seen.clear()

    told = asyncio.run(get(Lanes(Whole(), desk="/console/"), "/who"))

    assert [told, *seen] == ["everybody-0_0"] * 5


def test_nobody_waits_for_what_takes_long_at_the_desk(settings):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    lanes = Lanes(Whole(), desk="/console/")
    over.clear()

    async def both():
        slow = asyncio.create_task(get(lanes, "/console/slow"))
        quick = await get(lanes, "/who")
        over.set()  # only now may the other one end
        return quick, await slow

    assert asyncio.run(both()) == ("everybody-0_0", "organisers_0")


def sheet(page):
    return re.search(r'href="(/static/shared/site\.[^"]+)"', page.content.decode())[1]


def test_a_style_sheet_is_kept_for_ever_under_a_name_that_tells_its_contents(client, gathering):
    address = sheet(client.get("/"))

    answer = client.get(address, headers={"Accept-Encoding": "gzip"})
    body = gzip.decompress(b"".join(answer.streaming_content))

    assert re.fullmatch(r"/static/shared/site\.[0-9a-f]{12}\.css", address)
    assert answer.headers["Cache-Control"] == "max-age=315360000, public, immutable"
    assert body.decode().startswith("/* ")


def test_static_files_are_collected_once_and_again_when_they_changed(settings, tmp_path):
    source, settings.STATIC_ROOT = tmp_path / "mine", tmp_path / "static"
    source.mkdir()
    (source / "a.css").write_text("a { color: red }")
    settings.STATICFILES_DIRS = [source]

    did = [collect_static(), collect_static()]
    (source / "a.css").write_text("a { color: green }")
    did += [collect_static(), collect_static()]

    assert did == [True, False, True, False]
    assert (
        len([*Path(settings.STATIC_ROOT).glob("a.*.css")]) == 2
    )  # pages may still ask for the first


def test_a_page_for_everybody_is_compressed(client, gathering):
    page = client.get(f"/g/{gathering.slug}/", headers={"Accept-Encoding": "gzip"})

    assert page.headers["Content-Encoding"] == "gzip"
    assert gathering.title in gzip.decompress(page.content).decode()


def test_a_page_behind_a_login_is_not(admin_client, gathering):
    page = admin_client.get(f"/console/{gathering.slug}/", headers={"Accept-Encoding": "gzip"})

    assert page.status_code == 200
    assert "Content-Encoding" not in page.headers
    assert gathering.title in page.content.decode()


def test_several_threads_share_what_everybody_asks(settings):
    settings.ROOT_URLCONF, settings.MIDDLEWARE = __name__, []
    lanes = Lanes(Whole(), desk="/console/", threads=3)

    async def crowd():
        return await asyncio.gather(*(get(lanes, "/who") for _ in range(30)))

    assert {*asyncio.run(crowd())} == {"everybody-0_0", "everybody-1_0", "everybody-2_0"}
    assert sum(lanes.under_way.values()) == 0
