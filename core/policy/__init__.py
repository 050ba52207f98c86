"""When to train and what to promote: pure functions that return their reason."""

from core.policy.promotion import LOWER_IS_BETTER, gain, should_promote
from core.policy.training import should_train
from core.policy.words import METRIC_LABELS, STATISTIC_LABELS, describe, percent

__all__ = [
    "LOWER_IS_BETTER",
    "METRIC_LABELS",
    "STATISTIC_LABELS",
    "describe",
    "gain",
    "percent",
    "should_promote",
    "should_train",
]
