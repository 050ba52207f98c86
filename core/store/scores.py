"""How versions scored on a holdout, and on resamples of it."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from core.records import Ranked
from core.tables import resamples, scores


def store_scores(connection: Connection, *, model: str, holdout: str, ranked: Sequence[Ranked], at: datetime) -> None:
    """Remember how versions scored on a holdout."""
    for entry in ranked:
        key = (scores.c.model == model) & (scores.c.version == entry.number) & (scores.c.holdout == holdout)
        connection.execute(delete(scores).where(key))
        values = {"metrics": dict(entry.metrics), "problem": entry.problem, "scored_at": at}
        connection.execute(insert(scores).values(model=model, version=entry.number, holdout=holdout, **values))


def load_scores(connection: Connection, *, model: str, holdout: str) -> dict[int, Ranked]:
    """The remembered scores on a holdout by version."""
    rows = connection.execute(select(scores).where(scores.c.model == model, scores.c.holdout == holdout))
    return {row.version: Ranked(row.version, row.metrics, row.problem) for row in rows}


def last_holdout(connection: Connection, *, model: str) -> str | None:
    """The fingerprint of the holdout that was scored last."""
    query = select(scores.c.holdout).where(scores.c.model == model).order_by(scores.c.scored_at.desc()).limit(1)
    return connection.execute(query).scalar()


def holdout_metrics(
    connection: Connection, *, model: str, version: int, at: datetime | None = None
) -> Mapping[str, float]:
    """A version's metrics on the holdout that it was scored on last, or was at a moment; none before its first."""
    query = select(scores.c.metrics).where(scores.c.model == model, scores.c.version == version)
    if at is not None:
        query = query.where(scores.c.scored_at <= at)
    return connection.execute(query.order_by(scores.c.scored_at.desc()).limit(1)).scalar() or {}


def store_resamples(connection: Connection, *, model: str, version: int, holdout: str, content: bytes) -> None:
    """Keep how a version does on resamples of a holdout, in place of what was there."""
    key = (resamples.c.model == model) & (resamples.c.version == version) & (resamples.c.holdout == holdout)
    connection.execute(delete(resamples).where(key))
    connection.execute(insert(resamples).values(model=model, version=version, holdout=holdout, content=content))


def load_resamples(connection: Connection, *, model: str, holdout: str, version: int) -> bytes | None:
    """What ``store_resamples`` kept; None where it was not, or was forgotten."""
    key = (resamples.c.model == model) & (resamples.c.version == version) & (resamples.c.holdout == holdout)
    return connection.execute(select(resamples.c.content).where(key)).scalar()


def list_resampled(connection: Connection, *, model: str, holdout: str) -> list[int]:
    """The versions that can be compared on a holdout."""
    query = select(resamples.c.version).where(resamples.c.model == model, resamples.c.holdout == holdout)
    return [int(number) for number in connection.execute(query.order_by(resamples.c.version)).scalars()]


def forget_resamples(connection: Connection, *, model: str, but: str) -> None:
    """Drop the resamples of all holdouts but one; the scores and the decisions made with them stay."""
    connection.execute(delete(resamples).where(resamples.c.model == model, resamples.c.holdout != but))
