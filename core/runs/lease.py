"""One worker works at a time: the lease, the workers' heartbeats, and what is due when."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlalchemy.exc import IntegrityError

from core.errors import LeaseHeld, LeaseLost
from core.tables import leases, schedule, workers
from core.words import sentence

LEASE = "loop"


def take_lease(connection: Connection, *, holder: str, at: datetime, seconds: float) -> None:
    """Take the lease, or raise LeaseHeld with who has it and until when."""
    if _set_lease(connection, holder, at, seconds, leases.c.expires_at < at):
        return
    try:
        with connection.begin_nested():
            values = {"holder": holder, "expires_at": at + timedelta(seconds=seconds)}
            connection.execute(insert(leases).values(name=LEASE, **values))
    except IntegrityError:
        row = connection.execute(select(leases).where(leases.c.name == LEASE)).one()
        left = (row.expires_at - at).total_seconds()
        raise LeaseHeld(
            sentence(
                "Another worker ({holder}) is at work; its lease runs for {left:.0f} s more unless it renews it.",
                holder=row.holder,
                left=left,
            )
        ) from None


def renew_lease(connection: Connection, *, holder: str, at: datetime, seconds: float) -> None:
    """Keep the lease for another while; raises LeaseLost where another worker has it by now."""
    if not _set_lease(connection, holder, at, seconds, leases.c.holder == holder):
        raise LeaseLost(sentence("The lease of {holder} ran out and another worker took it over.", holder=holder))


def release_lease(connection: Connection, *, holder: str) -> None:
    """Give the lease back, so that the next worker need not wait for its end."""
    connection.execute(delete(leases).where(leases.c.name == LEASE, leases.c.holder == holder))


def beat_worker(connection: Connection, *, name: str, at: datetime) -> None:
    """Say that a worker is alive."""
    alive = {"heartbeat_at": at, "stopped_at": None}
    if connection.execute(update(workers).where(workers.c.name == name).values(**alive)).rowcount == 0:
        connection.execute(insert(workers).values(name=name, started_at=at, **alive))


def stop_worker(connection: Connection, *, name: str, at: datetime) -> None:
    """Say that a worker went home."""
    connection.execute(update(workers).where(workers.c.name == name).values(stopped_at=at))


def list_workers(connection: Connection, *, limit: int = 20) -> list[dict[str, Any]]:
    """Workers with ``name``, ``started_at``, ``heartbeat_at``, ``stopped_at``; the latest heartbeat first."""
    query = select(workers).order_by(workers.c.heartbeat_at.desc()).limit(limit)
    return [dict(row._mapping) for row in connection.execute(query)]


def set_due(connection: Connection, *, name: str, every_seconds: float, next_at: datetime | None) -> None:
    """Note when the schedule's next turn is, for the pages to show."""
    values = {"every_seconds": every_seconds, "next_at": next_at}
    if connection.execute(update(schedule).where(schedule.c.name == name).values(**values)).rowcount == 0:
        connection.execute(insert(schedule).values(name=name, **values))


def next_due(connection: Connection, *, name: str) -> datetime | None:
    """When the schedule's next turn is; None where nothing is scheduled."""
    return connection.execute(select(schedule.c.next_at).where(schedule.c.name == name)).scalar()


def _set_lease(connection: Connection, holder: str, at: datetime, seconds: float, allowed: Any) -> bool:
    values = {"holder": holder, "expires_at": at + timedelta(seconds=seconds)}
    return connection.execute(update(leases).where(leases.c.name == LEASE, allowed).values(**values)).rowcount == 1
