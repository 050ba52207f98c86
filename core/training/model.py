"""The model: an encoder, and regressors whose values are averaged on the scale of the target's logarithm."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from core.training.encoding import Encoder
from core.training.interval import Calibration
from core.training.threads import one_thread

Matrix = NDArray[np.float64]


@dataclass
class TabularModel:
    """Predicts the target of rows as ``core.cleaning.to_features`` makes them.

    ``regressors`` are fitted on the encoder's matrix; their mean is the target, or its logarithm where ``is_log``.
    No correction is made for taking the exponential: it gives the median of a price rather than its mean, and the
    median is what keeps the mean absolute error least. ``calibration`` gives the range around a value; models of
    earlier releases have none.
    """

    encoder: Encoder
    regressors: list[Any]
    is_log: bool
    columns: tuple[str, ...]
    calibration: Calibration | None = None

    def predict(self, features: pd.DataFrame) -> Matrix:
        """The values (n,) in the target's unit; a text never seen, a NaN and an "" are all answered."""
        return self.in_unit(self.linear(self.matrix(features)))

    def ranges(self, values: Matrix) -> Matrix | None:
        """The ends (n, 2) of the range around predicted values (n,), all in the target's unit."""
        if self.calibration is None:
            return None
        return self.in_unit(self.calibration.ends(np.log(values) if self.is_log else values))

    def unknown(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        """The features of one row whose text was never seen in training; one that is missing is not among them."""
        tables = self.encoder.tables
        return tuple(name for name in self.encoder.texts if row[name] and str(row[name]) not in tables[name].texts)

    def matrix(self, features: pd.DataFrame) -> Matrix:
        """What the regressors read (n, d)."""
        return self.encoder.transform(features)

    def linear(self, matrix: Matrix) -> Matrix:
        """The regressors' mean (n,) on the scale on which they were fitted."""
        with one_thread():
            return np.asarray(np.mean([regressor.predict(matrix) for regressor in self.regressors], axis=0))

    def in_unit(self, values: Matrix) -> Matrix:
        """Values of the fitting scale in the target's unit."""
        return np.exp(values) if self.is_log else values
