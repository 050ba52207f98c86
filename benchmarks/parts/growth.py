"""Growth: the same step with 2.2 million accumulated rows and with 10 thousand."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.measuring import median
from benchmarks.parts.ingest import take_batches
from benchmarks.table import Line, at_most


def measure(bench: Bench) -> Iterator[Line]:
    """The step's median time at both sizes, and how many times the one is the other."""
    sizes = bench.sizes
    for database in bench.databases:
        little = take_batches(bench, bench.seeded(database, sizes.little), sizes.runs)
        much = take_batches(bench, bench.seeded(database, sizes.grown), sizes.runs)
        yield Line("growth", f"{sizes.batch:,} rows onto {sizes.little:,}, {database}", median(little), runs=sizes.runs)
        yield Line("growth", f"{sizes.batch:,} rows onto {sizes.grown:,}, {database}", median(much), runs=sizes.runs)
        growth = median(much) / median(little)
        yield Line("growth", f"the second over the first, {database}", growth, "times", None, at_most(1.3), sizes.runs)
