"""Ranking: every version is scored once on a holdout and remembered; opening the models page scores nothing."""

import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from benchmarks.bench import Bench
from benchmarks.console import running_console
from benchmarks.measuring import Found, in_child
from benchmarks.session import Session
from benchmarks.table import Line, at_most
from benchmarks.world import SQLITE, World, opened, queued
from core import runs, store
from core.loop import promoting, ranking
from core.loop.progress import Progress


def measure(bench: Bench) -> Iterator[Line]:
    """How many versions are scored at the first ranking, at the second, and by opening the models page."""
    sizes = bench.sizes
    world = bench.empty(SQLITE)
    in_child("benchmarks.world:seed", world=world.as_argument(), rows=sizes.little)
    in_child("benchmarks.parts.models:register_copies", world=world.as_argument(), versions=sizes.versions)
    first, second = (in_child("benchmarks.parts.ranking:rank", world=world.as_argument()) for _ in range(2))
    step = f"{sizes.versions} versions on {first['rows']:,} holdout rows"
    yield Line("ranking", f"models scored, {step}", first["scored"], "", None, at_most(sizes.versions))
    yield Line("ranking", f"time, {step}", first["seconds"])
    yield Line("ranking", "models scored when ranked again", second["scored"], "", None, at_most(0))
    yield Line("ranking", "time when ranked again", second["seconds"])
    yield Line("ranking", "models scored by opening the models page", _scored_by_page(world), "", None, at_most(0))


def rank(world: dict[str, Any]) -> Found:
    """One ranking as the loop does it, with the models counted that are loaded to be scored."""
    loop = opened(world)
    registry = CountingRegistry(loop.registry)
    loop = replace(loop, registry=registry)
    progress = Progress.resume(loop, queued(loop, "promotion"), ("rank", "promote"))
    began = time.perf_counter()
    ranked = ranking.rank(loop, progress)
    seconds, scored = time.perf_counter() - began, registry.scored
    promoting.promote_best(loop, progress, ranked, None)
    with store.writing(loop.raw) as connection:
        runs.finish(connection, run=progress.run.id, status="succeeded", at=loop.clock())
    return {"seconds": seconds, "scored": scored, "rows": progress.done["rank"]["rows"]}


def scores(world: dict[str, Any]) -> Found:
    """How many scores are remembered, and when the last one was made."""
    from sqlalchemy import func, select

    from core.tables import scores as table

    with store.reading(opened(world).raw) as connection:
        count, last = connection.execute(select(func.count(), func.max(table.c.scored_at)).select_from(table)).one()
    return {"count": count, "last": str(last)}


class CountingRegistry:
    """A registry that counts the models that are loaded from it while versions are ranked."""

    def __init__(self, registry: Any) -> None:
        self._registry, self.scored = registry, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._registry, name)

    def load_model(self, number: int) -> Any:
        """The model of a version."""
        self.scored += 1
        return self._registry.load_model(number)


def _scored_by_page(world: World) -> int:
    """How many scores were made while the models page was opened; a score made again would move the last one."""
    before = in_child("benchmarks.parts.ranking:scores", world=world.as_argument())
    with running_console(world) as console, Session(console.port) as session:
        session.open("models")
    after = in_child("benchmarks.parts.ranking:scores", world=world.as_argument())
    changed = int(after["last"] != before["last"])
    return int(max(after["count"] - before["count"], changed))
