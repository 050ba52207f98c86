"""The edges of a model's trees with all that Shapley values need of them and that no row changes.

The Shapley value of a game is the integral over t of the slope of its multilinear extension on the diagonal (Owen,
Multilinear Extensions of Games, 1972). For a tree read along its paths (Lundberg et al., From Local Explanations to
Global Understanding with Explainable AI for Trees, 2020) the extension is, over the leaves with their values v and
the features j of the way to each,

    f(t) = sum of v * product of (z_j + t_j (o_j - z_j))

where z_j is the share of the fit's rows that the feature's cuts on that way let pass and o_j is 1 where they let the
row pass, else 0. On the diagonal its slopes are polynomials of a degree below the number of features on the way, so
that Gauss-Legendre quadrature with half as many points gives the integral exactly.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from core.training.trees import Tree

Matrix = NDArray[np.float64]
# The numbers of as many edges stay in the processor's cache while they are worked out.
BLOCK_EDGES = 4_096


class Edges(NamedTuple):
    """For each of k nodes, in preorder, the edge that leads to it; ``starts`` (t + 1,) tells where each tree begins.

    ``above`` is the depth of the nearest edge above with the same feature, 0 where there is none. ``passing`` (k, q, 3)
    is by which the product over a way changes at an edge, at each of q points: the summands that always count, that
    count if the row passed at ``above``, and that count if it passes here too. ``slope`` (k, q, 2) is the edge's own
    part in the slope, with the quadrature's weights: if the row passed at ``above``, and if it passes here too.
    """

    starts: NDArray[np.int64]
    depth: NDArray[np.int64]
    above: NDArray[np.int64]
    feature: NDArray[np.int64]
    threshold: Matrix
    is_left: NDArray[np.bool_]
    missing_left: NDArray[np.bool_]
    is_leaf: NDArray[np.bool_]
    value: Matrix
    passing: Matrix
    slope: Matrix


class Ways(NamedTuple):
    """What ``_ways`` finds: each (k,), and the most features on any way."""

    depth: NDArray[np.int64]
    above: NDArray[np.int64]
    shares: Matrix
    shares_above: Matrix
    most: int


def lay_out(trees: Sequence[Tree]) -> tuple[float, Edges]:
    """The trees' average over the rows of their fit, and their edges."""
    sizes = [len(tree.left) for tree in trees]
    starts = np.concatenate([[0], np.cumsum(sizes)])
    offsets = np.repeat(starts[:-1], sizes)
    own = np.arange(starts[-1])
    left = np.concatenate([tree.left for tree in trees]) + offsets
    right = np.concatenate([tree.right for tree in trees]) + offsets
    is_leaf = left == own
    _check_order(own, left, is_leaf)
    parent = own.copy()
    parent[left[~is_leaf]] = parent[right[~is_leaf]] = own[~is_leaf]
    cut = np.concatenate([tree.feature for tree in trees])
    cover = np.concatenate([tree.cover for tree in trees])
    value = np.where(is_leaf, np.concatenate([tree.value for tree in trees]), 0.0)
    ways = _ways(parent, cut[parent], cover / cover[parent])
    passing, slope = _quadrature(ways.shares, ways.shares_above, max(1, (ways.most + 1) // 2))
    edges = Edges(
        starts=starts.astype(np.int64),
        depth=ways.depth,
        above=ways.above,
        feature=cut[parent].astype(np.int64),
        threshold=np.concatenate([tree.threshold for tree in trees])[parent],
        is_left=left[parent] == own,
        missing_left=np.concatenate([tree.missing_left for tree in trees])[parent],
        is_leaf=is_leaf,
        value=value,
        passing=passing,
        slope=slope,
    )
    return float((value * cover / cover[offsets]).sum()), edges


def _check_order(own: NDArray[np.int64], left: NDArray[np.int64], is_leaf: NDArray[np.bool_]) -> None:
    if not (is_leaf | (left == own + 1)).all():
        raise ValueError("the nodes of its trees are not in preorder")


def _ways(parent: NDArray[np.int64], feature: NDArray[np.int64], share: Matrix) -> Ways:
    """Of each edge its depth, ``above``, and the shares z of its feature with it and above it; the most features.

    Each edge looks upwards, a step at a time, for the nearest one with its feature; where there is none, it ends at its
    root, of which all rows pass.
    """
    depth, root = _depths(parent)
    nearest = root.copy()
    pending = np.flatnonzero(depth > 1)
    up = parent[pending]
    while len(pending):
        is_same = feature[up] == feature[pending]
        nearest[pending[is_same]] = up[is_same]
        goes_on = ~is_same & (depth[up] > 1)
        pending, up = pending[goes_on], parent[up[goes_on]]
    shares, features = np.ones(len(parent)), np.zeros(len(parent), int)
    for step in range(1, int(depth.max()) + 1):
        here = np.flatnonzero(depth == step)
        shares[here] = shares[nearest[here]] * share[here]
        features[here] = features[parent[here]] + (nearest[here] == root[here])
    return Ways(depth, depth[nearest], shares, shares[nearest], int(features.max()))


def _depths(parent: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """How many edges lead to each node, and the root that they begin at, which is its own parent."""
    depth, up = np.zeros(len(parent), int), np.arange(len(parent))
    while (is_below := parent[up] != up).any():
        depth += is_below
        up = parent[up]
    return depth, up


def _quadrature(shares: Matrix, above: Matrix, points: int) -> tuple[Matrix, Matrix]:
    """``passing`` and ``slope`` of the edges, with the factor z + t (o - z) of their feature above divided out."""
    places, weights = np.polynomial.legendre.leggauss(points)
    t, weights = (places + 1) / 2, weights / 2
    passing, slope = np.empty((len(shares), points, 3)), np.empty((len(shares), points, 2))
    for at in range(0, len(shares), BLOCK_EDGES):
        block = slice(at, at + BLOCK_EDGES)
        passing[block], slope[block] = _at_points(shares[block, None], above[block, None], t, weights)
    return passing, slope


def _at_points(z: Matrix, z_above: Matrix, t: Matrix, weights: Matrix) -> tuple[Matrix, Matrix]:
    """The same of some edges, with z and the z above (k, 1), at the points t (q,)."""
    factor_above = z_above + t * (1 - z_above)
    slope_above = (1 - z_above) / factor_above
    passes = z + t * (1 - z)
    neither, not_here, both = z / z_above + 0 * t, z * (1 - t) / factor_above, passes / factor_above
    stopped, passed = -1 / (1 - t) - slope_above, (1 - z) / passes - slope_above
    passing = np.stack([neither, not_here - neither, both - not_here], axis=2)
    return passing, np.stack([weights * stopped, weights * (passed - stopped)], axis=2)
