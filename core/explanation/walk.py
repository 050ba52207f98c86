"""The walk over all edges of a model's trees that gives Shapley values, compiled; import it where it is used.

The rows of a block lie next to each other, so that each step is done for several rows by one instruction.
"""

import logging
from collections.abc import Callable
from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from core.explanation.edges import Edges

Matrix = NDArray[np.float64]
logger = logging.getLogger(__name__)


def _compiled(function: Callable[..., Any]) -> Any:
    """The function as machine code, kept on the disk for the next process where there is a place for it."""
    try:
        return njit(nogil=True, error_model="numpy", cache=True)(function)
    except RuntimeError:
        logger.info("there is no place to keep compiled functions: each process compiles its own")
        return njit(nogil=True, error_model="numpy")(function)


@_compiled
def _pass(values: Matrix, threshold: float, is_left: bool, missing_left: bool, above: Matrix, here: Matrix) -> None:
    """Set ``here`` to 1 where a row takes the edge and took the one above with the same feature, else to 0."""
    left = 1.0 if is_left else 0.0
    if missing_left:
        for row in range(len(values)):
            here[row] = above[row] * (1.0 - left if values[row] > threshold else left)
    else:
        for row in range(len(values)):
            here[row] = above[row] * (left if values[row] <= threshold else 1.0 - left)


@_compiled
def _go_down(passing: Matrix, above: Matrix, here: Matrix, products: Matrix, found: Matrix, sums: Matrix) -> None:
    """The product over the way to an inner node, from that over the way to its parent."""
    for point in range(len(passing)):
        always, if_above, if_here = passing[point, 0], passing[point, 1], passing[point, 2]
        old, new, total = products[point], found[point], sums[point]
        for row in range(len(above)):
            new[row] = old[row] * (always + above[row] * if_above + here[row] * if_here)
            total[row] = 0.0


@_compiled
def _end(
    value: float,
    passing: Matrix,
    slope: Matrix,
    above: Matrix,
    here: Matrix,
    products: Matrix,
    sums: Matrix,
    to: Matrix,
) -> None:
    """At a leaf: add what it is worth to its parent's sums, and its edge's part to the feature's value."""
    for point in range(len(passing)):
        always, if_above, if_here = value * passing[point, 0], value * passing[point, 1], value * passing[point, 2]
        slope_above, slope_here = slope[point, 0], slope[point, 1]
        product, total = products[point], sums[point]
        for row in range(len(above)):
            worth = product[row] * (always + above[row] * if_above + here[row] * if_here)
            to[row] += worth * (above[row] * slope_above + here[row] * slope_here)
            total[row] += worth


@_compiled
def _go_up(slope: Matrix, above: Matrix, here: Matrix, sums: Matrix, sums_above: Matrix, to: Matrix) -> None:
    """Leaving an inner node: add its sums to its parent's, and its edge's part to the feature's value."""
    for point in range(len(slope)):
        slope_above, slope_here = slope[point, 0], slope[point, 1]
        total, total_above = sums[point], sums_above[point]
        for row in range(len(above)):
            to[row] += total[row] * (above[row] * slope_above + here[row] * slope_here)
            total_above[row] += total[row]


@_compiled
def shapley_values(rows: Matrix, edges: Edges) -> Matrix:
    """The Shapley values (d, n) of rows (d, n) in the sum of the trees' values; runs beside other threads.

    By depth on the way to the node where the walk is: ``passed`` (1 where the rows pass), ``products`` over the way,
    and ``sums`` of what the leaves seen so far below are worth.
    """
    count, points, deepest = rows.shape[1], edges.slope.shape[1], edges.depth.max() + 1
    found = np.zeros_like(rows)
    passed = np.ones((deepest, count))
    products, sums = np.ones((deepest, points, count)), np.zeros((deepest, points, count))
    way = np.zeros(deepest, np.int64)
    for tree in range(len(edges.starts) - 1):
        end, depth = edges.starts[tree + 1], 0
        for node in range(edges.starts[tree] + 1, end + 1):
            next_depth = edges.depth[node] if node < end else 1
            while depth >= next_depth:
                edge = way[depth]
                above, to = passed[edges.above[edge]], found[edges.feature[edge]]
                _go_up(edges.slope[edge], above, passed[depth], sums[depth], sums[depth - 1], to)
                depth -= 1
            if node == end:
                break
            here, above, feature = passed[next_depth], passed[edges.above[node]], edges.feature[node]
            _pass(rows[feature], edges.threshold[node], edges.is_left[node], edges.missing_left[node], above, here)
            passing, slope, before = edges.passing[node], edges.slope[node], products[depth]
            if edges.is_leaf[node]:
                _end(edges.value[node], passing, slope, above, here, before, sums[depth], found[feature])
            else:
                depth = next_depth
                way[depth] = node
                _go_down(passing, above, here, before, products[depth], sums[depth])
    return found
