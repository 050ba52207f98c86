"""Rows through the version in production."""

from core.prediction.predictor import Predictor, open_predictor, predict_one, predict_with_reasons

__all__ = ["Predictor", "open_predictor", "predict_one", "predict_with_reasons"]
