"""Exactness: the statistics of ``accumulated`` against pandas on every row that is stored."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from sqlalchemy import select

from benchmarks.bench import Bench
from benchmarks.measuring import Found, in_child
from benchmarks.table import Line, at_most
from benchmarks.world import opened
from core import drift, store

PANDAS = {"mean": "mean", "std": "std", "50": "50%", "75": "75%"}


def measure(bench: Bench) -> Iterator[Line]:
    """The largest relative difference over all watched columns and statistics, on each database."""
    for database in bench.databases:
        world = bench.seeded(database, bench.sizes.accumulated)
        found = in_child("benchmarks.parts.exactness:differ", world=world.as_argument())
        step = f"largest relative difference to pandas on {found['rows']:,} rows, {database}"
        yield Line("exactness", step, found["difference"], "", None, at_most(1e-9))


def differ(world: dict[str, Any]) -> Found:
    """Read every row back, describe it, and compare with the stored profile."""
    import pandas as pd

    loop = opened(world)
    table = loop.tables.received
    names = [column.name for column in loop.contract.drift_columns]
    with store.reading(loop.raw) as connection:
        rows = pd.DataFrame(connection.execute(select(*(table.c[name] for name in names))).all(), columns=names)
        last = store.last_batch(connection)
        profile = store.load_profile(connection, batch=last.id if last else 0, kind="accumulated")
    described = rows.astype(np.float64).describe()
    found = {name: drift.statistics(profile.numbers[name]) for name in names}
    differences = [
        abs(found[name][own] - described.loc[theirs, name]) / abs(described.loc[theirs, name])
        for name in names
        for own, theirs in PANDAS.items()
    ]
    return {"difference": float(max(differences)), "rows": len(rows)}
