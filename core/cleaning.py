"""Raw rows to clean rows, and clean rows to what a model reads."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.checks import out_of_range
from core.contract import Contract
from core.identity import property_hashes, splits
from core.records import LabelledRows
from core.words import sentence

EPOCH = date(1970, 1, 1).toordinal()


def clean(frame: pd.DataFrame, contract: Contract) -> tuple[pd.DataFrame, dict[str, int]]:
    """The rows that a model may be trained or scored on, and how many were left out for which reason.

    The clean frame has the contract's columns, the index of ``frame``, and a column ``split``.
    """
    found, left_out = clean_splits(frame, contract, property_hashes(frame, contract))
    return frame.loc[found.index].assign(split=found), left_out


def clean_splits(
    frame: pd.DataFrame, contract: Contract, properties: NDArray[np.int64]
) -> tuple[pd.Series, dict[str, int]]:
    """As ``clean``, but the split of each clean row alone; ``properties`` are the property hashes (n,) of ``frame``."""
    keep = np.ones(len(frame), dtype=bool)
    left_out: dict[str, int] = {}
    for reason, hits in _rules(frame, contract):
        left_out[reason] = left_out.get(reason, 0) + int((hits & keep).sum())
        keep &= ~hits
    found = pd.Series(splits(properties[keep], contract), index=frame.index[keep], dtype=object, name="split")
    return found, {reason: count for reason, count in left_out.items() if count}


def to_features(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """What the model reads, one column a feature in the contract's order.

    Numbers are float64; dates are days since 1970-01-01 as float64; categories and identifiers are texts, "" where
    missing.
    """
    columns = {}
    for column in contract.features:
        series = frame[column.name]
        if column.is_number:
            columns[column.name] = series.to_numpy(dtype=np.float64, na_value=np.nan)
        elif column.kind == "date":
            columns[column.name] = np.array([_days(value) for value in series], dtype=np.float64)
        else:
            columns[column.name] = series.where(series.notna(), "").to_numpy(dtype=object)
    return pd.DataFrame(columns, index=frame.index)


def feature_row(inputs: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """One row of ``to_features`` without a frame: a float, or a text, by feature."""
    row: dict[str, Any] = {}
    for column in contract.features:
        value = inputs.get(column.name)
        if column.kind == "date":
            row[column.name] = _days(value)
        elif column.is_number:
            row[column.name] = float("nan") if value is None else float(value)
        else:
            row[column.name] = value or ""
    return row


def from_features(row: Mapping[str, Any], contract: Contract) -> dict[str, Any]:
    """One row of what the model read, back in the form that a reader knows: dates as dates, "" and NaN as None."""
    shown: dict[str, Any] = {}
    for name, value in row.items():
        if value is None or value == "" or value != value:
            shown[name] = None
        elif name in contract and contract[name].kind == "date":
            shown[name] = date.fromordinal(int(value) + EPOCH)
        else:
            shown[name] = value
    return shown


def labelled_rows(clean_rows: pd.DataFrame, contract: Contract) -> LabelledRows:
    """Clean rows as features, target and segments."""
    segments = clean_rows[contract.segment].fillna("").to_numpy(dtype=str)
    target = clean_rows[contract.target].to_numpy(dtype=np.float64)
    return LabelledRows(to_features(clean_rows, contract), target, segments)


def _rules(frame: pd.DataFrame, contract: Contract) -> Sequence[tuple[str, NDArray[np.bool_]]]:
    target = contract.target_column
    missing = frame[target.name].isna().to_numpy()
    rules = [(sentence("{column} is missing", column=target.label), missing)]
    for drop in contract.drops:
        values = frame[drop.column].to_numpy(dtype=np.float64, na_value=np.nan)
        rules.append((drop.reason, (values >= drop.low) & (values <= drop.high)))
    for column in contract.columns:
        hits = out_of_range(frame[column.name], column)
        reason = sentence("{column} is not {range}", column=column.label, range=column.range_sentence())
        rules.append((reason, hits))
    return rules


def _days(value: Any) -> float:
    return float("nan") if value is None or value != value else date.fromisoformat(str(value)[:10]).toordinal() - EPOCH
