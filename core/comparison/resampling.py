"""A version's metrics on resamples of the holdout, from sums over blocks of rows."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.comparison.blocks import SEED, blocks, weights
from core.comparison.errors import spread_of_errors
from core.comparison.median import Middle
from core.comparison.segments import bands, cohorts
from core.records import Holdout, Resamples
from core.training.threads import one_thread

METRICS = ("rmse", "mae", "r2", "within_10", "within_20", "median_ape", "interval_coverage", "interval_width")
Floats = NDArray[np.float64]
Places = NDArray[np.int64]


def resample(holdout: Holdout, answers: Floats, ranges: Floats | None = None) -> Resamples:
    """A version whose values for the holdout's rows are ``answers`` (n,), on the holdout and on 1,000 resamples.

    ``ranges`` (n, 2) are the lower and upper ends that it gives with them; None where it gives none.
    Properties are drawn with replacement, each with all its rows (a bootstrap of clusters). Time goes with 1,000 times
    the number of blocks, of which there are at most 5,000; memory with 100 resamples of them.
    """
    rows = holdout.rows
    places, count, properties = blocks(holdout.properties)
    errors = np.abs(answers - rows.target)
    relative = np.divide(errors, np.abs(rows.target), out=np.full(len(errors), np.nan), where=rows.target != 0)
    divisions = (cohorts(rows), bands(rows.target))
    middle = Middle(places, count, relative)
    tables = [
        _sums_of_metrics(places, count, errors, relative, rows.target),
        middle.table,
        _sums_of_ranges(places, count, answers, rows.target, ranges),
        *(block_sums(places, count, (errors, None), each.places, len(each.segments)) for each in divisions),
    ]
    ends = np.cumsum([table.shape[1] for table in tables])[:-1]
    table = np.concatenate(tables, axis=1)
    narrow = table.astype(np.float32)
    with one_thread("blas"):
        found = [_values(np.split(drawn @ narrow, ends, axis=1), middle) for drawn in weights(count)]
    whole = _values(np.split(table.sum(axis=0, keepdims=True), ends, axis=1), middle)
    whole[0, METRICS.index("median_ape")] = _median(relative)
    segments = tuple(segment for division in divisions for segment in division.segments)
    return Resamples(
        metrics=METRICS,
        segments=segments,
        properties=properties,
        digest=_digest(holdout),
        values=np.vstack([whole, *found]).astype(np.float32),
        errors=spread_of_errors(rows.target, answers, SEED),
    )


def block_sums(
    places: Places, count: int, columns: tuple[Floats | None, ...], parts: Places | None = None, width: int = 1
) -> Floats:
    """Sums (count, k * width) of k columns of rows by block and part; None counts the rows.

    A row whose part is below 0 is in none.
    """
    inside = slice(None) if parts is None else parts >= 0
    cells = places[inside] * width + (0 if parts is None else parts[inside])
    made = [
        np.bincount(cells, None if column is None else column[inside], count * width).reshape(count, width)
        for column in columns
    ]
    return np.concatenate(made, axis=1).astype(np.float64)


def _sums_of_metrics(places: Places, count: int, errors: Floats, relative: Floats, target: Floats) -> Floats:
    centred = target - target.mean()
    is_known = (~np.isnan(relative)).astype(np.float64)
    within = [(relative <= share).astype(np.float64) for share in (0.1, 0.2)]
    return block_sums(places, count, (None, errors, errors**2, centred, centred**2, is_known, *within))


def _sums_of_ranges(places: Places, count: int, answers: Floats, target: Floats, ranges: Floats | None) -> Floats:
    """Sums of what is inside its range and of the relative widths, then of the rows of each; none without ranges."""
    if ranges is None:
        return np.zeros((count, 4))
    low, high = ranges.T
    inside = ((target >= low) & (target <= high)).astype(np.float64)
    width = np.divide(high - low, np.abs(answers), out=np.zeros(len(answers)), where=answers != 0)
    return block_sums(places, count, (inside, width, np.ones(len(answers)), (answers != 0).astype(np.float64)))


def _values(sums: Sequence[NDArray[Any]], middle: Middle) -> Floats:
    """The metrics and the errors of the segments (r, m + s) of resamples from their sums."""
    metrics, around, *parts = (each.astype(np.float64) for each in sums)
    return np.column_stack([_metrics(metrics), middle.medians(around), *map(_means, parts)])


def _metrics(sums: Floats) -> Floats:
    """rmse, mae, r2, within_10, within_20 (r, 5) of resamples from their sums."""
    rows, absolute, squares, centred, spread, known, within_10, within_20 = sums.T
    with np.errstate(divide="ignore", invalid="ignore"):
        spread = spread - centred**2 / rows
        r2 = np.where(spread > 0, 1 - squares / spread, np.nan)
        return np.column_stack([np.sqrt(squares / rows), absolute / rows, r2, within_10 / known, within_20 / known])


def _means(sums: Floats) -> Floats:
    """Means (r, s) from s sums and s counts; NaN where a resample has no row of a segment."""
    totals, counts = np.split(sums, 2, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(totals / counts)


def _median(relative: Floats) -> float:
    known = relative[~np.isnan(relative)]
    return float(np.median(known)) if len(known) else float("nan")


def _digest(holdout: Holdout) -> str:
    """Tells whether two versions met the same rows in the same order, and the same resamples of them."""
    found = hashlib.sha256(str(SEED).encode())
    for column in (holdout.rows.target, holdout.properties):
        found.update(np.ascontiguousarray(column).tobytes())
    return found.hexdigest()
