"""Profiles of rows, and how far one lies from another."""

from core.drift.distances import (
    category_stability,
    kolmogorov_smirnov,
    number_stability,
    total_variation,
    wasserstein,
)
from core.drift.examination import examine
from core.drift.intervals import change_intervals, is_sure
from core.drift.measures import Limits, compare, quantiles, statistics
from core.drift.profiles import merge_profiles, profile_rows
from core.drift.storing import profile_from_bytes, profile_to_bytes

__all__ = [
    "Limits",
    "category_stability",
    "change_intervals",
    "compare",
    "examine",
    "is_sure",
    "kolmogorov_smirnov",
    "merge_profiles",
    "number_stability",
    "profile_from_bytes",
    "profile_rows",
    "profile_to_bytes",
    "quantiles",
    "statistics",
    "total_variation",
    "wasserstein",
]
