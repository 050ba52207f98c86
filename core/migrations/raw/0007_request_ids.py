"""Requests for a prediction keep their id, and the range that was answered."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from core.tables import RowTables

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    table = RowTables(context.config.attributes["contract"]).predictions.name
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    wanted: tuple[sa.Column[Any], ...] = (
        sa.Column("request_id", sa.String(length=64), nullable=False, server_default=""),
        sa.Column("interval_low", sa.Double()),
        sa.Column("interval_high", sa.Double()),
    )
    # The first migration makes the table as the code has it now: a new database has them.
    for column in wanted:
        if column.name not in known:
            op.add_column(table, column)
