"""True values of stored predictions: told by who asked, or by a listing of a later batch; one a prediction."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, Row, Select, Table, delete, insert, select

from core.contract import Contract
from core.records import Answered, Met, Truth
from core.tables import RowTables, trained_on, true_values

# SQLite takes at most 32,766 values in a statement.
KEYS_AT_ONCE = 10_000


def load_waiting(
    connection: Connection, *, tables: RowTables, contract: Contract, homes: NDArray[np.int64], before: datetime
) -> list[Answered]:
    """The predictions for these homes (n) that were asked for before a moment and have no true value yet.

    Costs what the smaller side holds: the homes, or the predictions that name one.
    """
    table, found = tables.predictions, []
    is_told = select(true_values.c.id).where(true_values.c.prediction_id == table.c.id).exists()
    query = _answered(table, contract).where(table.c.asked_at < before, ~is_told).order_by(table.c.id)
    wanted = _met(connection, table, homes)
    for start in range(0, len(wanted), KEYS_AT_ONCE):
        part = wanted[start : start + KEYS_AT_ONCE].tolist()
        rows = connection.execute(query.where(table.c.property_hash.in_(part)))
        found += [_as_answered(row, contract) for row in rows]
    return found


def any_names_home(connection: Connection, *, tables: RowTables) -> bool:
    """Whether any prediction names a whole home, so that a listing can tell its true value."""
    column = tables.predictions.c.property_hash
    return connection.execute(select(column).where(column.is_not(None)).limit(1)).one_or_none() is not None


def find_answered(
    connection: Connection,
    *,
    tables: RowTables,
    contract: Contract,
    prediction: int | None = None,
    request_id: str = "",
    limit: int = 2,
) -> list[Answered]:
    """The predictions under a key, or of a request."""
    table = tables.predictions
    query = _answered(table, contract).order_by(table.c.id).limit(limit)
    if prediction is not None:
        query = query.where(table.c.id == prediction)
    if request_id:
        query = query.where(table.c.request_id == request_id)
    return [_as_answered(row, contract) for row in connection.execute(query)]


def store_truths(connection: Connection, *, told: Sequence[tuple[int, int, float, Truth]]) -> None:
    """Keep true values: the prediction's key, its version, what it predicted, and what is true.

    One that was there is replaced: who asked knows better than a listing, and may mend a slip.
    """
    keys = [key for key, *_ in told]
    for start in range(0, len(keys), KEYS_AT_ONCE):
        part = keys[start : start + KEYS_AT_ONCE]
        connection.execute(delete(true_values).where(true_values.c.prediction_id.in_(part)))
    if told:
        connection.execute(insert(true_values), [_row(*each) for each in told])


def load_truth(connection: Connection, *, prediction: int) -> Truth | None:
    """What is known to be true of a prediction."""
    row = connection.execute(select(true_values).where(true_values.c.prediction_id == prediction)).one_or_none()
    return _truth(row) if row else None


def list_met(
    connection: Connection,
    *,
    tables: RowTables,
    contract: Contract,
    version: int,
    limit: int,
    counted: bool = True,
    at: datetime | None = None,
) -> list[Met]:
    """The newest true values of a version's predictions, the one told last first: those that count, or all; those known
    at a moment. Costs the same however many there are."""
    table = tables.predictions
    features = [table.c[column.name] for column in contract.features]
    ours = [table.c.prediction, table.c.interval_low, table.c.interval_high, table.c.property_hash, *features]
    query = select(true_values, *ours).join(table, table.c.id == true_values.c.prediction_id)
    query = query.where(true_values.c.version == version)
    if counted:
        query = query.where(true_values.c.reason == "")
    if at is not None:
        query = query.where(true_values.c.told_at <= at)
    query = query.order_by(true_values.c.id.desc()).limit(limit)
    return [
        Met(
            prediction=row.prediction_id,
            home=row.property_hash if row.property_hash is not None else tuple(map(row._mapping.get, features)),
            predicted=row.prediction,
            truth=_truth(row),
            low=row.interval_low,
            high=row.interval_high,
        )
        for row in connection.execute(query)
    ]


def store_trained_on(connection: Connection, *, model: str, version: int, content: bytes) -> None:
    """Keep which homes a version was trained on."""
    connection.execute(delete(trained_on).where(trained_on.c.model == model, trained_on.c.version == version))
    connection.execute(insert(trained_on).values(model=model, version=version, content=content))


def load_trained_on(connection: Connection, *, model: str, version: int) -> bytes | None:
    """What ``store_trained_on`` kept; None where nobody noted it."""
    query = select(trained_on.c.content).where(trained_on.c.model == model, trained_on.c.version == version)
    return connection.execute(query).scalar()


def _met(connection: Connection, table: Table, homes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The homes that predictions may wait for: the smaller side is looked up in the larger."""
    query = select(table.c.property_hash).where(table.c.property_hash.is_not(None)).limit(len(homes))
    asked = np.fromiter(connection.execute(query).scalars(), dtype=np.int64)
    return np.intersect1d(asked, homes) if len(asked) < len(homes) else np.unique(homes)


def _answered(table: Table, contract: Contract) -> Select[Any]:
    columns = ("id", "request_id", "asked_at", "model_version", "prediction", "property_hash")
    names = (*columns, *(column.name for column in contract.inputs))
    return select(*(table.c[name] for name in names)).where(table.c.prediction.is_not(None))


def _as_answered(row: Row[Any], contract: Contract) -> Answered:
    return Answered(
        id=row.id,
        request_id=row.request_id,
        asked_at=row.asked_at,
        version=row.model_version,
        value=row.prediction,
        home=row.property_hash,
        inputs={column.name: row._mapping[column.name] for column in contract.inputs},
    )


def _row(prediction: int, version: int, predicted: float, truth: Truth) -> dict[str, Any]:
    return {
        "prediction_id": prediction,
        "version": version,
        "value": truth.value,
        "error": predicted - truth.value,
        "source": truth.source,
        "batch_id": truth.batch,
        "row_number": truth.row,
        "told_at": truth.at,
        "told_by": truth.by,
        "reason": truth.reason,
    }


def _truth(row: Row[Any]) -> Truth:
    return Truth(
        value=row.value,
        source=row.source,
        at=row.told_at,
        by=row.told_by,
        reason=row.reason,
        batch=row.batch_id,
        row=row.row_number,
    )
