"""A world to run the loop in: real databases, a real MLflow store, and a feed that a test fills."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, cast

import pytest

from core import runs, store
from core.errors import FeedExhausted
from core.feed import Feed
from core.loop import Loop, execute, open_loop
from core.prediction import open_predictor, predict_rows
from core.records import FeedBatch, Met, Run
from core.registry import open_registry
from core.settings import read_settings
from tests.conftest import Clock, listings


@dataclass
class ShelfFeed:
    """A feed without a wire: hands out what a test put on its shelf, once each."""

    batches: list[list[Any]]
    place: int = 0
    asked: int = 0
    waiting: list[FeedBatch] = field(default_factory=list)

    def next_batch(self) -> FeedBatch:
        self.asked += 1
        if self.place >= len(self.batches):
            raise FeedExhausted("The feed has handed out every batch.")
        rows = self.batches[self.place]
        answer = FeedBatch(self.place, rows, f"{hash(str(rows)):x}")
        self.place += 1
        self.waiting.append(answer)
        return answer

    def restart(self) -> None:
        self.place = 0

    def pending(self) -> FeedBatch | None:
        return self.waiting[0] if self.waiting else None

    def settle(self, batch: FeedBatch) -> None:
        self.waiting.remove(batch)


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An initialised MLflow store to copy: making one takes seconds."""
    folder = tmp_path_factory.mktemp("registry")
    open_registry(read_settings({"DATA_DIR": str(folder)}, None)).initialise()
    return folder


@pytest.fixture
def make_loop(
    tmp_path: Path, empty_registry: Path, clock: Clock, database_urls: tuple[str, str]
) -> Iterator[Callable[..., Loop]]:
    """Opens a loop on fresh databases; keywords are settings."""
    opened: list[Loop] = []

    def make(batches: list[list[Any]] | None = None, **settings: str) -> Loop:
        for name in ("mlflow.db",):
            if not (tmp_path / name).exists():
                shutil.copy(empty_registry / name, tmp_path / name)
        environ = {"DATA_DIR": str(tmp_path), "SEARCH_DRAWS": "1", "DRIFT_REFERENCE": "accumulated"}
        raw, clean = database_urls
        environ |= {"RAW_DATABASE_URL": raw, "CLEAN_DATABASE_URL": clean}
        environ |= {name.upper(): value for name, value in settings.items()}
        loop = open_loop(read_settings(environ, None), clock)
        feed = ShelfFeed(batches or [])
        opened.append(loop)
        return replace(loop, feed=cast(Feed, feed))

    yield make
    for loop in opened:
        loop.raw.dispose()
        loop.clean.dispose()


def queue(loop: Loop, kind: str = "cycle", by: str = "me", **parameters: Any) -> Run:
    """A claimed run, as the worker has it."""
    with store.writing(loop.raw) as connection:
        at = loop.clock()
        number = runs.enqueue(connection, kind=kind, cause="operator", by=by, at=at, parameters=parameters)
        run = runs.claim(connection, worker="w", at=at, run=number)
    assert run is not None
    return run


def cycle(loop: Loop, **parameters: Any) -> dict[str, Any]:
    """One cycle; its outcome."""
    return execute(loop, queue(loop, **parameters))


def sold_again(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same houses, sold at nearly the same price."""
    return [row | {"status": "sold", "price": row["price"] + 1000} for row in rows]


@pytest.fixture
def three_batches() -> list[list[dict[str, Any]]]:
    """A first batch, a quiet one with some of its houses sold, and one at twice the price."""
    first = listings(900, seed=1)
    quiet = [*listings(200, seed=2), *sold_again(first[:100])]
    return [first, quiet, [*listings(900, seed=3, price=420_000), *sold_again(first[100:200])]]


def asked(loop: Loop, rows: list[dict[str, Any]], truth: float = 0.0) -> list[int]:
    """Ask for the price of homes, as a program does; with ``truth`` times what each is listed at as its true value."""
    given = [{name: value for name, value in row.items() if name != "price"} for row in rows]
    if truth:
        given = [row | {"price": each["price"] * truth} for row, each in zip(given, rows, strict=True)]
    return [found.id or 0 for found in predict_rows(open_predictor(loop), given, "api")]


def all_met(loop: Loop, version: int = 1) -> dict[int, Met]:
    with store.reading(loop.raw) as connection:
        found = store.list_met(
            connection, tables=loop.tables, contract=loop.contract, version=version, limit=999, counted=False
        )
    return {each.prediction: each for each in found}
