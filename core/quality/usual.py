"""What is usual: a band for a number, and how far a share may lie above its usual size."""

from collections.abc import Sequence
from math import sqrt

import numpy as np

from core.records import Band

EARLIER_BATCHES = 12
FEWEST_FOR_A_BAND = 3
# Tukey's inner fences (Exploratory Data Analysis, 1977), but never closer to the median than a quarter of it: a few
# batches of nearly one size make no law.
FENCES = 1.5
NARROWEST = 0.25
# Standard errors of a share.
CHANCE = 3.0


def usual_band(earlier: Sequence[float]) -> Band | None:
    """Where the next number usually lies, by the numbers (not below 0) before it; None for fewer than three."""
    if len(earlier) < FEWEST_FOR_A_BAND:
        return None
    low, middle, high = (float(value) for value in np.quantile(earlier, [0.25, 0.5, 0.75]))
    reach, least = FENCES * (high - low), NARROWEST * middle
    return Band(max(0.0, min(low - reach, middle - least)), middle, max(high + reach, middle + least))


def is_high(count: int, rows: int, usual: float, tolerance: float) -> bool:
    """Whether ``count`` of ``rows`` is more than the usual share by more than ``tolerance`` and more than chance."""
    if rows == 0:
        return False
    chance = CHANCE * sqrt(usual * (1 - usual) / rows)
    return count / rows > usual + max(tolerance, chance)
