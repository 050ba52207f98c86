"""Versions compared in pairs on the same holdout: a bootstrap that resamples properties, kept version by version."""

from core.comparison.pairs import compare
from core.comparison.resampling import resample
from core.comparison.storing import resamples_from_bytes, resamples_to_bytes

__all__ = ["compare", "resample", "resamples_from_bytes", "resamples_to_bytes"]
