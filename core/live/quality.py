"""How a version does on true values, against how it did on its holdout."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from core.records import LiveError, LiveQuality, LiveStatus, Met

METRICS = ("median_ape", "mae", "interval_coverage")
SEED, RESAMPLES = 20260503, 1000
ENDS = (0.025, 0.975)
# Of a normal distribution, 95 % lies within so many standard deviations.
SIGMAS = 1.959964
Floats = NDArray[np.float64]


def assess(
    version: int, met: Sequence[Met], holdout: Mapping[str, float], least: int, trained_at: datetime | None = None
) -> LiveQuality:
    """The errors on true values (the newest first) with their intervals, and the verdict.

    Of several predictions for one home the newest counts: they are no independent evidence. The interval is a
    percentile bootstrap over homes, that of a share Wilson's (Journal of the American Statistical Association 22, 1927,
    209). The holdout's value is taken as it is: it rests on many more rows. ``trained_at``: when a training was last
    asked for.
    """
    homes = _newest_by_home(met)
    errors = tuple(_errors(homes, holdout)) if homes else ()
    after = sum(trained_at is None or each.truth.at > trained_at for each in homes)
    is_worse = any(each.is_worse for each in errors if each.metric == METRICS[0])
    status: LiveStatus = "few" if len(homes) < least else "worse" if is_worse else "well"
    return LiveQuality(version, least, status, errors, homes, after)


def running_median(met: Sequence[Met], width: int) -> list[float]:
    """The median share by which predictions miss over each ``width`` true values that follow each other, the oldest
    first; ``met`` has the newest first."""
    shares = np.array([each.share for each in met[::-1]])
    return [float(np.median(shares[end - width : end])) for end in range(width, len(shares) + 1)]


def _newest_by_home(met: Sequence[Met]) -> tuple[Met, ...]:
    found: dict[object, Met] = {}
    for each in met:
        found.setdefault(each.home, each)
    return tuple(found.values())


def _errors(met: Sequence[Met], holdout: Mapping[str, float]) -> list[LiveError]:
    shares = np.array([each.share for each in met])
    amounts = np.array([abs(each.error) for each in met])
    drawn = np.random.default_rng(SEED).integers(0, len(met), (RESAMPLES, len(met)))
    found = [
        _error("median_ape", float(np.median(shares)), np.median(shares[drawn], axis=1), holdout),
        _error("mae", float(amounts.mean()), amounts[drawn].mean(axis=1), holdout),
    ]
    inside = [
        each.low <= each.truth.value <= each.high for each in met if each.low is not None and each.high is not None
    ]
    return [*found, _coverage(inside, holdout)] if inside else found


def _error(metric: str, live: float, resampled: Floats, holdout: Mapping[str, float]) -> LiveError:
    low, high = np.quantile(resampled, ENDS).tolist()
    known = holdout.get(metric)
    return LiveError(metric, live, low, high, known, known is not None and low > known)


def _coverage(inside: Sequence[bool], holdout: Mapping[str, float]) -> LiveError:
    count, live = len(inside), sum(inside) / len(inside)
    low, high = wilson(live, count)
    known = holdout.get("interval_coverage")
    return LiveError("interval_coverage", live, low, high, known, known is not None and high < known)


def wilson(share: float, count: int) -> tuple[float, float]:
    """The 95 % interval of a share of ``count`` cases."""
    square = SIGMAS**2 / count
    centre = (share + square / 2) / (1 + square)
    half = SIGMAS * math.sqrt(share * (1 - share) / count + square / (4 * count)) / (1 + square)
    return max(0.0, centre - half), min(1.0, centre + half)
