"""Worlds to measure in: databases of their own, filled through the console's own path, and dropped afterwards."""

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import text

from benchmarks.listings import typed
from core import runs, store
from core.errors import StoreError
from core.loop import Loop, open_loop
from core.records import CheckedBatch, Run
from core.settings import read_settings

SQLITE, MARIADB = "SQLite", "MariaDB"
SEEDED_AT_ONCE = 200_000
BASE = {"DRIFT_REFERENCE": "accumulated", "CYCLE_EVERY": "off", "EMBEDDED": "false", "LOG_LEVEL": "WARNING"}


@dataclass(frozen=True)
class World:
    """Where a measured process works: a folder, and two databases."""

    database: str
    folder: str
    raw_url: str
    clean_url: str

    def environment(self, **settings: str) -> dict[str, str]:
        """The settings of a process in this world."""
        urls = {"RAW_DATABASE_URL": self.raw_url, "CLEAN_DATABASE_URL": self.clean_url}
        return {"DATA_DIR": self.folder, **BASE, **urls, **settings}

    def as_argument(self) -> dict[str, Any]:
        """The world as an argument of ``measuring.in_child``."""
        return asdict(self)


@contextmanager
def new_world(database: str, folder: Path, server: str) -> Iterator[World]:
    """An empty world: SQLite files in ``folder``, or databases on ``server``, dropped at the end."""
    folder.mkdir(parents=True)
    if database == SQLITE:
        yield World(SQLITE, str(folder), f"sqlite:///{folder / 'raw.db'}", f"sqlite:///{folder / 'clean.db'}")
        return
    names = [f"bench_{name}_{uuid.uuid4().hex[:8]}" for name in ("raw", "clean")]
    try:
        _on_server(server, [f"CREATE DATABASE {name} CHARACTER SET utf8mb4" for name in names])
        yield World(MARIADB, str(folder), f"{server}/{names[0]}", f"{server}/{names[1]}")
    finally:
        _on_server(server, [f"DROP DATABASE IF EXISTS {name}" for name in names])


def answers(server: str) -> bool:
    """Whether a MySQL-compatible server is there."""
    try:
        _on_server(server, ["SELECT 1"])
    except StoreError:
        return False
    return True


def opened(world: Mapping[str, Any], **settings: str) -> Loop:
    """The loop in a world, inside a measured process."""
    return open_loop(read_settings(World(**world).environment(**settings), None))


def queued(loop: Loop, kind: str = "cycle", **parameters: Any) -> Run:
    """A claimed run, as the worker has it."""
    at = loop.clock()
    with store.writing(loop.raw) as connection:
        number = runs.enqueue(connection, kind=kind, cause="command", by="bench", at=at, parameters=parameters)
        run = runs.claim(connection, worker="bench", at=at, run=number)
    if run is None:
        raise StoreError("The run could not be claimed: another is open in this world.")
    return run


def seed(world: Mapping[str, Any], rows: int) -> dict[str, Any]:
    """Store generated rows, by the console's own path, until ``rows`` are accumulated."""
    loop = opened(world)
    with store.writing(loop.raw) as connection:
        if store.current_collection(connection) is None:
            store.open_collection(connection, at=loop.clock(), reason="seeded for a measurement")
        there = sum(batch.rows_stored for batch in store.list_batches(connection, limit=10_000))
    while there < rows:
        there += _seed_batch(loop, min(rows - there, SEEDED_AT_ONCE))
    return {"rows": there}


def _seed_batch(loop: Loop, count: int) -> int:
    with store.writing(loop.raw) as connection:
        collection = store.current_collection(connection) or 0
        last = store.last_batch(connection, collection=collection)
        number = 0 if last is None else last.number + 1
        batch, stored = store.store_batch(
            connection,
            tables=loop.tables,
            contract=loop.contract,
            collection=collection,
            number=number,
            content_hash=f"seeded {number}",
            checked=CheckedBatch(typed(count, seed=1000 + number), (), (), {}),
            at=loop.clock(),
        )
    keys = {"batch": batch.id, "collection": batch.collection}
    with (
        store.writing(loop.clean) as connection,
        store.storing_clean(connection, tables=loop.tables, received=stored, **keys),
    ):
        pass
    return batch.rows_stored


def _on_server(server: str, statements: list[str]) -> None:
    engine = store.open_engine(server)
    try:
        with store.writing(engine) as connection:
            for statement in statements:
                connection.execute(text(statement))
    finally:
        engine.dispose()
