"""Rejected rows that later rules let in: stored beside the rows of their batch, as if they had come with them."""

from collections.abc import Mapping
from datetime import datetime

import pandas as pd
from sqlalchemy import Connection, select, update

from core import drift
from core.checks import count_out_of_range, new_categories, rules_digest
from core.contract import Contract
from core.quality import column_facts
from core.records import Batch
from core.store import hashes
from core.store.batches import load_batch, load_received
from core.store.profiles import accumulated_profile, add_to_profiles, load_profile
from core.store.quality import replace_facts
from core.store.received import Received, receive
from core.store.rejected import mark_readmitted
from core.store.rows import storing_rows
from core.tables import RowTables, batches


def store_readmitted(
    connection: Connection,
    *,
    tables: RowTables,
    contract: Contract,
    batch: Batch,
    accepted: pd.DataFrame,
    at: datetime,
    by: str,
    run: int,
) -> Batch:
    """Store ``accepted`` rows, by their number in the batch, that were rejected until now; the batch as it is then.

    A row that its collection holds already is marked and not stored again. The batch's profile, those accumulated
    profiles that its rows are part of, its figures and counts are what they would be had the rows come with it and been
    judged by today's rules; comparisons and decisions stay as they were made.
    """
    numbers = _store_new(connection, tables, contract, batch, accepted)
    is_new = accepted.index.isin(numbers)
    delta = drift.profile_rows(accepted.loc[is_new], contract)
    add_to_profiles(connection, batch=batch, delta=delta)
    fates = {int(number): "stored" if new else "repeated" for number, new in zip(accepted.index, is_new, strict=True)}
    mark_readmitted(connection, batch=batch.id, fates=fates, at=at, by=by, run=run)
    rows = load_received(connection, tables=tables, contract=contract, batch=batch.id)
    _count_again(connection, contract, batch, receive(rows, contract), fates)
    return load_batch(connection, batch=batch.id)


def _store_new(
    connection: Connection, tables: RowTables, contract: Contract, batch: Batch, accepted: pd.DataFrame
) -> frozenset[int]:
    """Store the rows that the collection does not hold; the numbers of all rows of the batch that are stored then."""
    rows = receive(accepted, contract).rows
    fresh = rows.take(hashes.are_new(connection, collection=batch.collection, hashes=rows.hashes))
    fixed = {"batch_id": batch.id, "collection_id": batch.collection}
    with storing_rows(connection, table=tables.received, rows=fresh, fixed=fixed):
        pass
    hashes.add(connection, collection=batch.collection, batch=batch.id, hashes=fresh.hashes)
    stored = select(tables.received.c.row_number).where(tables.received.c.batch_id == batch.id)
    return frozenset(connection.execute(stored).scalars())


def _count_again(
    connection: Connection, contract: Contract, batch: Batch, stored: Received, fates: Mapping[int, str]
) -> None:
    profile = load_profile(connection, batch=batch.id) or drift.profile_rows(stored.rows.frame, contract)
    before = accumulated_profile(connection, collection=batch.collection, at=batch.received_at, before=batch.id)
    facts = column_facts(profile, stored.rows.frame, contract, before)
    replace_facts(connection, batch=batch.id, facts=facts)
    splits, left_out = stored.clean
    repeated = sum(fate == "repeated" for fate in fates.values())
    counts = {
        "rows_stored": len(stored.rows),
        "rows_repeated": batch.rows_repeated + repeated,
        "rows_rejected": batch.rows_rejected - len(fates),
        "rows_readmitted": batch.rows_readmitted + len(fates),
        "rows_clean": len(splits),
        "left_out": left_out,
        "out_of_range": count_out_of_range(stored.rows.frame, contract),
        "new_categories": new_categories(profile, before),
        "rules": rules_digest(contract),
    }
    connection.execute(update(batches).where(batches.c.id == batch.id).values(**counts))
