"""What is known of a batch, and of its collection up to it, without the rows."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core import drift
from core.records import Batch, Profile
from core.store.held import load_holds
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
    return merged_profile(accumulated_contents(connection, collection=collection, at=at, before=before))


def accumulated_contents(
    connection: Connection, *, collection: int, at: datetime, before: int | None = None
) -> Sequence[bytes]:
    """The parts of ``accumulated_profile`` as they are kept; none where there is none."""
    holds = load_holds(connection)
    held = holds.at(at)
    last = _last_accumulated(connection, collection, before, held)
    if last is None:
        return ()
    released = holds.at(last.received_at) - held
    return (last.content, *(_contents(connection, collection, released, last.id) if released else ()))


def merged_profile(contents: Sequence[bytes]) -> Profile | None:
    """The profile of the rows of all parts; None without any."""
    merged: Profile | None = None
    for content in contents:
        profile = drift.profile_from_bytes(content)
        merged = drift.merge_profiles(merged, profile) if merged else profile
    return merged


def kept_profiles(profile: Profile, before: Profile | None) -> dict[str, bytes]:
    """What is kept of a batch's profile, and of its collection's with it, by kind."""
    accumulated = drift.merge_profiles(before, profile) if before else profile
    return {"batch": drift.profile_to_bytes(profile), "accumulated": drift.profile_to_bytes(accumulated)}


def store_profiles(connection: Connection, *, batch: int, contents: Mapping[str, bytes]) -> None:
    """Keep the profiles of a batch, as ``kept_profiles`` made them."""
    rows = [{"batch_id": batch, "kind": kind, "content": content} for kind, content in contents.items()]
    connection.execute(insert(profiles), rows)


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
    holds = load_holds(connection)
    for row in connection.execute(later).fetchall():
        if batch.id not in holds.at(row.received_at):
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
