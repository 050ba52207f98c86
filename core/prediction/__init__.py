"""Rows through the version in production."""

from core.prediction.asking import explain_rows, is_stored, predict_rows
from core.prediction.predictor import Predictor, Readiness, explain_row, open_predictor

__all__ = ["Predictor", "Readiness", "explain_row", "explain_rows", "is_stored", "open_predictor", "predict_rows"]
