"""Collections and batches: stored whole or not at all, and never twice."""

from collections.abc import Callable, Collection
from datetime import datetime
from statistics import median
from typing import Any

import pandas as pd
from sqlalchemy import ColumnElement, Connection, Row, Table, Text, cast, func, insert, select, update

from core import drift
from core.checks import new_categories, rules_digest
from core.contract import Contract
from core.errors import InputError
from core.quality import column_facts
from core.records import Batch, CheckedBatch
from core.store import hashes
from core.store.profiles import accumulated_contents, kept_profiles, merged_profile, store_profiles
from core.store.quality import store_facts
from core.store.received import Received, receive
from core.store.rejected import store_rejected
from core.store.rows import read_rows, storing_rows
from core.store.searching import holds
from core.tables import RowTables, batches, collections
from core.words import sentence

USUAL_BATCHES = 12
FEWEST_FOR_USUAL = 3


def open_collection(connection: Connection, *, at: datetime, reason: str) -> int:
    """Close the collection that is open, if any, and open a new one; its number."""
    connection.execute(update(collections).where(collections.c.closed_at.is_(None)).values(closed_at=at))
    key = connection.execute(insert(collections).values(opened_at=at, reason=reason)).inserted_primary_key
    return int(key[0]) if key else 0


def current_collection(connection: Connection) -> int | None:
    """The number of the collection that is open."""
    return connection.execute(select(func.max(collections.c.id)).where(collections.c.closed_at.is_(None))).scalar()


def store_batch(
    connection: Connection,
    *,
    tables: RowTables,
    contract: Contract,
    collection: int,
    number: int,
    content_hash: str,
    checked: CheckedBatch,
    at: datetime,
    note: str = "",
    meanwhile: Callable[[int, Received], None] = lambda *_: None,
) -> tuple[Batch, Received]:
    """Store a checked batch with its rows, rejected rows and profiles; the batch, and the rows that were new.

    A repeat of a row that the collection holds is counted and not stored again. While the server takes the new rows
    ``meanwhile`` is called with the batch's key and them; it must leave this connection alone.
    """
    received = receive(checked.accepted, contract)
    batch_id = _insert_batch(connection, collection, number, content_hash, checked, at, note)
    stored = received.take(hashes.are_new(connection, collection=collection, hashes=received.rows.hashes))
    earlier = accumulated_contents(connection, collection=collection, at=at)
    fixed = {"batch_id": batch_id, "collection_id": collection}
    with storing_rows(connection, table=tables.received, rows=stored.rows, fixed=fixed):
        meanwhile(batch_id, stored)
        profile, before = drift.profile_rows(stored.rows.frame, contract), merged_profile(earlier)
        kept = kept_profiles(profile, before)
        facts = column_facts(profile, stored.rows.frame, contract, before)
        splits, left_out = stored.clean
        counts = {
            "rows_stored": len(stored.rows),
            "rows_repeated": len(checked.accepted) - len(stored.rows),
            "rows_clean": len(splits),
            "left_out": left_out,
            "new_categories": new_categories(profile, before),
            "rules": rules_digest(contract),
        }
    hashes.add(connection, collection=collection, batch=batch_id, hashes=stored.rows.hashes, is_first=True)
    store_profiles(connection, batch=batch_id, contents=kept)
    store_facts(connection, batch=batch_id, facts=facts)
    store_rejected(connection, batch=batch_id, rejected=checked.rejected)
    connection.execute(update(batches).where(batches.c.id == batch_id).values(**counts))
    return load_batch(connection, batch=batch_id), stored


def find_batch(connection: Connection, *, collection: int, content_hash: str) -> Batch | None:
    """The batch of this content, where the collection holds it already."""
    query = select(batches).where(batches.c.collection_id == collection, batches.c.content_hash == content_hash)
    row = connection.execute(query).one_or_none()
    return _batch(row) if row else None


def load_batch(connection: Connection, *, batch: int) -> Batch:
    """A batch by its key; raises InputError where there is none."""
    row = connection.execute(select(batches).where(batches.c.id == batch)).one_or_none()
    if row is None:
        raise InputError(sentence("There is no batch with the key {batch}.", batch=batch))
    return _batch(row)


def last_batch(
    connection: Connection,
    *,
    collection: int | None = None,
    before: int | None = None,
    without: Collection[int] = (),
) -> Batch | None:
    """The newest batch: of all, of one collection, of those stored before another batch, without some of them."""
    query = select(batches).where(batches.c.id.not_in(without)).order_by(batches.c.id.desc()).limit(1)
    if collection is not None:
        query = query.where(batches.c.collection_id == collection)
    if before is not None:
        query = query.where(batches.c.id < before)
    row = connection.execute(query).one_or_none()
    return _batch(row) if row else None


