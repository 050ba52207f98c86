"""How far a model's values lie from the true ones."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.errors import TrainingError
from core.records import LabelledRows
from core.training.model import TabularModel
from core.training.threads import one_thread
from core.words import sentence

Matrix = NDArray[np.float64]
# Sums of squares of a holdout's errors stay within single precision, in which resamples are kept.
MOST = 1e15


def score(model: Any, rows: LabelledRows) -> dict[str, float]:
    """The metrics of a model on rows with known targets.

    ``rmse`` and ``mae`` are in the target's unit, ``r2`` has none; ``median_ape`` is the median of |error| / |target|,
    ``within_10`` and ``within_20`` are the shares (0 to 1) of rows whose error is at most 10 and 20 % of the target.
    Of a model with ranges, ``interval_coverage`` is the share of targets inside theirs and ``interval_width`` the mean
    of (high - low) / |prediction|.
    Raises TrainingError, in one sentence, where the model cannot answer for these rows.
    """
    found = answers(model, rows.features)
    return measure(model, rows.target, found)


def measure(model: Any, target: Matrix, found: Matrix) -> dict[str, float]:
    """The metrics of ``score`` from the true values (n,) and the model's (n,); raises TrainingError."""
    ranges = ranges_of(model, found)
    return metrics_of(target, found) | ({} if ranges is None else _range_metrics(target, found, ranges))


def ranges_of(model: Any, found: Matrix) -> Matrix | None:
    """The ranges (n, 2) that a model gives with its values (n,), None where it gives none; raises TrainingError."""
    with _answering():
        return model.ranges(found) if isinstance(model, TabularModel) else None


def answers(model: Any, features: pd.DataFrame) -> NDArray[np.float64]:
    """The model's values (n,) for rows of its features; raises TrainingError where it has none."""
    if not len(features):
        raise TrainingError("There are no rows to score the model on.")
    with _answering(), one_thread():
        found = np.asarray(model.predict(features), dtype=np.float64)
    if found.shape != (len(features),):
        raise TrainingError(
            sentence(
                "The model must give one number for each of {rows} rows, got shape {shape}.",
                rows=len(features),
                shape=found.shape,
            )
        )
    if not np.isfinite(found).all():
        raise TrainingError(sentence("The model gave a value that is no finite number."))
    if (largest := np.abs(found).max()) > MOST:
        raise TrainingError(
            sentence("The model gave {value:.3g}, too large a number for errors to be measured.", value=largest)
        )
    return found


@contextmanager
def _answering() -> Iterator[None]:
    """A model of any origin may raise anything over rows that it does not understand: raises TrainingError."""
    try:
        yield
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise TrainingError(
            sentence("The model cannot answer for these rows: {reason}.", reason=reason[:300].rstrip("."))
        ) from error


def _range_metrics(target: Matrix, found: Matrix, ranges: Matrix) -> dict[str, float]:
    is_inside = (target >= ranges[:, 0]) & (target <= ranges[:, 1])
    widths = (ranges[:, 1] - ranges[:, 0])[found != 0] / np.abs(found[found != 0])
    return {
        "interval_coverage": float(is_inside.mean()),
        "interval_width": float(widths.mean()) if len(widths) else float("nan"),
    }


def metrics_of(target: Matrix, found: Matrix) -> dict[str, float]:
    """The metrics of values (n,) against the true ones (n,) that need no more than both."""
    errors = np.abs(found - target)
    spread = float(np.square(target - target.mean()).sum())
    relative = errors[target != 0] / np.abs(target[target != 0])
    return {
        "rmse": float(np.sqrt(np.mean(np.square(errors)))),
        "mae": float(errors.mean()),
        "r2": 1 - float(np.square(errors).sum()) / spread if spread else float("nan"),
        "median_ape": float(np.median(relative)) if len(relative) else float("nan"),
        "within_10": float((relative <= 0.1).mean()) if len(relative) else float("nan"),
        "within_20": float((relative <= 0.2).mean()) if len(relative) else float("nan"),
    }
