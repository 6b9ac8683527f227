"""``manifest.json``: what lies in a results folder, each file with its SHA-256."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

from huiyou.errors import RefusedError
from huiyou.proof import Verdict, canonical, sealed, unseal

__all__ = ["MANIFEST", "listed", "manifest", "verify_manifest"]

MANIFEST = "manifest.json"


def manifest(files: Mapping[str, bytes]) -> bytes:
    """Write the manifest of files by their path in the folder."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return canonical.dumps(sealed({"kind": "results", "version": 1, "files": hashes}))


def listed(record: bytes) -> dict[str, str]:
    """Read a manifest: SHA-256 by path.

    Raises
    ------
    RefusedError
        If it is none of ours, or changed.
    """
    body = unseal(canonical.loads(record), "results", 1, {"files": {str: str}})
    hashes: dict[str, str] = body["files"]
    return hashes


def verify_manifest(path: Path) -> Verdict:
    """Judge whether the files beside a manifest are those that were written with it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Verdict
        PROVEN if every file is there and unchanged. Files that came later are not its business.
    """
    try:
        hashes = listed(path.read_bytes())
    except RefusedError as error:
        return Verdict("REFUSED", (error.params["reason"],))
    for name, sha256 in sorted(hashes.items()):
        file = path.parent / name
        if not file.is_file():
            return Verdict("REFUSED", ("file_gone",), facts=(("file", name),))
        if hashlib.sha256(file.read_bytes()).hexdigest() != sha256:
            return Verdict("REFUSED", ("file_changed",), facts=(("file", name),))
    count = ("files", str(len(hashes)))
    return Verdict("PROVEN", claims=("record_unchanged", "files_unchanged"), facts=(count,))
