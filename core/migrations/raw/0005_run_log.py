"""What each run said as it went, with the trials of its search."""

import sqlalchemy as sa
from alembic import op

from core.tables import Key, UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_table(
        "run_log",
        sa.Column("id", Key, primary_key=True, autoincrement=True),
        sa.Column("run_id", Key, sa.ForeignKey("runs.id"), nullable=False),
        sa.Column("at", UtcDateTime(), nullable=False),
        sa.Column("step", sa.String(length=32), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("trial", sa.JSON()),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("log_of_a_run", "run_log", ["run_id", "id"])
