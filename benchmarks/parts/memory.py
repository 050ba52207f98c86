"""Memory: of the console after its start and after every page, of a worker idle and after a training."""

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.bench import Bench
from benchmarks.console import free_port, running, running_console
from benchmarks.measuring import Found, in_child
from benchmarks.parts.pages import PAGES
from benchmarks.session import Session
from benchmarks.table import Line, at_most
from benchmarks.world import SQLITE, World, opened
from core import runs, store

SECONDS_BETWEEN_LOOKS, LONGEST, SETTLED = 0.5, 600.0, 2.0


def measure(bench: Bench) -> Iterator[Line]:
    """Resident sets in MB, from the system's own account."""
    world = bench.trained(SQLITE, bench.sizes.accumulated)
    yield from _console(world)
    yield from _worker(bench, world)


def _console(world: World) -> Iterator[Line]:
    with running_console(world) as console:
        yield Line("memory", "console after start", console.memory_mb(), "MB", None, at_most(150))
        with Session(console.port) as session:
            for page in PAGES:
                session.open(page)
            yield Line("memory", "console after every page was opened", console.memory_mb(), "MB", None, at_most(400))


def _worker(bench: Bench, world: World) -> Iterator[Line]:
    """A worker with nothing to do; then after a training, which is done in a process of its own."""
    known = world.as_argument()
    settings = world.environment(SEARCH_DRAWS="1", SEARCH_SECONDS=str(bench.sizes.budget / 6))
    with running(["worker.py"], settings, world, free_port(), "") as worker:
        in_child("benchmarks.parts.memory:wait_for_worker", world=known, process=worker.process)
        yield Line("memory", "worker idle", worker.memory_mb(), "MB", None, at_most(150))
        ended = in_child("benchmarks.parts.memory:train_and_wait", world=known)
        note = "" if ended["status"] == "succeeded" else f"the training {ended['status']}"
        yield Line("memory", "worker after a training", worker.memory_mb(), "MB", None, at_most(200), note=note)


def wait_for_worker(world: dict[str, Any], process: int) -> Found:
    """Wait until a worker has its lease and the process that prepares its model store has ended."""
    loop, began = opened(world), time.perf_counter()
    while time.perf_counter() - began < LONGEST:
        with store.reading(loop.raw) as connection:
            workers = runs.list_workers(connection, limit=1)
        time.sleep(SETTLED)
        if workers and workers[0]["stopped_at"] is None and not _children(process):
            return {"seconds": time.perf_counter() - began}
    raise TimeoutError("No worker came.")


def train_and_wait(world: dict[str, Any]) -> Found:
    """Ask for a training, as a click does, and wait for its end."""
    loop, began = opened(world), time.perf_counter()
    with store.writing(loop.raw) as connection:
        number = runs.enqueue(connection, kind="training", cause="operator", by="bench", at=loop.clock())
    run = None
    while time.perf_counter() - began < LONGEST and (run is None or run.is_open):
        time.sleep(SECONDS_BETWEEN_LOOKS)
        with store.reading(loop.raw) as connection:
            run = runs.load_run(connection, run=number)
    return {"status": run.status if run else "unknown"}


def _children(process: int) -> list[str]:
    """The processes at work for a worker; the one that keeps account of its semaphores is always there."""
    numbers = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    return [number for number in numbers if "resource_tracker" not in Path(f"/proc/{number}/cmdline").read_text()]
