"""The nearest rows of the narrowest place, and what is typical there.

The distance is Gower's (A General Coefficient of Similarity and Some of Its Properties, 1971): the mean over the
compared columns of how different two values are, from 0 to 1. Two numbers differ by the share of the column's spread
that lies between them, two categories wholly or not at all; a value that only one side has differs wholly, and a
column that nobody asked about does not count. The spread is that of the middle 90 % of the place's rows, not of all of
them: one mansion would make all others alike.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.contract import Column, Contract
from core.records import Comparable, Typical

MIDDLE = (0.05, 0.95)
ENOUGH_FOR_TYPICAL = 10


def nearest(rows: pd.DataFrame, inputs: Mapping[str, Any], contract: Contract, count: int = 5) -> list[Comparable]:
    """The ``count`` rows that are nearest to typed inputs, from the narrowest place that has as many.

    ``rows`` as ``rows_of`` makes them, of the widest place of the inputs.
    """
    level, found = _narrowest(rows, inputs, contract, count)
    if found.empty:
        return []
    scales = {column.name: _spread(rows[column.name]) for column in contract.compared if column.is_number}
    asked = [column for column in contract.compared if inputs.get(column.name) is not None]
    sizes = [_differences(found[column.name], inputs[column.name], column, scales) for column in asked]
    distances = np.mean(sizes, axis=0) if sizes else np.zeros(len(found))
    order = np.lexsort((-found["batch_id"].to_numpy(), distances))[:count]
    return [
        Comparable(
            batch=int(found["batch_id"].iloc[place]),
            row_number=int(found["row_number"].iloc[place]),
            level=level,
            distance=float(distances[place]),
            values=_values(found.iloc[place], inputs, contract),
        )
        for place in order
    ]


def typical(rows: pd.DataFrame, inputs: Mapping[str, Any], contract: Contract) -> Typical | None:
    """The medians of the quantities in the narrowest place with a few rows; None where there is none."""
    level, found = _narrowest(rows, inputs, contract, ENOUGH_FOR_TYPICAL)
    if len(found) < ENOUGH_FOR_TYPICAL:
        return None
    columns = [column for column in (*contract.compared, contract.target_column) if column.is_number]
    medians = {column.name: _median(found[column.name], column) for column in columns}
    known = {name: value for name, value in medians.items() if value is not None}
    return Typical(level, len(found), known)


def spans(rows: pd.DataFrame, contract: Contract) -> dict[str, tuple[float, float]]:
    """The ends of the middle 90 % of each compared quantity that has any."""
    numbers = [column.name for column in contract.compared if column.is_number and rows[column.name].notna().any()]
    low, high = MIDDLE
    return {name: (float(rows[name].quantile(low)), float(rows[name].quantile(high))) for name in numbers}


def _narrowest(
    rows: pd.DataFrame, inputs: Mapping[str, Any], contract: Contract, enough: int
) -> tuple[str, pd.DataFrame]:
    """The rows of the narrowest place of the inputs that has enough of them, and its column; else all rows."""
    widest = contract.hierarchy[0] if contract.hierarchy else ""
    found = (widest, rows)
    is_here = np.ones(len(rows), dtype=bool)
    for name in contract.hierarchy[1:]:
        if inputs.get(name) is None:
            continue
        is_here = is_here & (rows[name] == inputs[name]).to_numpy()
        if is_here.sum() < enough:
            break
        found = (name, rows[is_here])
    return found


def _differences(values: pd.Series, asked: Any, column: Column, scales: Mapping[str, float]) -> NDArray[np.float64]:
    if not column.is_number:
        return np.asarray(values != asked, dtype=np.float64)
    apart = np.abs(values.to_numpy(dtype=np.float64) - float(asked)) / scales[column.name]
    return np.asarray(np.where(np.isnan(apart), 1.0, np.minimum(apart, 1.0)), dtype=np.float64)


def _spread(values: pd.Series) -> float:
    low, high = values.quantile(MIDDLE)
    return float(high - low) if high > low else 1.0


def _values(row: pd.Series, inputs: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    shown = {column.name: row[column.name] for column in contract.columns if column.name in row.index}
    widest = {name: inputs.get(name) for name in contract.hierarchy[:1]}
    return widest | {name: None if value != value else value for name, value in shown.items()}


def _median(values: pd.Series, column: Column) -> float | None:
    found = values.median()
    return None if found != found else float(round(found)) if column.integer else float(found)
