"""What is known of a batch, and of its collection up to it, without the rows."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core import drift
from core.records import Batch, Profile
from core.store.held import held_batches
from core.tables import batches, profiles


def load_profile(connection: Connection, *, batch: int, kind: str = "batch") -> Profile | None:
    """The profile of a batch's stored rows (``batch``), or of its collection's up to it (``accumulated``)."""
    query = select(profiles.c.content).where(profiles.c.batch_id == batch, profiles.c.kind == kind)
    content = connection.execute(query).scalar()
    return drift.profile_from_bytes(content) if content else None


def accumulated_profile(
    connection: Connection, *, collection: int, at: datetime, before: int | None = None
) -> Profile | None:
    """The profile of everything that a collection held at a moment, or of what it held before a batch.

    Without the rows of batches that were held then; those of one that was released count from the release on.
    """
    held = held_batches(connection, at=at)
    last = _last_accumulated(connection, collection, before, held)
    if last is None:
        return None
    profile = drift.profile_from_bytes(last.content)
    released = held_batches(connection, at=last.received_at) - held
    for content in _contents(connection, collection, released, last.id):
        profile = drift.merge_profiles(profile, drift.profile_from_bytes(content))
    return profile


def store_profiles(connection: Connection, *, batch: int, profile: Profile, before: Profile | None) -> None:
    """Keep a batch's profile, and that of its collection with it."""
    accumulated = drift.merge_profiles(before, profile) if before else profile
    contents = [
        {"batch_id": batch, "kind": kind, "content": drift.profile_to_bytes(content)}
        for kind, content in (("batch", profile), ("accumulated", accumulated))
    ]
    connection.execute(insert(profiles), contents)


def add_to_profiles(connection: Connection, *, batch: Batch, delta: Profile) -> None:
    """Merge the profile of more rows of a batch into its own, and into all accumulated ones that its rows are part of.

    They are part of those of later batches of the collection, but for such as came while the batch was held.
    """
    if not delta.rows:
        return
    _add(connection, batch.id, "batch", delta)
    _add(connection, batch.id, "accumulated", delta)
    later = select(batches.c.id, batches.c.received_at).where(
        batches.c.collection_id == batch.collection, batches.c.id > batch.id
    )
    for row in connection.execute(later).fetchall():
        if batch.id not in held_batches(connection, at=row.received_at):
            _add(connection, row.id, "accumulated", delta)


def _add(connection: Connection, batch: int, kind: str, delta: Profile) -> None:
    """One profile at a time in memory: there may be many, and large ones."""
    known = load_profile(connection, batch=batch, kind=kind)
    if known is not None:
        content = drift.profile_to_bytes(drift.merge_profiles(known, delta))
        is_it = (profiles.c.batch_id == batch) & (profiles.c.kind == kind)
        connection.execute(update(profiles).where(is_it).values(content=content))


def _last_accumulated(
    connection: Connection, collection: int, before: int | None, held: frozenset[int]
) -> Row[Any, Any, Any] | None:
    query = (
        select(batches.c.id, batches.c.received_at, profiles.c.content)
        .join(batches, batches.c.id == profiles.c.batch_id)
        .where(batches.c.collection_id == collection, profiles.c.kind == "accumulated", batches.c.id.not_in(held))
        .order_by(batches.c.id.desc())
        .limit(1)
    )
    return connection.execute(query if before is None else query.where(batches.c.id < before)).one_or_none()


def _contents(connection: Connection, collection: int, keys: frozenset[int], before: int) -> Sequence[bytes]:
    query = (
        select(profiles.c.content)
        .join(batches, batches.c.id == profiles.c.batch_id)
        .where(batches.c.collection_id == collection, batches.c.id.in_(keys), batches.c.id < before)
        .where(profiles.c.kind == "batch")
    )
    return connection.execute(query).scalars().all()
