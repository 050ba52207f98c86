"""The control tables, the row tables of the contract, and the view on comparisons."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from core.tables import Key, LongBinary, LongText, RowTables, UtcDateTime

revision = "0001"
down_revision = None

MYSQL: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    create_control_tables()
    rows = RowTables(context.config.attributes["contract"])
    rows.raw_metadata.create_all(op.get_bind())
    op.execute(rows.comparison_view)


def create_control_tables() -> None:
    op.create_table(
        "audit",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("by", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=48), nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **MYSQL,
    )
    op.create_table(
        "collections",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("opened_at", UtcDateTime(), nullable=False),
        sa.Column("closed_at", UtcDateTime(), nullable=True),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("rows_deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        **MYSQL,
    )
    op.create_table(
        "leases",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("holder", sa.String(length=120), nullable=False),
        sa.Column("expires_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        **MYSQL,
    )
    op.create_table(
        "limits",
        sa.Column("column_name", sa.String(length=48), nullable=False),
        sa.Column("statistic", sa.String(length=8), nullable=False),
        sa.Column("limit_value", sa.Double(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("column_name", "statistic"),
        **MYSQL,
    )
    op.create_table(
        "promotions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("replaced", sa.Integer(), nullable=True),
        sa.Column("promoted_at", UtcDateTime(), nullable=False),
        sa.Column("promoted_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **MYSQL,
    )
    op.create_index("promotions_of_a_model", "promotions", ["model", "id"], unique=False)
    op.create_table(
        "runs",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("cause", sa.String(length=16), nullable=False),
        sa.Column("requested_by", sa.String(length=120), nullable=False),
        sa.Column("requested_at", UtcDateTime(), nullable=False),
        sa.Column("parameters", sa.JSON(), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=True),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=True),
        sa.Column("worker", sa.String(length=120), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("progress", sa.Double(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("cancel_requested", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.JSON(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("traceback", LongText, nullable=False),
        sa.PrimaryKeyConstraint("id"),
        **MYSQL,
    )
    op.create_index("runs_by_status", "runs", ["status", "id"], unique=False)
    op.create_table(
        "schedule",
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("every_seconds", sa.Double(), nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        **MYSQL,
    )
    op.create_table(
        "scores",
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("holdout", sa.String(length=64), nullable=False),
        sa.Column("scored_at", UtcDateTime(), nullable=False),
        sa.Column("metrics", sa.JSON(), nullable=False),
        sa.Column("problem", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("model", "version", "holdout"),
        **MYSQL,
    )
    op.create_table(
        "workers",
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("heartbeat_at", UtcDateTime(), nullable=False),
        sa.Column("stopped_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("name"),
        **MYSQL,
    )
    op.create_table(
        "batches",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("collection_id", Key, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("received_at", UtcDateTime(), nullable=False),
        sa.Column("rows_received", sa.Integer(), nullable=False),
        sa.Column("rows_stored", sa.Integer(), nullable=False),
        sa.Column("rows_rejected", sa.Integer(), nullable=False),
        sa.Column("rows_repeated", sa.Integer(), nullable=False),
        sa.Column("rows_clean", sa.Integer(), nullable=False),
        sa.Column("out_of_range", sa.JSON(), nullable=False),
        sa.Column("left_out", sa.JSON(), nullable=False),
        sa.Column("schema_changes", sa.JSON(), nullable=False),
        sa.Column("new_categories", sa.JSON(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["collection_id"],
            ["collections.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("collection_id", "content_hash", name="a_batch_is_stored_once"),
        **MYSQL,
    )
    op.create_table(
        "run_steps",
        sa.Column("run_id", Key, nullable=False),
        sa.Column("name", sa.String(length=32), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("started_at", UtcDateTime(), nullable=False),
        sa.Column("finished_at", UtcDateTime(), nullable=True),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("run_id", "name"),
        **MYSQL,
    )
    op.create_table(
        "decisions",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("run_id", Key, nullable=False),
        sa.Column("batch_id", Key, nullable=True),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("yes", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("numbers", sa.JSON(), nullable=False),
        sa.Column("decided_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
        ),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["runs.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        **MYSQL,
    )
    op.create_index("decisions_of_a_batch", "decisions", ["batch_id", "kind"], unique=False)
    op.create_index("decisions_of_a_run", "decisions", ["run_id", "kind"], unique=False)
    op.create_table(
        "drift_reports",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("reference_label", sa.String(length=200), nullable=False),
        sa.Column("compared_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
        ),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("batch_id", "reference", name="a_batch_is_compared_once_with_a_reference"),
        **MYSQL,
    )
    op.create_table(
        "profiles",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("content", LongBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
        ),
        sa.PrimaryKeyConstraint("batch_id", "kind"),
        **MYSQL,
    )
    op.create_table(
        "rejected_rows",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("row_number", sa.Integer(), nullable=False),
        sa.Column("content", LongText, nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["batches.id"],
        ),
        sa.PrimaryKeyConstraint("batch_id", "row_number"),
        **MYSQL,
    )
    op.create_table(
        "drift_measurements",
        sa.Column("report_id", Key, nullable=False),
        sa.Column("column_name", sa.String(length=48), nullable=False),
        sa.Column("statistic", sa.String(length=8), nullable=False),
        sa.Column("reference_value", sa.Double(), nullable=True),
        sa.Column("current_value", sa.Double(), nullable=True),
        sa.Column("relative_change", sa.Double(), nullable=True),
        sa.Column("limit_value", sa.Double(), nullable=False),
        sa.Column("exceeded", sa.Boolean(), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(
            ["report_id"],
            ["drift_reports.id"],
        ),
        sa.PrimaryKeyConstraint("report_id", "column_name", "statistic"),
        **MYSQL,
    )
