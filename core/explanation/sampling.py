"""Which rows of the holdout are explained."""

import numpy as np
from numpy.typing import NDArray

from core.records import LabelledRows


def sample_places(rows: LabelledRows, keys: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """The places, rising, of ``count`` of n rows, of each segment the share that it has; all where there are fewer.

    Of a segment those with the lowest ``keys`` (n,), which are hashes: as good as drawn at random, and samples of
    holdouts that share rows share many (Cohen and Kaplan, Summarizing Data Using Bottom-k Sketches, 2007), so that two
    versions can be compared on the same rows.
    """
    if len(rows) <= count:
        return np.arange(len(rows))
    _names, codes, sizes = np.unique(rows.segments, return_inverse=True, return_counts=True)
    by_segment = np.lexsort((keys, codes))
    rank = np.empty(len(rows), dtype=np.int64)
    rank[by_segment] = np.arange(len(rows)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    return np.flatnonzero(rank < _quotas(sizes, count)[codes])


def _quotas(sizes: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """``count`` shared out in proportion to ``sizes``, by the largest remainder."""
    whole, rest = np.divmod(sizes * count, sizes.sum())
    whole[np.argsort(-rest, kind="stable")[: count - whole.sum()]] += 1
    return np.asarray(whole, dtype=np.int64)
