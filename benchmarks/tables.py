"""200 people at 21 tables for 3 rounds: how far from the bound, for how many sweeps."""

from pathlib import Path

from benchmarks.measure import cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.grouping import group
from huiyou.people import clean
from huiyou.selection import select

SWEEPS = (1, 10, 100, 1000)


def run():
    folder = read_folder(Path(str(sample.folder("shenzhen"))))
    facts = folder.facts
    people = clean(folder.sheet, folder.form)
    seats = facts.gathering.seats
    chosen = set(
        select(
            people.persons(), seats, folder.quotas, together=people.companions, seed="bench"
        ).chosen
    )
    persons = [person for person in people.persons() if person.id in chosen]
    rows = []
    for sweeps in SWEEPS:
        found = []

        def work(sweeps=sweeps, found=found):
            found.append(
                group(
                    persons, facts.gathering.tables, rounds=facts.gathering.rounds, terms=facts.terms,
                    together=people.companions, seed="bench", sweeps=sweeps,
                )
            )  # fmt: skip

        seconds = cpu_seconds(work, runs=1)
        grouping = found[-1]
        rows.append({
            "sweeps": sweeps,
            "gap_to_bound": f"{float(grouping.gap):.2%}",
            "repeats": grouping.repeats,
            "broken": sum(entry["count"] for entry in grouping.to_dict()["violations"]),
            "least_served": f"{float(grouping.smallest_want):.0%}",
            "cpu_s": round(seconds, 2),
        })  # fmt: skip
    return rows
