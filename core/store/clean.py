"""The clean database: rows that may be trained on, with their split. It can be rebuilt from the raw one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import pandas as pd
from sqlalchemy import Connection, delete, func, select

from core.comparables import parts_of
from core.contract import Contract
from core.store.places import store_places
from core.store.received import Received
from core.store.rows import read_rows, storing_rows
from core.tables import RowTables


@contextmanager
def storing_clean(
    connection: Connection, *, tables: RowTables, batch: int, collection: int, received: Received
) -> Iterator[int]:
    """Clean a batch's received rows and store them in place of what was there of it; how many.

    As ``storing_rows`` says, the server takes them while the body of the context works.
    """
    splits, _ = received.clean
    connection.execute(delete(tables.clean).where(tables.clean.c.batch_id == batch))
    fixed = {"batch_id": batch, "collection_id": collection}
    rows = received.rows.take(received.rows.frame.index.isin(splits.index))
    with storing_rows(connection, table=tables.clean, rows=rows, fixed=fixed, splits=splits.tolist()):
        parts = list(parts_of(rows.frame, rows.contract))
        yield len(splits)
    store_places(connection, tables=tables, batch=batch, parts=parts)


def count_clean(connection: Connection, *, tables: RowTables, batch: int) -> int:
    """How many clean rows of a batch there are."""
    query = select(func.count()).select_from(tables.clean).where(tables.clean.c.batch_id == batch)
    return connection.execute(query).scalar_one()


def count_splits(connection: Connection, *, tables: RowTables, batches: Sequence[int]) -> dict[str, int]:
    """How many clean rows of some batches there are in each split that has any."""
    table = tables.clean
    query = select(table.c.split, func.count()).where(table.c.batch_id.in_(list(batches))).group_by(table.c.split)
    return {row.split: int(row[1]) for row in connection.execute(query)}


def load_clean(
    connection: Connection, *, tables: RowTables, contract: Contract, batches: Sequence[int], splits: Sequence[str]
) -> pd.DataFrame:
    """The clean rows of some batches and splits, in a fixed order: the contract's columns, ``split``, ``row_hash`` and
    ``batch_id``."""
    table = tables.clean
    columns = [table.c[name] for name in (*contract.names, "split", "row_hash", "batch_id")]
    query = select(*columns).where(table.c.batch_id.in_(list(batches)), table.c.split.in_(list(splits)))
    return read_rows(connection, query.order_by(table.c.batch_id, table.c.row_number), contract)
