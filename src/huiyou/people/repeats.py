"""Applications of one person made into one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from huiyou.people.record import PLAIN_FIELDS, Applicant, Merged, Noted
from huiyou.text import squash

__all__ = ["merge_repeats", "shared_phones"]


def merge_repeats(drafts: Iterable[Applicant]) -> tuple[list[Applicant], list[Merged]]:
    """Make one applicant of all rows with the same phone and the same name; give also what was merged."""
    groups: dict[tuple[str, str], list[Applicant]] = defaultdict(list)
    for draft in drafts:
        groups[draft.phone, squash(draft.name) or draft.name].append(draft)
    people, merged = [], []
    for group in groups.values():
        group.sort(key=_submission_order)
        person, changes = group[0], []
        for later in group[1:]:
            person, changed = _overwrite(person, later)
            changes += changed
        people.append(person)
        if len(group) > 1:
            merged.append(Merged(person.id, person.rows, tuple(changes)))
    people.sort(key=lambda who: min(who.rows))
    return people, sorted(merged, key=lambda entry: min(entry.rows))


def _submission_order(draft: Applicant) -> tuple[datetime, int]:
    """Unknown times come first; of equal times, the lower row does."""
    when = datetime.fromisoformat(draft.submitted_at) if draft.submitted_at else None
    return (when or datetime.min.replace(tzinfo=UTC), draft.rows[0])


def _overwrite(person: Applicant, later: Applicant) -> tuple[Applicant, list[dict[str, Any]]]:
    """Let a later application win, field by field, where it says something."""
    row = later.rows[0]
    fresh: dict[str, Any] = {}
    changes: list[dict[str, Any]] = []
    for name in (*PLAIN_FIELDS, "submitted_at"):
        old, new = getattr(person, name), getattr(later, name)
        if new and new != old:
            fresh[name] = new
            changes.append({"column": name, "from": old, "to": new, "row": row})
    traits = dict(person.traits)
    for trait, values in later.traits.items():
        if values and values != traits.get(trait, ()):
            changes.append(
                {"column": trait, "from": "┋".join(traits.get(trait, ())), "to": "┋".join(values), "row": row}
            )  # fmt: skip
            traits[trait] = values
    return replace(person, rows=(*person.rows, row), traits=traits, **fresh), changes


def shared_phones(people: Iterable[Applicant]) -> list[Noted]:
    """List people who share a phone with somebody of another name."""
    owners: dict[str, list[Applicant]] = defaultdict(list)
    for who in people:
        owners[who.phone].append(who)
    return [
        Noted(row, "phone", "phone_shared", who.phone)
        for phone, shared in owners.items()
        if len(shared) > 1
        for who in shared
        for row in who.rows
    ]
