"""Stored predictions against true values that came later: what matches, what counts, and what it says."""

from core.live.honesty import REASONS, Trained, reasons, trained_from_bytes, trained_to_bytes
from core.live.matching import match
from core.live.quality import METRICS, assess, running_median

__all__ = [
    "METRICS",
    "REASONS",
    "Trained",
    "assess",
    "match",
    "reasons",
    "running_median",
    "trained_from_bytes",
    "trained_to_bytes",
]
