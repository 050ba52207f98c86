"""What is kept of a training beside its model, so that its card can be read without its rows."""

# A worker that waits carries records and no NumPy.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class FeatureSeen:
    """What the training rows hold of a feature.

    ``low`` and ``high`` are the ends of a number, or of a date in days since 1970-01-01, None where there is no value;
    ``distinct`` counts the texts, of which ``frequent`` names the most frequent with their rows; ``missing`` is a
    share.
    """

    name: str
    missing: float
    low: float | None = None
    high: float | None = None
    distinct: int = 0
    frequent: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class SegmentScore:
    """The metrics on the test rows of a segment; ``bias`` is the mean of prediction minus true value, in its unit."""

    kind: str
    name: str
    rows: int
    bias: float
    metrics: Mapping[str, float]


@dataclass(frozen=True)
class Card:
    """A version's training and test rows in numbers.

    ``sparse`` names the segments with the fewest training rows. ``edges`` (b + 1) and ``counts`` (b,) are the histogram
    of the relative errors of the test rows, those beyond an end counted in its bin. ``actual`` and ``predicted`` are
    those of the same at most 1,000 test rows, in the target's unit.
    """

    target_low: float
    target_high: float
    features: tuple[FeatureSeen, ...]
    sparse: tuple[tuple[str, int], ...]
    segments: tuple[SegmentScore, ...]
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    actual: tuple[float, ...]
    predicted: tuple[float, ...]

    def of(self, kind: str) -> tuple[SegmentScore, ...]:
        """The segments of one kind: ``cohort`` or ``band``."""
        return tuple(segment for segment in self.segments if segment.kind == kind)
