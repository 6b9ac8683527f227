"""What tests of the site share: two gatherings, and people of every kind."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.cache import cache
from django.db import connection
from django.utils import timezone

from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.web.shared.collect import collect_static


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, tmp_path_factory):
    """SQLite in a file, as it is served: in memory, threads cannot wait for each other."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "huiyou.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)
    connection.settings_dict["CONN_MAX_AGE"] = 0  # a live server's threads leave nothing open


@pytest.fixture(scope="session", autouse=True)
def static_files(tmp_path_factory):
    """Style sheets and scripts under the names they are served by."""
    settings.STATIC_ROOT = tmp_path_factory.mktemp("static")
    collect_static()


@pytest.fixture(scope="session", autouse=True)
def served_as_ever():
    """A live server hands out static files by our own middleware: Django's knows no hashed names."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(StaticFilesHandler, "_should_handle", lambda *_: False)
        yield


@pytest.fixture(scope="session", autouse=True)
def fewer_panels():
    """A hundred panels instead of a thousand: every round that a test makes publishes them."""
    from huiyou.selection import prepare  # noqa: PLC0415 -- slow import

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(prepare.__kwdefaults__, "panels", 100)
        yield


@pytest.fixture
def gathering(db):
    """The small sample, imported and listed."""
    from huiyou.web.console.actions import import_folder  # noqa: PLC0415 -- after Django is set up

    kept, _ = import_folder(read_folder(Path(str(sample.folder("new")))), who="test")
    kept.listed = True
    kept.save(update_fields=["listed"])
    return kept


@pytest.fixture
def decided(gathering):
    """The small sample after the whole day: seats, tables and draw rehearsed, and published."""
    from huiyou.web.prizes.actions import rehearse_prizes  # noqa: PLC0415 -- as above
    from huiyou.web.seats.actions import rehearse_seats  # noqa: PLC0415 -- as above
    from huiyou.web.tables.actions import set_tables  # noqa: PLC0415 -- as above

    round_ = rehearse_seats(gathering, seed="test")
    set_tables(round_, seed="test")
    rehearse_prizes(round_, seed="test")
    gathering.published = timezone.now()
    gathering.save(update_fields=["published"])
    cache.clear()
    return gathering


@pytest.fixture
def taking(gathering):
    """The same gathering while it takes applications, with nobody there yet."""
    gathering.closes = timezone.now() + timedelta(days=3)
    gathering.save(update_fields=["closes"])
    gathering.applications.all().delete()
    return gathering


ANSWERS = {
    "name": "欧阳小满",
    "phone": "199 0000 7788",
    "company": "山海工作室",
    "trait.行业": "设计",
    "trait.职位": "插画师",
    "trait.会写代码": "否",
    "trait.想认识的行业": ["制造", "教育"],
    "show": ["name", "行业"],
    "agree": "on",
}


@pytest.fixture
def send(client, taking):
    """Fill in a fresh form and send it; give the answer to the sending."""

    def send(to=client, /, *, form=None, **changes):
        address = f"/g/{taking.slug}/apply/"
        once = form or once_of(to.get(address))
        return to.post(address, {"once": once, **ANSWERS, **changes})

    return send


def once_of(page):
    return re.search(r'name="once" value="([^"]+)"', page.content.decode())[1]
