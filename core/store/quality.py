"""Figures by column of each batch, counted when its rows were stored."""

from collections.abc import Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from core.records import ColumnFacts
from core.tables import column_facts

# Two fields have another name in the table: rows is a word of MySQL's own, and distinct of SQL's.
NAMES = {"column": "column_name", "rows": "row_count", "distinct": "distinct_values"}


def store_facts(connection: Connection, *, batch: int, facts: Sequence[ColumnFacts]) -> None:
    """Store the figures of a batch that has none yet."""
    rows = [{NAMES.get(name, name): value for name, value in asdict(found).items()} for found in facts]
    connection.execute(insert(column_facts), [{"batch_id": batch, **row} for row in rows])


def replace_facts(connection: Connection, *, batch: int, facts: Sequence[ColumnFacts]) -> None:
    """Store the figures of a batch in place of earlier ones."""
    connection.execute(delete(column_facts).where(column_facts.c.batch_id == batch))
    store_facts(connection, batch=batch, facts=facts)


def load_facts(connection: Connection, *, batches: Sequence[int]) -> dict[int, dict[str, ColumnFacts]]:
    """The figures by column of some batches; a batch of an earlier release has none."""
    found: dict[int, dict[str, ColumnFacts]] = {}
    fields = {stored: name for name, stored in NAMES.items()}
    for row in connection.execute(select(column_facts).where(column_facts.c.batch_id.in_(list(batches)))):
        values = {fields.get(name, name): value for name, value in row._mapping.items() if name != "batch_id"}
        found.setdefault(row.batch_id, {})[row.column_name] = ColumnFacts(**values)
    return found
