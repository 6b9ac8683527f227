"""One page and one application of the site: CPU milliseconds and questions to the database."""

import itertools
import os
import re
import tempfile
from datetime import timedelta
from pathlib import Path

from benchmarks.measure import cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.web.serve import prepare

RUNS = 50


def run():
    """Measure on SQLite in a file, through Django's test client."""
    with tempfile.TemporaryDirectory() as room:
        os.environ["HUIYOU_DATABASE_URL"] = f"sqlite:///{room}/huiyou.sqlite3"
        prepare(Path(room))
        try:
            return _measure()
        finally:
            from django.db import connection  # noqa: PLC0415 -- after Django is set up

            connection.close()


def _measure():
    from django.core.cache import cache  # noqa: PLC0415 -- likewise
    from django.test import Client  # noqa: PLC0415 -- likewise
    from django.utils import timezone  # noqa: PLC0415 -- likewise

    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- likewise

    gathering, _ = import_folder(read_folder(Path(str(sample.folder("shenzhen")))), who="bench")
    gathering.listed, gathering.closes = True, timezone.now() + timedelta(days=1)
    gathering.save()
    browser, page = Client(), f"/g/{gathering.slug}/"
    form = browser.get(f"{page}apply/").content.decode()
    answers = dict(re.findall(r'<input type="radio" name="(trait\.[^"]+)" value="([^"]+)"', form))
    phones = itertools.count(19_800_000_000)
    last = {}

    def apply():
        cache.clear()  # or the limit of one address would be measured
        once = re.search(r'name="once" value="([^"]+)"', form)[1]
        sent = {"once": once, "name": "某人", "phone": str(next(phones)), "agree": "on", **answers}
        last["at"] = browser.post(f"{page}apply/", sent)
        assert last["at"].status_code == 302

    def mine():
        assert browser.get(own).status_code == 200

    ways = [
        ("public page", lambda: browser.get(page)),
        ("form", lambda: browser.get(f"{page}apply/")),
        ("application", apply),
    ]
    rows = [_row(what, work) for what, work in ways]
    own = f"/me/{last['at'].headers['Location'].split('/')[-2]}/"
    rows.append(_row("personal page", mine))
    _publish(gathering)
    browser.get(page)  # charts are worked out once and kept
    return [*rows, _row("published page", lambda: browser.get(page))]


def _publish(gathering):
    from django.utils import timezone  # noqa: PLC0415 -- likewise

    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- likewise
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- likewise

    round_ = rehearse_seats(gathering, seed="bench")
    set_tables(round_, seed="bench")
    rehearse_prizes(round_, seed="bench")
    gathering.published = timezone.now()
    gathering.save(update_fields=["published"])


def _row(what, work):
    from django.db import connection  # noqa: PLC0415 -- likewise
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- likewise

    taken = cpu_seconds(work, runs=RUNS)
    with CaptureQueriesContext(connection) as asked:
        work()
    return {"what": what, "cpu_ms": round(taken * 1000, 1), "queries": len(asked)}
