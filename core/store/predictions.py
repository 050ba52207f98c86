"""Every prediction that was asked for, with what came of it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Connection, Date, Table, func, insert, select

from core.records import PredictionFilter, PredictionRecord
from core.store.true_values import store_truths
from core.tables import RowTables, true_values

ALL = PredictionFilter()


def store_predictions(connection: Connection, *, tables: RowTables, records: Sequence[PredictionRecord]) -> list[int]:
    """Keep requests: the inputs as given, and typed where they were valid; their keys."""
    statement, dates = insert(tables.predictions), _dates(tables.predictions)
    made = [connection.execute(statement, _row(record, dates)).inserted_primary_key for record in records]
    keys = [int(key[0]) if key else 0 for key in made]
    _store_told(connection, keys, records)
    return keys


def store_many_predictions(
    connection: Connection, *, tables: RowTables, records: Sequence[PredictionRecord]
) -> list[int]:
    """As ``store_predictions`` for records of one request, several times as fast: their keys are read afterwards.

    The connection must have its own transaction, as keys count up in the order in which it stores.
    """
    table, dates = tables.predictions, _dates(tables.predictions)
    empty = {column.name: None for column in table.columns if column.name != "id"}
    if not records:
        return []
    connection.execute(insert(table), [empty | _row(record, dates) for record in records])
    own = select(table.c.id).where(table.c.request_id == records[0].request_id).order_by(table.c.id.desc())
    keys = [int(key) for key in connection.execute(own.limit(len(records))).scalars()][::-1]
    _store_told(connection, keys, records)
    return keys


def list_predictions(
    connection: Connection,
    *,
    tables: RowTables,
    wanted: PredictionFilter = ALL,
    limit: int = 100,
    offset: int = 0,
) -> list[Mapping[str, Any]]:
    """Requests as stored, the newest first, with what is known to be true of each."""
    table, told = tables.predictions, true_values.c
    truth = (told.value.label("true_value"), told.source.label("true_value_from"), told.told_at.label("true_value_at"))
    own = [column for column in table.columns if column.name != "property_hash"]
    query = select(*own, *truth).outerjoin(true_values, told.prediction_id == table.c.id)
    query = query.where(*_conditions(table, wanted)).order_by(table.c.id.desc())
    return [dict(row._mapping) for row in connection.execute(query.limit(limit).offset(offset))]


def load_prediction(connection: Connection, *, tables: RowTables, key: int) -> dict[str, Any] | None:
    """A request as stored; None where there is none of that key."""
    table = tables.predictions
    found = connection.execute(select(table).where(table.c.id == key)).mappings().first()
    return dict(found) if found is not None else None


def count_predictions(connection: Connection, *, tables: RowTables, wanted: PredictionFilter = ALL) -> int:
    """How many requests there are."""
    table = tables.predictions
    query = select(func.count()).select_from(table).where(*_conditions(table, wanted))
    return int(connection.execute(query).scalar() or 0)


def _conditions(table: Table, wanted: PredictionFilter) -> list[ColumnElement[bool]]:
    values = {name: value for name, value in asdict(wanted).items() if value not in (None, "")}
    return [table.c["model_version" if name == "version" else name] == value for name, value in values.items()]


def _store_told(connection: Connection, keys: Sequence[int], records: Sequence[PredictionRecord]) -> None:
    """Keep the true values that were told with the requests."""
    told = [
        (key, record.version, record.prediction, record.truth)
        for key, record in zip(keys, records, strict=True)
        if record.truth is not None and record.version is not None and record.prediction is not None
    ]
    if told:
        store_truths(connection, told=told)


def _dates(table: Table) -> set[str]:
    return {column.name for column in table.columns if isinstance(column.type, Date)}


def _row(record: PredictionRecord, dates: Collection[str]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "asked_at": record.asked_at,
        "channel": record.channel,
        "asked_by": record.by,
        "request_id": record.request_id,
        "request": dict(record.request),
        "outcome": record.outcome,
        "error": record.error,
        "model_version": record.version,
        "prediction": record.prediction,
        "interval_low": record.interval.low if record.interval else None,
        "interval_high": record.interval.high if record.interval else None,
        "milliseconds": record.milliseconds,
        "property_hash": record.home,
    }
    return values | {name: _stored(value, name in dates) for name, value in record.inputs.items()}


def _stored(value: Any, is_date: bool) -> Any:
    return date.fromisoformat(value) if is_date and value else value
