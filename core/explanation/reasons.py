"""Why a model says what it says: SHAP values in the target's unit over the features that a reader knows."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import ConsoleError, ModelNotLoadable
from core.explanation.trees import Forest, explain_trees, make_ready
from core.records import Explanation
from core.training.encoding import shares
from core.training.model import TabularModel
from core.training.trees import read_ensembles
from core.words import sentence

Matrix = NDArray[np.float64]
logger = logging.getLogger(__name__)
TOLERANCE = 1e-6
# A model that is no tree is asked for at most this many rows, with this many rows as its background.
MOST_PERMUTED_ROWS = 100
BACKGROUND_ROWS = 20


def explain(model: Any, features: pd.DataFrame, forest: Forest | None = None) -> Explanation:
    """The SHAP values of a model for rows of its features, in the target's unit.

    ``base + values.sum(axis=1)`` equals ``model.predict(features)`` within a millionth; that is checked here, for
    TreeExplainer is silently wrong on some models. Raises ModelNotLoadable where it is not so, or where the model
    cannot be explained at all. ``forest`` is what ``forest_of`` made of the same model, for those who ask often.
    """
    with _told():
        predictions = np.asarray(model.predict(features), dtype=np.float64)
        is_own = isinstance(model, TabularModel)
        base, values = _explain_own(model, features, forest) if is_own else _other(model, features)
    _check_sum(base, values, predictions)
    return Explanation(tuple(map(str, features.columns)), base, values, features.copy(), predictions)


def forest_of(model: Any) -> Forest | None:
    """The trees of a model, ready to be explained; None of another program's, and of one that is not all trees.

    Raises ModelNotLoadable where they cannot be read.
    """
    if not isinstance(model, TabularModel):
        return None
    width = len(model.encoder.sources)
    with _told():
        ensembles = read_ensembles(model.regressors, width)
        return make_ready(ensembles, width) if ensembles else None


def to_unit(base: Matrix, values: Matrix) -> tuple[Matrix, Matrix]:
    """SHAP values of a logarithm as SHAP values of the number itself.

    With base b (n,) and values phi (n, p) that sum to S, the model says exp(b + S). The parts of its difference to
    exp(b) are the Aumann-Shapley values (Aumann and Shapley, Values of Non-Atomic Games, 1974; as integrated
    gradients in Sundararajan et al., 2017) of g(phi) = exp(b + sum(phi)) on the straight path from 0 to phi:

        value_i = phi_i * integral over t in [0, 1] of exp(b + t S) = phi_i * exp(b) * expm1(S) / S

    and phi_i * exp(b) where S = 0. They sum to exp(b + S) - exp(b) exactly and keep the sign of phi_i, because
    expm1(S) / S is above 0.
    """
    total = values.sum(axis=1)
    growth = np.divide(np.expm1(total), total, out=np.ones_like(total), where=total != 0)
    return np.exp(base), values * (np.exp(base) * growth)[:, None]


@contextmanager
def _told() -> Iterator[None]:
    """What any model may raise, as ModelNotLoadable in one sentence."""
    try:
        yield
    except ConsoleError:
        raise
    except Exception as error:
        reason = " ".join(str(error).split()).rstrip(".") or type(error).__name__
        raise ModelNotLoadable(sentence("The model cannot be explained: {reason}.", reason=reason[:300])) from error


def _explain_own(model: TabularModel, features: pd.DataFrame, forest: Forest | None) -> tuple[Matrix, Matrix]:
    matrix = model.matrix(features)
    forest = forest or forest_of(model)
    base, columns = explain_trees(forest, matrix) if forest else _explain_mean(model.regressors, matrix)
    values = columns @ shares(model.encoder.sources, [str(name) for name in features.columns])
    return to_unit(base, values) if model.is_log else (base, values)


def _explain_mean(regressors: Sequence[Any], matrix: Matrix) -> tuple[Matrix, Matrix]:
    parts = [_explain_regressor(regressor, matrix) for regressor in regressors]
    return np.mean([part[0] for part in parts], axis=0), np.mean([part[1] for part in parts], axis=0)


def _explain_regressor(regressor: Any, matrix: Any) -> tuple[Matrix, Matrix]:
    """Base (n,) and SHAP values (n, d) of a fitted regressor, or of a pipeline whose steps keep the columns."""
    steps = getattr(regressor, "steps", None)
    if steps is not None:
        matrix, regressor = regressor[:-1].transform(matrix), regressor[-1]
    if hasattr(regressor, "coef_"):
        return _explain_linear(regressor, matrix)
    from shap import TreeExplainer

    if not hasattr(regressor, "_bin_mapper"):
        # Forests compare in single precision, histograms in double: SHAP's trees must go the same way.
        matrix = np.asarray(matrix, dtype=np.float32)
    explainer = TreeExplainer(regressor)
    values = np.asarray(explainer.shap_values(matrix, check_additivity=False), dtype=np.float64)
    return np.full(len(matrix), float(np.ravel(explainer.expected_value)[0])), values


def _explain_linear(regressor: Any, matrix: Matrix) -> tuple[Matrix, Matrix]:
    """A linear model's SHAP values against the point 0, where each standardised column has its middle."""
    return np.full(len(matrix), float(regressor.intercept_)), np.asarray(matrix * np.ravel(regressor.coef_))


