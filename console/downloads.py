"""Rejected rows as a file, written as it is sent: however many there are, a few thousand are in memory."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from console import process
from console.wire import problem
from core import store
from core.errors import InputError, StoreError
from core.records import Batch, KeptRow

FIELDS = ("row", "reasons", "readmitted_at", "readmitted_as", "readmitted_by", "content")
TYPES = {"jsonl": "application/jsonl", "csv": "text/csv; charset=utf-8"}


def download_routes() -> Sequence[Route]:
    """``/download/rejected/{batch}.jsonl`` and ``.csv``, narrowed down by ``text`` and ``reason`` in the query."""
    return (Route("/download/rejected/{batch:int}.{form}", _send_rejected, methods=["GET"]),)


def rejected_address(batch: int, form: str, text: str, reason: str) -> str:
    """The address of a file of rejected rows; ``form`` is jsonl or csv."""
    wanted = {name: value for name, value in (("text", text), ("reason", reason)) if value}
    return f"/download/rejected/{batch}.{form}" + (f"?{urlencode(wanted)}" if wanted else "")


async def _send_rejected(request: Request) -> Response:
    key, form = request.path_params["batch"], request.path_params["form"]
    if form not in TYPES:
        return problem(404, "Rejected rows are sent as jsonl or csv.")
    try:
        batch = await run_in_threadpool(_load, key)
    except InputError as error:
        return problem(404, str(error))
    except StoreError as error:
        return problem(503, str(error))
    wanted = {name: request.query_params.get(name, "") for name in ("text", "reason")}
    name = f"rejected_{batch.collection}_{batch.number}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return StreamingResponse(_parts(key, SPELLERS[form], wanted), 200, headers, TYPES[form])


def _load(key: int) -> Batch:
    with store.reading(process.the_world().raw) as connection:
        return store.load_batch(connection, batch=key)


def _parts(batch: int, spell: Callable[[Sequence[KeptRow], bool], str], wanted: dict[str, str]) -> Iterator[str]:
    with store.reading(process.the_world().raw) as connection:
        is_first = True
        for rows in store.stream_rejected(connection, batch=batch, text=wanted["text"], reason=wanted["reason"]):
            yield spell(rows, is_first)
            is_first = False
        if is_first:
            yield spell([], True)


def _as_lines(rows: Sequence[KeptRow], is_first: bool) -> str:  # noqa: ARG001 - lines need no heading
    return "".join(orjson.dumps(_entry(row)).decode() + "\n" for row in rows)


def _as_csv(rows: Sequence[KeptRow], is_first: bool) -> str:
    written = io.StringIO()
    writer = csv.DictWriter(written, FIELDS)
    if is_first:
        writer.writeheader()
    for row in rows:
        content = orjson.dumps(row.content).decode()
        writer.writerow(_entry(row) | {"reasons": "; ".join(row.reasons), "content": content})
    return written.getvalue()


SPELLERS = {"jsonl": _as_lines, "csv": _as_csv}


def _entry(row: KeptRow) -> dict[str, Any]:
    values = (row.row_number, row.reasons, row.readmitted_at, row.readmitted_as, row.readmitted_by, row.content)
    return dict(zip(FIELDS, values, strict=True))
