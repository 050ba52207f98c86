"""Every prediction that was asked for, with what came of it."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import Connection, Date, insert, select

from core.records import PredictionRecord
from core.tables import RowTables


def store_predictions(connection: Connection, *, tables: RowTables, records: Sequence[PredictionRecord]) -> list[int]:
    """Keep requests: the inputs as given, and typed where they were valid; their keys."""
    statement = insert(tables.predictions)
    dates = {column.name for column in tables.predictions.columns if isinstance(column.type, Date)}
    keys = (connection.execute(statement, _row(record, dates)).inserted_primary_key for record in records)
    return [int(key[0]) if key else 0 for key in keys]


def list_predictions(
    connection: Connection, *, tables: RowTables, limit: int = 100, offset: int = 0
) -> list[Mapping[str, Any]]:
    """Requests as stored, the newest first."""
    query = select(tables.predictions).order_by(tables.predictions.c.id.desc()).limit(limit).offset(offset)
    return [dict(row._mapping) for row in connection.execute(query)]


def _row(record: PredictionRecord, dates: Collection[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "asked_at": record.asked_at,
        "channel": record.channel,
        "request": dict(record.request),
        "outcome": record.outcome,
        "error": record.error,
        "model_version": record.version,
        "prediction": record.prediction,
        "milliseconds": record.milliseconds,
    }
    return values | {name: _stored(value, name in dates) for name, value in record.inputs.items()}


def _stored(value: Any, is_date: bool) -> Any:
    return date.fromisoformat(value) if is_date and value else value
