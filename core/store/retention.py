"""What is let go: the rows of collections that were closed long ago, and what is remembered of removed versions.

Batches, their profiles, reports and decisions stay, and so do rejected rows: only the rows that were stored go.
"""

from datetime import datetime

from sqlalchemy import Connection, delete, select, update

from core.records import Collection
from core.store.places import delete_places
from core.tables import RowTables, batches, collections, promotions, resamples, row_hashes, scores, trained_on


def list_collections(connection: Connection) -> list[Collection]:
    """Every collection, the oldest first."""
    query = select(collections).order_by(collections.c.id)
    return [
        Collection(row.id, row.opened_at, row.closed_at, row.reason, row.rows_deleted_at)
        for row in connection.execute(query)
    ]


def batches_of(connection: Connection, *, collection: int) -> list[int]:
    """The keys of a collection's batches, the oldest first."""
    query = select(batches.c.id).where(batches.c.collection_id == collection).order_by(batches.c.id)
    return list(connection.execute(query).scalars())


def delete_received(connection: Connection, *, tables: RowTables, batch: int) -> int:
    """Delete a batch's rows as received, with their hashes; how many rows."""
    connection.execute(delete(row_hashes).where(row_hashes.c.batch_id == batch))
    return connection.execute(delete(tables.received).where(tables.received.c.batch_id == batch)).rowcount


def delete_clean(connection: Connection, *, tables: RowTables, batch: int) -> int:
    """Delete a batch's clean rows; how many."""
    delete_places(connection, tables=tables, batch=batch)
    return connection.execute(delete(tables.clean).where(tables.clean.c.batch_id == batch)).rowcount


def mark_rows_deleted(connection: Connection, *, collection: int, at: datetime) -> None:
    """Note that a collection's rows are gone."""
    connection.execute(update(collections).where(collections.c.id == collection).values(rows_deleted_at=at))


def versions_ever_in_production(connection: Connection, *, model: str) -> frozenset[int]:
    """Every version that the ledger names, as the one promoted or as the one replaced."""
    found = connection.execute(select(promotions.c.version, promotions.c.replaced).where(promotions.c.model == model))
    return frozenset(number for row in found for number in row if number is not None)


def forget_scores(connection: Connection, *, model: str, version: int) -> None:
    """Forget how a version scored, and what it was trained on."""
    for table in (scores, resamples, trained_on):
        connection.execute(delete(table).where(table.c.model == model, table.c.version == version))
