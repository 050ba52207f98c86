"""The parts of a holdout by which a difference is broken down: cohorts, and bands of the target."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from core.records import LabelledRows, Segment

BANDS = 5
LEAST_ROWS = 30
MOST_COHORTS = 60


@dataclass(frozen=True)
class Division:
    """A way to part the holdout: the segments, and the place (n,) of each row among them, -1 for none."""

    segments: tuple[Segment, ...]
    places: NDArray[np.int64]


def cohorts(rows: LabelledRows, least: int = LEAST_ROWS) -> Division:
    """By the contract's segment column: the largest, of at least ``least`` rows each."""
    names, codes, counts = np.unique(rows.segments, return_inverse=True, return_counts=True)
    large = [place for place in np.argsort(-counts, kind="stable")[:MOST_COHORTS] if counts[place] >= least]
    new = np.full(len(names), -1)
    new[large] = np.arange(len(large))
    return Division(tuple(Segment("cohort", str(names[i]), int(counts[i])) for i in large), new[codes])


def bands(target: NDArray[np.float64]) -> Division:
    """By the true value, in at most ``BANDS`` bands of about as many rows each; none of them is empty."""
    edges = np.unique(np.quantile(target, np.arange(1, BANDS) / BANDS))
    ends = [float(target.min()), *edges.tolist(), float(target.max())]
    kept, places, counts = np.unique(
        np.searchsorted(edges, target, side="right"), return_inverse=True, return_counts=True
    )
    found = [
        Segment("band", f"{ends[i]:,.0f} – {ends[i + 1]:,.0f}", int(count))
        for i, count in zip(kept.tolist(), counts, strict=True)
    ]
    return Division(tuple(found), places)
