"""Big batch: the largest answer of the real feed, from the request to the verdict."""

from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.feed import serving
from benchmarks.listings import answer
from benchmarks.measuring import in_child, median, repeated
from benchmarks.table import Line, at_most
from benchmarks.world import MARIADB


def measure(bench: Bench) -> Iterator[Line]:
    """Time, peak memory and the number of times that the answer's JSON was parsed, on each database."""
    count = bench.sizes.largest_batch
    body = answer(count, 361, 0)
    for database in bench.databases:
        with serving(body) as url:
            found = repeated(
                lambda database=database, url=url: in_child(
                    "benchmarks.parts.step:take_batch", world=bench.empty(database).as_argument(), feed_url=url
                ),
                bench.sizes.runs,
            )
        place, runs = f"{count:,} rows, {database}", len(found)
        seconds = at_most(12 if database == MARIADB else 8)
        yield Line("big batch", place, median(found), "s", None, seconds, runs)
        yield Line("big batch", f"peak memory, {place}", median(found, "peak_mb"), "MB", None, at_most(1200), runs)
        yield Line("big batch", f"JSON parsed, {place}", median(found, "parses"), "times", None, at_most(1), runs)
