"""The clean database: rows that may be trained on, with their split. It can be rebuilt from the raw one."""

from collections.abc import Sequence

import pandas as pd
from sqlalchemy import Connection, delete, func, select

from core import cleaning
from core.contract import Contract
from core.identity import row_hashes
from core.records import Batch
from core.store.rows import insert_new_rows, read_rows
from core.tables import RowTables


def store_clean(
    connection: Connection, *, tables: RowTables, contract: Contract, batch: Batch, received: pd.DataFrame
) -> int:
    """Clean a batch's received rows and store them in place of what was there of it; how many."""
    kept, _ = cleaning.clean(received, contract)
    connection.execute(delete(tables.clean).where(tables.clean.c.batch_id == batch.id))
    fixed = {"batch_id": batch.id, "collection_id": batch.collection}
    hashes = row_hashes(kept, contract)
    insert_new_rows(connection, table=tables.clean, contract=contract, frame=kept, fixed=fixed, hashes=hashes)
    return len(kept)


def count_clean(connection: Connection, *, tables: RowTables, batch: int) -> int:
    """How many clean rows of a batch there are."""
    query = select(func.count()).select_from(tables.clean).where(tables.clean.c.batch_id == batch)
    return connection.execute(query).scalar_one()


def load_clean(
    connection: Connection, *, tables: RowTables, contract: Contract, batches: Sequence[int], splits: Sequence[str]
) -> pd.DataFrame:
    """The clean rows of some batches and splits, in a fixed order: the contract's columns, ``split``, ``row_hash``."""
    table = tables.clean
    columns = [table.c[name] for name in (*contract.names, "split", "row_hash")]
    query = select(*columns).where(table.c.batch_id.in_(list(batches)), table.c.split.in_(list(splits)))
    return read_rows(connection, query.order_by(table.c.batch_id, table.c.row_number), contract)
