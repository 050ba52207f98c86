"""Rejected rows, kept as they came with every reason."""

from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import Connection, insert, select

from core.records import RejectedRow
from core.tables import rejected_rows

LARGEST_INTEGER = 2**63
DEEPEST = 100


def store_rejected(connection: Connection, *, batch: int, rejected: Sequence[RejectedRow]) -> None:
    """Keep the rejected rows of a batch."""
    rows = [
        {"batch_id": batch, "row_number": row.row_number, "content": _kept(row.content), "reasons": list(row.reasons)}
        for row in rejected
    ]
    if rows:
        connection.execute(insert(rejected_rows), rows)


def list_rejected(connection: Connection, *, batch: int, limit: int = 100, offset: int = 0) -> list[RejectedRow]:
    """The rejected rows of a batch, as received, with their reasons."""
    query = select(rejected_rows).where(rejected_rows.c.batch_id == batch).order_by(rejected_rows.c.row_number)
    found = connection.execute(query.limit(limit).offset(offset))
    return [RejectedRow(row.row_number, orjson.loads(row.content), tuple(row.reasons)) for row in found]


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
