"""The tables: control tables are fixed, row tables are made from the contract."""

from core.tables.judging import decisions, drift_measurements, drift_reports, rules
from core.tables.kinds import Key, LongBinary, LongText, UtcDateTime, raw
from core.tables.models import (
    approvals,
    promotion_rules,
    promotions,
    resamples,
    scores,
    serving,
    trained_on,
    true_values,
)
from core.tables.received import (
    batches,
    collections,
    column_facts,
    profiles,
    rejected_rows,
    rejection_reasons,
    row_hashes,
)
from core.tables.rows import RowTables
from core.tables.work import audit, leases, run_log, run_steps, runs, schedule, workers

__all__ = [
    "Key",
    "LongBinary",
    "LongText",
    "RowTables",
    "UtcDateTime",
    "approvals",
    "audit",
    "batches",
    "collections",
    "column_facts",
    "decisions",
    "drift_measurements",
    "drift_reports",
    "leases",
    "profiles",
    "promotion_rules",
    "promotions",
    "raw",
    "rejected_rows",
    "rejection_reasons",
    "resamples",
    "row_hashes",
    "rules",
    "run_log",
    "run_steps",
    "runs",
    "schedule",
    "scores",
    "serving",
    "trained_on",
    "true_values",
    "workers",
]
