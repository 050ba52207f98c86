"""What pages read: thin wrappers over core, and the only caches of the console.

Every cached read is keyed by the store's stamp, so that a page never shows what a worker or another reader has changed
since: a write makes exactly the next read fresh, and nothing has to be cleared by hand. What MLflow holds has no stamp
that is cheap to ask, so it is also asked again after a minute.
"""

from console.data.clock import now, stamp
from console.data.comparisons import changes, compared_profiles, examination, reports
from console.data.journal import actions, predictions
from console.data.ledger import decision, decisions, production, promotions, ranking
from console.data.queue import (
    all_steps,
    ended_runs,
    next_turn,
    open_runs,
    run,
    run_log,
    services,
    steps,
)
from console.data.received import (
    batch,
    batches,
    count_rejected,
    count_rows,
    known_categories,
    passing,
    quality,
    reasons,
    rejected,
    rows,
)
from console.data.registry import explanation, mlflow_link, row_explanation, trials, version, versions
from console.data.rules import Case, cases, rules, set_rules

__all__ = [
    "Case",
    "actions",
    "all_steps",
    "batch",
    "batches",
    "cases",
    "changes",
    "compared_profiles",
    "count_rejected",
    "count_rows",
    "decision",
    "decisions",
    "ended_runs",
    "examination",
    "explanation",
    "known_categories",
    "mlflow_link",
    "next_turn",
    "now",
    "open_runs",
    "passing",
    "predictions",
    "production",
    "promotions",
    "quality",
    "ranking",
    "reasons",
    "rejected",
    "reports",
    "row_explanation",
    "rows",
    "rules",
    "run",
    "run_log",
    "services",
    "set_rules",
    "stamp",
    "steps",
    "trials",
    "version",
    "versions",
]
