"""Write the results of a day into a folder, all or nothing."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from huiyou.errors import Fault, InputError, RefusedError
from huiyou.gathering import Day
from huiyou.phrases import LANGUAGES, Speaker
from huiyou.press import Press
from huiyou.programme import calendar, schedule_xml
from huiyou.proof import canonical
from huiyou.results.announce import announcements
from huiyou.results.lists import lists
from huiyou.results.manifest import MANIFEST, listed, manifest
from huiyou.results.page import PAGES, page
from huiyou.results.papers import PAPERS, missing_glyphs, paper
from huiyou.results.view import View

__all__ = ["Written", "check_out", "write_results"]

Report = Callable[[str, float], None]


@dataclass(frozen=True, slots=True)
class Written:
    """What was written where.

    Parameters
    ----------
    page : Path
        The results page, in Chinese.
    files : tuple of str
    pdf : bool
        Whether PDFs are among them.
    missing_glyphs : str
        Characters of names and traits that the shipped font lacks.
    """

    page: Path
    files: tuple[str, ...]
    pdf: bool
    missing_glyphs: str


def check_out(out: Path) -> None:
    """Raise `InputError` unless ``out`` can be written, and is new, empty or holds earlier results."""
    try:
        target = out.resolve()
        fault = _unfit(target)
    except (OSError, RuntimeError) as error:  # a name too long, links in a circle
        raise InputError([_unwritable(out, error)]) from error
    if fault:
        raise InputError([Fault(fault, str(out))])
    if not target.exists():
        return
    there = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    ours: set[str] = set()
    if (out / MANIFEST).is_file():
        with suppress(RefusedError):  # not a manifest of ours, so nothing here is
            ours = {MANIFEST, *listed((out / MANIFEST).read_bytes())}
    if there - ours:
        raise InputError(
            [Fault("out_not_empty", str(out), params={"files": sorted(there - ours)[:5]})]
        )


def _unfit(target: Path) -> str | None:
    """Give the code of what keeps a folder of this name from being put there, if anything does."""
    there = next(path for path in (target, *target.parents) if path.exists())
    if not there.is_dir():
        return "out_is_file"
    if Path.cwd().is_relative_to(target):
        return "out_is_here"  # it is replaced as a whole, which would take the ground from under us
    parent = target.parent if there == target else there
    return None if os.access(parent, os.W_OK | os.X_OK) else "out_read_only"


def _unwritable(out: Path, error: Exception) -> Fault:
    detail = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return Fault("out_unwritable", str(out), params={"detail": detail})


def write_results(
    day: Day, out: Path, *, press: Press, report: Report = lambda *_: None
) -> Written:
    """Write records, pages, papers, lists and texts of a day.

    Parameters
    ----------
    day : Day
    out : Path
        Made if it is not there; earlier results in it are replaced.
    press : Press
        Prints the PDFs; where the system cannot, there are none and the page says so.
    report : callable
        Told the step and the share of it that is done.

    Returns
    -------
    Written

    Raises
    ------
    InputError
        If ``out`` holds anything that is not ours or cannot be written; nothing is written then.

    Notes
    -----
    Everything goes into a new folder beside ``out``, which takes its place in one rename at the
    end: whoever looks sees the old results or the new ones. Where ``out`` is a link, that is beside
    the folder it leads to. ``manifest.json`` has the SHA-256 of every file.
    """
    check_out(out)
    view = View(day)
    files = _records(day) | _programme(day)
    papers = {name: paper(view, name) for name in PAPERS}
    files |= {f"print/{name}.html": html.encode() for name, html in papers.items()}
    printing = {name: press.start(html) for name, html in papers.items()} if press.ready else {}
    report("lists", 0)
    files |= {f"lists/{name}": data for name, data in lists(view).items()}
    for name, printed in printing.items():
        report(name, 0)
        files[f"print/{name}.pdf"] = printed.result()
    report("pages", 0)
    files |= _texts(view)
    files |= _pages(view, files, pdf=press.ready)
    files[MANIFEST] = manifest(files)
    try:
        _put(files, out.resolve())
    except OSError as error:  # full, or no longer ours to write
        raise InputError([_unwritable(out, error)]) from error
    report("pages", 1)
    return Written(out / PAGES["zh"], tuple(sorted(files)), bool(printing), missing_glyphs(view))


def _records(day: Day) -> dict[str, bytes]:
    files = {
        "clean.json": canonical.dumps(day.clean.to_dict()),
        "selection.json": canonical.dumps(day.selection.to_dict()),
        "grouping.json": canonical.dumps(day.grouping.to_dict()),
    }
    if day.commitment and day.draw:
        files["commitment.json"] = canonical.dumps(dict(day.commitment.public))
        files["draw.json"] = day.draw.proof
    return files


def _programme(day: Day) -> dict[str, bytes]:
    sessions = day.facts.programme
    if not sessions:
        return {}
    return {
        "programme.ics": calendar(day.facts.occasion, sessions),
        "schedule.xml": schedule_xml(day.facts.occasion, sessions),
    }


def _texts(view: View) -> dict[str, bytes]:
    return {
        f"announce/{language}/{key}.txt": text.encode()
        for language in LANGUAGES
        for key, _, text in announcements(view, Speaker(language))
    }


def _pages(view: View, files: dict[str, bytes], *, pdf: bool) -> dict[str, bytes]:
    written = {}
    for language, name in PAGES.items():
        speaker = Speaker(language)
        texts = [(heading, text) for _, heading, text in announcements(view, speaker)]
        take = _take(speaker, [*files, MANIFEST])
        written[name] = page(view, speaker, announcements=texts, take=take, pdf=pdf).encode()
    return written


def _take(speaker: Speaker, files: list[str]) -> list[tuple[str, list[tuple[list[str], str]]]]:
    """Sort the files under headings, PDFs before HTML, each with what it is for."""
    purposes = {
        "print": ("badges", "cards", "signs"),
        "lists": ("seats", "alternates", "tables", "winners", "people", "cleaning"),
        "programme": ("programme", "schedule"),
        "records": ("clean", "selection", "grouping", "commitment", "draw"),
    }
    take = []
    for heading, stems in purposes.items():
        found = {
            stem: sorted((f for f in files if Path(f).stem == stem), reverse=True) for stem in stems
        }
        rows = [(paths, speaker.say(f"take.{stem}_what")) for stem, paths in found.items() if paths]
        if rows:
            take.append((speaker.say(f"take.{heading}"), rows))
    return take


def _put(files: dict[str, bytes], out: Path) -> None:
    out.parent.mkdir(parents=True, exist_ok=True)
    fresh = Path(tempfile.mkdtemp(prefix=f".{out.name}-", dir=out.parent))
    try:
        for name, data in files.items():
            path = fresh / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        fresh.chmod(0o755)
        if out.exists():
            old = fresh.with_name(fresh.name + "-old")
            out.replace(old)
            fresh.replace(out)
            shutil.rmtree(old)
        else:
            fresh.replace(out)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
