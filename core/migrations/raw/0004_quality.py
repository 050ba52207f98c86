"""Figures by column, reasons counted, and rejected rows that were let in later."""

import sqlalchemy as sa
from alembic import op

from core.tables import Key, UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("batches", sa.Column("rows_readmitted", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("batches", sa.Column("rules", sa.String(length=64), nullable=False, server_default=""))
    op.add_column("rejected_rows", sa.Column("readmitted_at", UtcDateTime(), nullable=True))
    op.add_column("rejected_rows", sa.Column("readmitted_by", sa.String(length=120), nullable=True))
    op.add_column("rejected_rows", sa.Column("readmitted_as", sa.String(length=16), nullable=True))
    op.add_column("rejected_rows", sa.Column("readmitted_run", Key, nullable=True))
    op.create_table(
        "rejection_reasons",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("reason", sa.String(length=160), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"]),
        sa.PrimaryKeyConstraint("batch_id", "reason"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_table(
        "column_facts",
        sa.Column("batch_id", Key, nullable=False),
        sa.Column("column_name", sa.String(length=48), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("missing", sa.Integer(), nullable=False),
        sa.Column("distinct_values", sa.Integer(), nullable=False),
        sa.Column("smallest", sa.Double(), nullable=True),
        sa.Column("lower_quartile", sa.Double(), nullable=True),
        sa.Column("median", sa.Double(), nullable=True),
        sa.Column("upper_quartile", sa.Double(), nullable=True),
        sa.Column("largest", sa.Double(), nullable=True),
        sa.Column("out_of_range", sa.Integer(), nullable=False),
        sa.Column("extreme", sa.Integer(), nullable=False),
        sa.Column("new_values", sa.Integer(), nullable=False),
        sa.Column("new_rows", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"]),
        sa.PrimaryKeyConstraint("batch_id", "column_name"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
