"""The version in production in memory: one model, looked up again at most once a second."""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from core import live, store
from core.cleaning import feature_row, to_features
from core.contract import Contract
from core.errors import ConsoleError, ModelNotLoadable, NoProductionModel, RegistryError, StoreError, TrainingError
from core.loop import Loop, trained_on
from core.prediction.journal import Journal
from core.records import Explanation, Interval, Promotion, StoredReasons
from core.training.lean import lean_from_bytes
from core.training.model import TabularModel
from core.words import sentence

if TYPE_CHECKING:
    import pandas as pd

    from core.explanation.trees import Forest
    from core.registry import LoadedModel

SECONDS_BETWEEN_CHECKS = 1.0
SECONDS_BETWEEN_REGISTRY_CHECKS = 5.0
Answer = tuple[float, Interval | None]
PredictRows = Callable[[Sequence[Mapping[str, Any]]], list[Answer]]
UnknownOf = Callable[[Mapping[str, Any]], tuple[str, ...]]
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Serving:
    """The version that gives prices, how it answers the checked inputs of rows, and what of a row it never saw."""

    version: int
    predict: PredictRows
    unknown: UnknownOf


@dataclass(frozen=True)
class Readiness:
    """The version that gives prices now, None where there is none, and what is wrong.

    ``problems`` has a sentence for each of ``production``, ``model``, ``store`` and ``registry`` that is not well.
    """

    version: int | None
    problems: Mapping[str, str] = field(default_factory=dict)


class Predictor:
    """The version in production, loaded once and looked up again at most once a second. Safe between threads.

    Prices come from its lean form, which the store holds; only reasons, and models without a lean form, need MLflow.
    Where the version in production cannot be looked up or loaded, the one that was loaded last goes on.
    """

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.journal = Journal(loop)
        self._lock = threading.Lock()
        self._serving: Serving | None = None
        self._trouble: ConsoleError | None = None
        self._checked_at = float("-inf")
        self._loaded: LoadedModel | None = None
        self._loading = threading.Lock()
        self._forest: Forest | None = None
        self._ready_for: LoadedModel | None = None
        self._known_homes: tuple[int, live.Trained | None] | None = None
        self._registry_problem = ""
        self._registry_checked_at = float("-inf")

    def serving(self) -> Serving:
        """The version that gives prices.

        Raises NoProductionModel, and, where none was loaded before, ModelNotLoadable, RegistryUnavailable, StoreError.
        """
        with self._lock:
            if self._serving is None or time.monotonic() - self._checked_at >= SECONDS_BETWEEN_CHECKS:
                self._serving = self._looked_up()
                self._checked_at = time.monotonic()
            return self._serving

    def readiness(self) -> Readiness:
        """Whether prices can be given now, and what is wrong."""
        problems: dict[str, str] = {}
        try:
            version = self.serving().version
        except ConsoleError as error:
            version, problems = None, {_part(error): str(error)}
        if version is not None and self._trouble is not None:
            problems[_part(self._trouble)] = str(self._trouble)
        if self.journal.problem:
            problems.setdefault("store", self.journal.problem)
        if registry := self._check_registry():
            problems["registry"] = registry
        return Readiness(version, problems)

    def model(self, version: int) -> "LoadedModel":
        """A version's whole model, for its reasons; the last one that was asked for is kept."""
        with self._loading:
            if self._loaded is None or self._loaded.number != version:
                self._loaded = self.loop.registry.load_model(version)
            return self._loaded

    def reasons(self, model: "LoadedModel", features: "pd.DataFrame") -> Explanation:
        """The SHAP values of a version for rows of what it reads; what no row changes is worked out once."""
        from core.explanation import explain, forest_of

        with self._loading:
            if self._ready_for is not model:
                self._forest, self._ready_for = forest_of(model.model), model
            forest = self._forest
        return explain(model.model, features, forest)

    def dishonest(self, version: int, homes: Sequence[int | None]) -> list[str]:
        """Why the true value of each home (n) is no honest test of a version (``core.live.REASONS``); "" where it is.

        Raises StoreError where that cannot be read.
        """
        return live.reasons(homes, lambda: self._trained_on(version), self.loop.contract)

    def production(self) -> Promotion | None:
        """The promotion in force, by the ledger; raises StoreError."""
        with store.reading(self.loop.raw) as connection:
            return store.current_promotion(connection, model=self.loop.settings.mlflow_model)

    def _trained_on(self, version: int) -> live.Trained | None:
        """The homes that a version was trained on; those of the last version that was asked about are kept."""
        known = self._known_homes
        if known is None or known[0] != version:
            with store.reading(self.loop.raw) as connection:
                known = self._known_homes = version, trained_on(self.loop, connection, version)
        return known[1]

    def _looked_up(self) -> Serving:
        try:
            serving = self._newest()
        except (StoreError, RegistryError) as error:
            if self._serving is None or isinstance(error, NoProductionModel):
                raise
            if self._trouble is None:
                logger.warning("version %s goes on giving prices: %s", self._serving.version, error)
            self._trouble = error
            return self._serving
        self._trouble = None
        return serving

    def _newest(self) -> Serving:
        promotion = self.production()
        if promotion is None:
            raise NoProductionModel(
                "There is no model in production yet: fetch a batch, and the first model is trained from it."
            )
        version = promotion.version
        if self._serving is not None and self._serving.version == version:
            return self._serving
        return self._lean(version) or self._whole(version)

    def _lean(self, version: int) -> Serving | None:
        with store.reading(self.loop.raw) as connection:
            content = store.load_serving(connection, model=self.loop.settings.mlflow_model, version=version)
        if content is None:
            return None
        model, contract = lean_from_bytes(content), self.loop.contract
        missing = set(model.columns) - set(contract.feature_names)
        if missing:
            raise ModelNotLoadable(_lacks(version, sorted(missing)))
        return Serving(
            version,
            lambda rows: [model.predict_row(feature_row(inputs, contract)) for inputs in rows],
            lambda inputs: model.unknown(feature_row(inputs, contract)),
        )

    def _whole(self, version: int) -> Serving:
        model, contract = self.model(version), self.loop.contract
        return Serving(
            version,
            lambda rows: _predict_whole(model, features_of(self.loop, rows, model)),
            lambda inputs: unknown_to(model.model, inputs, contract),
        )

    def _check_registry(self) -> str:
        """What is wrong with MLflow, asked at most every few seconds."""
        if time.monotonic() - self._registry_checked_at >= SECONDS_BETWEEN_REGISTRY_CHECKS:
            try:
                self.loop.registry.check()
                self._registry_problem = ""
            except RegistryError as error:
                self._registry_problem = str(error)
            self._registry_checked_at = time.monotonic()
        return self._registry_problem


