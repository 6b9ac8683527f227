from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from huiyou.gathering import check
from huiyou.grouping import Grouping, group
from huiyou.proof import canonical
from tests.engine import sample

pytestmark = pytest.mark.xdist_group("sampled")  # one process chooses the 200


def grouped(people: int = 200, tables: int = 21, rounds: int = 3, **terms: object) -> Grouping:
    """Seat some of the chosen, quickly."""
    chosen = set(sample.selection().chosen[:people])
    return group(
        [person for person in sample.applicants().persons() if person.id in chosen],
        tables,
        rounds=rounds,
        terms=replace(sample.folder().facts.terms, **terms) if terms else sample.folder().facts.terms,
        together=sample.applicants().companions,
        seed="a",
        sweeps=1,
    )  # fmt: skip


def test_a_selection_by_other_quotas_is_refused() -> None:
    first, *others = sample.folder().quotas
    folder = replace(sample.folder(), quotas=(replace(first, minimum=0), *others))

    verdict = check(canonical.dumps(sample.selection().to_dict()), folder=folder)

    assert verdict.reasons == ("quotas_differ",)


def test_a_selection_of_another_size_is_refused() -> None:
    facts = sample.folder().facts
    fewer = facts.model_copy(
        update={"gathering": facts.gathering.model_copy(update={"seats": 199})}
    )
    folder = replace(sample.folder(), facts=fewer)

    verdict = check(canonical.dumps(sample.selection().to_dict()), folder=folder)

    assert verdict.reasons == ("seats_differ",)


@pytest.mark.parametrize(
    ("asked", "reason"),
    [
        ({"objective": "nash"}, "objective_differs"),
        ({"crowding": 50}, "reserves_differ"),
        ({"past": [{"stop": "北京", "invited": 200, "came": 20}]}, "reserves_differ"),
    ],
)
def test_a_selection_that_is_not_fair_or_crowded_as_asked_is_refused(
    asked: dict[str, object], reason: str
) -> None:
    facts = sample.folder().facts
    seats = type(facts.seats).model_validate({**facts.seats.model_dump(), **asked})
    folder = replace(sample.folder(), facts=facts.model_copy(update={"seats": seats}))

    verdict = check(canonical.dumps(sample.selection().to_dict()), folder=folder)

    assert verdict.reasons == (reason,)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"apart": ()}, "terms_differ"),
        ({"mix": {"行业": Fraction(1)}}, "terms_differ"),
        ({"rounds": 2}, "tables_differ"),
        ({"tables": 20}, "tables_differ"),
        ({"people": 190}, "tables_differ"),
    ],
)
def test_a_grouping_that_nobody_asked_for_is_refused(changes: dict[str, int], reason: str) -> None:
    record = grouped(**changes).to_dict()

    assert check(canonical.dumps(record), folder=sample.folder()).reasons == (reason,)


def test_a_grouping_as_asked_is_proven() -> None:
    record = canonical.dumps(grouped().to_dict())

    assert check(record, folder=sample.folder()).status == "PROVEN"
    assert check(record, clean=sample.applicants()).status == "PROVEN"


def test_a_key_written_twice_is_refused() -> None:
    """Python reads the last of two; a person, or another program, may well read the first."""
    record = canonical.dumps(sample.selection().to_dict())
    doubled = record.replace(b'{"alternates":', b'{"alternates":["r2"],"alternates":', 1)

    assert check(doubled, folder=sample.folder()).reasons == ("not_canonical",)


def test_a_line_feed_at_the_end_is_no_change() -> None:
    record = canonical.dumps(sample.selection().to_dict()) + b"\n"

    assert check(record, folder=sample.folder()).status == "PROVEN"
