"""Seats by the fairest lottery: ours with its proof beside sortition-algorithms' maximin, CPU seconds.

``cpu_s`` is the lottery, ours with its proof; ``with_panels_s`` adds 1,000 equally likely panels, which the
peer does not make here. The peer lives in an environment of its own, since its licence is not ours:

    uv venv PEER && uv pip install --python PEER/bin/python sortition-algorithms "mip<2"
    HUIYOU_PEER=PEER/bin/python HUIYOU_SELECTION=../shared/data/selection python -m benchmarks selection

Without HUIYOU_PEER only our side is measured, once, on two of the cases; HUIYOU_SIZE=large adds 16,000
and how far apart the sorted chances of 20 seeds are.
"""

import csv
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from fractions import Fraction
from pathlib import Path

from benchmarks.instances import FORTY, made
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.people import Person, clean
from huiyou.proof import Chance
from huiyou.selection import Quota, prepare, verify
from huiyou.selection.lottery import find_lottery
from huiyou.selection.pool import make_pool

STOPPED = 60  # times our own seconds, and the peer counts as taking that long
RUNS = 3
SEEDS, APART = 20, 1e-7
COLUMNS = (
    "case", "who", "cpu_s", "with_panels_s", "times_ours", "asked", "held", "smallest", "gap", "drawn_from", "judge_s",
    "judge", "mb", "record_mb",
)  # fmt: skip
PEER = os.environ.get("HUIYOU_PEER", "")
LARGE = os.environ.get("HUIYOU_SIZE") == "large"

PEER_RUN = """
import json, sys, time
from sortition_algorithms.committee_generation.maximin import find_distribution_maximin
from sortition_algorithms.features import read_in_features
from sortition_algorithms.people import read_in_people
from sortition_algorithms.settings import Settings
case = json.load(open(sys.argv[1]))
features, name, _ = read_in_features(["feature", "value", "min", "max"], case["quotas"], case["seats"])
people, _ = read_in_people(list(case["people"][0]), case["people"], features, Settings(id_column="id", columns_to_keep=[]), name)
start = time.process_time()
committees, odds, _ = find_distribution_maximin(features, people, case["seats"], [], sys.argv[2])
taken = time.process_time() - start
chances = dict.fromkeys((row["id"] for row in case["people"]), 0.0)
for committee, share in zip(committees, odds):
    for who in committee:
        chances[who] += share
print(json.dumps({"cpu_s": taken, "chances": sorted(chances.values())}))
"""


def run():
    rows = []
    for name, instance, asked in cases():
        rows += compared(name, instance, asked)
    if LARGE:
        rows += [over_seeds("meetup, 1,600 → 200, couples", meetup()), over_seeds("1,600 → 200, 40 rows", forty_rows())]  # fmt: skip
    return rows


def forty_rows():
    return made(1600, 200, couples=0, seed=1, slack=0.1, traits=FORTY)


def over_seeds(name, instance):
    """Say by how much the sorted chances of any two seeds differ at most."""
    pool = make_pool(*instance)
    chances = []
    for seed in range(SEEDS):
        lottery = find_lottery(pool, "leximin", Chance(str(seed)))
        total = sum(lottery.weights)
        chances.append(sorted(seats / total for seats in lottery.seats_of(len(pool.units))))
    apart = max(max(rank) - min(rank) for rank in zip(*chances, strict=True))
    held = "yes" if apart <= APART else "NO"
    told = {"who": f"ours, leximin, {SEEDS} seeds", "gap": f"{apart:.0e} apart", "asked": f"≤ {APART:.0e}"}  # fmt: skip
    return {**dict.fromkeys(COLUMNS, ""), "case": name, **told, "held": held}


def cases():
    """Give name, instance, and how many times more than ours the peer with mip<2 and by default must take."""
    yield "400 → 50", made(400, 50, couples=0, seed=2, slack=0.1, traits=FORTY), (5, None)
    yield "meetup, 1,600 → 200, couples", meetup(), None
    if LARGE:
        yield "16,000 → 500", made(16000, 500, couples=200, seed=3, slack=0.1, traits=FORTY), None
    if not PEER:
        return
    yield "1,600 → 200, 40 rows", forty_rows(), (20, 60)
    yield (
        "1,600 → 200, 40 couples",
        made(1600, 200, couples=40, seed=1, slack=0.1, traits=FORTY),
        None,
    )
    if os.environ.get("HUIYOU_SELECTION"):
        for folder, seats in (("example_small_20", 20), ("sf_fixture_22", 22), ("example_large_200", 200)):  # fmt: skip
            yield folder, kept(Path(os.environ["HUIYOU_SELECTION"]) / folder, seats), (1, 1)


