"""What came from the feed, and what is known of it."""

from sqlalchemy import (
    JSON,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
    UniqueConstraint,
)

from core.tables.kinds import Key, LongBinary, LongText, UtcDateTime, control_table

collections = control_table(
    "collections",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("reason", String(200), nullable=False),
    Column("rows_deleted_at", UtcDateTime),
)

batches = control_table(
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

profiles = control_table(
    "profiles",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("content", LongBinary, nullable=False),
)

row_hashes = control_table(
    "row_hashes",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("part", Integer, primary_key=True),
    Column("collection_id", Key, ForeignKey("collections.id"), nullable=False),
    Column("content", LongBinary, nullable=False),
    Index("hashes_of_a_collection", "collection_id"),
)

rejected_rows = control_table(
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

rejection_reasons = control_table(
    "rejection_reasons",
    Column("batch_id", Key, ForeignKey("batches.id"), primary_key=True),
    Column("reason", String(160), primary_key=True),
    Column("row_count", Integer, nullable=False),
)

column_facts = control_table(
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
