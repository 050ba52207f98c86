"""Clean rows by place: stored with their batch in one stroke, read place by place."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import pandas as pd
from sqlalchemy import Connection, Row, delete, insert, select

from core.comparables import Part, from_bytes, rows_of
from core.contract import Contract
from core.tables import RowTables

# Bounds of what a page reads, however much is stored: the newest rows of a place, from the newest parts.
MOST_ROWS = 30_000
MOST_PARTS = 500


def store_places(connection: Connection, *, tables: RowTables, batch: int, parts: Iterable[Part]) -> None:
    """Store a batch's clean rows by place, as ``core.comparables.parts_of`` packs them, for what was there of it."""
    delete_places(connection, tables=tables, batch=batch)
    rows = [
        {"batch_id": batch, "part": number, "place": part.place, "row_count": part.rows, "content": part.content}
        for number, part in enumerate(parts)
    ]
    if rows:
        connection.execute(insert(tables.places), rows)


def delete_places(connection: Connection, *, tables: RowTables, batch: int) -> None:
    """Forget the places of a batch."""
    connection.execute(delete(tables.places).where(tables.places.c.batch_id == batch))


def list_places(connection: Connection, *, tables: RowTables) -> list[str]:
    """Every widest place that has rows, in alphabetical order."""
    return sorted(connection.execute(select(tables.places.c.place).distinct()).scalars())


def load_place(
    connection: Connection, *, tables: RowTables, contract: Contract, place: str, without: Collection[int] = ()
) -> pd.DataFrame:
    """The newest clean rows of a widest place, as ``core.comparables.rows_of`` gives them; none of some batches."""
    table = tables.places
    is_wanted = (table.c.place == place) & table.c.batch_id.not_in(without)
    query = select(table.c.batch_id, table.c.row_count).where(is_wanted).order_by(table.c.batch_id.desc())
    first = _first_batch(connection.execute(query.limit(MOST_PARTS)).all())
    query = select(table.c.batch_id, table.c.place, table.c.content).where(is_wanted, table.c.batch_id >= first)
    found = connection.execute(query.order_by(table.c.batch_id.desc())).all()
    # MySQL takes texts that differ in case alone for the same.
    parts = [(row.batch_id, from_bytes(row.content)) for row in found if row.place == place]
    return rows_of(parts, contract).head(MOST_ROWS)


def _first_batch(newest: Sequence[Row[Any, Any]]) -> int:
    """The oldest of the newest batches whose rows are enough together."""
    rows = 0
    for found in newest:
        rows += found.row_count
        if rows >= MOST_ROWS:
            return int(found.batch_id)
    return int(newest[-1].batch_id) if newest else 0
