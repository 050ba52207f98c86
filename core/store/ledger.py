"""What was decided, promoted and done by whom."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select

from core.records import Decision, Promotion, StoredDecision
from core.tables import audit, decisions, promotions, runs


def store_decision(
    connection: Connection, *, run: int, batch: int | None, kind: str, decision: Decision, at: datetime
) -> None:
    """Keep a decision, also where it is no; a step that is done again replaces its own."""
    connection.execute(delete(decisions).where(decisions.c.run_id == run, decisions.c.kind == kind))
    values = {"yes": decision.yes, "held": decision.held, "reason": decision.reason, "decided_at": at}
    numbers = dict(decision.numbers)
    connection.execute(insert(decisions).values(run_id=run, batch_id=batch, kind=kind, numbers=numbers, **values))


def load_decision(connection: Connection, *, run: int, kind: str) -> Decision | None:
    """The decision that a run took."""
    row = connection.execute(select(decisions).where(decisions.c.run_id == run, decisions.c.kind == kind)).one_or_none()
    return _decision(row) if row else None


def list_decisions(
    connection: Connection, *, batch: int | None = None, limit: int = 200, offset: int = 0
) -> list[StoredDecision]:
    """Decisions, the newest first."""
    query = select(decisions).order_by(decisions.c.id.desc()).limit(limit).offset(offset)
    if batch is not None:
        query = query.where(decisions.c.batch_id == batch)
    return [
        StoredDecision(
            run=row.run_id,
            batch=row.batch_id,
            kind=row.kind,
            at=row.decided_at,
            decision=_decision(row),
        )
        for row in connection.execute(query)
    ]


def last_training(connection: Connection, *, at: datetime | None = None) -> datetime | None:
    """When a training was last asked for by a decision whose run succeeded, up to a moment; None where never."""
    query = select(func.max(decisions.c.decided_at)).join(runs, runs.c.id == decisions.c.run_id)
    query = query.where(decisions.c.kind == "train", decisions.c.yes, runs.c.status == "succeeded")
    if at is not None:
        query = query.where(decisions.c.decided_at < at)
    found: datetime | None = connection.execute(query).scalar()
    return found


def store_promotion(
    connection: Connection,
    *,
    model: str,
    version: int,
    replaced: int | None,
    by: str,
    reason: str,
    numbers: Mapping[str, Any],
    at: datetime,
) -> int:
    """A row of the ledger, the truth of which version is in production; its key."""
    values = {"promoted_at": at, "promoted_by": by, "reason": reason, "numbers": dict(numbers)}
    statement = insert(promotions).values(model=model, version=version, replaced=replaced, **values)
    key = connection.execute(statement).inserted_primary_key
    return int(key[0]) if key else 0


def current_promotion(connection: Connection, *, model: str, at: datetime | None = None) -> Promotion | None:
    """The promotion that is in force, or that was at a moment."""
    query = select(promotions).where(promotions.c.model == model).order_by(promotions.c.id.desc()).limit(1)
    row = connection.execute(query if at is None else query.where(promotions.c.promoted_at <= at)).one_or_none()
    return _promotion(row) if row else None


def list_promotions(connection: Connection, *, model: str, limit: int = 100) -> list[Promotion]:
    """The ledger, the newest first."""
    query = select(promotions).where(promotions.c.model == model).order_by(promotions.c.id.desc()).limit(limit)
    return [_promotion(row) for row in connection.execute(query)]


def note_action(connection: Connection, *, at: datetime, by: str, action: str, detail: Mapping[str, Any]) -> None:
    """Keep who did what."""
    connection.execute(insert(audit).values(at=at, by=by, action=action, detail=dict(detail)))


def list_actions(connection: Connection, *, limit: int = 200, offset: int = 0) -> list[dict[str, Any]]:
    """Who did what, the newest first."""
    rows = connection.execute(select(audit).order_by(audit.c.id.desc()).limit(limit).offset(offset))
    return [dict(row._mapping) for row in rows]


def count_actions(connection: Connection) -> int:
    """How many actions were kept."""
    return int(connection.execute(select(func.count()).select_from(audit)).scalar() or 0)


def _decision(row: Row[Any]) -> Decision:
    return Decision(bool(row.yes), row.reason, row.numbers, bool(row.held))


def _promotion(row: Row[Any]) -> Promotion:
    return Promotion(
        id=row.id,
        version=row.version,
        replaced=row.replaced,
        at=row.promoted_at,
        by=row.promoted_by,
        reason=row.reason,
        numbers=row.numbers,
    )