def open_predictor(loop: Loop) -> Predictor:
    """A predictor; nothing is loaded yet."""
    return Predictor(loop)


def explain_row(predictor: Predictor, version: int, row: "pd.DataFrame") -> Explanation:
    """The SHAP values of any version for one row of features, as a stored explanation holds them.

    Raises ModelNotLoadable or RegistryUnavailable.
    """
    model = predictor.model(version)
    missing = [name for name in model.columns if name not in row]
    if missing:
        raise ModelNotLoadable(_lacks(version, missing))
    return predictor.reasons(model, row[list(model.columns)])


def explain_inputs(predictor: Predictor, version: int, inputs: Mapping[str, Any]) -> Explanation:
    """The SHAP values of any version for one row that somebody asked about, as it is stored.

    Raises ModelNotLoadable or RegistryUnavailable.
    """
    model = predictor.model(version)
    return predictor.reasons(model, features_of(predictor.loop, [inputs], model))


def check_reasons(predictor: Predictor, version: int, reasons: StoredReasons) -> str:
    """Why stored reasons are not those of the version's model, in a sentence; "" where they are.

    Raises ModelNotLoadable, RegistryUnavailable or TrainingError where the model cannot be asked.
    """
    from core.explanation import outer_problem
    from core.training import answers

    data = reasons.explanation.data
    model = predictor.model(version)
    missing = [name for name in model.columns if name not in data]
    if missing:
        raise ModelNotLoadable(_lacks(version, missing))
    return outer_problem(reasons, answers(model.model, data[list(model.columns)]))


def features_of(loop: Loop, rows: Sequence[Mapping[str, Any]], model: "LoadedModel") -> "pd.DataFrame":
    """Checked inputs (n) as what the model reads, in the order in which it was trained."""
    import pandas as pd

    columns = {
        column.name: pd.Series([row.get(column.name) for row in rows], dtype=float if column.is_number else object)
        for column in loop.contract.inputs
    }
    return readable(loop, pd.DataFrame(columns), model)


def readable(loop: Loop, frame: "pd.DataFrame", model: "LoadedModel") -> "pd.DataFrame":
    """Typed rows (n) as what the model reads; raises ModelNotLoadable where it reads what they do not have."""
    features = to_features(frame, loop.contract)
    missing = [name for name in model.columns if name not in features]
    if missing:
        raise ModelNotLoadable(_lacks(model.number, missing))
    return features[list(model.columns)]


def unknown_to(model: Any, inputs: Mapping[str, Any], contract: Contract) -> tuple[str, ...]:
    """The inputs whose text a model never saw in training; nothing is known of another program's model."""
    return model.unknown(feature_row(inputs, contract)) if isinstance(model, TabularModel) else ()


def _predict_whole(model: "LoadedModel", features: "pd.DataFrame") -> list[Answer]:
    """The answers (n) to all rows by one call: a model that is not lean takes about as long for one as for many.

    Raises ModelNotLoadable where they are no numbers.
    """
    from core.training import answers

    try:
        values = answers(model.model, features)
    except TrainingError as error:
        raise ModelNotLoadable(
            sentence("Version {version} cannot answer: {reason}", version=model.number, reason=error)
        ) from error
    numbers = [float(value) for value in values]
    own = model.model
    if not isinstance(own, TabularModel) or own.calibration is None:
        return [(number, None) for number in numbers]
    level, ends = own.calibration.level, own.ranges(values).tolist()  # type: ignore[union-attr]
    return [(number, Interval(low, high, level)) for number, (low, high) in zip(numbers, ends, strict=True)]


def _part(error: ConsoleError) -> str:
    if isinstance(error, NoProductionModel):
        return "production"
    return "store" if isinstance(error, StoreError) else "model"


def _lacks(version: int, missing: list[str]) -> str:
    return sentence(
        "Version {version} reads columns that this form does not have: {missing}.",
        version=version,
        missing=", ".join(missing),
    )
