"""How batches were compared and judged."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    false,
)

from core.tables.kinds import Key, UtcDateTime, control_table

drift_reports = control_table(
    "drift_reports",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("batch_id", Key, ForeignKey("batches.id"), nullable=False),
    Column("reference", String(16), nullable=False),
    Column("reference_label", String(200), nullable=False),
    Column("compared_at", UtcDateTime, nullable=False),
    UniqueConstraint("batch_id", "reference", name="a_batch_is_compared_once_with_a_reference"),
)

drift_measurements = control_table(
    "drift_measurements",
    Column("report_id", Key, ForeignKey("drift_reports.id"), primary_key=True),
    Column("column_name", String(48), primary_key=True),
    Column("statistic", String(8), primary_key=True),
    Column("reference_value", Double),
    Column("current_value", Double),
    Column("relative_change", Double),
    Column("limit_value", Double, nullable=False),
    Column("exceeded", Boolean, nullable=False),
    Column("note", String(200), nullable=False),
)

decisions = control_table(
    "decisions",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("run_id", Key, ForeignKey("runs.id"), nullable=False),
    Column("batch_id", Key, ForeignKey("batches.id")),
    Column("kind", String(16), nullable=False),
    Column("yes", Boolean, nullable=False),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Index("decisions_of_a_run", "run_id", "kind"),
    Index("decisions_of_a_batch", "batch_id", "kind"),
)

rules = control_table(
    "rules",
    Column("kind", String(16), primary_key=True),
    Column("column_name", String(48), primary_key=True),
    Column("statistic", String(8), primary_key=True),
    Column("limit_value", Double, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String(120), nullable=False),
)
