"""HTML to PDF, several at a time."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache, cached_property
from importlib import resources
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Self

__all__ = ["Press", "lacking", "pdf", "read_block", "write_block"]

WEIGHTS = {400: "Regular", 700: "Bold"}
MOST_PRINTERS = 2  # each takes 100 to 200 MB


def pdf(html: str) -> bytes:
    """Print HTML to PDF with the font we ship.

    Parameters
    ----------
    html : str
        May name the family "Huiyou Han". It can load nothing: no picture, style or file, whatever
        people typed into it.

    Returns
    -------
    bytes
        Same HTML, same bytes.
    """
    from weasyprint import CSS, HTML  # noqa: PLC0415 -- slow import
    from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- slow import
    from weasyprint.urls import URLFetcher  # noqa: PLC0415 -- slow import

    fonts = FontConfiguration()
    faces = "".join(
        f'@font-face {{ font-family: "Huiyou Han"; font-weight: {weight}; src: url("{_font(weight).as_uri()}"); }}'
        for weight in WEIGHTS
    )
    style = CSS(string=faces, font_config=fonts)
    document = HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
    written: bytes = document.write_pdf(stylesheets=[style], font_config=fonts)
    return written


def _font(weight: int) -> Path:
    name = f"NotoSansCJKsc-subset-{WEIGHTS[weight]}.woff2"
    with resources.as_file(resources.files("huiyou.press") / "fonts" / name) as path:
        return path


def lacking(text: str) -> str:
    """Give the characters of ``text`` that our font cannot print, each once.

    Examples
    --------
    >>> lacking("毛佑涵 Monica"), lacking("𠮷田")
    ('', '𠮷')
    """
    there = _characters()
    return "".join(sorted({c for c in text if ord(c) not in there and not c.isspace()}))


@cache
def _characters() -> frozenset[int]:
    from fontTools.ttLib import TTFont  # noqa: PLC0415 -- slow import

    with TTFont(_font(400), lazy=True) as font:
        return frozenset(font.getBestCmap())


def read_block(stream: IO[bytes]) -> bytes | None:
    """Read bytes behind their length; None at the end."""
    head = stream.read(8)
    return stream.read(int.from_bytes(head, "big")) if len(head) == 8 else None  # noqa: PLR2004


def write_block(stream: IO[bytes], data: bytes) -> None:
    """Write bytes behind their length."""
    stream.write(len(data).to_bytes(8, "big") + data)
    stream.flush()


class Press:
    """Prints in processes of its own, two at a time where there are two processors.

    They start at once and load what they need while the caller does something else; the caller
    itself never loads it.

    Examples
    --------
    >>> with Press() as press:
    ...     if press.ready:
    ...         assert press.start("<p>会友</p>").result().startswith(b"%PDF")
    """

    def __init__(self) -> None:
        count = min(MOST_PRINTERS, os.cpu_count() or 1)
        self._printers = [_start_printer() for _ in range(count)]
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._pool = ThreadPoolExecutor(count)

    @cached_property
    def ready(self) -> bool:
        """Whether this machine can print: False where the system has no Pango."""
        hellos = [_pipe(printer.stdout).read(1) for printer in self._printers]
        for printer in self._printers:
            self._idle.put(printer)
        return all(hello == b"\1" for hello in hellos)

    def start(self, html: str) -> Future[bytes]:
        """Begin to print; the result is the PDF."""
        if not self.ready:
            raise RuntimeError("this machine cannot print")
        return self._pool.submit(self._print, html)

    def _print(self, html: str) -> bytes:
        printer = self._idle.get()
        try:
            write_block(_pipe(printer.stdin), html.encode("utf-8"))
            done = _pipe(printer.stdout).read(1)
            answer = read_block(_pipe(printer.stdout))
        finally:
            self._idle.put(printer)
        if done != b"\1" or answer is None:
            raise RuntimeError((answer or b"the printer died").decode("utf-8"))
        return answer

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is not None:
            for printer in self._printers:
                printer.kill()
        self._pool.shutdown(wait=True, cancel_futures=True)
        for printer in self._printers:
            with contextlib.suppress(BrokenPipeError):  # half a page for a printer that was stopped
                _pipe(printer.stdin).close()
            _pipe(printer.stdout).close()
            printer.wait()


def _start_printer() -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "huiyou.press"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,  # WeasyPrint's warnings about CSS; errors come back as answers
    )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("not a pipe")
    return pipe
