"""What is resampled: the rows of a property stay together, because they are no independent evidence."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

SEED = 20260503
RESAMPLES = 1000
MOST_BLOCKS = 5000
RESAMPLES_AT_ONCE = 100


def blocks(properties: NDArray[np.int64]) -> tuple[NDArray[np.int64], int, int]:
    """The block (n,) of each row, how many blocks there are, and how many properties.

    A block is a property. Above ``MOST_BLOCKS`` properties each goes into one of that many blocks at random, and blocks
    are resampled: they are independent of each other as properties are, so the spread of a mean is estimated as well,
    and time and memory no longer grow with the holdout.
    """
    names, codes = np.unique(properties, return_inverse=True)
    count = len(names)
    if count <= MOST_BLOCKS:
        return codes, count, count
    places = np.arange(count) % MOST_BLOCKS
    np.random.default_rng(SEED).shuffle(places)
    return places[codes], MOST_BLOCKS, count


def weights(count: int) -> Iterator[NDArray[np.float32]]:
    """How often each of ``count`` blocks is drawn, a hundred resamples at a time: (100, count).

    The same for every version with as many blocks, so that two versions meet the same resamples.
    """
    random = np.random.default_rng(SEED)
    for _ in range(RESAMPLES // RESAMPLES_AT_ONCE):
        drawn = random.integers(0, count, (RESAMPLES_AT_ONCE, count), dtype=np.int32)
        yield np.stack([np.bincount(row, minlength=count) for row in drawn]).astype(np.float32)
