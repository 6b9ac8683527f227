"""People missing from quotas after no-shows: our alternates against random ones, on fresh evenings."""

import math
import random
from collections import Counter
from pathlib import Path

import highspy
import numpy as np

from benchmarks.instances import made
from benchmarks.measure import cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.people import clean
from huiyou.proof import Chance
from huiyou.selection import select
from huiyou.selection.absence import MILLION, Absence, expect_absence
from huiyou.selection.reserves import expected_shortfall, reserve_order

LEVELS = (15, 30, 45)
RATIO = 0.7
RANDOM_ORDERS = 20
EVENINGS = 4000
# Alternates for each seat. With few of them nine in twenty no-shows cannot be made up for by anybody,
# in whatever order they come; `no_order_below` says so.
FEW, MANY = 0.2, 0.6


def run():
    rows = []
    for name, instance in (
        ("meetup", meetup()),
        ("1,600 → 200", study(1600, 200, couples=40, seed=1, slack=0.2)),  # as wide as the meetup's
        ("400 → 50, tight", study(400, 50, couples=30, seed=2, slack=0.1)),
    ):
        rows += [row(name, instance, level, share) for share in (MANY, FEW) for level in LEVELS]
    return rows


def row(name, instance, level, share):
    people, seats, quotas, together, away_more = instance
    chosen = select(people, seats, quotas, together=together, seed="bench").chosen
    waiting = sorted({person.id for person in people} - set(chosen))
    absence = correlated(people, chosen, level / 100, away_more)
    length = round(share * seats)

    def order(absence):
        return reserve_order(
            people, chosen, waiting, quotas, absence, length=length, together=together,
            chance=Chance("bench"),
        )  # fmt: skip

    def missing(order):
        return float(expected_shortfall(
            people, chosen, order, quotas, absence, together=together, chance=Chance("fresh"),
            evenings=EVENINGS,
        ))  # fmt: skip

    drawn = [missing(at_random(waiting, together, length, k)) for k in range(RANDOM_ORDERS)]
    mean = sum(drawn) / len(drawn)
    ours = missing(order(absence))
    least = floor(people, chosen, waiting, quotas, absence, length=length)
    held = "yes" if ours <= RATIO * mean else "NO, none can" if least > RATIO * mean else "NO"
    return {
        "case": name,
        "absent": f"{level} %",
        "alternates": length,
        "without": round(missing(()), 1),
        "random": round(mean, 1),
        "ours": round(ours, 1),
        "no_order_below": round(least, 1),
        "ratio": round(ours / mean, 2),
        "asked": f"≤ {RATIO}",
        "held": held,
        "from_prior": round(missing(order(expect_absence(people))) / mean, 2),
        "cpu_s": round(cpu_seconds(lambda: order(absence), runs=1), 2),
    }


def meetup():
    folder = read_folder(Path(str(sample.folder("shenzhen"))))
    people = clean(folder.sheet, folder.form)
    more = {("工作年限", "学生"): 2.0, ("第一次参加", "是"): 1.5}
    return people.persons(), folder.facts.gathering.seats, folder.quotas, people.companions, more


def study(*sizes, **options):
    """Make applicants, and say who stays away more often."""
    return *made(*sizes, **options), {("role", "student"): 2.0, ("first", "yes"): 1.5}


def correlated(people, chosen, level, away_more):
    """Give rates with these factors on the odds, such that so many of the chosen stay away."""
    factor = {
        person.id: math.prod(f for key, f in away_more.items() if person.has(*key))
        for person in people
    }
    low, high = 1e-6, 1e6
    for _ in range(100):
        odds = math.sqrt(low * high)
        away = sum(odds * factor[who] / (1 + odds * factor[who]) for who in chosen)
        low, high = (odds, high) if away < level * len(chosen) else (low, odds)
    rates = {who: round(MILLION * odds * f / (1 + odds * f)) for who, f in factor.items()}
    return Absence(rates, round(level * MILLION), (round(level * MILLION),))


def at_random(waiting, together, length, k):
    grouped = {who: tuple(group) for group in together for who in group}
    groups = sorted({grouped.get(who, (who,)) for who in waiting})
    random.Random(k).shuffle(groups)
    order = []
    for group in groups:
        if len(order) + len(group) <= length:
            order += group
    return order


def floor(people, chosen, waiting, quotas, absence, *, length):
    """Give what no order of so many can go below, by a linear program.

    Alternates may be taken in fractions, companions apart, and every one who comes has a seat,
    maxima or not. By Jensen's inequality fixed numbers are never worse than random ones with the
    same mean, so each counts as much as they are likely to come.
    """
    by_id = {person.id: person for person in people}
    having = np.array([[by_id[who].has(q.feature, q.value) for who in chosen] for q in quotas])
    rate = np.array([absence.rates[who] for who in chosen]) / MILLION
    there = np.random.default_rng(1).random((EVENINGS, len(chosen))) >= rate
    short = np.array([q.minimum for q in quotas])[:, np.newaxis] - having.astype(int) @ there.T
    alike = Counter(
        (
            tuple(k for k, q in enumerate(quotas) if by_id[who].has(q.feature, q.value)),
            absence.rates[who],
        )
        for who in waiting
    )
    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    takes, brings = [], [[] for _ in quotas]
    for (counted, away), number in alike.items():
        takes.append(solver.addVariable(0, number))
        for k in counted:
            brings[k].append(takes[-1] * (1 - away / MILLION))
    solver.addConstr(solver.qsum(takes) <= length)
    mended = []
    for bringing, missing in zip(brings, short, strict=True):
        steps = [solver.addVariable(0, 1) for _ in range(length)]
        solver.addConstr(solver.qsum(steps) <= solver.qsum(bringing))
        mended += [step * float((missing > k).mean()) for k, step in enumerate(steps)]
    solver.maximize(solver.qsum(mended))
    return max(0.0, float(np.maximum(0, short).sum(axis=0).mean()) - solver.getObjectiveValue())
