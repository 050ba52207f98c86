"""Profiles of rows, and how far one lies from another."""

from core.drift.distances import category_stability, number_stability
from core.drift.measures import Limits, compare, statistics
from core.drift.profiles import merge_profiles, profile_rows
from core.drift.storing import profile_from_bytes, profile_to_bytes

__all__ = [
    "Limits",
    "category_stability",
    "compare",
    "merge_profiles",
    "number_stability",
    "profile_from_bytes",
    "profile_rows",
    "profile_to_bytes",
    "statistics",
]
