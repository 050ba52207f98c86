"""The tables: control tables are fixed, row tables are made from the contract."""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.dialects import mysql
from sqlalchemy.engine import Dialect
from sqlalchemy.schema import SchemaItem
from sqlalchemy.types import TypeDecorator, TypeEngine

from core.contract import Column as ContractColumn
from core.contract import Contract
from core.records import STATISTICS

Key = BigInteger().with_variant(Integer(), "sqlite")
LongText = Text().with_variant(mysql.LONGTEXT(), "mysql", "mariadb")
LongBinary = LargeBinary().with_variant(mysql.LONGBLOB(), "mysql", "mariadb")


class UtcDateTime(TypeDecorator[datetime]):
    """A moment, to the microsecond; aware in Python, stored in UTC."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        is_mysql = dialect.name in ("mysql", "mariadb")
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if is_mysql else DateTime())

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.astimezone(UTC).replace(tzinfo=None) if value else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        return value.replace(tzinfo=UTC) if value else None


raw = MetaData()


def _table(name: str, *columns: Any) -> Table:
    return Table(name, raw, *columns, mysql_charset="utf8mb4", mysql_engine="InnoDB")


collections = _table(
    "collections",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("reason", String(200), nullable=False),
    Column("rows_deleted_at", UtcDateTime),
)

batches = _table(
    "batches",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("collection_id", Key, ForeignKey("collections.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("content_hash", String(64), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("rows_received", Integer, nullable=False),
    Column("rows_stored", Integer, nullable=False),
    Column("rows_rejected", Integer, nullable=False),
    Column("rows_repeated", Integer, nullable=False),
    Column("rows_clean", Integer, nullable=False),
    Column("out_of_range", JSON, nullable=False),
    Column("left_out", JSON, nullable=False),
    Column("schema_changes", JSON, nullable=False),
    Column("new_categories", JSON, nullable=False),
    Column("note", Text, nullable=False),
    Column("rows_readmitted", Integer, nullable=False, server_default="0"),
    Column("rules", String(64), nullable=False, server_default=""),
    UniqueConstraint("collection_id", "content_hash", name="a_batch_is_stored_once"),
)

profiles = _table(
    "profiles",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("content", LongBinary, nullable=False),
)

row_hashes = _table(
    "row_hashes",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("collection_id", Key, ForeignKey("collections.id"), nullable=False),
    Column("content", LongBinary, nullable=False),
    Index("hashes_of_a_collection", "collection_id"),
)

rejected_rows = _table(
    "rejected_rows",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("row_number", Integer, primary_key=True),
    Column("content", LongText, nullable=False),
    Column("reasons", JSON, nullable=False),
    Column("readmitted_at", UtcDateTime),
    Column("readmitted_by", String(120)),
    Column("readmitted_as", String(16)),
    Column("readmitted_run", Key),
)

rejection_reasons = _table(
    "rejection_reasons",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("reason", String(160), primary_key=True),
    Column("row_count", Integer, nullable=False),
)

column_facts = _table(
    "column_facts",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("column_name", String(48), primary_key=True),
    Column("row_count", Integer, nullable=False),
    Column("missing", Integer, nullable=False),
    Column("distinct_values", Integer, nullable=False),
    Column("smallest", Double),
    Column("lower_quartile", Double),
    Column("median", Double),
    Column("upper_quartile", Double),
    Column("largest", Double),
    Column("out_of_range", Integer, nullable=False),
    Column("extreme", Integer, nullable=False),
    Column("new_values", Integer, nullable=False),
    Column("new_rows", Integer, nullable=False),
)

drift_reports = _table(
    "drift_reports",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("batch_id", Key, ForeignKey("batches.id"), nullable=False),
    Column("reference", String(16), nullable=False),
    Column("reference_label", String(200), nullable=False),
    Column("compared_at", UtcDateTime, nullable=False),
    UniqueConstraint("batch_id", "reference", name="a_batch_is_compared_once_with_a_reference"),
)

drift_measurements = _table(
    "drift_measurements",
    Column("report_id", Key, ForeignKey("drift_reports.id"), primary_key=True),
    Column("column_name", String(48), primary_key=True),
    Column("statistic", String(8), primary_key=True),
    Column("reference_value", Double),
    Column("current_value", Double),
    Column("relative_change", Double),
    Column("limit_value", Double, nullable=False),
    Column("exceeded", Boolean, nullable=False),
    Column("note", String(200), nullable=False),
)

decisions = _table(
    "decisions",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("run_id", Key, ForeignKey("runs.id"), nullable=False),
    Column("batch_id", Key, ForeignKey("batches.id")),
    Column("kind", String(16), nullable=False),
    Column("yes", Boolean, nullable=False),
    Column("held", Boolean, nullable=False, server_default=false()),
    Column("reason", Text, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("decided_at", UtcDateTime, nullable=False),
    Index("decisions_of_a_run", "run_id", "kind"),
    Index("decisions_of_a_batch", "batch_id", "kind"),
)

runs = _table(
    "runs",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("kind", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("cause", String(16), nullable=False),
    Column("requested_by", String(120), nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    Column("parameters", JSON, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
    Column("heartbeat_at", UtcDateTime),
    Column("worker", String(120), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("step", String(32), nullable=False),
    Column("progress", Double, nullable=False),
    Column("message", Text, nullable=False),
    Column("cancel_requested", Boolean, nullable=False),
    Column("outcome", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("traceback", LongText, nullable=False),
    Index("runs_by_status", "status", "id"),
)

run_steps = _table(
    "run_steps",
    Column("run_id", Key, ForeignKey("runs.id"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("detail", JSON, nullable=False),
)

run_log = _table(
    "run_log",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("run_id", Key, ForeignKey("runs.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("step", String(32), nullable=False),
    Column("message", Text, nullable=False),
    Column("trial", JSON),
    Index("log_of_a_run", "run_id", "id"),
)

promotions = _table(
    "promotions",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("model", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("replaced", Integer),
    Column("promoted_at", UtcDateTime, nullable=False),
    Column("promoted_by", String(120), nullable=False),
    Column("reason", Text, nullable=False),
    Column("numbers", JSON, nullable=False),
    Index("promotions_of_a_model", "model", "id"),
)

scores = _table(
    "scores",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holdout", String(64), primary_key=True),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("problem", Text, nullable=False),
)

resamples = _table(
    "resamples",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holdout", String(64), primary_key=True),
    Column("content", LongBinary, nullable=False),
)

promotion_rules = _table(
    "promotion_rules",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("model", String(200), nullable=False),
    Column("content", JSON, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String(120), nullable=False),
    Index("promotion_rules_of_a_model", "model", "id"),
)

approvals = _table(
    "approvals",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("model", String(200), nullable=False),
    Column("version", Integer, nullable=False),
    Column("replaces", Integer),
    Column("status", String(16), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    Column("reason", Text, nullable=False),
    Column("numbers", JSON, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(120), nullable=False),
    Column("comment", Text, nullable=False),
    Index("approvals_by_status", "model", "status"),
)

serving = _table(
    "serving",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", LongBinary, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
)

rules = _table(
    "rules",
    Column("kind", String(16), primary_key=True),
    Column("column_name", String(48), primary_key=True),
    Column("statistic", String(8), primary_key=True),
    Column("limit_value", Double, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String(120), nullable=False),
)

schedule = _table(
    "schedule",
    Column("name", String(32), primary_key=True),
    Column("every_seconds", Double, nullable=False),
    Column("next_at", UtcDateTime),
)

workers = _table(
    "workers",
    Column("name", String(120), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
)

leases = _table(
    "leases",
    Column("name", String(32), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

audit = _table(
    "audit",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(120), nullable=False),
    Column("action", String(48), nullable=False),
    Column("detail", JSON, nullable=False),
)


class RowTables:
    """The tables whose columns come from the contract, and the view on its drift columns."""

    def __init__(self, contract: Contract) -> None:
        self.raw_metadata, self.clean_metadata = MetaData(), MetaData()
        self.received = _row_table(contract.name, self.raw_metadata, contract)
        self.clean = _row_table(
            contract.name, self.clean_metadata, contract, Column("split", String(16), nullable=False)
        )
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


def _predictions_table(contract: Contract, metadata: MetaData) -> Table:
    return Table(
        f"new_{contract.name}",
        metadata,
        Column("id", Key, primary_key=True, autoincrement=True),
        Column("asked_at", UtcDateTime, nullable=False),
        Column("channel", String(16), nullable=False),
        Column("request_id", String(64), nullable=False, server_default=""),
        Column("request", JSON, nullable=False),
        Column("outcome", String(16), nullable=False),
        Column("error", Text, nullable=False),
        Column("model_version", Integer),
        Column("prediction", Double),
        Column("interval_low", Double),
        Column("interval_high", Double),
        Column("milliseconds", Double, nullable=False),
        *_data_columns(contract.inputs),
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
