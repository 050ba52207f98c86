"""Profiles, and how far one lies from another."""

# A worker that waits carries records and neither library.
from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STATISTICS = ("mean", "std", "50", "75")

REFERENCES = ("previous", "accumulated", "production")


@dataclass(frozen=True)
class NumberProfile:
    """A numeric column: its distinct values in ascending order, how often each occurs, and the rows without one."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    missing: int

    @property
    def count(self) -> int:
        return int(self.counts.sum())


@dataclass(frozen=True)
class Profile:
    """What is known of a set of rows without the rows: exact and mergeable."""

    rows: int
    numbers: Mapping[str, NumberProfile]
    categories: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True)
class Measurement:
    """One statistic of one column against its reference.

    ``change`` is (current - reference) / |reference|, None where that is not a number; ``note`` then says why.
    """

    column: str
    statistic: str
    reference: float | None
    current: float | None
    change: float | None
    limit: float
    exceeded: bool
    note: str = ""


@dataclass(frozen=True)
class DriftReport:
    """A batch against one reference."""

    reference: str
    reference_label: str
    measurements: tuple[Measurement, ...]

    @property
    def exceeded(self) -> tuple[Measurement, ...]:
        """The measurements over their limit, the largest change first."""
        return tuple(sorted((m for m in self.measurements if m.exceeded), key=severity, reverse=True))

    @property
    def largest(self) -> Measurement | None:
        return max(self.measurements, key=severity, default=None)


@dataclass(frozen=True)
class ChangeInterval:
    """The ends between which a change lies with 95 % certainty."""

    low: float
    high: float


@dataclass(frozen=True)
class Missing:
    """Rows without a value, as a share of all rows, before and now."""

    before: float
    now: float


@dataclass(frozen=True)
class NumberDrift:
    """What lies behind the measurements of a numeric column.

    ``intervals`` by statistic, of its change, None where there is none; ``stability`` is the population stability
    index, ``kolmogorov_smirnov`` 0 to 1, ``wasserstein`` in the column's unit; None where one side has no value.
    """

    intervals: Mapping[str, ChangeInterval | None]
    stability: float | None
    kolmogorov_smirnov: float | None
    wasserstein: float | None
    missing: Missing


@dataclass(frozen=True)
class CategoryDrift:
    """How the shares of a column's categories changed; ``new`` and ``vanished`` with their rows, the most first."""

    stability: float
    total_variation: float
    new: Mapping[str, int]
    vanished: Mapping[str, int]
    missing: Missing


@dataclass(frozen=True)
class Examination:
    """A comparison looked at more closely: every numeric column and every category by name."""

    numbers: Mapping[str, NumberDrift]
    categories: Mapping[str, CategoryDrift]


def severity(measurement: Measurement) -> float:
    """How many times its limit a change is; infinite where it counts as exceeded without a number."""
    if measurement.change is None:
        return float("inf") if measurement.exceeded else 0.0
    return abs(measurement.change) / measurement.limit
