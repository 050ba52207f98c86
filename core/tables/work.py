"""Runs, who does them and when, and who did what."""

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    String,
    Text,
)

from core.tables.kinds import Key, LongText, UtcDateTime, control_table

runs = control_table(
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
    Column("best_requested", Boolean, nullable=False, server_default="0"),
    Column("outcome", JSON, nullable=False),
    Column("error", Text, nullable=False),
    Column("traceback", LongText, nullable=False),
    Index("runs_by_status", "status", "id"),
)

run_steps = control_table(
    "run_steps",
    Column("run_id", Key, ForeignKey("runs.id"), primary_key=True),
    Column("name", String(32), primary_key=True),
    Column("status", String(16), nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    Column("detail", JSON, nullable=False),
)

run_log = control_table(
    "run_log",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("run_id", Key, ForeignKey("runs.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("step", String(32), nullable=False),
    Column("message", Text, nullable=False),
    Column("trial", JSON),
    Index("log_of_a_run", "run_id", "id"),
)

schedule = control_table(
    "schedule",
    Column("name", String(32), primary_key=True),
    Column("every_seconds", Double, nullable=False),
    Column("next_at", UtcDateTime),
)

workers = control_table(
    "workers",
    Column("name", String(120), primary_key=True),
    Column("started_at", UtcDateTime, nullable=False),
    Column("heartbeat_at", UtcDateTime, nullable=False),
    Column("stopped_at", UtcDateTime),
)

leases = control_table(
    "leases",
    Column("name", String(32), primary_key=True),
    Column("holder", String(120), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

audit = control_table(
    "audit",
    Column("id", Key, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    Column("by", String(120), nullable=False),
    Column("action", String(48), nullable=False),
    Column("detail", JSON, nullable=False),
)
