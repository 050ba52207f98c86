"""Rows through the version in production."""

from core.prediction.predictor import Predictor, explain_row, open_predictor, predict_one, predict_with_reasons

__all__ = ["Predictor", "explain_row", "open_predictor", "predict_one", "predict_with_reasons"]
