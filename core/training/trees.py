"""The trees of fitted regressors as plain arrays of nodes."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """One tree of k nodes, each array (k,), in preorder: a node, all that lies left of it, all that lies right of it.

    Children are counted from the tree's own root; a leaf points to itself. ``cover`` is how many rows of the fit (or
    how much weight) came to a node, ``value`` is read in leaves only, in the unit of what the regressor was fitted on.
    """

    feature: NDArray[Any]
    threshold: Matrix
    missing_left: NDArray[np.bool_]
    left: NDArray[Any]
    right: NDArray[Any]
    value: Matrix
    cover: Matrix
    depth: int


@dataclass(frozen=True)
class Ensemble:
    """``base`` plus the sum of its trees' values; ``fill`` (d,) replaces missing values where a forest needs it.

    A forest reads the second half of the row ``doubled`` makes.
    """

    trees: Sequence[Tree]
    base: float
    fill: Matrix | None = None


def doubled(matrix: Matrix, fill: Matrix) -> Matrix:
    """Rows (n, d) as trees of both kinds read them (n, 2 d).

    First as they are, for histograms; then with missing values filled in and in single precision, for forests.
    """
    with np.errstate(over="ignore"):
        filled = np.where(np.isnan(matrix), fill, matrix).astype(np.float32).astype(np.float64)
    return np.concatenate([matrix, filled], axis=-1)


def read_ensembles(regressors: Sequence[Any], width: int) -> list[Ensemble] | None:
    """The trees of regressors fitted on matrices of ``width`` columns; None where one is not all trees."""
    found = [_read_regressor(regressor, width) for regressor in regressors]
    parts = [part for part in found if part is not None]
    return parts if len(parts) == len(found) else None


def fill_of(ensembles: Sequence[Ensemble], width: int) -> Matrix:
    """What replaces missing values (d,): the same in all forests that were fitted on the same rows; 0 without one."""
    return next((part.fill for part in ensembles if part.fill is not None), np.zeros(width))


def _read_regressor(regressor: Any, width: int) -> Ensemble | None:
    if hasattr(regressor, "_predictors"):
        trees = [_boosted_tree(predictor[0].nodes) for predictor in regressor._predictors]
        return Ensemble(trees, float(np.ravel(regressor._baseline_prediction)[0]))
    steps: Sequence[Any] = getattr(regressor, "steps", ())
    if len(steps) == 2 and hasattr(steps[0][1], "statistics_") and hasattr(steps[1][1], "estimators_"):
        forest = steps[1][1].estimators_
        trees = [_forest_tree(tree.tree_, width, 1 / len(forest)) for tree in forest]
        return Ensemble(trees, 0.0, np.asarray(steps[0][1].statistics_, dtype=np.float64))
    return None


def _boosted_tree(nodes: NDArray[Any]) -> Tree:
    is_leaf, own = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    return Tree(
        feature=np.where(is_leaf, 0, nodes["feature_idx"]),
        threshold=nodes["num_threshold"],
        missing_left=nodes["missing_go_to_left"].astype(bool),
        left=np.where(is_leaf, own, nodes["left"]),
        right=np.where(is_leaf, own, nodes["right"]),
        value=nodes["value"],
        cover=nodes["count"].astype(np.float64),
        depth=int(nodes["depth"].max()),
    )


def _forest_tree(tree: Any, width: int, share: float) -> Tree:
    is_leaf, own = tree.children_left < 0, np.arange(tree.node_count)
    return Tree(
        feature=np.where(is_leaf, 0, tree.feature) + width,
        threshold=tree.threshold,
        missing_left=np.zeros(tree.node_count, dtype=bool),
        left=np.where(is_leaf, own, tree.children_left),
        right=np.where(is_leaf, own, tree.children_right),
        value=tree.value[:, 0, 0] * share,
        cover=tree.weighted_n_node_samples,
        depth=int(tree.max_depth),
    )