def compared(name, instance, asked):
    people, together = instance[0], instance[-1]
    runs = RUNS if PEER and len(people) < 5000 else 1
    ours = {objective: of_ours(name, objective, runs) for objective in ("leximin", "maximin")}
    rows = [
        {
            "case": name, "who": f"ours, {objective}", "cpu_s": round(told["lottery_s"], 2),
            "with_panels_s": round(told["cpu_s"], 2), "times_ours": 1.0, "asked": "", "held": "",
            "smallest": f"{told['smallest']:.7f}", "gap": f"{told['gap']:.0e}",
            "drawn_from": told["published"], "judge_s": round(told["judge_s"], 2),
            "judge": told["verdict"], "mb": round(told["mb"]), "record_mb": round(told["record_mb"], 1),
        }
        for objective, told in ours.items()
    ]  # fmt: skip
    leximin, maximin = ours["leximin"]["lottery_s"], ours["maximin"]["lottery_s"]
    rows[0] |= {"asked": "≤ 2 × maximin", "held": "yes" if leximin <= 2 * maximin else "NO"}
    if together or not PEER:
        return rows
    for way, backend, least in zip(("mip<2", "default"), ("mip", "highspy"), asked or (None, None), strict=True):  # fmt: skip
        told = of_peer(instance, backend, STOPPED * maximin)
        times = told["cpu_s"] / maximin  # like with like
        chances = told.get("chances")
        rows.append({
            "case": name, "who": f"peer, maximin, {way}",
            "cpu_s": f"{told['cpu_s']:.2f}" + ("" if chances else ", stopped"),
            "with_panels_s": "", "times_ours": round(times, 1), "asked": f"≥ {least} ×" if least else "",
            "held": "" if least is None else "yes" if times >= least * 0.999 else "NO",
            "smallest": f"{min(chances):.7f}" if chances else "", "gap": "", "drawn_from": "",
            "judge_s": "", "judge": "", "mb": "", "record_mb": "",
        })  # fmt: skip
        if chances:
            ranks = [ours["leximin"]["chances"], chances]
            rows[-1]["judge"] = (
                "leximin never below" if never_below(*ranks) else "NO: above at a rank"
            )
    return rows


def never_below(ours, theirs):
    """Say whether the first rank at which sorted chances differ is ours: the order of leximin."""
    for mine, other in zip(ours, theirs, strict=True):
        if abs(mine - other) > 1e-6:
            return mine > other
    return True


def of_ours(name, objective, runs):
    """Measure in processes of their own: median CPU seconds, and the memory of one."""
    told = []
    for _ in range(runs):
        out = subprocess.run(
            [sys.executable, "-m", "benchmarks.selection", name, objective],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        told.append(json.loads(out.stdout))
    return {
        **told[0],
        **{
            key: statistics.median(t[key] for t in told)
            for key in ("lottery_s", "cpu_s", "judge_s")
        },
    }


def once(name, objective):
    """Prepare one lottery and judge it; the compiler's work is done before the clock starts."""
    people, seats, quotas, together = next(instance for one, instance, _ in cases() if one == name)
    prepare([Person(str(k)) for k in range(9)], 3, [], together=[("0", "1")], panels=9, seed="warm")
    start = time.process_time()
    find_lottery(make_pool(people, seats, quotas, together), objective, Chance("bench"))
    lottery = time.process_time() - start
    start = time.process_time()
    record = prepare(people, seats, quotas, together=together, objective=objective, seed="bench")
    cpu = time.process_time() - start
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    body = record.to_dict()
    start = time.process_time()
    verdict = verify(body, people, together)
    judged = time.process_time() - start
    chances = sorted(float(Fraction(text)) for text in record.probabilities.values())
    return {
        "lottery_s": lottery, "cpu_s": cpu, "judge_s": judged, "verdict": verdict.status, "mb": mb,
        "smallest": chances[0], "gap": float(Fraction(record.gap)), "chances": chances,
        "published": record.published["smallest"],
        "record_mb": len(json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()) / 1e6,
    }  # fmt: skip


def of_peer(instance, backend, limit):
    """Run the peer until it ends, or has used up its CPU seconds."""
    people, seats, quotas, _ = instance
    features = list(dict.fromkeys(quota.feature for quota in quotas))
    body = {
        "seats": seats,
        "people": [{"id": p.id, **{f: p.values(f)[0] for f in features}} for p in people],
        "quotas": [{"feature": q.feature, "value": q.value, "min": str(q.minimum), "max": str(q.maximum)} for q in quotas],
    }  # fmt: skip
    seconds = max(1, round(limit))
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(body, file)
        file.flush()
        out = subprocess.run(
            [PEER, "-c", PEER_RUN, file.name, backend],
            capture_output=True, text=True, check=False,
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (seconds + 3, seconds + 3)),
        )  # fmt: skip
    if out.returncode < 0:
        return {"cpu_s": limit}
    if out.returncode:
        raise RuntimeError(out.stderr)
    return json.loads(out.stdout.splitlines()[-1])


def meetup():
    folder = read_folder(Path(str(sample.folder("shenzhen"))))
    people = clean(folder.sheet, folder.form)
    return people.persons(), folder.facts.gathering.seats, folder.quotas, people.companions


def kept(folder, seats):
    """Read a pool as the peers keep it."""
    names = ("features.csv", "candidates.csv") if (folder / "features.csv").exists() else ("categories.csv", "respondents.csv")  # fmt: skip
    quota_rows, people_rows = (list(csv.DictReader((folder / n).open(encoding="utf-8"))) for n in names)  # fmt: skip
    feature, value = ("category", "feature") if "category" in quota_rows[0] else ("feature", "value")  # fmt: skip
    features = list(dict.fromkeys(row[feature] for row in quota_rows))
    people = [Person(f"p{k:04}", {f: (row[f],) for f in features}) for k, row in enumerate(people_rows)]  # fmt: skip
    quotas = [Quota(row[feature], row[value], int(row["min"]), min(seats, int(row["max"]))) for row in quota_rows]  # fmt: skip
    return people, seats, quotas, ()


if __name__ == "__main__":
    print(json.dumps(once(*sys.argv[1:])))
