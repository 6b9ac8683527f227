"""A printer: what `Press` runs beside itself. Reads HTML, writes PDF, until its input ends.

First one byte says whether this machine can print. Then each job is a length of eight bytes and
the HTML; each answer a byte (1 printed, 0 failed), a length and the PDF or the traceback.
"""

from __future__ import annotations

import sys
import traceback

from huiyou.press.press import pdf, read_block, write_block


def main() -> None:
    """Print until there is nothing more to print."""
    jobs, answers = sys.stdin.buffer, sys.stdout.buffer
    try:
        import weasyprint  # noqa: F401, PLC0415 -- fails where the system has no Pango
    except OSError:
        answers.write(b"\0")
        return
    answers.write(b"\1")
    answers.flush()
    while (html := read_block(jobs)) is not None:
        try:
            printed, done = pdf(html.decode("utf-8")), b"\1"
        except Exception:  # noqa: BLE001 -- whatever it is, the caller raises it again
            printed, done = traceback.format_exc().encode("utf-8"), b"\0"
        answers.write(done)
        write_block(answers, printed)


main()
