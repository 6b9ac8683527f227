"""Run every benchmark:  python -m benchmarks [--keep] [NAME ...]."""

import sys

from benchmarks import cleaning, evening, reserves, selection, site, tables
from benchmarks.measure import keep, show

ALL = {
    each.__name__.rpartition(".")[2]: each
    for each in (cleaning, selection, reserves, tables, evening, site)
}

names = [argument for argument in sys.argv[1:] if argument != "--keep"] or list(ALL)
for name in names:
    rows = ALL[name].run()
    show(str(ALL[name].__doc__).splitlines()[0], rows)
    if "--keep" in sys.argv:
        keep(name, rows)
