"""Rejected rows, kept as they came with every reason, found by text or reason, and let in once the rules allow it."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import ColumnElement, Connection, Row, Text, bindparam, cast, func, insert, select, true, update

from core.checks import rule_of
from core.records import KeptRow, RejectedRow
from core.store.searching import holds
from core.tables import rejected_rows, rejection_reasons

LARGEST_INTEGER = 2**63
DEEPEST = 100
ROWS_AT_ONCE = 2000


def store_rejected(connection: Connection, *, batch: int, rejected: Sequence[RejectedRow]) -> None:
    """Keep the rejected rows of a batch, and how many there are for each reason."""
    for start in range(0, len(rejected), ROWS_AT_ONCE):
        rows = [
            {"batch_id": batch, "row_number": row.row_number, "content": _kept(row.content), "reasons": row.reasons}
            for row in rejected[start : start + ROWS_AT_ONCE]
        ]
        connection.execute(insert(rejected_rows), rows)
    counts = Counter(rule for row in rejected for rule in set(map(rule_of, row.reasons)))
    if counts:
        reasons = [{"batch_id": batch, "reason": rule, "row_count": count} for rule, count in counts.items()]
        connection.execute(insert(rejection_reasons), reasons)


def list_reasons(connection: Connection, *, batch: int) -> dict[str, int]:
    """How many rows of a batch were rejected for each reason, the most frequent first; a row may have several."""
    table = rejection_reasons
    query = select(table.c.reason, table.c.row_count).where(table.c.batch_id == batch)
    found = connection.execute(query.order_by(table.c.row_count.desc(), table.c.reason))
    return {row.reason: row.row_count for row in found}


def count_rejected(connection: Connection, *, batch: int, text: str = "", reason: str = "") -> int:
    """How many rejected rows of a batch have ``text`` in content or reasons and were rejected for ``reason``."""
    query = select(func.count()).select_from(rejected_rows).where(_found(batch, text, reason))
    return connection.execute(query).scalar_one()


def list_rejected(
    connection: Connection, *, batch: int, limit: int = 100, offset: int = 0, text: str = "", reason: str = ""
) -> list[KeptRow]:
    """One page of the rejected rows that ``count_rejected`` counts, in the order received."""
    query = select(rejected_rows).where(_found(batch, text, reason)).order_by(rejected_rows.c.row_number)
    return [_row(row) for row in connection.execute(query.limit(limit).offset(offset))]


def stream_rejected(
    connection: Connection, *, batch: int, text: str = "", reason: str = "", waiting: bool = False
) -> Iterator[list[KeptRow]]:
    """All rejected rows that ``count_rejected`` counts, some thousand at a time; ``waiting``: those not let in yet."""
    last = -1
    is_wanted = _found(batch, text, reason) & (rejected_rows.c.readmitted_at.is_(None) if waiting else true())
    while True:
        query = select(rejected_rows).where(is_wanted, rejected_rows.c.row_number > last)
        found = connection.execute(query.order_by(rejected_rows.c.row_number).limit(ROWS_AT_ONCE)).fetchall()
        if not found:
            return
        yield [_row(row) for row in found]
        last = found[-1].row_number


def mark_readmitted(
    connection: Connection, *, batch: int, fates: Mapping[int, str], at: datetime, by: str, run: int
) -> None:
    """Mark rejected rows as let in; ``fates`` says of each row number whether it was stored or repeated."""
    if not fates:
        return
    is_it = (rejected_rows.c.batch_id == batch) & (rejected_rows.c.row_number == bindparam("number"))
    values = {"readmitted_at": at, "readmitted_by": by, "readmitted_run": run, "readmitted_as": bindparam("fate")}
    statement = update(rejected_rows).where(is_it).values(**values)
    connection.execute(statement, [{"number": number, "fate": fate} for number, fate in fates.items()])


def _found(batch: int, text: str, reason: str) -> ColumnElement[bool]:
    found: ColumnElement[bool] = rejected_rows.c.batch_id == batch
    if reason:
        found &= holds(cast(rejected_rows.c.reasons, Text), f'"{reason}')
    if text:
        # As JSON spells it, without its quotes.
        spelled = orjson.dumps(_whole(text)).decode()[1:-1]
        found &= holds(rejected_rows.c.content, spelled) | holds(cast(rejected_rows.c.reasons, Text), spelled)
    return found


def _row(row: Row[Any]) -> KeptRow:
    return KeptRow(
        row_number=row.row_number,
        content=orjson.loads(row.content),
        reasons=tuple(row.reasons),
        readmitted_at=row.readmitted_at,
        readmitted_by=row.readmitted_by or "",
        readmitted_as=row.readmitted_as or "",
        run=row.readmitted_run,
    )


def _kept(content: Any) -> str:
    """JSON of a row as received; what JSON or a database has no word for is kept as a text that says it."""
    return orjson.dumps(_spelled(content), default=str, option=orjson.OPT_NON_STR_KEYS).decode()


def _spelled(content: Any, depth: int = 0) -> Any:
    if depth > DEEPEST:
        return "(nested too deeply to be kept)"
    if isinstance(content, dict):
        return {_whole(str(key)): _spelled(value, depth + 1) for key, value in content.items()}
    if isinstance(content, list):
        return [_spelled(value, depth + 1) for value in content]
    if isinstance(content, str):
        return _whole(content)
    is_infinite = isinstance(content, float) and (content != content or content in (float("inf"), float("-inf")))
    is_huge = isinstance(content, int) and abs(content) >= LARGEST_INTEGER
    return str(content) if is_infinite or is_huge else content


def _whole(text: str) -> str:
    """A text whose half characters are spelled out."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode()
