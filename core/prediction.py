"""Prices from the version in production: one model in memory, every request stored."""

import threading
import time
from collections.abc import Mapping
from typing import Any

import pandas as pd

from core import store
from core.checks import check_inputs
from core.cleaning import to_features
from core.errors import ConsoleError, InputError, ModelNotLoadable, NoProductionModel
from core.explanation import explain
from core.loop import Loop
from core.records import Explanation, Prediction, PredictionRecord
from core.registry import LoadedModel

SECONDS_BETWEEN_CHECKS = 1.0


class Predictor:
    """The version in production, loaded once and looked up again at most once a second. Safe between threads."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self._lock = threading.Lock()
        self._loaded: LoadedModel | None = None
        self._checked_at = float("-inf")

    def production(self) -> LoadedModel:
        """The model in production; raises NoProductionModel, ModelNotLoadable or RegistryUnavailable."""
        with self._lock:
            if time.monotonic() - self._checked_at >= SECONDS_BETWEEN_CHECKS or self._loaded is None:
                version = self.production_version()
                if version is None:
                    raise NoProductionModel(
                        "There is no model in production yet: fetch a batch, and the first model is trained from it."
                    )
                if self._loaded is None or self._loaded.number != version:
                    self._loaded = self.loop.registry.load_model(version)
                self._checked_at = time.monotonic()
            return self._loaded

    def production_version(self) -> int | None:
        """The version in production by the ledger."""
        with store.reading(self.loop.raw) as connection:
            promotion = store.current_promotion(connection, model=self.loop.settings.mlflow_model)
        return promotion.version if promotion else None


def open_predictor(loop: Loop) -> Predictor:
    """A predictor; nothing is loaded yet."""
    return Predictor(loop)


def predict_one(predictor: Predictor, raw: Mapping[str, Any], channel: str) -> Prediction:
    """The price of one property, in the target's unit; the request is stored whatever comes of it.

    Raises InputError with a sentence for each bad field, NoProductionModel, ModelNotLoadable, RegistryUnavailable,
    or StoreError where the request could not be stored.
    """
    prediction, _, _ = _predict(predictor, raw, channel)
    return prediction


def predict_with_reasons(predictor: Predictor, raw: Mapping[str, Any], channel: str) -> tuple[Prediction, Explanation]:
    """As ``predict_one``, with the SHAP values of the same model for the same row."""
    prediction, model, features = _predict(predictor, raw, channel)
    return prediction, explain(model.model, features)


def _predict(
    predictor: Predictor, raw: Mapping[str, Any], channel: str
) -> tuple[Prediction, LoadedModel, pd.DataFrame]:
    loop, asked_at, began = predictor.loop, predictor.loop.clock(), time.perf_counter()
    inputs: Mapping[str, Any] = {}
    model: LoadedModel | None = None
    value: float | None = None
    failure: ConsoleError | None = None
    try:
        inputs = check_inputs(raw, loop.contract)
        model = predictor.production()
        features = _features(loop, inputs, model)
        value = float(model.model.predict(features)[0])
    except ConsoleError as error:
        failure = error
    record = PredictionRecord(
        asked_at=asked_at,
        channel=channel,
        request=dict(raw),
        outcome="answered" if failure is None else "refused" if isinstance(failure, InputError) else "failed",
        milliseconds=(time.perf_counter() - began) * 1000,
        inputs=inputs,
        error=str(failure or ""),
        version=model.number if model else None,
        prediction=value,
    )
    with store.writing(loop.raw) as connection:
        key = store.store_prediction(connection, tables=loop.tables, record=record)
    if failure is not None or model is None or value is None:
        raise failure or NoProductionModel("There is no model in production.")
    return Prediction(value, model.number, inputs, key), model, features


def _features(loop: Loop, inputs: Mapping[str, Any], model: LoadedModel) -> pd.DataFrame:
    """One row of what the model reads, in the order in which it was trained."""
    columns = {
        name: pd.Series([value], dtype=float if loop.contract[name].is_number else object)
        for name, value in inputs.items()
    }
    features = to_features(pd.DataFrame(columns), loop.contract)
    missing = [name for name in model.columns if name not in features]
    if missing:
        raise ModelNotLoadable(
            f"Version {model.number} reads columns that this form does not have: {', '.join(missing)}."
        )
    return features[list(model.columns)]
