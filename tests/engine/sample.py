"""The real-size case: the sample gathering, cleaned once for all tests."""

from __future__ import annotations

from functools import cache
from importlib import resources

from huiyou import sample
from huiyou.gathering import Folder, read_folder
from huiyou.people import Clean, clean
from huiyou.selection import Selection, select

SEED = "shenzhen-2024"


@cache
def folder() -> Folder:
    with resources.as_file(sample.folder("shenzhen")) as path:
        return read_folder(path)


@cache
def applicants() -> Clean:
    return clean(folder().sheet, folder().form)


@cache
def selection() -> Selection:
    return select(
        applicants().persons(),
        200,
        folder().quotas,
        together=applicants().companions,
        alternates=40,
        seed=SEED,
    )
