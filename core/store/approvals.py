"""The rules of a promotion, and candidates that wait for a person."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from core.errors import InputError
from core.records import Approval
from core.tables import approvals, promotion_rules
from core.words import sentence


def store_promotion_rules(
    connection: Connection, *, model: str, content: Mapping[str, Any], by: str, at: datetime
) -> None:
    """Put rules into force; an empty ``content`` stands for those of the settings. Earlier ones stay readable."""
    connection.execute(insert(promotion_rules).values(model=model, content=dict(content), set_at=at, set_by=by))


def load_promotion_rules(connection: Connection, *, model: str) -> tuple[dict[str, Any], datetime, str] | None:
    """The rules that were set last, when and by whom; None where nobody ever did."""
    query = select(promotion_rules).where(promotion_rules.c.model == model).order_by(promotion_rules.c.id.desc())
    row = connection.execute(query.limit(1)).one_or_none()
    return (dict(row.content), row.set_at, row.set_by) if row else None


def put_forward(
    connection: Connection,
    *,
    model: str,
    version: int,
    replaces: int | None,
    reason: str,
    numbers: Mapping[str, Any],
    at: datetime,
) -> int:
    """Have a version wait for approval; its key. An earlier candidate that still waits is superseded."""
    comment = sentence("version {version} was put forward", version=version)
    supersede(connection, model=model, by="worker", at=at, comment=comment)
    values = {"status": "pending", "asked_at": at, "decided_by": "", "comment": ""}
    facts = {"version": version, "replaces": replaces, "reason": reason, "numbers": dict(numbers)}
    key = connection.execute(insert(approvals).values(model=model, **facts, **values)).inserted_primary_key
    return int(key[0]) if key else 0


def renew_approval(connection: Connection, *, approval: int, reason: str, numbers: Mapping[str, Any]) -> None:
    """Put what is known of a candidate today in place of what was known when it was put forward or judged last."""
    waits = (approvals.c.id == approval) & (approvals.c.status == "pending")
    connection.execute(update(approvals).where(waits).values(reason=reason, numbers=dict(numbers)))


def decide_approval(connection: Connection, *, approval: int, status: str, by: str, comment: str, at: datetime) -> None:
    """Approve, reject or withdraw a candidate that waits; raises InputError where it no longer does."""
    values = {"status": status, "decided_at": at, "decided_by": by, "comment": comment}
    waits = (approvals.c.id == approval) & (approvals.c.status == "pending")
    if connection.execute(update(approvals).where(waits).values(**values)).rowcount != 1:
        said = sentence("This candidate no longer waits: somebody decided on it, or a later one took its place.")
        raise InputError(said)


def supersede(connection: Connection, *, model: str, by: str, at: datetime, comment: str) -> None:
    """A candidate that still waits has been overtaken."""
    waits = (approvals.c.model == model) & (approvals.c.status == "pending")
    values = {"status": "superseded", "decided_at": at, "decided_by": by, "comment": comment}
    connection.execute(update(approvals).where(waits).values(**values))


def list_approvals(connection: Connection, *, model: str, status: str = "", limit: int = 100) -> list[Approval]:
    """Candidates, the newest first."""
    query = select(approvals).where(approvals.c.model == model).order_by(approvals.c.id.desc()).limit(limit)
    return [
        _approval(row) for row in connection.execute(query.where(approvals.c.status == status) if status else query)
    ]


def _approval(row: Row[Any]) -> Approval:
    return Approval(**{name: value for name, value in row._mapping.items() if name != "model"})
