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
from core.prediction.telling import Told, tell_truths

__all__ = [
    "Predictor",
    "Readiness",
    "Told",
    "check_reasons",
    "explain_inputs",
    "explain_row",
    "explain_rows",
    "is_stored",
    "open_predictor",
    "predict_rows",
    "tell_truths",
]
