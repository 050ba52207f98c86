"""The loop: fetch, check, compare, train, promote. Pages and worker call the same functions."""

from core.loop.clock import now
from core.loop.collecting import compared_profiles
from core.loop.comparing import comparisons_with, rules_in_force
from core.loop.deciding import gather_evidence
from core.loop.execution import execute, process_next_batch
from core.loop.promoting import align_production, promote
from core.loop.qualifying import quality_of
from core.loop.readmitting import count_passing
from core.loop.world import Loop, open_loop

__all__ = [
    "Loop",
    "align_production",
    "compared_profiles",
    "comparisons_with",
    "count_passing",
    "execute",
    "gather_evidence",
    "now",
    "open_loop",
    "process_next_batch",
    "promote",
    "quality_of",
    "rules_in_force",
]
