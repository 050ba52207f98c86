"""Explained rows in an order that a reader asks for."""

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from core.records import StoredReasons

Floats = NDArray[np.float64]
CONDITIONS: dict[str, Callable[[StoredReasons], Floats]] = {
    "error": lambda stored: -np.abs(stored.explanation.predictions - stored.target),
    "cheapest": lambda stored: stored.target,
    "dearest": lambda stored: -stored.target,
    "number": lambda stored: np.arange(len(stored), dtype=np.float64),
}


def order_rows(stored: StoredReasons, condition: str, segment: str = "") -> NDArray[np.int64]:
    """The places of the rows, or of those in one segment: the largest error, the lowest or highest true value first, or
    by their number, as ``condition``, a key of CONDITIONS, says."""
    order = np.argsort(CONDITIONS[condition](stored), kind="stable")
    return order[stored.segments[order] == segment] if segment else order