def list_batches(
    connection: Connection, *, collection: int | None = None, limit: int = 100, offset: int = 0
) -> list[Batch]:
    """Batches, the newest first."""
    query = select(batches).order_by(batches.c.id.desc()).limit(limit).offset(offset)
    if collection is not None:
        query = query.where(batches.c.collection_id == collection)
    return [_batch(row) for row in connection.execute(query)]


def list_earlier(connection: Connection, *, before: int, without: Collection[int], limit: int) -> list[Batch]:
    """The batches before one, without some of them, the newest first."""
    query = select(batches).where(batches.c.id < before, batches.c.id.not_in(without))
    return [_batch(row) for row in connection.execute(query.order_by(batches.c.id.desc()).limit(limit))]


def usual_rows(connection: Connection, *, before: int, without: Collection[int] = ()) -> float | None:
    """How many rows the feed usually sends: the median of up to 12 batches before one; None for fewer than three."""
    earlier = (batches.c.id < before) & batches.c.id.not_in(without)
    query = select(batches.c.rows_received).where(earlier).order_by(batches.c.id.desc()).limit(USUAL_BATCHES)
    found = connection.execute(query).scalars().all()
    return float(median(found)) if len(found) >= FEWEST_FOR_USUAL else None


def list_rows(
    connection: Connection,
    *,
    tables: RowTables,
    contract: Contract,
    batch: int,
    limit: int = 100,
    offset: int = 0,
    order_by: str = "",
    descending: bool = False,
    where: str = "",
    text: str = "",
) -> pd.DataFrame:
    """One page of the stored rows of a batch as a typed frame, in the order received or by a column.

    ``where`` and ``text`` as for ``count_rows``; raises InputError for a column that there is not.
    """
    table = tables.received
    query = select(*(table.c[name] for name in contract.names)).where(_wanted(table, contract, batch, where, text))
    if order_by:
        column = table.c[_known(order_by, contract)]
        # Rows without a value come last either way.
        query = query.order_by(column.is_(None), column.desc() if descending else column)
    return read_rows(connection, query.order_by(table.c.row_number).limit(limit).offset(offset), contract)


def count_rows(
    connection: Connection, *, tables: RowTables, contract: Contract, batch: int, where: str = "", text: str = ""
) -> int:
    """How many stored rows of a batch have ``text`` in the column ``where``; all without either."""
    wanted = _wanted(tables.received, contract, batch, where, text)
    return connection.execute(select(func.count()).select_from(tables.received).where(wanted)).scalar_one()


def load_received(connection: Connection, *, tables: RowTables, contract: Contract, batch: int) -> pd.DataFrame:
    """All stored rows of a batch as a typed frame with the row number as its index."""
    table = tables.received
    columns = [table.c.row_number, *(table.c[name] for name in contract.names)]
    query = select(*columns).where(table.c.batch_id == batch).order_by(table.c.row_number)
    return read_rows(connection, query, contract).set_index("row_number")


def _wanted(table: Table, contract: Contract, batch: int, where: str, text: str) -> ColumnElement[bool]:
    wanted: ColumnElement[bool] = table.c.batch_id == batch
    if not (where and text):
        return wanted
    column = table.c[_known(where, contract)]
    return wanted & holds(column if contract[where].is_text else cast(column, Text), text)


def _known(name: str, contract: Contract) -> str:
    if name not in contract:
        raise InputError(sentence("There is no column {name}.", name=repr(name)))
    return name


def _insert_batch(
    connection: Connection,
    collection: int,
    number: int,
    content_hash: str,
    checked: CheckedBatch,
    at: datetime,
    note: str,
) -> int:
    values: dict[str, Any] = {
        "collection_id": collection,
        "number": number,
        "content_hash": content_hash,
        "received_at": at,
        "rows_received": len(checked.accepted) + len(checked.rejected),
        "rows_rejected": len(checked.rejected),
        "out_of_range": dict(checked.out_of_range),
        "schema_changes": list(checked.schema_changes),
        "note": note,
    }
    counted_later = {"rows_stored": 0, "rows_repeated": 0, "rows_clean": 0, "left_out": {}, "new_categories": {}}
    key = connection.execute(insert(batches).values(**values, **counted_later)).inserted_primary_key
    return int(key[0]) if key else 0


def _batch(row: Row[Any]) -> Batch:
    return Batch(
        id=row.id,
        collection=row.collection_id,
        number=row.number,
        content_hash=row.content_hash,
        received_at=row.received_at,
        rows_received=row.rows_received,
        rows_stored=row.rows_stored,
        rows_rejected=row.rows_rejected,
        rows_repeated=row.rows_repeated,
        rows_clean=row.rows_clean,
        out_of_range=row.out_of_range,
        left_out=row.left_out,
        schema_changes=tuple(row.schema_changes),
        new_categories=row.new_categories,
        note=row.note,
        rows_readmitted=row.rows_readmitted,
        rules=row.rules,
    )
