"""A run keeps that somebody wants the best of its search so far."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.add_column("runs", sa.Column("best_requested", sa.Boolean(), nullable=False, server_default="0"))
