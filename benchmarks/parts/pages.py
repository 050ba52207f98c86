"""Pages: the first one after a start, and every page again with a million rows stored."""

import statistics
from collections.abc import Iterator

from benchmarks.bench import Bench
from benchmarks.console import running_console
from benchmarks.measuring import median
from benchmarks.session import Session
from benchmarks.table import Line, at_most
from benchmarks.world import World

PAGES = ("", "batches", "drift", "training", "models", "explain", "predict", "history", "settings")


def measure(bench: Bench) -> Iterator[Line]:
    """Times until a page's script has ended, as a browser's socket sees it; drawing in the browser is not in it."""
    for database in bench.databases:
        world = bench.trained(database, bench.sizes.accumulated)
        starts = [_start(world) for _ in range(bench.sizes.runs)]
        step = f"first page after start, {database}"
        yield Line("pages", step, median(starts, "page"), "s", None, at_most(2.0), len(starts))
        yield Line("pages", f"from the command to the first page, {database}", median(starts, "total"), "s")
        yield from _reruns(bench, world)


def _start(world: World) -> dict[str, float]:
    """A fresh console: the time of its first page, and with the time until it answered at all."""
    with running_console(world) as console, Session(console.port) as session:
        page = session.open("")
        return {"page": page, "total": console.seconds_to_answer + page}


def _reruns(bench: Bench, world: World) -> Iterator[Line]:
    with running_console(world) as console, Session(console.port) as session:
        session.open("")
        for page in PAGES:
            name = f"{page or 'overview'} page, {world.database}"
            yield Line("pages", f"first opening of the {name}", session.open(page))
            again = [session.open(page) for _ in range(bench.sizes.runs)]
            yield Line("pages", f"rerun of the {name}", statistics.median(again), "s", None, at_most(0.3), len(again))
