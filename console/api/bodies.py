"""The body of a request for prices: one row, or a list of rows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import HTTPException

from console.api.schema import ROWS_IN_A_LIST
from console.wire import BodyTooLarge, read_body
from core.words import sentence

BODY_BYTES = 1024 * 1024
SHAPE = sentence("The body must be one JSON object with the fields of the form, or a list of such objects.")


@dataclass(frozen=True)
class Asked:
    """The rows of a request, whether they came as a list, the request's id, and who sent it."""

    rows: Sequence[Mapping[str, Any]]
    is_list: bool
    request_id: str
    by: str


async def read_rows(request: Request) -> Asked:
    """The rows that were asked about; anything else is answered with 400, 413 or 422."""
    try:
        content = orjson.loads(await read_body(request, BODY_BYTES))
    except BodyTooLarge:
        raise HTTPException(413, sentence("The body must have at most {bytes:,} bytes.", bytes=BODY_BYTES)) from None
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, sentence("The body must be JSON: {error}.", error=error)) from None
    rows = content if isinstance(content, list) else [content]
    if len(rows) > ROWS_IN_A_LIST:
        raise HTTPException(422, f"A list must have at most {ROWS_IN_A_LIST:,} rows, got {len(rows):,}.")
    if not rows or not all(isinstance(row, dict) for row in rows):
        raise HTTPException(422, SHAPE)
    return Asked(rows, isinstance(content, list), request.scope["request_id"], request.scope.get("user", ""))
