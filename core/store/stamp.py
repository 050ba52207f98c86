"""How far the store has come: one cheap question that tells a page whether what it shows is still so."""

from sqlalchemy import Connection, func, select

from core.tables import (
    approvals,
    audit,
    batches,
    decisions,
    drift_reports,
    promotion_rules,
    promotions,
    rules,
    runs,
    scores,
    true_values,
)

Stamp = tuple[str, ...]
MARKS = (
    batches.c.id,
    drift_reports.c.id,
    decisions.c.id,
    promotions.c.id,
    audit.c.id,
    runs.c.id,
    runs.c.finished_at,
    scores.c.scored_at,
    rules.c.set_at,
    promotion_rules.c.id,
    approvals.c.id,
    approvals.c.decided_at,
    true_values.c.id,
)


def load_stamp(connection: Connection) -> Stamp:
    """The newest mark of each table that pages read; equal stamps mean that nothing was stored in between."""
    newest = [select(func.max(column)).scalar_subquery() for column in MARKS]
    return tuple(str(value) for value in connection.execute(select(*newest)).one())
