"""Requests for a prediction keep who asked."""

import sqlalchemy as sa
from alembic import context, op

from core.tables import RowTables

revision = "0011"
down_revision = "0009"


def upgrade() -> None:
    table = RowTables(context.config.attributes["contract"]).predictions.name
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    # The first migration makes the table as the code has it now: a new database has the column.
    if "asked_by" not in known:
        op.add_column(table, sa.Column("asked_by", sa.String(length=120), nullable=False, server_default=""))
