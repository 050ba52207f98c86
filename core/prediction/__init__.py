"""Rows through the version in production."""

from core.prediction.asking import explain_rows, is_stored, predict_rows
from core.prediction.predictor import (
    Predictor,
    Readiness,
    check_reasons,
    explain_inputs,
    explain_row,
    open_predictor,
)
from core.prediction.recalling import Recalled, link_of, recall
from core.prediction.telling import Told, tell_truths
from core.prediction.trying import try_price, try_values

__all__ = [
    "Predictor",
    "Readiness",
    "Recalled",
    "Told",
    "check_reasons",
    "explain_inputs",
    "explain_row",
    "explain_rows",
    "is_stored",
    "link_of",
    "open_predictor",
    "predict_rows",
    "recall",
    "tell_truths",
    "try_price",
    "try_values",
]
