"""What every part is given: the sizes, the databases that answer, and worlds that are made once and shared."""

from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.measuring import in_child
from benchmarks.world import World, new_world


@dataclass(frozen=True)
class Sizes:
    """How much is measured. The targets are for the full sizes; the quick ones only show that the suite runs."""

    batch: int = 10_000
    little: int = 10_000
    accumulated: int = 1_000_000
    grown: int = 2_200_000
    largest_batch: int = 361_457
    training_rows: int = 1_000_000
    searched: tuple[int, int] = (10, 3)
    budget: float = 60.0
    versions: int = 20
    explained: int = 2_000
    kernel_rows: int = 5
    background: int = 100
    calls: int = 1_000
    slow_calls: int = 80
    clients: int = 8
    runs: int = 3
    quality_splits: int = 3
    quality_scale: float = 0.05
    # InnoDB writes its dirty pages in the background, for seconds after the last row of a million.
    seconds_to_settle: float = 20.0


FULL = Sizes()
QUICK = Sizes(
    batch=300,
    little=500,
    accumulated=2_000,
    grown=2_000,
    largest_batch=3_000,
    training_rows=3_000,
    searched=(2, 2),
    budget=1.0,
    versions=3,
    explained=50,
    kernel_rows=1,
    background=10,
    calls=40,
    slow_calls=8,
    clients=2,
    runs=1,
    quality_splits=1,
    quality_scale=0.003,
    seconds_to_settle=0.0,
)


@dataclass
class Bench:
    """A run of the suite. Worlds live until ``stack`` is closed; ``listings`` is a CSV file of real ones, if any."""

    sizes: Sizes
    databases: tuple[str, ...]
    server: str
    folder: Path
    stack: ExitStack
    listings: Path | None = None
    _worlds: dict[tuple[str, int], World] = field(default_factory=dict)
    _trained: set[tuple[str, int]] = field(default_factory=set)

    def empty(self, database: str) -> World:
        """A new world with nothing in it."""
        number = len(list(self.folder.iterdir()))
        return self.stack.enter_context(new_world(database, self.folder / f"world{number}", self.server))

    def seeded(self, database: str, rows: int) -> World:
        """A world with ``rows`` accumulated rows or, where a part has added its batches, a few more."""
        key = (database, rows)
        if key not in self._worlds:
            self._worlds[key] = self.empty(database)
            in_child("benchmarks.world:seed", world=self._worlds[key].as_argument(), rows=rows)
        return self._worlds[key]

    def trained(self, database: str, rows: int) -> World:
        """A seeded world with a model in production."""
        world = self.seeded(database, rows)
        if (database, rows) not in self._trained:
            in_child("benchmarks.parts.models:train_in", world=world.as_argument(), **self.plan())
            self._trained.add((database, rows))
        return world

    def plan(self) -> dict[str, Any]:
        """The settings of a training that only has to give a model of the usual kind."""
        return {"seconds": self.sizes.budget / 3}
