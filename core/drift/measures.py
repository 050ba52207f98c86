"""Statistics of a profile, and their change."""

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from core.contract import Contract
from core.records import STATISTICS, DriftReport, Measurement, NumberProfile, Profile

Limits = Callable[[str, str], float]


def statistics(profile: NumberProfile) -> dict[str, float | None]:
    """mean, std (ddof 1), 50 % and 75 % (linear interpolation) as pandas ``describe``; None where undefined."""
    n = profile.count
    if n == 0:
        return dict.fromkeys(STATISTICS)
    # Sums and no dot products: those go to BLAS, whose threads spin on while the server needs the cores (measured).
    mean = float((profile.values * (profile.counts / n)).sum())
    squares = float(((profile.values - mean) ** 2 * profile.counts).sum())
    std = float(np.sqrt(squares / (n - 1))) if n > 1 else None
    half, upper = quantiles(profile, (0.5, 0.75))
    return {"mean": mean, "std": std, "50": float(half), "75": float(upper)}


def compare(
    reference: Profile, current: Profile, contract: Contract, limit_of: Limits, name: str, label: str
) -> DriftReport:
    """Every statistic of every column that the contract marks, against the reference.

    ``limit_of`` gives the limit of a column and a statistic; ``name`` and ``label`` say what the reference is.
    """
    measurements = []
    for column in contract.drift_columns:
        before = statistics(reference.numbers[column.name])
        after = statistics(current.numbers[column.name])
        for statistic in STATISTICS:
            limit = limit_of(column.name, statistic)
            measurements.append(_measure(column.name, statistic, before[statistic], after[statistic], limit))
    return DriftReport(name, label, tuple(measurements))


def _measure(column: str, statistic: str, before: float | None, after: float | None, limit: float) -> Measurement:
    if before is None or after is None:
        missing = "the reference" if before is None else "the batch"
        return Measurement(column, statistic, before, after, None, limit, False, f"{missing} has no value to compare")
    if before == 0:
        if after == 0:
            return Measurement(column, statistic, before, after, 0.0, limit, False, "both are 0")
        return Measurement(
            column, statistic, before, after, None, limit, True, "the reference is 0 and the value is not"
        )
    change = (after - before) / abs(before)
    return Measurement(column, statistic, before, after, change, limit, abs(change) > limit)


def quantiles(profile: NumberProfile, shares: Sequence[float] | NDArray[np.float64]) -> NDArray[np.float64]:
    """Linear interpolation between the two nearest ranks (type 7 of Hyndman and Fan, 1996); needs a value."""
    places = np.asarray(shares) * (profile.count - 1)
    below = np.floor(places).astype(np.int64)
    ends = np.cumsum(profile.counts)
    low = profile.values[np.searchsorted(ends, below, side="right")]
    high = profile.values[np.searchsorted(ends, np.minimum(below + 1, profile.count - 1), side="right")]
    return np.asarray(low + (high - low) * (places - below))
