"""What cleaning 1,617 rows costs beside only reading the CSV."""

import csv
import io
from pathlib import Path

from benchmarks.measure import cpu_seconds
from huiyou import sample
from huiyou.gathering import read_folder
from huiyou.people import clean


def run():
    folder = Path(str(sample.folder("shenzhen")))
    text = (folder / "applicants.csv").read_text(encoding="utf-8-sig")
    gathering = read_folder(folder)
    plain = cpu_seconds(lambda: list(csv.reader(io.StringIO(text))))
    cleaned = cpu_seconds(lambda: clean(gathering.sheet, gathering.form))
    return [
        {"way": "csv.reader", "cpu_ms": round(plain * 1000, 1), "ratio": 1},
        {"way": "clean", "cpu_ms": round(cleaned * 1000, 1), "ratio": round(cleaned / plain)},
    ]
