"""How the errors of a version are spread over rows, small enough to be kept: counts, and some rows as they are."""

import numpy as np
from numpy.typing import NDArray

from core.records import SpreadOfErrors

SHOWN_ROWS = 1000
# From -100 % to +100 %, 5 % each.
EDGES = np.linspace(-1, 1, 41)
Floats = NDArray[np.float64]


def spread_of_errors(target: Floats, found: Floats, seed: int) -> SpreadOfErrors:
    """The errors of values (n,) against the true ones (n,); of the same rows and seed, the same rows are shown."""
    known = target != 0
    relative = (found[known] - target[known]) / np.abs(target[known])
    counts, _ = np.histogram(np.clip(relative, EDGES[0], EDGES[-1]), EDGES)
    shown = np.sort(np.random.default_rng(seed).permutation(len(target))[:SHOWN_ROWS])
    return SpreadOfErrors(
        edges=tuple(np.round(EDGES, 2).tolist()),
        counts=tuple(counts.tolist()),
        actual=tuple(np.round(target[shown], 2).tolist()),
        predicted=tuple(np.round(found[shown], 2).tolist()),
    )
