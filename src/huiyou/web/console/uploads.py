"""Files handed in: streamed to disk, and no further than the largest that is read."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import (
    FileUploadHandler,
    StopUpload,
    TemporaryFileUploadHandler,
)

from huiyou.people.sheets import LARGEST_FILE

__all__ = ["Limited", "room"]


def room() -> Path:
    """Give the folder of files that wait, for nobody else to read."""
    folder = Path(settings.DATA) / "uploads"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


class _Part(TemporaryUploadedFile):
    """A file on its way in, where what a sudden end leaves of it is cleared."""

    def __init__(self, *about: Any) -> None:
        file = tempfile.NamedTemporaryFile(dir=room())  # noqa: SIM115 -- closed as Django closes it
        UploadedFile.__init__(self, file, *about)


class Limited(TemporaryFileUploadHandler):
    """Stops at the first byte too many; the form then finds no file, and says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count from nothing."""
        self.taken = 0
        FileUploadHandler.new_file(self, *args, **kwargs)
        self.file = _Part(
            self.file_name, self.content_type, 0, self.charset, self.content_type_extra
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write on, or stop."""
        self.taken += len(raw_data)
        if self.taken > LARGEST_FILE:
            if self.request is not None:
                self.request.META["huiyou.file_too_large"] = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)
