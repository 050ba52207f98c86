"""The state of the store in a few numbers, by queries that cost the same however much it holds."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, select

from core.records import LiveQuality, Measurement
from core.store.comparisons import load_reports
from core.store.ledger import current_promotion
from core.tables import batches, runs, workers


@dataclass(frozen=True)
class Gauges:
    """``drift`` has the measurements of the newest batch, each with its reference; ``runs`` counts by status.

    ``live`` is how the version in production does on true values, None where nobody worked it out.
    """

    version: int | None
    batches: int
    newest_batch_at: datetime | None
    drift: tuple[tuple[str, Measurement], ...]
    runs: Mapping[str, int]
    heartbeat_at: datetime | None
    live: LiveQuality | None = None


def load_gauges(connection: Connection, *, model: str) -> Gauges:
    """The numbers as they are now."""
    promotion = current_promotion(connection, model=model)
    count, newest = connection.execute(select(func.count(), func.max(batches.c.id))).one()
    received = connection.execute(select(batches.c.received_at).where(batches.c.id == newest)).scalar()
    reports = load_reports(connection, batch=newest) if newest else {}
    by_status = connection.execute(select(runs.c.status, func.count()).group_by(runs.c.status))
    return Gauges(
        version=promotion.version if promotion else None,
        batches=int(count),
        newest_batch_at=received,
        drift=tuple((name, measured) for name, report in reports.items() for measured in report.measurements),
        runs={str(status): int(number) for status, number in by_status},
        heartbeat_at=connection.execute(select(func.max(workers.c.heartbeat_at))).scalar(),
    )
