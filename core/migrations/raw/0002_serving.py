"""The lean form of the versions that were in production, so that a price needs no model store."""

import sqlalchemy as sa
from alembic import op

from core.tables import LongBinary, UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "serving",
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", LongBinary, nullable=False),
        sa.Column("stored_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("model", "version"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
