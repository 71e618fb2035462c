"""The benchmarks: each beside its peers, in one run, on the same made-up data.

    programme.py   which benchmarks there are        courses/   what each of them does, one a file
    run.py         rounds, taken in turn             process.py, child.py   one measurement, in its own process
    result.py      medians, ratios, growth           page.py    the table of docs/reference/benchmarks.md
    chart.py       the same as a picture
    pairs/         hard negatives and respellings, made without the rules

A measurement is a process of its own, so that its peak of memory is its own. Contestants take turns within a
round, so that a busy moment of the machine meets all of them; what is told is the median over the rounds.
"""

from counterfoil.bench.model import TENFOLD
from counterfoil.bench.programme import BENCHMARKS, chosen
from counterfoil.bench.result import Result, read_results
from counterfoil.bench.run import absent_files, run

__all__ = ["BENCHMARKS", "TENFOLD", "Result", "absent_files", "chosen", "read_results", "run"]
