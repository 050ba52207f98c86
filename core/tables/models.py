"""Versions: promoted, scored, compared, approved, serving."""

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

from core.tables.kinds import Key, LongBinary, UtcDateTime, control_table

promotions = control_table(
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

scores = control_table(
    "scores",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holdout", String(64), primary_key=True),
    Column("scored_at", UtcDateTime, nullable=False),
    Column("metrics", JSON, nullable=False),
    Column("problem", Text, nullable=False),
)

resamples = control_table(
    "resamples",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("holdout", String(64), primary_key=True),
    Column("content", LongBinary, nullable=False),
)

promotion_rules = control_table(
    "promotion_rules",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("model", String(200), nullable=False),
    Column("content", JSON, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String(120), nullable=False),
    Index("promotion_rules_of_a_model", "model", "id"),
)

approvals = control_table(
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

serving = control_table(
    "serving",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("content", LongBinary, nullable=False),
    Column("stored_at", UtcDateTime, nullable=False),
)

true_values = control_table(
    "true_values",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("prediction_id", Key, nullable=False),
    Column("version", Integer, nullable=False),
    Column("value", Double, nullable=False),
    # What was predicted less what is true.
    Column("error", Double, nullable=False),
    Column("source", String(8), nullable=False),
    Column("batch_id", Key, ForeignKey("batches.id")),
    Column("row_number", Integer),
    Column("told_at", UtcDateTime, nullable=False),
    Column("told_by", String(120), nullable=False),
    # Why it does not count as a test of the version; "" where it does.
    Column("reason", String(16), nullable=False),
    UniqueConstraint("prediction_id", name="a_prediction_has_one_true_value"),
    Index("true_values_of_a_version", "version", "reason", "id"),
)

trained_on = control_table(
    "trained_on",
    Column("model", String(200), primary_key=True),
    Column("version", Integer, primary_key=True),
    # The properties of the rows that it was trained on, 4 bytes each (core.live.honesty).
    Column("content", LongBinary, nullable=False),
)
