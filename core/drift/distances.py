"""How far two distributions lie from each other as a whole, from exact profiles."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from core.records import NumberProfile

DECILES = np.arange(1, 10) / 10
# A category below this share on both sides is counted among the others: thousands of rare names, a row or two each,
# would sum to an alarm by chance alone.
RARE = 0.01
# What an empty bin counts as, in rows: its logarithm must be finite, and one row more or less is no news.
EMPTY_ROWS = 0.5


def number_stability(reference: NumberProfile, current: NumberProfile) -> float | None:
    """Population stability index over the deciles of the reference; None where one side has no value.

    The sum over bins of (a - b) ln(a / b), a and b being the bin's shares (Jeffreys' divergence; by custom under 0.1
    is stable and over 0.25 a large shift: Siddiqi, Credit Risk Scorecards, 2006). The first and the last bin are open;
    a bin holds its upper edge; a value that spans two deciles or more has a bin of its own. A bin that is empty on one
    side counts as half a row.
    """
    if reference.count == 0 or current.count == 0:
        return None
    edges = _decile_edges(reference)
    return _stability(_binned(reference, edges), _binned(current, edges))


def category_stability(reference: Mapping[str, int], current: Mapping[str, int]) -> float:
    """Population stability index over categories, as ``number_stability`` defines it.

    Categories that hold less than 1 % of the rows on both sides are one bin together; a new or a vanished one that
    holds more has its own.
    """
    names = sorted(set(reference) | set(current))
    before = np.array([reference.get(name, 0) for name in names], dtype=np.int64)
    now = np.array([current.get(name, 0) for name in names], dtype=np.int64)
    is_rare = (before < RARE * before.sum()) & (now < RARE * now.sum())
    return _stability(*(np.append(counts[~is_rare], counts[is_rare].sum()) for counts in (before, now)))


def kolmogorov_smirnov(reference: NumberProfile, current: NumberProfile) -> float | None:
    """The largest difference of the two shares of rows at or below any value, 0 to 1; None where one side is empty."""
    if reference.count == 0 or current.count == 0:
        return None
    return float(np.abs(_gaps(reference, current)[1]).max())


def wasserstein(reference: NumberProfile, current: NumberProfile) -> float | None:
    """How far a row must move on average to turn one distribution into the other, in the column's unit.

    The area between the two distribution functions (Wasserstein-1, the earth mover's distance); None where one side
    is empty.
    """
    if reference.count == 0 or current.count == 0:
        return None
    values, gaps = _gaps(reference, current)
    return float((np.abs(gaps[:-1]) * np.diff(values)).sum())


def total_variation(reference: Mapping[str, int], current: Mapping[str, int]) -> float:
    """Half the sum of the differences of all shares: 0 for equal shares, 1 for none in common."""
    totals = [max(sum(counts.values()), 1) for counts in (reference, current)]
    names = set(reference) | set(current)
    moved = sum(abs(reference.get(name, 0) / totals[0] - current.get(name, 0) / totals[1]) for name in names)
    return min(moved / 2, 1.0)


def _gaps(first: NumberProfile, second: NumberProfile) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Every value of either side, and the difference of the shares of rows at or below it."""
    values = np.union1d(first.values, second.values)
    return values, _shares_up_to(first, values) - _shares_up_to(second, values)


def _shares_up_to(profile: NumberProfile, values: NDArray[np.float64]) -> NDArray[np.float64]:
    cumulated = np.concatenate([[0], np.cumsum(profile.counts)]) / profile.count
    return np.asarray(cumulated[np.searchsorted(profile.values, values, side="right")])


def _decile_edges(profile: NumberProfile) -> NDArray[np.float64]:
    """Upper edges of all bins but the last: the deciles, and for a repeated one also the number just below it."""
    ranks = np.ceil(DECILES * profile.count)
    deciles = profile.values[np.searchsorted(np.cumsum(profile.counts), ranks)]
    found, times = np.unique(deciles, return_counts=True)
    return np.unique(np.concatenate([found, np.nextafter(found[times > 1], -np.inf)]))


def _binned(profile: NumberProfile, edges: NDArray[np.float64]) -> NDArray[np.int64]:
    bins = np.searchsorted(edges, profile.values)
    return np.bincount(bins, weights=profile.counts, minlength=len(edges) + 1).astype(np.int64)


def _stability(first: NDArray[np.int64], second: NDArray[np.int64]) -> float:
    is_used = (first > 0) | (second > 0)
    a, b = (np.maximum(counts[is_used], EMPTY_ROWS) / max(counts.sum(), 1) for counts in (first, second))
    return float(np.dot(a - b, np.log(a / b)))
