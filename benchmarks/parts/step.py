"""The step of the console that the recipe did as well, in a measured process: fetch, check, store, clean, compare."""

import time
from collections.abc import Callable, Mapping
from typing import Any

import orjson

from benchmarks.measuring import Found
from benchmarks.world import opened, queued
from core.loop import collecting, deciding
from core.loop.progress import Progress

STEPS = ("collect", "clean", "compare", "decide")


def take_batch(world: Mapping[str, Any], feed_url: str) -> Found:
    """The feed's next batch through the real steps of the loop; a clock of its own for each of them.

    The clock begins before the request, so that no byte of the answer is left out.
    """
    loop = opened(world, FEED_URL=feed_url)
    progress = Progress.resume(loop, queued(loop), STEPS)
    parses = _count_large_parses()
    clocks: dict[str, float] = {}
    collected = _timed(clocks, "collect", lambda: collecting.collect(loop, progress))
    batch = collected.batch
    measured = _timed(clocks, "clean", lambda: collecting.clean(loop, progress, collected, batch))
    reports = _timed(clocks, "compare", lambda: collecting.compare(loop, progress, batch, measured))
    _timed(clocks, "decide", lambda: deciding.decide(loop, progress, batch, reports, collected.received))
    return {"seconds": sum(clocks.values()), "rows": batch.rows_stored, "parses": len(parses), **clocks}


def _timed(clocks: dict[str, float], name: str, work: Callable[[], Any]) -> Any:
    began = time.perf_counter()
    found = work()
    clocks[name] = time.perf_counter() - began
    return found


def _count_large_parses() -> list[int]:
    """From now on, the sizes of the JSON texts of a batch's size that are parsed."""
    sizes: list[int] = []
    loads = orjson.loads

    def counted(content: bytes) -> Any:
        if len(content) > 20_000:
            sizes.append(len(content))
        return loads(content)

    orjson.loads = counted  # type: ignore[assignment]
    return sizes
