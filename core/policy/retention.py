"""What may go after a while: old versions, and the rows of collections that were closed long ago."""

from collections.abc import Collection as Container
from collections.abc import Sequence
from datetime import datetime, timedelta

from core.records import Collection, Version

MADE_HERE = "console_run"


def versions_to_remove(versions: Sequence[Version], keep: int, protected: Container[int]) -> list[int]:
    """The versions beyond the newest ``keep`` that nobody ever relied on, the oldest first; none where ``keep`` is 0.

    ``protected`` are those that were ever in production, or may be soon. A version of another program never goes.
    """
    if keep <= 0:
        return []
    newest_first = sorted((version for version in versions), key=lambda version: -version.number)
    old = [version for version in newest_first[keep:] if MADE_HERE in version.tags]
    return sorted(version.number for version in old if version.number not in protected)


def collections_to_empty(collections: Sequence[Collection], days: int, now: datetime) -> list[int]:
    """The collections closed at least ``days`` ago that still have their rows; none where ``days`` is 0."""
    if days <= 0:
        return []
    before = now - timedelta(days=days)
    return [
        found.id
        for found in collections
        if found.rows_deleted_at is None and found.closed_at is not None and found.closed_at <= before
    ]
