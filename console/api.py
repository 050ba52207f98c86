"""The HTTP interface under /api: prices for programs, and health. Its schema is made from the contract."""

import logging
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Any
from uuid import uuid4

import orjson
from fastapi import Depends, FastAPI, Request
from fastapi.exceptions import HTTPException
from pydantic import BaseModel
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException as StarletteHTTPException
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from console.wire import BodyTooLarge, problem, read_body
from core.contract import Column, Contract
from core.errors import ConsoleError, InputError, RegistryError, StoreError
from core.records import Prediction

BODY_BYTES = 64 * 1024
ERRORS_SHOWN = 50
NAME_LENGTH = 100
logger = logging.getLogger(__name__)

Predict = Callable[[Mapping[str, Any]], Prediction]
ProductionVersion = Callable[[], int | None]


class IntervalAnswer(BaseModel):
    """Where the true value lies in ``level`` (0 to 1) of all cases."""

    low: float
    high: float
    level: float


class PredictionAnswer(BaseModel):
    """A price, its range and unit, the version that gave it, and the key under which the request is stored.

    ``interval`` is null where the version has none.
    """

    prediction: float
    interval: IntervalAnswer | None
    unit: str
    version: int
    id: int | None


class HealthAnswer(BaseModel):
    """``version`` is the version in production, null before the first promotion."""

    status: str
    version: int | None


class FieldProblem(BaseModel):
    """What is wrong with one field."""

    field: str
    detail: str


class Problem(BaseModel):
    """What is wrong with a request, as RFC 9457 lays it out."""

    type: str
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = []


def create_api(contract: Contract, predict: Predict, production_version: ProductionVersion) -> FastAPI:
    """The routes. ``predict`` and ``production_version`` may block: they are called in threads, several at once."""
    api = FastAPI(
        title=f"{contract.title}: predictions",
        version="1",
        docs_url=None,  # the page that FastAPI has for this loads its scripts from another site
        redoc_url=None,
        responses={"default": {"model": Problem, "description": "What is wrong"}},
    )
    api.add_middleware(RequestIds)
    api.add_exception_handler(StarletteHTTPException, _on_http_error)
    api.add_exception_handler(ConsoleError, _on_console_error)

    @api.get("/health", summary="Whether the console can work")
    def health() -> HealthAnswer:
        try:
            return HealthAnswer(status="ok", version=production_version())
        except StoreError as error:
            logger.warning("not healthy: %s", error)
            raise HTTPException(503, "The console cannot reach its databases; its log says why.") from None

    @api.post(
        "/predict",
        summary=f"The {contract.target_column.label.lower()} of one {contract.row_noun}",
        openapi_extra={"requestBody": {"required": True, "content": {"application/json": _body_schema(contract)}}},
    )
    def predict_row(row: Annotated[dict[str, Any], Depends(_read_object)]) -> PredictionAnswer:
        answer = predict(row)
        unit = contract.target_column.unit
        found = answer.interval
        interval = IntervalAnswer(low=found.low, high=found.high, level=found.level) if found else None
        return PredictionAnswer(
            prediction=answer.value, interval=interval, unit=unit, version=answer.version, id=answer.id
        )

    return api


class RequestIds:
    """Gives every answer an X-Request-ID, the client's own where it sent one, and keeps tracebacks in the log."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; what nobody expected becomes a 500 whose traceback is logged under the request's id."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        given = Headers(scope=scope).get("x-request-id", "")
        request_id = given if re.fullmatch(r"[\w.-]{1,64}", given, re.ASCII) else uuid4().hex
        has_begun = False

        async def send_with_id(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                MutableHeaders(scope=message)["X-Request-ID"] = request_id
            await send(message)

        try:
            await self.app(scope, receive, send_with_id)
        except Exception:
            logger.exception("request %s to %s failed", request_id, scope["path"])
            if has_begun:
                raise
            answer = problem(500, f"The console failed; its log has the reason under {request_id}.", id=request_id)
            await answer(scope, receive, send_with_id)


async def _read_object(request: Request) -> dict[str, Any]:
    """The body as one JSON object; anything else is answered with 400, 413 or 422."""
    try:
        content = orjson.loads(await read_body(request, BODY_BYTES))
    except BodyTooLarge:
        raise HTTPException(413, f"The body must have at most {BODY_BYTES:,} bytes.") from None
    except orjson.JSONDecodeError as error:
        raise HTTPException(400, f"The body must be JSON: {error}.") from None
    if not isinstance(content, dict):
        raise HTTPException(422, "The body must be one JSON object with the fields of the form.")
    return content


async def _on_http_error(_: Request, error: Exception) -> Response:
    if not isinstance(error, StarletteHTTPException):
        raise error
    return problem(error.status_code, str(error.detail), headers=dict(error.headers or {}))


async def _on_console_error(_: Request, error: Exception) -> Response:
    if isinstance(error, InputError):
        entries = [{"field": name[:NAME_LENGTH], "detail": text} for name, text in error.problems.items()]
        return problem(422, _input_sentence(error), errors=entries[:ERRORS_SHOWN])
    if isinstance(error, (RegistryError, StoreError)):
        logger.warning("not ready: %s", error)
        return problem(503, str(error))
    raise error


def _input_sentence(error: InputError) -> str:
    count = len(error.problems)
    if count == 0:
        return str(error)
    return "One field has a wrong value." if count == 1 else f"{count} fields have wrong values."


def _body_schema(contract: Contract) -> dict[str, Any]:
    """The request's JSON schema: every field may be left out or null, and stands for a missing value then."""
    schema = {
        "type": "object",
        "title": contract.row_noun.capitalize(),
        "additionalProperties": False,
        "properties": {column.name: _field_schema(column) for column in contract.inputs},
    }
    example = {column.name: column.default for column in contract.inputs if column.default is not None}
    return {"schema": schema, "example": example}


def _field_schema(column: Column) -> dict[str, Any]:
    types = {"number": ["number"], "category": ["string"], "identifier": ["string", "number"], "date": ["string"]}
    unit = f" In {column.unit}." if column.unit else ""
    valid = f" Valid: {column.range_sentence()}." if column.range_sentence() else ""
    schema: dict[str, Any] = {
        "title": column.label,
        "type": [*types[column.kind], "null"],
        "description": f"{column.help}{unit}{valid}".strip(),
    }
    if column.is_number:
        schema |= {key: end for key, end in (("minimum", column.min), ("maximum", column.max)) if end is not None}
    elif column.kind == "date":
        schema["format"] = "date"
    else:
        schema["maxLength"] = column.length
    examples = column.options or ([column.default] if column.default is not None else [])
    return schema | ({"examples": list(examples)} if examples else {})
