"""The median of resamples, from how many of each block's rows lie below each of a few values in the middle."""

import numpy as np
from numpy.typing import NDArray

STEPS = 128
DEVIATIONS = 6.0


class Middle:
    """The medians of resamples of ``values`` (n,), of which NaN are left out.

    Only values around the middle can be a resample's median: those within six standard deviations of its rank. Where
    they are more than 128, neighbours are told apart no more, which moves a median by less than a tenth of its standard
    error. ``table`` (count, k) counts the rows of each block by the steps.
    """

    def __init__(self, places: NDArray[np.int64], count: int, values: NDArray[np.float64]) -> None:
        known = np.flatnonzero(~np.isnan(values))
        order = known[np.argsort(values[known], kind="stable")]
        low, high = _window(places[order], count)
        edges = np.unique(np.linspace(low, high, min(STEPS, high - low) + 1).astype(int))
        steps = np.searchsorted(edges, np.arange(len(order)), side="right")
        width = len(edges) + 1
        cells = places[order] * width + steps
        self.table = np.bincount(cells, minlength=count * width).reshape(count, width).astype(np.float64)
        self._values = values[order][np.clip(edges - 1, 0, len(order) - 1)] if len(order) else np.array([np.nan])

    def medians(self, sums: NDArray[np.float64]) -> NDArray[np.float64]:
        """The medians (r,) of resamples from their sums (r, k) of ``table``."""
        reached = np.cumsum(sums, axis=1)
        below = (reached[:, :-1] < reached[:, -1:] / 2).sum(axis=1)
        return np.asarray(self._values[np.minimum(below, len(self._values) - 1)])


def _window(places: NDArray[np.int64], count: int) -> tuple[int, int]:
    """The ranks between which the medians of resamples lie, for rows in the order of their values."""
    rows = len(places)
    size = np.bincount(places, minlength=count)
    below = np.bincount(places[: rows // 2], minlength=count)
    reach = int(DEVIATIONS * np.sqrt(np.square(below - size / 2).sum())) + 1
    return max(rows // 2 - reach, 0), min(rows // 2 + reach, rows)
