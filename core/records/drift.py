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


def severity(measurement: Measurement) -> float:
    """How many times its limit a change is; infinite where it counts as exceeded without a number."""
    if measurement.change is None:
        return float("inf") if measurement.exceeded else 0.0
    return abs(measurement.change) / measurement.limit
