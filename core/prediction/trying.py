"""Prices of what could be: by the version in production, in memory, and kept nowhere.

They are no prices that somebody asked for: a slider that is drawn over its range would otherwise fill the history, and
whatever watches it, with hundreds of listings that do not exist.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from core.checks import check_inputs
from core.prediction.predictor import Predictor
from core.records import Prediction


def try_price(predictor: Predictor, inputs: Mapping[str, Any]) -> Prediction:
    """The price of inputs, without an id; raises as ``predict_rows`` does."""
    return try_values(predictor, inputs, "", [None])[0]


def try_values(predictor: Predictor, inputs: Mapping[str, Any], column: str, values: Sequence[Any]) -> list[Prediction]:
    """The price for each value of a column, all else equal; all from the same version."""
    serving, contract = predictor.serving(), predictor.loop.contract
    rows = [check_inputs({**inputs, **({column: value} if column else {})}, contract) for value in values]
    return [
        Prediction(value, serving.version, row, interval=interval, unknown=serving.unknown(row))
        for row, (value, interval) in zip(rows, serving.predict(rows), strict=True)
    ]
