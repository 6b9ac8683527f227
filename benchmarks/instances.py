"""Applicants made by seed: skewed and correlated traits, rare values, couples, and quotas that bind."""

import math
import random
from collections.abc import Mapping

from huiyou.people import Person
from huiyou.selection import Quota

THIRTY_THREE = {  # value: weight among applicants; those who study are mostly students in both
    "role": {"maker": 30, "coder": 25, "student": 20, "manager": 12, "investor": 8, "official": 5},
    "years": {"0-3": 45, "3-10": 30, "10+": 15, "student": 10},
    "trade": dict(zip("abcdefghij", (40, 25, 15, 10, 6, 4, 3, 2, 2, 1), strict=True)),
    "city": dict(zip("stuvwxyz", (60, 20, 10, 4, 3, 2, 1, 1), strict=True)),
    "gender": {"f": 38, "m": 60, "x": 2},
    "first": {"yes": 75, "no": 25},
}
FORTY: Mapping[str, Mapping[str, int]] = {
    **THIRTY_THREE,
    "role": {**THIRTY_THREE["role"], "artist": 4, "teacher": 2},
    "years": {**THIRTY_THREE["years"], "retired": 2},
    "trade": dict(zip("abcdefghijkl", (40, 25, 15, 10, 6, 4, 3, 2, 2, 1, 1, 1), strict=True)),
    "city": dict(zip("stuvwxyzå", (60, 20, 10, 4, 3, 2, 1, 1, 1), strict=True)),
}


def made(n, seats, *, couples, seed, slack, traits=THIRTY_THREE):
    """Make applicants, seats, quotas that lean towards the rare, and couples."""
    dice = random.Random(seed)
    people = []
    for k in range(n):
        picked = {
            trait: dice.choices(list(weights), list(weights.values()))[0]
            for trait, weights in traits.items()
        }
        if picked["role"] == "student" and dice.random() < 0.9:
            picked["years"] = "student"
        people.append(
            Person(f"p{k:0{len(str(n - 1))}}", {trait: (value,) for trait, value in picked.items()})
        )
    quotas = []
    for trait, weights in traits.items():
        pool = {value: sum(p.has(trait, value) for p in people) for value in weights}
        leaning = {value: count**0.75 for value, count in pool.items()}
        for value, count in pool.items():
            target = min(count, seats * leaning[value] / sum(leaning.values()))
            quotas.append(
                Quota(
                    trait, value, math.floor((1 - slack) * target), math.ceil((1 + slack) * target)
                )
            )
    pairs = dice.sample([person.id for person in people], 2 * couples)
    together = tuple(zip(pairs[::2], pairs[1::2], strict=True))
    return people, seats, quotas, together
