"""Pages of the site one at a time: CPU milliseconds and questions to the database."""

import itertools
import logging
import re
import sys
from datetime import timedelta
from pathlib import Path

from benchmarks.applicants import Choices
from benchmarks.measure import asked, cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.web.serve import prepare_pages

RUNS = 50


def fill():
    """Take the sample in, open for applications; give the path of its page. Django is set up."""
    from django.utils import timezone  # noqa: PLC0415 -- needs Django set up

    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- likewise

    gathering, _ = import_folder(read_folder(Path(str(sample.folder("shenzhen")))), who="bench")
    gathering.listed, gathering.closes = True, timezone.now() + timedelta(days=1)
    gathering.save()
    return f"/g/{gathering.slug}/"


def measure(page):
    """Measure through Django's test client, in this process."""
    from django.conf import settings  # noqa: PLC0415 -- Django is set up by now
    from django.db import connection  # noqa: PLC0415 -- likewise
    from django.test import Client  # noqa: PLC0415 -- likewise

    settings.APPLICATIONS_PER_ADDRESS = 10 * RUNS
    logging.disable(logging.INFO)  # each answer is a line
    browser = Client()
    form = browser.get(f"{page}apply/").content.decode()
    phones = itertools.count(19_700_000_000)
    sent = {
        **Choices(form).picked,
        "once": re.search(r'name="once" value="([^"]+)"', form)[1],
        "name": "某人",
        "agree": "on",
    }
    last = {}

    def apply():
        last["at"] = browser.post(f"{page}apply/", {**sent, "phone": str(next(phones))})
        assert last["at"].status_code == 302

    def get(path):
        assert browser.get(path).status_code == 200

    rows = _rows("public page", lambda: get(page), ms=12, queries=10)
    rows += _rows("form", lambda: get(f"{page}apply/"))
    rows += _rows("application", apply, ms=25)
    own = f"/me/{last['at'].headers['Location'].split('/')[-2]}/"
    rows += _rows("personal page", lambda: get(own))
    _publish()
    rows += _rows("published page", lambda: get(page), ms=12, queries=10)
    connection.close()
    return rows


def _publish():
    from django.utils import timezone  # noqa: PLC0415 -- Django is set up by now

    from huiyou.web.gatherings.models import Gathering  # noqa: PLC0415 -- likewise
    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- likewise
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- likewise
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- likewise

    gathering = Gathering.objects.get()
    round_ = rehearse_seats(gathering, seed="bench")
    set_tables(round_, seed="bench")
    rehearse_prizes(round_, seed="bench")
    gathering.published = timezone.now()
    gathering.save(update_fields=["published"])


def _rows(what, work, *, ms=None, queries=None):
    from django.db import connection  # noqa: PLC0415 -- Django is set up by now
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- likewise

    taken = cpu_seconds(work, runs=RUNS)
    with CaptureQueriesContext(connection) as questions:
        work()
    return [
        asked(f"{what}, CPU ms", round(taken * 1000, 1), most=ms),
        asked(f"{what}, queries", len(questions), most=queries),
    ]


if __name__ == "__main__":  # fills a folder for others
    prepare_pages(Path(sys.argv[1]))
    print(fill())
