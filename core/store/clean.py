"""The clean database: rows that may be trained on, with their split. It can be rebuilt from the raw one."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, delete, func, select

from core.contract import Contract
from core.records import Batch
from core.store.places import store_places
from core.store.received import Received
from core.store.rows import insert_rows, read_rows
from core.tables import RowTables


def store_clean(connection: Connection, *, tables: RowTables, batch: Batch, received: Received) -> int:
    """Clean a batch's received rows and store them in place of what was there of it; how many."""
    splits, _ = received.clean
    connection.execute(delete(tables.clean).where(tables.clean.c.batch_id == batch.id))
    fixed = {"batch_id": batch.id, "collection_id": batch.collection}
    insert_rows(connection, table=tables.clean, rows=received.rows, splits=splits, fixed=fixed)
    rows = received.rows
    usable = rows.frame.loc[splits.index]
    store_places(connection, tables=tables, contract=rows.contract, batch=batch.id, frame=usable)
    return len(splits)


def count_clean(connection: Connection, *, tables: RowTables, batch: int) -> int:
    """How many clean rows of a batch there are."""
    query = select(func.count()).select_from(tables.clean).where(tables.clean.c.batch_id == batch)
    return connection.execute(query).scalar_one()


def load_clean(
    connection: Connection, *, tables: RowTables, contract: Contract, batches: Sequence[int], splits: Sequence[str]
) -> pd.DataFrame:
    """The clean rows of some batches and splits, in a fixed order: the contract's columns, ``split``, ``row_hash`` and
    ``batch_id``."""
    table = tables.clean
    columns = [table.c[name] for name in (*contract.names, "split", "row_hash", "batch_id")]
    query = select(*columns).where(table.c.batch_id.in_(list(batches)), table.c.split.in_(list(splits)))
    return read_rows(connection, query.order_by(table.c.batch_id, table.c.row_number), contract)
