"""The history: the decisions of each run beside its batch, found by what they led to; a page at a time."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Row, String, and_, cast, func, not_, or_, select

from core.records import Decision, HistoryEntry, HistoryFilter
from core.tables import batches, decisions, runs

_train, _promote = decisions.alias("train"), decisions.alias("promote")
_by_hand = and_(runs.c.status == "succeeded", runs.c.kind == "promotion")
_trained_by_hand = and_(runs.c.status == "succeeded", runs.c.kind == "training")
_OUTCOMES: dict[str, ColumnElement[bool]] = {
    "trained": or_(_train.c.yes, _trained_by_hand),
    "not_trained": and_(not_(_train.c.yes), not_(_train.c.held)),
    "held": _train.c.held,
    "promoted": or_(_promote.c.yes, _by_hand),
    "not_promoted": not_(_promote.c.yes),
}


def list_history(
    connection: Connection, *, wanted: HistoryFilter, limit: int = 50, offset: int = 0
) -> list[HistoryEntry]:
    """Entries, the newest first."""
    columns = [
        *(runs.c[name].label(f"run_{name}") for name in ("id", "kind", "cause", "requested_by", "requested_at")),
        runs.c.outcome,
        runs.c.parameters,
        *(batches.c[name].label(f"batch_{name}") for name in ("id", "collection_id", "number")),
        *_labelled(_train, "train"),
        *_labelled(_promote, "promote"),
    ]
    query = select(*columns).select_from(_joined()).where(*_conditions(wanted)).order_by(runs.c.id.desc())
    return [_entry(row) for row in connection.execute(query.limit(limit).offset(offset))]


def count_history(connection: Connection, *, wanted: HistoryFilter) -> int:
    """How many entries there are."""
    query = select(func.count()).select_from(_joined()).where(*_conditions(wanted))
    return int(connection.execute(query).scalar() or 0)


def _joined() -> FromClause:
    train = and_(_train.c.run_id == runs.c.id, _train.c.kind == "train")
    promote = and_(_promote.c.run_id == runs.c.id, _promote.c.kind == "promote")
    both = runs.outerjoin(_train, train).outerjoin(_promote, promote)
    return both.outerjoin(batches, batches.c.id == func.coalesce(_train.c.batch_id, _promote.c.batch_id))


def _conditions(wanted: HistoryFilter) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [or_(_train.c.id.is_not(None), _promote.c.id.is_not(None), _by_hand)]
    if wanted.batch is not None:
        found.append(batches.c.id == wanted.batch)
    if wanted.collection is not None:
        found.append(batches.c.collection_id == wanted.collection)
    if wanted.kind:
        found.append(runs.c.kind == wanted.kind)
    if wanted.outcome:
        found.append(_OUTCOMES[wanted.outcome])
    if wanted.text:
        texts = (_train.c.reason, _promote.c.reason, runs.c.requested_by, cast(runs.c.parameters, String))
        found.append(or_(*(text.icontains(wanted.text, autoescape=True) for text in texts)))
    return found


def _labelled(table: FromClause, name: str) -> Iterable[ColumnElement[Any]]:
    return (table.c[column].label(f"{name}_{column}") for column in ("id", "yes", "held", "reason", "numbers"))


def _entry(row: Row[Any]) -> HistoryEntry:
    values = row._mapping
    promote = _decision(row, "promote")
    version = values["outcome"].get("version")
    if version is None and promote is not None and (promote.yes or promote.numbers.get("waits")):
        version = promote.numbers.get("version")
    return HistoryEntry(
        run=values["run_id"],
        kind=values["run_kind"],
        cause=values["run_cause"],
        by=values["run_requested_by"],
        at=values["run_requested_at"],
        batch=values["batch_id"],
        collection=values["batch_collection_id"],
        number=values["batch_number"],
        train=_decision(row, "train"),
        promote=promote,
        version=version,
        message=str(values["outcome"].get("message", "")),
        asked=str(values["parameters"].get("reason", "")),
        how=str(values["parameters"].get("kind", "manual")),
    )


def _decision(row: Row[Any], kind: str) -> Decision | None:
    values = row._mapping
    if values[f"{kind}_id"] is None:
        return None
    yes, held = bool(values[f"{kind}_yes"]), bool(values[f"{kind}_held"])
    return Decision(yes, values[f"{kind}_reason"], values[f"{kind}_numbers"], held)
