"""What a text adds to the target where all else is equal.

An average alone says of a town with large houses that it is dear. Ridge regression on every text and number at once
(the best linear unbiased predictor of random effects: Robinson, That BLUP Is a Good Thing, 1991) parts the two.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from core.training.threads import one_thread

if TYPE_CHECKING:
    from scipy import sparse

Matrix = NDArray[np.float64]
Codes = NDArray[np.intp]
# A text's effect is drawn to 0 as if this many rows without any effect stood beside its own.
RIDGE = 3.0
# A number counts by the part of its rows in which it lies, and by being missing.
BINS = 10
TOLERANCE = 1e-3


def effects(
    texts: Sequence[Codes], numbers: Sequence[Matrix], target: Matrix, folds: NDArray[np.int64], count: int
) -> list[Matrix]:
    """The effects (count + 1, k) of each column's k texts: a row without each of the ``count`` folds, the last of all.

    ``texts`` are codes (n,), ``numbers`` (n,) hold NaN where missing; the effects are in the target's unit. What has no
    row outside a fold has no effect there.
    """
    blocks = [*texts, *(tenths(values) for values in numbers)]
    sizes = [int(codes.max()) + 1 for codes in blocks]
    design = _one_hot(blocks, sizes)
    found = np.stack(
        [*(_fit(design[folds != fold], target[folds != fold]) for fold in range(count)), _fit(design, target)]
    )
    ends = np.cumsum(sizes)[: len(texts)]
    return np.split(found, ends, axis=1)[: len(texts)]


def _fit(design: sparse.csr_matrix, target: Matrix) -> Matrix:
    from sklearn.linear_model import Ridge

    with one_thread("blas"):
        return np.asarray(Ridge(alpha=RIDGE, solver="sparse_cg", tol=TOLERANCE).fit(design, target).coef_)


def _one_hot(blocks: Sequence[Codes], sizes: Sequence[int]) -> sparse.csr_matrix:
    """A row (sum of sizes,) with one 1 in each block."""
    from scipy import sparse

    rows, starts = len(blocks[0]), np.cumsum([0, *sizes[:-1]])
    columns = np.column_stack([codes + start for codes, start in zip(blocks, starts, strict=True)])
    ends = np.arange(rows + 1) * len(blocks)
    return sparse.csr_matrix((np.ones(columns.size), columns.ravel(), ends), shape=(rows, sum(sizes)))


def tenths(values: Matrix) -> Codes:
    """Which tenth of the known values (n,) each lies in, from 0; one more for those that are missing."""
    edges = np.unique(np.nanquantile(values, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(np.isnan(values), len(edges) + 1, np.searchsorted(edges, values))
