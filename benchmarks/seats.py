"""200 seats under 39 quotas: a program against shuffling until the quotas fit."""

import random
from pathlib import Path

from benchmarks.measure import cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.people import clean
from huiyou.selection import select

SHUFFLES = 2000


def run():
    folder = read_folder(Path(str(sample.folder("shenzhen"))))
    people = clean(folder.sheet, folder.form)
    persons, seats = people.persons(), folder.facts.gathering.seats
    dice = random.Random(1)
    broken: list[int] = []

    def shuffle():
        chosen = dice.sample(persons, seats)
        counts = [sum(q.value in who.traits.get(q.feature, ()) for who in chosen) for q in folder.quotas]  # fmt: skip
        broken.append(
            sum(not q.minimum <= n <= q.maximum for q, n in zip(folder.quotas, counts, strict=True))
        )

    def choose():
        return select(persons, seats, folder.quotas, together=people.companions, seed="bench")

    one = cpu_seconds(shuffle, runs=SHUFFLES)
    ours = cpu_seconds(choose, runs=3)
    return [
        {"way": f"{SHUFFLES} shuffles", "fewest_broken": min(broken), "cpu_s": round(one * SHUFFLES, 2), "ratio": round(one * SHUFFLES / ours, 1)},
        {"way": "select", "fewest_broken": 0, "cpu_s": round(ours, 2), "ratio": 1},
    ]  # fmt: skip
