"""Every prediction that was asked for, with what came of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from core.records import PredictionRecord
from core.tables import RowTables


def store_prediction(connection: Connection, *, tables: RowTables, record: PredictionRecord) -> int:
    """Keep one request: the inputs as given, and typed where they were valid; its key."""
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
    typed = {name: _stored(tables, name, value) for name, value in record.inputs.items()}
    key = connection.execute(insert(tables.predictions).values(**values, **typed)).inserted_primary_key
    return int(key[0]) if key else 0


def list_predictions(
    connection: Connection, *, tables: RowTables, limit: int = 100, offset: int = 0
) -> list[Mapping[str, Any]]:
    """Requests as stored, the newest first."""
    query = select(tables.predictions).order_by(tables.predictions.c.id.desc()).limit(limit).offset(offset)
    return [dict(row._mapping) for row in connection.execute(query)]


def _stored(tables: RowTables, name: str, value: Any) -> Any:
    is_date = tables.predictions.c[name].type.python_type.__name__ == "date"
    return datetime.fromisoformat(value).date() if is_date and value else value
