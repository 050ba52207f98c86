"""Rows in bulk: typed frames in, typed frames out, through the same code on SQLite and MySQL."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from sqlalchemy import Connection, Select, Table, func, select

from core.contract import Contract


def insert_new_rows(
    connection: Connection,
    *,
    table: Table,
    contract: Contract,
    frame: pd.DataFrame,
    fixed: Mapping[str, Any],
    hashes: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Store those rows of ``frame`` that the collection does not hold yet; which (n,) they were.

    ``fixed`` gives the values that all rows share, ``batch_id`` among them. The index of ``frame`` is the row number.
    """
    values: dict[str, list[Any]] = {"row_number": frame.index.tolist(), "row_hash": hashes.tolist()}
    values |= {name: to_python(frame[name], contract[name].is_number) for name in contract.names}
    if "split" in table.c:
        values["split"] = frame["split"].tolist()
    shared = {name: [value] * len(frame) for name, value in fixed.items()}
    columns = {**shared, **values}
    _insert(connection, table, list(columns), list(zip(*columns.values(), strict=True)))
    stored = select(func.count()).select_from(table).where(table.c.batch_id == fixed["batch_id"])
    if connection.execute(stored).scalar_one() == len(frame):
        return np.ones(len(frame), dtype=bool)
    kept = connection.execute(select(table.c.row_number).where(table.c.batch_id == fixed["batch_id"])).scalars()
    return frame.index.isin(list(kept))


def read_rows(connection: Connection, query: Select[Any], contract: Contract) -> pd.DataFrame:
    """The rows of a query as a typed frame: numbers float64, dates ISO texts, missing texts None."""
    result = connection.execute(query)
    names = list(result.keys())
    columns = list(zip(*result.fetchall(), strict=True)) or [() for _ in names]
    frame = {}
    for name, values in zip(names, columns, strict=True):
        if name in contract and contract[name].is_number:
            frame[name] = np.array(values, dtype=np.float64)
        elif name in contract and contract[name].kind == "date":
            frame[name] = np.array([value.isoformat() if value else None for value in values], dtype=object)
        else:
            frame[name] = np.array(values, dtype=object if name in contract else None)
    return pd.DataFrame(frame, columns=names)


def to_python(series: pd.Series, is_number: bool) -> list[Any]:
    """The values as the database drivers take them: plain Python, None where missing."""
    values = series.tolist()
    return (
        [None if value is None or value != value else value for value in values]
        if is_number
        else [value if isinstance(value, str) else None for value in values]
    )


def _insert(connection: Connection, table: Table, names: Sequence[str], rows: list[tuple[Any, ...]]) -> None:
    """A row whose hash the collection holds already is left out; anything else that is wrong raises."""
    if not rows:
        return
    quote = connection.dialect.identifier_preparer.quote
    into = f"{quote(table.name)} ({', '.join(quote(name) for name in names)})"
    if connection.dialect.name == "sqlite":
        place, otherwise = "?", "ON CONFLICT (collection_id, row_hash) DO NOTHING"
    else:
        place, otherwise = "%s", "ON DUPLICATE KEY UPDATE batch_id = batch_id"
    places = ", ".join([place] * len(names))
    connection.exec_driver_sql(f"INSERT INTO {into} VALUES ({places}) {otherwise}", rows)  # noqa: S608 - quoted names
