"""True values of stored predictions, what each version was trained on, and by which property a prediction is found."""

from typing import Any

import sqlalchemy as sa
from alembic import context, op

from core.contract import Contract
from core.tables import Key, LongBinary, RowTables, UtcDateTime

revision = "0009"
down_revision = "0008"
ROWS_AT_ONCE = 10_000
MYSQL: dict[str, Any] = {"mysql_charset": "utf8mb4", "mysql_engine": "InnoDB"}


def upgrade() -> None:
    _tables()
    contract: Contract = context.config.attributes["contract"]
    table = RowTables(contract).predictions
    known = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table.name)}
    # The first migration makes the table as the code has it now: a new database has the column and its indexes.
    if "property_hash" in known:
        return
    op.add_column(table.name, sa.Column("property_hash", sa.BigInteger()))
    fill(op.get_bind(), table, contract)
    op.create_index(f"{table.name}_by_property", table.name, ["property_hash"])
    op.create_index(f"{table.name}_by_request", table.name, ["request_id"])


def fill(connection: sa.Connection, table: sa.Table, contract: Contract) -> None:
    """The property of each prediction that is stored already and names one."""
    # Alembic reads every migration at each start, of a worker that waits too: this one brings NumPy along.
    from core.identity import property_hash

    names = [table.c[name] for name in contract.group]
    query = sa.select(table.c.id, *names).where(*(column.is_not(None) for column in names)).order_by(table.c.id)
    change = sa.update(table).where(table.c.id == sa.bindparam("key")).values(property_hash=sa.bindparam("hash"))
    last = 0
    while rows := connection.execute(query.where(table.c.id > last).limit(ROWS_AT_ONCE)).all():
        found = [{"key": row.id, "hash": property_hash(row._asdict(), contract)} for row in rows]
        connection.execute(change, found)
        last = rows[-1].id


def _tables() -> None:
    op.create_table(
        "true_values",
        sa.Column("id", Key, autoincrement=True, nullable=False),
        sa.Column("prediction_id", Key, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("error", sa.Double(), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.Column("batch_id", Key, sa.ForeignKey("batches.id")),
        sa.Column("row_number", sa.Integer()),
        sa.Column("told_at", UtcDateTime(), nullable=False),
        sa.Column("told_by", sa.String(length=120), nullable=False),
        sa.Column("reason", sa.String(length=16), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("prediction_id", name="a_prediction_has_one_true_value"),
        **MYSQL,
    )
    op.create_index("true_values_of_a_version", "true_values", ["version", "reason", "id"])
    op.create_table(
        "trained_on",
        sa.Column("model", sa.String(length=200), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("content", LongBinary, nullable=False),
        sa.PrimaryKeyConstraint("model", "version"),
        **MYSQL,
    )
