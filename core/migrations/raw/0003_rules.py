"""Rules of every kind beside the limits of changes, and batches that are held."""

import sqlalchemy as sa
from alembic import op

from core.tables import UtcDateTime

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "rules",
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("column_name", sa.String(length=48), nullable=False),
        sa.Column("statistic", sa.String(length=8), nullable=False),
        sa.Column("limit_value", sa.Double(), nullable=False),
        sa.Column("set_at", UtcDateTime(), nullable=False),
        sa.Column("set_by", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("kind", "column_name", "statistic"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.execute(
        "INSERT INTO rules (kind, column_name, statistic, limit_value, set_at, set_by) "
        "SELECT 'change', column_name, statistic, limit_value, set_at, set_by FROM limits"
    )
    op.drop_table("limits")
    op.add_column("decisions", sa.Column("held", sa.Boolean(), nullable=False, server_default=sa.false()))
