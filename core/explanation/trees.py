"""Exact SHAP values of a model that is all trees, along the paths of its trees."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.explanation.edges import Edges, lay_out
from core.training.trees import Ensemble, doubled, fill_of

Matrix = NDArray[np.float64]
# A block's numbers stay in the processor's cache.
BLOCK_ROWS = 256


@dataclass(frozen=True)
class Forest:
    """Ensembles made ready to be explained: half of the time that one row takes, and the same for every row.

    ``base`` is their mean over the rows of their fit, ``fill`` (d,) replaces missing values, ``count`` is how many
    ensembles there are.
    """

    base: float
    fill: Matrix
    edges: Edges
    count: int


def make_ready(ensembles: Sequence[Ensemble], width: int) -> Forest:
    """The ensembles, fitted on matrices of ``width`` columns, ready to be explained."""
    average, edges = lay_out([tree for part in ensembles for tree in part.trees])
    base = (average + sum(part.base for part in ensembles)) / len(ensembles)
    return Forest(base, fill_of(ensembles, width), edges, len(ensembles))


def explain_trees(forest: Forest, matrix: Matrix) -> tuple[Matrix, Matrix]:
    """Base (n,) and SHAP values (n, d) of the mean of ensembles for the rows (n, d) of a matrix.

    They equal those of ``shap.TreeExplainer`` without background rows (Lundberg et al., 2020) but for rounding.
    """
    # Takes a second, and is needed where reasons are computed only.
    from core.explanation.walk import shapley_values

    width = matrix.shape[1]
    rows = np.ascontiguousarray(doubled(matrix, forest.fill).T)
    blocks = [np.ascontiguousarray(rows[:, at : at + BLOCK_ROWS]) for at in range(0, len(matrix), BLOCK_ROWS)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = np.concatenate(list(pool.map(lambda block: shapley_values(block, forest.edges), blocks)), axis=1)
    values = (found[:width] + found[width:]).T / forest.count
    return np.full(len(matrix), forest.base), values
