"""Clean rows by place, for comparable listings and for the choices of a form."""

import sqlalchemy as sa
from alembic import context, op

from core.contract import Contract
from core.tables import RowTables

revision = "0011"
down_revision = "0001"


def upgrade() -> None:
    connection, contract = op.get_bind(), context.config.attributes["contract"]
    tables = RowTables(contract)
    # The first migration makes the tables as the code has them now: a new database has this one, and no rows.
    if not sa.inspect(connection).has_table(tables.places.name):
        tables.places.create(connection)
        fill(connection, tables, contract)


def fill(connection: sa.Connection, tables: RowTables, contract: Contract) -> None:
    """The places of the rows that are stored already, batch by batch."""
    # Alembic reads every migration at each start, of a worker that waits too.
    import pandas as pd

    from core.comparables import columns_of, parts_of

    clean, names = tables.clean, (*contract.hierarchy[:1], *columns_of(contract))
    query = sa.select(clean.c.row_number, *(clean.c[name] for name in names)).order_by(clean.c.row_number)
    for batch in connection.execute(sa.select(clean.c.batch_id).distinct()).scalars().all():
        rows = connection.execute(query.where(clean.c.batch_id == batch)).all()
        frame = pd.DataFrame(rows, columns=["row_number", *names]).set_index("row_number")
        frame = frame.astype({name: float if contract[name].is_number else object for name in names})
        parts = [
            {"batch_id": batch, "part": number, "place": part.place, "row_count": part.rows, "content": part.content}
            for number, part in enumerate(parts_of(frame, contract))
        ]
        connection.execute(sa.insert(tables.places), parts)
