"""The loop: fetch, check, compare, train, promote. Pages and worker call the same functions."""

from .clock import (
    now,
)
from .comparing import (
    comparisons_with,
    errors_on_holdout,
    rules_in_force,
)
from .deciding import (
    gather_evidence,
)
from .execution import (
    execute,
    process_next_batch,
)
from .measuring import (
    compared_profiles,
)
from .promoting import (
    align_production,
    promote,
)
from .qualifying import (
    quality_of,
)
from .readmitting import (
    count_passing,
)
from .watching import (
    live_quality,
    trained_on,
)
from .world import (
    Loop,
    open_loop,
)

__all__ = [
    "Loop",
    "align_production",
    "compared_profiles",
    "comparisons_with",
    "count_passing",
    "errors_on_holdout",
    "execute",
    "gather_evidence",
    "live_quality",
    "now",
    "open_loop",
    "process_next_batch",
    "promote",
    "quality_of",
    "rules_in_force",
    "trained_on",
]
