"""The body of a request for prices: one row, or a list of rows."""

import codecs
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import HTTPException

from console.api.schema import ROWS_IN_A_LIST
from console.wire import BodyTooLarge, read_body
from core.words import sentence

BODY_BYTES = 1024 * 1024
ERRORS_SHOWN = 1000
NAME_LENGTH = 100
GZIP = b"\x1f\x8b"
# What Python's json.dumps writes for a float that is no number; in a text it stands behind a quotation mark.
NO_NUMBER = re.compile(rb"[:\[,]\s*-?(NaN|Infinity)\s*[,\]}]")
PACKED = sentence("The body must be plain JSON: compressed ones (gzip) are not taken.")
ProblemsOf = Callable[[Mapping[str, Any]], Mapping[str, str]]
SHAPE = sentence("The body must be one JSON object with the fields of the form, or a list of such objects.")


@dataclass(frozen=True)
class Asked:
    """The rows of a request, whether they came as a list, the request's id, who sent it, and when it came.

    ``began`` is by ``time.perf_counter``.
    """

    rows: Sequence[Mapping[str, Any]]
    is_list: bool
    request_id: str
    by: str
    began: float


class BadRows(HTTPException):
    """A list has entries that are no rows: the body names no row to store, and ``errors`` what is wrong with each."""

    def __init__(self, errors: Sequence[dict[str, str]]) -> None:
        super().__init__(422, SHAPE)
        self.errors = errors


def pointer(*parts: str | int) -> str:
    """A JSON pointer (RFC 6901) as a fragment: ``#/3/bed``."""
    return "#" + "".join("/" + str(part)[:NAME_LENGTH].replace("~", "~0").replace("/", "~1") for part in parts)


async def read_rows(request: Request, problems_of: ProblemsOf) -> Asked:
    """The rows that were asked about; anything else is answered with 400, 413, 415 or 422.

    Where an entry of a list is no row, ``problems_of`` says of the others what is wrong with their fields.
    """
    content = await _read_json(request)
    rows = content if isinstance(content, list) else [content]
    if len(rows) > ROWS_IN_A_LIST:
        raise HTTPException(422, f"A list must have at most {ROWS_IN_A_LIST:,} rows, got {len(rows):,}.")
    if not all(isinstance(row, dict) for row in rows) and isinstance(content, list):
        raise BadRows(list(islice(_errors(rows, problems_of), ERRORS_SHOWN)))
    if not rows or not isinstance(rows[0], dict):
        raise HTTPException(422, SHAPE)
    scope = request.scope
    return Asked(rows, isinstance(content, list), scope["request_id"], scope.get("user", ""), scope["began"])


def _errors(rows: Sequence[Any], problems_of: ProblemsOf) -> Iterator[dict[str, str]]:
    for place, row in enumerate(rows):
        if not isinstance(row, dict):
            yield {"pointer": pointer(place), "detail": sentence("Each entry of a list must be an object.")}
            continue
        for name, detail in problems_of(row).items():
            yield {"pointer": pointer(place, name), "detail": detail}


async def _read_json(request: Request) -> Any:
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        raise HTTPException(415, PACKED, {"Accept-Encoding": "identity"})
    try:
        body = await read_body(request, BODY_BYTES)
    except BodyTooLarge:
        raise HTTPException(413, sentence("The body must have at most {bytes:,} bytes.", bytes=BODY_BYTES)) from None
    if body.startswith(GZIP):
        raise HTTPException(415, PACKED, {"Accept-Encoding": "identity"})
    try:
        return orjson.loads(body.removeprefix(codecs.BOM_UTF8))
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, _no_json(body, error)) from None


def _no_json(body: bytes, error: Exception) -> str:
    if NO_NUMBER.search(body):
        return sentence("NaN and Infinity are no JSON: leave the field out, or send null.")
    return sentence("The body must be JSON: {error}.", error=error)
