"""Prices from the version in production: one model in memory, every request stored."""

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import store
from core.checks import check_inputs
from core.cleaning import feature_row, to_features
from core.errors import ConsoleError, InputError, ModelNotLoadable, NoProductionModel
from core.loop import Loop
from core.prediction.journal import Journal
from core.records import Explanation, Interval, Prediction, PredictionRecord
from core.training.lean import lean_from_bytes
from core.training.model import TabularModel

if TYPE_CHECKING:
    import pandas as pd

    from core.registry import LoadedModel

SECONDS_BETWEEN_CHECKS = 1.0
PredictRow = Callable[[Mapping[str, Any]], tuple[float, Interval | None]]


@dataclass(frozen=True)
class Serving:
    """The version that gives prices, and how it answers the checked inputs of one row."""

    version: int
    predict: PredictRow


class Predictor:
    """The version in production, loaded once and looked up again at most once a second. Safe between threads.

    Prices come from its lean form, which the store holds; only reasons, and models without a lean form, need MLflow.
    """

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.journal = Journal(loop)
        self._lock = threading.Lock()
        self._serving: Serving | None = None
        self._checked_at = float("-inf")
        self._loaded: LoadedModel | None = None
        self._loading = threading.Lock()

    def serving(self) -> Serving:
        """The version in production; raises NoProductionModel, ModelNotLoadable or RegistryUnavailable."""
        with self._lock:
            if time.monotonic() - self._checked_at >= SECONDS_BETWEEN_CHECKS or self._serving is None:
                version = self.production_version()
                if version is None:
                    raise NoProductionModel(
                        "There is no model in production yet: fetch a batch, and the first model is trained from it."
                    )
                if self._serving is None or self._serving.version != version:
                    self._serving = Serving(version, self._lean(version) or self._whole(version))
                self._checked_at = time.monotonic()
            return self._serving

    def model(self, version: int) -> "LoadedModel":
        """A version's whole model, for its reasons; the last one that was asked for is kept."""
        with self._loading:
            if self._loaded is None or self._loaded.number != version:
                self._loaded = self.loop.registry.load_model(version)
            return self._loaded

    def production_version(self) -> int | None:
        """The version in production by the ledger."""
        with store.reading(self.loop.raw) as connection:
            promotion = store.current_promotion(connection, model=self.loop.settings.mlflow_model)
        return promotion.version if promotion else None

    def _lean(self, version: int) -> PredictRow | None:
        with store.reading(self.loop.raw) as connection:
            content = store.load_serving(connection, model=self.loop.settings.mlflow_model, version=version)
        if content is None:
            return None
        model, contract = lean_from_bytes(content), self.loop.contract
        missing = set(model.columns) - set(contract.feature_names)
        if missing:
            raise ModelNotLoadable(_lacks(version, sorted(missing)))
        return lambda inputs: model.predict_row(feature_row(inputs, contract))

    def _whole(self, version: int) -> PredictRow:
        model = self.model(version)
        return lambda inputs: _predict_whole(model.model, _features(self.loop, inputs, model))


def open_predictor(loop: Loop) -> Predictor:
    """A predictor; nothing is loaded yet."""
    return Predictor(loop)


def predict_one(predictor: Predictor, raw: Mapping[str, Any], channel: str) -> Prediction:
    """The price of one property, in the target's unit; the request is stored whatever comes of it.

    Raises InputError with a sentence for each bad field, NoProductionModel, ModelNotLoadable, RegistryUnavailable,
    or StoreError where the request could not be stored.
    """
    loop, asked_at, began = predictor.loop, predictor.loop.clock(), time.perf_counter()
    inputs: Mapping[str, Any] = {}
    serving: Serving | None = None
    value, interval = None, None
    failure: ConsoleError | None = None
    try:
        inputs = check_inputs(raw, loop.contract)
        serving = predictor.serving()
        value, interval = serving.predict(inputs)
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
        version=serving.version if serving else None,
        prediction=value,
    )
    key = predictor.journal.keep(record)
    if failure is not None or serving is None or value is None:
        raise failure or NoProductionModel("There is no model in production.")
    return Prediction(value, serving.version, inputs, key, interval)


def predict_with_reasons(predictor: Predictor, raw: Mapping[str, Any], channel: str) -> tuple[Prediction, Explanation]:
    """As ``predict_one``, with the SHAP values of the same version for the same row."""
    from core.explanation import explain

    prediction = predict_one(predictor, raw, channel)
    model = predictor.model(prediction.version)
    return prediction, explain(model.model, _features(predictor.loop, prediction.inputs, model))


def explain_row(predictor: Predictor, version: int, row: "pd.DataFrame") -> Explanation:
    """The SHAP values of any version for one row of features, as a stored explanation holds them.

    Raises ModelNotLoadable or RegistryUnavailable.
    """
    from core.explanation import explain

    model = predictor.model(version)
    missing = [name for name in model.columns if name not in row]
    if missing:
        raise ModelNotLoadable(_lacks(version, missing))
    return explain(model.model, row[list(model.columns)])


def _predict_whole(model: Any, features: "pd.DataFrame") -> tuple[float, Interval | None]:
    values = model.predict(features)
    if not isinstance(model, TabularModel) or model.calibration is None:
        return float(values[0]), None
    low, high = model.ranges(values)[0].tolist()  # type: ignore[index]
    return float(values[0]), Interval(low, high, model.calibration.level)


def _features(loop: Loop, inputs: Mapping[str, Any], model: "LoadedModel") -> "pd.DataFrame":
    """One row of what the model reads, in the order in which it was trained."""
    import pandas as pd

    columns = {
        name: pd.Series([value], dtype=float if loop.contract[name].is_number else object)
        for name, value in inputs.items()
    }
    features = to_features(pd.DataFrame(columns), loop.contract)
    missing = [name for name in model.columns if name not in features]
    if missing:
        raise ModelNotLoadable(_lacks(model.number, missing))
    return features[list(model.columns)]


def _lacks(version: int, missing: list[str]) -> str:
    return f"Version {version} reads columns that this form does not have: {', '.join(missing)}."
