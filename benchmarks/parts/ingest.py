"""Ingest: a batch of 10,000 rows where 1 million are accumulated, ours beside the recipe."""

import os
import time
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.feed import serving
from benchmarks.listings import answer
from benchmarks.measuring import Found, in_child, median, repeated
from benchmarks.table import Line, times
from benchmarks.world import MARIADB, World


def measure(bench: Bench) -> Iterator[Line]:
    """Time and peak memory of fetch, check, store, clean and compare against ``accumulated``, on each database."""
    for database in bench.databases:
        ours = _ours(bench, bench.seeded(database, bench.sizes.accumulated))
        recipe = _recipe(bench, bench.empty(database))
        place = f"{bench.sizes.batch:,} rows onto {bench.sizes.accumulated:,}, {database}"
        faster = times(300) if database == MARIADB else None
        yield Line("ingest", place, median(ours), "s", median(recipe), faster, len(ours))
        peaks = median(ours, "peak_mb"), median(recipe, "peak_mb")
        yield Line("ingest", f"peak memory, {place}", peaks[0], "MB", peaks[1], times(10), len(ours))


def take_batches(bench: Bench, world: World, runs: int) -> list[Found]:
    """Ours, run by run, each with a batch that was never seen."""
    known = world.as_argument()
    first = in_child("benchmarks.parts.ingest:next_number", world=known)["number"]
    bodies = [answer(bench.sizes.batch, 900_000 + first + run, first + run) for run in range(runs)]
    settle(bench.sizes.seconds_to_settle)
    with serving(*bodies) as url:
        return [in_child("benchmarks.parts.step:take_batch", world=known, feed_url=url) for _ in bodies]


def settle(seconds: float) -> None:
    """Wait for what filling a world left to be written, by the system and by the server: it is not the step's."""
    os.sync()
    time.sleep(seconds)


def next_number(world: dict[str, str]) -> Found:
    """The number that the feed's next batch would have in this world."""
    from benchmarks.world import opened
    from core import store

    with store.reading(opened(world).raw) as connection:
        last = store.last_batch(connection)
    return {"number": 0 if last is None else last.number + 1}


def _ours(bench: Bench, world: World) -> list[Found]:
    return take_batches(bench, world, bench.sizes.runs)


def _recipe(bench: Bench, world: World) -> list[Found]:
    in_child("benchmarks.recipe.ingest:fill", raw_url=world.raw_url, rows=bench.sizes.accumulated)
    urls = {"raw_url": world.raw_url, "clean_url": world.clean_url}
    bodies = [answer(bench.sizes.batch, 800_000 + run, run) for run in range(bench.sizes.runs)]
    with serving(*bodies) as url:
        return repeated(lambda: in_child("benchmarks.recipe.ingest:take_batch", feed_url=url, **urls), bench.sizes.runs)
