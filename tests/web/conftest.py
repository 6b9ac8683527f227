"""What tests of the site share: two gatherings, and people of every kind."""

from __future__ import annotations

from pathlib import Path

import pytest

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
