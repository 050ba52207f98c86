"""Versions on the same holdout, and by how much two of them differ there."""

# A worker that waits carries records and no NumPy.
from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.records.rows import LabelledRows

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Holdout:
    """The rows that all versions are scored on; ``properties`` (n,) says which rows are of one property."""

    rows: LabelledRows
    properties: NDArray[np.int64]


@dataclass(frozen=True)
class Segment:
    """A part of the holdout: ``kind`` is cohort (a value of the contract's segment column) or band (of the target)."""

    kind: str
    name: str
    rows: int


@dataclass(frozen=True)
class SpreadOfErrors:
    """A version's errors: the ``counts`` (k,) of rows by relative error between ``edges`` (k + 1,), what lies beyond an
    end counted in its bin; and of at most a thousand rows the ``actual`` and ``predicted`` values, in their order."""

    edges: tuple[float, ...]
    counts: tuple[int, ...]
    actual: tuple[float, ...]
    predicted: tuple[float, ...]


@dataclass(frozen=True)
class Resamples:
    """How a version does on the holdout and on resamples of it.

    ``values`` (1 + r, m + s): row 0 is the holdout itself, the others are its r resamples; a column for each of the m
    ``metrics``, then the mean absolute error in each of the s ``segments``. Versions with the same ``digest`` met the
    same resamples of the same rows, so that their rows pair up. ``errors`` is None where an earlier release scored it.
    """

    metrics: tuple[str, ...]
    segments: tuple[Segment, ...]
    properties: int
    digest: str
    values: NDArray[np.float32]
    errors: SpreadOfErrors | None = None

    @property
    def rows(self) -> int:
        return sum(segment.rows for segment in self.segments if segment.kind == "band")


@dataclass(frozen=True)
class Difference:
    """A challenger's metric against the champion's: ``change`` is (challenger - champion) / |champion|, of R² the
    difference alone.

    ``low`` and ``high`` enclose it with 95 % confidence, None where the holdout is too small to say.
    """

    metric: str
    champion: float
    challenger: float
    change: float
    low: float | None = None
    high: float | None = None

    @property
    def is_none(self) -> bool:
        """Whether both versions did alike on the holdout and on every resample of it, as the same model twice does."""
        return self.change == self.low == self.high == 0

    @property
    def excludes_zero(self) -> bool:
        """Whether the interval lies on one side of zero: the difference is more than chance."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True)
class SegmentDifference:
    """The mean absolute error of both versions in a segment."""

    segment: Segment
    difference: Difference


@dataclass(frozen=True)
class Comparison:
    """A challenger against a champion on the same holdout, metric by metric and segment by segment."""

    champion: int
    challenger: int
    rows: int
    properties: int
    differences: tuple[Difference, ...]
    segments: tuple[SegmentDifference, ...]

    def of(self, metric: str) -> Difference | None:
        """The difference in one metric; None where one of the two has no such metric."""
        return next((found for found in self.differences if found.metric == metric), None)
