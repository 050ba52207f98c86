"""The table of clean rows, made from the contract."""

from alembic import context, op

from core.tables import RowTables

revision = "0001"
down_revision = None


def upgrade() -> None:
    RowTables(context.config.attributes["contract"]).clean_metadata.create_all(op.get_bind())
