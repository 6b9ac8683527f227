"""What tests of the site share: two gatherings, and people of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from huiyou import sample
from huiyou.gathering import read_folder


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
