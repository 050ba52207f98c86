"""What pages read: thin wrappers over core, and the only caches of the console.

Every cached read is keyed by the store's stamp, so that a page never shows what a worker or another reader has changed
since: a write makes exactly the next read fresh, and nothing has to be cleared by hand. What MLflow holds has no stamp
that is cheap to ask, so it is also asked again after a minute.
"""

from console.data.clock import now, stamp
from console.data.comparisons import changes, compared_profiles, examination, reports
from console.data.journal import (
    actions,
    all_predictions,
    count_actions,
    count_history,
    count_predictions,
    history,
    largest_changes,
    predictions,
    whole_history,
)
from console.data.ledger import decision, decisions, production, promotions, ranking
from console.data.queue import (
    all_steps,
    count_runs,
    ended_runs,
    next_turn,
    open_runs,
    run,
    run_log,
    services,
    some_runs,
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
from console.data.registry import explanation, mlflow_link, mlflow_links, row_explanation, trials, version, versions
from console.data.rules import Case, cases, rules, set_rules

__all__ = [
    "Case",
    "actions",
    "all_predictions",
    "all_steps",
    "batch",
    "batches",
    "cases",
    "changes",
    "compared_profiles",
    "count_actions",
    "count_history",
    "count_predictions",
    "count_rejected",
    "count_rows",
    "count_runs",
    "decision",
    "decisions",
    "ended_runs",
    "examination",
    "explanation",
    "history",
    "known_categories",
    "largest_changes",
    "mlflow_link",
    "mlflow_links",
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
    "some_runs",
    "stamp",
    "steps",
    "trials",
    "version",
    "versions",
    "whole_history",
]
