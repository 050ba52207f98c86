"""The tables whose columns come from the contract, and the view on its drift columns."""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Date,
    Double,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from core.contract import Column as ContractColumn
from core.contract import Contract
from core.records import STATISTICS
from core.tables.kinds import Key, LongBinary, UtcDateTime


class RowTables:
    """The tables whose columns come from the contract, and the view on its drift columns."""

    def __init__(self, contract: Contract) -> None:
        self.raw_metadata, self.clean_metadata = MetaData(), MetaData()
        self.received = _row_table(contract.name, self.raw_metadata, contract)
        self.clean = _row_table(
            contract.name, self.clean_metadata, contract, Column("split", String(16), nullable=False)
        )
        self.places = _places_table(contract, self.clean_metadata)
        self.predictions = _predictions_table(contract, self.raw_metadata)
        self.comparison_view = comparison_view(contract)


def _row_table(name: str, metadata: MetaData, contract: Contract, *extra: SchemaItem) -> Table:
    return Table(
        name,
        metadata,
        Column("batch_id", Key, primary_key=True, autoincrement=False),
        Column("row_number", Integer, primary_key=True, autoincrement=False),
        Column("collection_id", Key, nullable=False),
        Column("row_hash", BigInteger, nullable=False),
        *extra,
        *_data_columns(contract.columns),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
        # One tree instead of a table and an index of its key.
        sqlite_with_rowid=False,
    )


def _places_table(contract: Contract, metadata: MetaData) -> Table:
    """A batch's clean rows once more, short and by place: a page reads those of one place and never all of them.

    An index of the places in the table of rows would do the same and cost each batch of 10,000 rows 0.1 s (MariaDB) to
    0.3 s (SQLite) where a million are stored, for its entries lie everywhere; this is stored in one stroke.
    """
    length = contract[contract.hierarchy[0]].length if contract.hierarchy else 1
    return Table(
        "places",
        metadata,
        Column("batch_id", Key, primary_key=True, autoincrement=False),
        Column("part", Integer, primary_key=True, autoincrement=False),
        Column("place", String(length), nullable=False),
        Column("row_count", Integer, nullable=False),
        Column("content", LongBinary, nullable=False),
        Index("parts_of_a_place", "place", "batch_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def _predictions_table(contract: Contract, metadata: MetaData) -> Table:
    return Table(
        f"new_{contract.name}",
        metadata,
        Column("id", Key, primary_key=True, autoincrement=True),
        Column("asked_at", UtcDateTime, nullable=False),
        Column("channel", String(16), nullable=False),
        Column("asked_by", String(120), nullable=False, server_default=""),
        Column("request_id", String(64), nullable=False, server_default=""),
        Column("request", JSON, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("error", Text, nullable=False),
        Column("model_version", Integer),
        Column("prediction", Double),
        Column("interval_low", Double),
        Column("interval_high", Double),
        Column("milliseconds", Double, nullable=False),
        # The property that was asked about, by which later listings of it are found; null where none was named whole.
        Column("property_hash", BigInteger),
        *_data_columns(contract.inputs),
        Index(f"new_{contract.name}_by_property", "property_hash"),
        Index(f"new_{contract.name}_by_request", "request_id"),
        mysql_charset="utf8mb4",
        mysql_engine="InnoDB",
    )


def _data_columns(columns: tuple[ContractColumn, ...]) -> list[Column[Any]]:
    return [Column(column.name, _sql_type(column)) for column in columns]


def _sql_type(column: ContractColumn) -> TypeEngine[Any]:
    if column.is_number:
        return Double()
    return Date() if column.kind == "date" else String(column.length)


def comparison_view(contract: Contract) -> str:
    """``data_comp``: one wide row a comparison with the size of each change, as earlier tools stored and read it."""
    cells = ",\n  ".join(
        f"MAX(CASE WHEN m.column_name = '{column.name}' AND m.statistic = '{statistic}'"
        f" THEN ABS(m.relative_change) END) AS {column.name}_{statistic}"
        for statistic in STATISTICS
        for column in contract.drift_columns
    )
    return f"""CREATE VIEW data_comp AS SELECT r.id,
  {cells},
  MAX(CASE WHEN m.exceeded THEN 1 ELSE 0 END) AS retrain,
  r.batch_id, r.reference, r.compared_at
FROM drift_reports r JOIN drift_measurements m ON m.report_id = r.id
GROUP BY r.id, r.batch_id, r.reference, r.compared_at"""  # noqa: S608 - names from the contract, checked on loading
