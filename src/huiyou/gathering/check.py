"""Judge any record of a gathering by its own judge."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from huiyou import drawing, grouping, people, selection
from huiyou.errors import Fault, InputError
from huiyou.gathering.folder import Folder
from huiyou.people import Clean
from huiyou.proof import Verdict

__all__ = ["check"]


def check(
    record: bytes,
    *,
    folder: Folder | None = None,
    clean: Clean | None = None,
    fingerprint: str | None = None,
    rolls: Mapping[str, str] | None = None,
    seen: Sequence[str] = (),
) -> Verdict:
    """Say whether a record holds.

    Parameters
    ----------
    record : bytes
        ``clean.json``, ``selection.json``, ``grouping.json`` or the proof of a draw.
    folder : Folder, optional
        The gathering folder it was made from.
    clean : Clean, optional
        The people it was made from, where there is no folder.
    fingerprint, rolls, seen
        For a draw, see `huiyou.drawing.verify`.

    Returns
    -------
    Verdict

    Raises
    ------
    InputError
        ``not_a_record``, if the bytes are no record of any kind.
    """
    try:
        body: Any = json.loads(record)
    except (ValueError, RecursionError) as error:
        raise InputError([Fault("not_a_record")]) from error
    if isinstance(body, dict) and "commit" in body:
        return drawing.verify(record, fingerprint=fingerprint, rolls=rolls, seen=seen)
    kind = body.get("kind") if isinstance(body, dict) else None
    if kind == "clean":
        return people.verify(body, folder.sheet if folder else None)
    if kind not in ("selection", "grouping"):
        raise InputError([Fault("not_a_record")])
    if folder is not None:
        clean = people.clean(folder.sheet, folder.form)
    companions = _companions(clean, folder, kind)
    persons = clean.persons() if clean else None
    if kind == "grouping":
        return grouping.verify(body, persons, companions)
    verdict = selection.verify(body, persons, companions)
    if folder and verdict.status != "REFUSED" and not _same_quotas(body, folder):
        return Verdict("REFUSED", ("quotas_differ",))
    return verdict


def _companions(
    clean: Clean | None, folder: Folder | None, kind: str
) -> tuple[tuple[str, ...], ...]:
    if clean is None:
        return ()
    if folder is None:
        return clean.companions
    facts = folder.facts
    section = facts.seats if kind == "selection" else facts.tables
    kept = facts.applicants.companions == "mutual" and section.together is not None
    return clean.companions if kept else ()


def _same_quotas(body: Mapping[str, Any], folder: Folder) -> bool:
    recorded = [(q["feature"], q["value"], q["min"], q["max"]) for q in body["quotas"]]
    return recorded == [(q.feature, q.value, q.minimum, q.maximum) for q in folder.quotas]
