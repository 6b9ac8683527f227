"""Files handed in: streamed to disk, and no further than the largest that is read."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler

from huiyou.people.sheets import LARGEST_FILE

__all__ = ["Limited"]


class Limited(TemporaryFileUploadHandler):
    """Stops at the first byte too many; the form then finds no file, and says so."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Count from nothing."""
        self.taken = 0
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write on, or stop."""
        self.taken += len(raw_data)
        if self.taken > LARGEST_FILE:
            if self.request is not None:
                self.request.META["huiyou.file_too_large"] = True
            raise StopUpload(connection_reset=False)
        super().receive_data_chunk(raw_data, start)
