"""What the seats of a gathering are asked for now: who applied, the quotas, who comes with whom."""

from __future__ import annotations

from huiyou.people import people_digest
from huiyou.proof import digest
from huiyou.selection import Asked, check_values
from huiyou.web.applications.queries import companions, eligible
from huiyou.web.gatherings.models import Gathering

__all__ = ["asked_of", "check_asked", "digest_of"]


def asked_of(gathering: Gathering) -> Asked:
    """Gather what a lottery is made from."""
    facts = gathering.facts
    return Asked(
        people=[row.as_person() for row in eligible(gathering)],
        seats=facts.gathering.seats,
        quotas=gathering.quotas,
        together=companions(gathering) if facts.seats.together == "companion" else (),
    )


def check_asked(gathering: Gathering, asked: Asked) -> None:
    """Refuse quotas of a value that nobody has and somebody meant; raises `InputError`."""
    check_values(asked.quotas, asked.people, file=gathering.facts.seats.quotas or "")


def digest_of(asked: Asked) -> str:
    """Hash it, so that it can be seen whether anything has changed since."""
    return digest(
        {
            "people": people_digest(asked.people),
            "seats": asked.seats,
            "quotas": [[q.feature, q.value, q.minimum, q.maximum] for q in asked.quotas],
            "together": sorted(sorted(group) for group in asked.together),
        }
    )