def most_rows(model: Any, features: pd.DataFrame, most: int) -> int:
    """For how many rows of features a model can be explained in reasonable time, and at most ``most``."""
    with _told():
        if isinstance(model, TabularModel) or _by_its_steps(model, features[:2]) is not None:
            return min(len(features), most)
    return min(len(features), most, MOST_PERMUTED_ROWS)


def _other(model: Any, features: pd.DataFrame) -> tuple[Matrix, Matrix]:
    """A model of another program: by its trees where its steps keep the columns, otherwise by permutations."""
    found = _by_its_steps(model, features)
    if found is None:
        logger.info("the model %s is no tree model: its reasons are found by permutations", type(model).__name__)
        return _permuted(model, features)
    return found


def _by_its_steps(model: Any, features: pd.DataFrame) -> tuple[Matrix, Matrix] | None:
    """The reasons by the model's trees or coefficients, where they add up; None of any other model."""
    with suppress(Exception):
        base, values = _explain_regressor(model, features)
        if values.shape == features.shape and adds_up(base, values, model.predict(features)).all():
            return base, values
    return None


def _permuted(model: Any, features: pd.DataFrame) -> tuple[Matrix, Matrix]:
    """SHAP values by permutation, which sum to the prediction whatever the model is; seconds for a hundred rows.

    Rows are handed over by their place, so that texts never meet arithmetic.
    """
    import shap

    if len(features) > MOST_PERMUTED_ROWS:
        raise ValueError(
            sentence("it is no tree model, and at most {rows} rows of others can be explained", rows=MOST_PERMUTED_ROWS)
        )
    columns = [features[name].to_numpy() for name in features.columns]
    places = np.column_stack([np.arange(len(features))] * len(columns))

    def predict(rows: Matrix) -> Matrix:
        chosen = {
            name: values[rows[:, place].astype(int)]
            for place, (name, values) in enumerate(zip(features, columns, strict=True))
        }
        return np.asarray(model.predict(pd.DataFrame(chosen)), dtype=np.float64)

    explainer = shap.PermutationExplainer(predict, places[:BACKGROUND_ROWS], seed=0)
    found = explainer(places, max_evals=10 * (2 * len(columns) + 1), silent=True)
    return np.broadcast_to(found.base_values, (len(features),)).astype(np.float64), np.asarray(found.values)


def adds_up(base: Matrix, values: Matrix, predictions: Matrix) -> NDArray[np.bool_]:
    """Of which rows (n,) ``base`` (n,) and ``values`` (n, p) sum to ``predictions`` (n,) within a millionth."""
    return agrees(base + values.sum(axis=1), predictions)


def agrees(one: Matrix, other: Matrix) -> NDArray[np.bool_]:
    """Which predictions (n,) are the same within a millionth."""
    return np.isclose(one, other, rtol=TOLERANCE, atol=TOLERANCE)


def _check_sum(base: Matrix, values: Matrix, predictions: Matrix) -> None:
    if not adds_up(base, values, predictions).all():
        worst = float(np.max(np.abs(base + values.sum(axis=1) - predictions)))
        raise ModelNotLoadable(
            sentence(
                "The reasons do not add up to the prediction (off by up to {worst:,.6g}): this kind of model cannot be "
                "explained exactly.",
                worst=worst,
            )
        )
