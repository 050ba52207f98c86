"""The range around a value: calibrated on rows that the model was not fitted on, for a share of all new rows.

Split conformal prediction (Papadopoulos et al., Inductive Confidence Machines for Regression, 2002; Lei et al.,
Distribution-Free Predictive Inference for Regression, 2018) with the residuals of the fitting scale, each end for half
of the rows that are left out. The ends follow the predicted level: they are found in groups of rows of a similar
prediction (as Mondrian prediction does: Vovk et al., Algorithmic Learning in a Random World, 2005) and joined by
straight lines, so that a slightly higher value never has a wholly different range.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
LEVEL = 0.8
MOST_GROUPS = 5
ROWS_IN_A_GROUP = 200


@dataclass
class Calibration:
    """How far, on the fitting scale, the ends of the range lie from a prediction, at the ``centres`` of its groups.

    ``low`` is 0 or less and ``high`` 0 or more; both and ``centres`` have one number a group, ``centres`` ascending.
    """

    level: float
    centres: list[float]
    low: list[float]
    high: list[float]

    def ends(self, linear: Matrix) -> Matrix:
        """The ends (n, 2) of the range of predictions (n,), all on the fitting scale."""
        low, high = (np.interp(linear, self.centres, offsets) for offsets in (self.low, self.high))
        return np.column_stack([linear + low, linear + high])

    def ends_of(self, linear: float) -> tuple[float, float]:
        """The same of one prediction."""
        low, high = (float(np.interp(linear, self.centres, offsets)) for offsets in (self.low, self.high))
        return linear + low, linear + high


def calibrate(linear: Matrix, target: Matrix, level: float = LEVEL) -> Calibration | None:
    """The range from predictions (n,) and true values (n,), both on the fitting scale, of rows not fitted on.

    None where there are too few rows to leave any out.
    """
    if math.ceil((len(linear) + 1) * (1 + level) / 2) > len(linear):
        return None
    order = np.argsort(linear, kind="stable")
    groups = np.array_split(order, min(MOST_GROUPS, max(1, len(linear) // ROWS_IN_A_GROUP)))
    residuals = target - linear
    return Calibration(
        level=level,
        centres=[float(np.median(linear[group])) for group in groups],
        low=[min(0.0, -_end(-residuals[group], level)) for group in groups],
        high=[max(0.0, _end(residuals[group], level)) for group in groups],
    )


def _end(residuals: Matrix, level: float) -> float:
    """The upper end for (1 + level) / 2 of new rows: a quantile with the correction for a finite number of rows."""
    rank = math.ceil((len(residuals) + 1) * (1 + level) / 2)
    return float(np.sort(residuals)[min(rank, len(residuals)) - 1])
