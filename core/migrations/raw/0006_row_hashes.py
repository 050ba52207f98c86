"""The hashes of a batch's rows lie side by side; an index of them in the row table is no longer kept."""

import sys
from array import array
from collections.abc import Iterable

import sqlalchemy as sa
from alembic import context, op

from core.tables import Key, LongBinary, RowTables

revision = "0006"
down_revision = "0005"
ROWS_IN_A_PART = 100_000


def upgrade() -> None:
    op.create_table(
        "row_hashes",
        sa.Column("batch_id", Key, sa.ForeignKey("batches.id"), primary_key=True),
        sa.Column("part", sa.Integer(), primary_key=True),
        sa.Column("collection_id", Key, sa.ForeignKey("collections.id"), nullable=False),
        sa.Column("content", LongBinary, nullable=False),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )
    op.create_index("hashes_of_a_collection", "row_hashes", ["collection_id"])
    received = RowTables(context.config.attributes["contract"]).received
    fill(op.get_bind(), received)
    drop_index(op.get_bind(), received)


def fill(connection: sa.Connection, received: sa.Table) -> None:
    """The hashes of what is stored already, batch by batch."""
    known = sa.table("row_hashes", *map(sa.column, ("batch_id", "part", "collection_id", "content")))
    owners = connection.execute(sa.select(received.c.batch_id, received.c.collection_id).distinct()).all()
    for batch, collection in owners:
        query = sa.select(received.c.row_hash).where(received.c.batch_id == batch).order_by(received.c.row_number)
        for part, hashes in enumerate(connection.execute(query).scalars().partitions(ROWS_IN_A_PART)):
            content = _little_endian(hashes)
            values = {"batch_id": batch, "part": part, "collection_id": collection, "content": content}
            connection.execute(sa.insert(known).values(**values))


def drop_index(connection: sa.Connection, received: sa.Table) -> None:
    """Take the index away where an earlier release made it; SQLite cannot, so its table is made anew."""
    name = f"{received.name}_rows_are_stored_once"
    if not any(found["name"] == name for found in sa.inspect(connection).get_unique_constraints(received.name)):
        return
    if connection.dialect.name != "sqlite":
        op.drop_constraint(name, received.name, type_="unique")
        return
    earlier = f"{received.name}_earlier"
    op.rename_table(received.name, earlier)
    received.create(connection)
    columns = ", ".join(f'"{column.name}"' for column in received.columns)
    op.execute(f'INSERT INTO "{received.name}" ({columns}) SELECT {columns} FROM "{earlier}"')  # noqa: S608
    op.drop_table(earlier)


def _little_endian(hashes: Iterable[int]) -> bytes:
    """Eight bytes a hash. Without NumPy: Alembic reads every migration at each start, of a worker that waits too."""
    packed = array("q", hashes)
    if sys.byteorder == "big":
        packed.byteswap()
    return packed.tobytes()
