"""Two versions that met the same resamples, as one comparison with its intervals."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.comparison.blocks import RESAMPLES
from core.errors import InputError
from core.records import Comparison, Difference, Resamples, SegmentDifference

LEAST_PROPERTIES = 20
# A share of the variance may be 0 or negative: its change is a difference.
ABSOLUTE = ("r2",)
# 95 %: as many resamples lie below as above, so that the interval of the swapped pair mirrors this one.
OUTSIDE = round(RESAMPLES * 0.025)


def compare(champion: int, challenger: int, first: Resamples, second: Resamples) -> Comparison:
    """By how much a challenger (``second``) differs from a champion (``first``), metric by metric.

    The intervals are percentile intervals of the paired bootstrap: each resample gives one difference between the two.
    A metric that one of the two has not, as one that an earlier release scored, is left out. Raises InputError where
    the two were not scored on the same holdout.
    """
    if first.digest != second.digest:
        raise InputError(f"Versions {champion} and {challenger} were not scored on the same holdout: rank them again.")
    is_large = first.properties >= LEAST_PROPERTIES
    shared = [name for name in first.metrics if name in second.metrics]
    names = (*shared, *("mae" for _ in first.segments))
    found = [
        _difference(name, one, other, is_large)
        for name, one, other in zip(names, _columns(first, shared), _columns(second, shared), strict=True)
    ]
    count = len(shared)
    parts = zip(first.segments, found[count:], strict=True)
    return Comparison(
        champion=champion,
        challenger=challenger,
        rows=first.rows,
        properties=first.properties,
        differences=tuple(each for each in found[:count] if each is not None),
        segments=tuple(SegmentDifference(segment, each) for segment, each in parts if each is not None),
    )


def _columns(own: Resamples, metrics: Sequence[str]) -> list[NDArray[np.float32]]:
    """The columns (1 + r,) of metrics, then of every segment."""
    places = [own.metrics.index(name) for name in metrics]
    return [own.values[:, place] for place in (*places, *range(len(own.metrics), own.values.shape[1]))]


def _difference(
    metric: str, champion: NDArray[np.float32], challenger: NDArray[np.float32], is_large: bool
) -> Difference | None:
    first, second = champion.astype(np.float64), challenger.astype(np.float64)
    if not (np.isfinite(first[0]) and np.isfinite(second[0])):
        return None
    changes = second - first if metric in ABSOLUTE else _changes(first, second)
    drawn = np.sort(changes[1:])
    is_known = is_large and bool(np.isfinite(drawn).all())
    low, high = (float(drawn[OUTSIDE - 1]), float(drawn[-OUTSIDE])) if is_known else (None, None)
    return Difference(metric, float(first[0]), float(second[0]), float(changes[0]), low, high)


def _changes(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """(second - first) / |first|, 0 where both are 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(first == second, 0.0, (second - first) / np.abs(first))
