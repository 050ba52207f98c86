"""Errors as problem details (RFC 9457): one entry for each bad field, one sentence for everything else."""

import logging
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from fastapi import FastAPI, Request
from starlette.exceptions import HTTPException
from starlette.responses import Response

from console.api.bodies import ERRORS_SHOWN, Asked, BadRows, pointer
from console.troubles import neutral
from console.wire import problem
from core.errors import ConsoleError, InputError, RegistryError, RowsInvalid, StoreError
from core.words import sentence

# What these are asked is stored, also where it is refused.
STORED_ANYHOW = ("/predict", "/explain")
# What the router says of these is their title again.
UNKNOWN = {
    404: sentence("There is no such address: /api/openapi.json has those that there are."),
    405: sentence("This address takes another method: the header Allow names it."),
}
logger = logging.getLogger(__name__)


def add_problem_handlers(api: FastAPI) -> None:
    """Have the API answer errors as problems; what nobody expected is left to RequestIds."""
    api.add_exception_handler(HTTPException, _on_http_error)
    api.add_exception_handler(ConsoleError, _on_console_error)


async def _on_http_error(request: Request, error: Exception) -> Response:
    if not isinstance(error, HTTPException):
        raise error
    # A GET asks for no price: there is nothing that could have been stored.
    more = {"stored": False} if request.method == "POST" else {}
    errors = error.errors if isinstance(error, BadRows) else ()
    detail = UNKNOWN.get(error.status_code, str(error.detail))
    return _problem(request, error.status_code, detail, errors=errors, headers=dict(error.headers or {}), **more)


async def _on_console_error(request: Request, error: Exception) -> Response:
    from core.prediction import is_stored

    if not isinstance(error, (InputError, RegistryError, StoreError)):
        raise error
    detail = " ".join([_sentence(error), *getattr(error, "__notes__", ())])
    is_kept = request.scope["route"].path in STORED_ANYHOW and is_stored(error)
    more = {"stored": is_kept} if request.method == "POST" else {}
    if isinstance(error, InputError):
        asked: Asked | None = getattr(request.state, "asked", None)
        errors = list(islice(_entries(error, asked is not None and asked.is_list), ERRORS_SHOWN))
        return _problem(request, 422, detail, errors=errors, **more)
    logger.warning("not ready: %s", error)
    return _problem(request, 503, detail, **more)


def _problem(request: Request, status: int, detail: str, **more: Any) -> Response:
    return problem(status, detail, request_id=request.scope["request_id"], **more)


def _entries(error: InputError, is_list: bool) -> Iterator[dict[str, str]]:
    for place, problems in _by_row(error).items():
        for name, text in problems.items():
            yield {"pointer": pointer(place, name) if is_list else pointer(name), "detail": text}


def _sentence(error: ConsoleError) -> str:
    count = sum(map(len, _by_row(error).values())) if isinstance(error, InputError) else 0
    if count == 0:
        return neutral(error)
    if count == 1:
        return sentence("One field has a wrong value.")
    return sentence("{count} fields have wrong values.", count=count)


def _by_row(error: InputError) -> Mapping[int, Mapping[str, str]]:
    return error.rows if isinstance(error, RowsInvalid) else {0: error.problems}
