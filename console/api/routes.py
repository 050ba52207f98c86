"""The routes under /api."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from functools import partial
from typing import Annotated, Any, TypeVar

import orjson
from fastapi import APIRouter, Depends, FastAPI, Request, Security
from fastapi.exceptions import HTTPException
from fastapi.security import HTTPBearer
from starlette.responses import Response

from console import troubles
from console.api import answers
from console.api.bodies import BODY_BYTES, Asked, ProblemsOf, read_rows
from console.api.desk import Desk
from console.api.limits import Buckets, RateLimit
from console.api.metrics import Metrics
from console.api.problems import add_problem_handlers
from console.api.requests import Requests
from console.api.schema import PROBLEM_JSON, ROWS_IN_A_LIST, actual_body, request_body, without_plain_json
from core.checks import check_inputs, check_truth
from core.contract import Contract
from core.errors import ConsoleError, InputError, NoProductionModel, StoreError
from core.words import sentence

logger = logging.getLogger(__name__)
Found = TypeVar("Found")
# Told to strangers, who may read the probes: no address, no name.
TROUBLES = {
    "production": troubles.NO_MODEL,
    "model": troubles.NOT_LOADED,
    "store": troubles.NO_STORE,
    "registry": troubles.NO_REGISTRY,
}
DESCRIPTION = f"""Send one object, or a list of at most {ROWS_IN_A_LIST:,}, in at most {BODY_BYTES:,} bytes.

All rows of a list are checked before any is answered: one bad field refuses the whole list, with an entry for each bad
field of each row. All of them are answered by the same version. Every request is stored before it is answered, or the
answer says that it was not (`stored`). What a price turned out to be is told with the request, under the target's own
name, or later to `/actual`. Send `X-Request-ID` (at most 64 letters, digits and `._-`) to find it again.
"""


def create_api(
    contract: Contract,
    desk: Desk,
    *,
    model: str,
    metrics: Metrics | None = None,
    buckets: Buckets | None = None,
    asks_for_token: bool = False,
) -> FastAPI:
    """The API: ``desk`` answers, ``model`` is the registered model's name, ``buckets`` limit what a client may ask.

    ``asks_for_token``: its document says that a token is to be sent. What checks it is the guard in front of all.
    """
    metrics = metrics or Metrics()
    api = FastAPI(
        title=f"{contract.title}: predictions",
        version="1",
        description=DESCRIPTION,
        docs_url=None,  # the page that FastAPI has for this loads its scripts from another site
        redoc_url=None,
        responses={"default": _problem_answer("What is wrong")},
        generate_unique_id_function=lambda route: route.name,
    )
    # The middleware that is added last is the outermost.
    api.add_middleware(RateLimit, buckets=buckets or Buckets(0, 1))
    api.add_middleware(Requests, metrics=metrics)
    add_problem_handlers(api)
    for_programs = APIRouter(**_told_to_send_a_token() if asks_for_token else {})
    _add_prices(for_programs, contract, desk, metrics)
    _add_actual(for_programs, contract, desk)
    _add_model(for_programs, desk, contract, model)
    api.include_router(for_programs)
    _add_probes(api, desk)
    document = api.openapi
    api.openapi = lambda: without_plain_json(document())  # type: ignore[method-assign]
    return api


def _told_to_send_a_token() -> dict[str, Any]:
    about = "API_TOKEN, or the password where no token is set."
    token = HTTPBearer(scheme_name="token", description=about, auto_error=False)
    return {"dependencies": [Security(token)], "responses": {401: _problem_answer("The token is missing or wrong")}}


def _add_prices(api: APIRouter, contract: Contract, desk: Desk, metrics: Metrics) -> None:
    label, noun = contract.target_column.label.lower(), contract.row_noun
    body, refusals = {"requestBody": request_body(contract)}, _refusals()
    asked_rows = Depends(_asked(partial(_problems_of, contract=contract)))

    @api.post(
        "/predict",
        summary=f"The {label} of one {noun} or of many",
        response_model=answers.PredictionAnswer | list[answers.PredictionAnswer],
        openapi_extra=body,
        responses=refusals,
    )
    def predict(asked: Annotated[Asked, asked_rows]) -> Response:
        found = _counted(metrics, asked, desk.predict)
        return _answer([answers.told(entry, contract, asked.request_id) for entry in found], asked)

    @api.post(
        "/explain",
        summary=f"The {label} of one {noun} or of many, with its reasons",
        response_model=answers.ExplanationAnswer | list[answers.ExplanationAnswer],
        openapi_extra=body,
        responses=refusals,
    )
    def explain(asked: Annotated[Asked, asked_rows]) -> Response:
        found, explanation = _counted(metrics, asked, desk.explain)
        return _answer(answers.told_with_reasons(found, explanation, contract, asked.request_id), asked)


def _add_actual(api: APIRouter, contract: Contract, desk: Desk) -> None:
    refusals = _refusals() | {422: _problem_answer("Fields have wrong values, or no such price is stored")}

    @api.post(
        "/actual",
        summary=f"What is true of a stored {contract.target_column.label.lower()}",
        response_model=answers.ActualAnswer | list[answers.ActualAnswer],
        openapi_extra={"requestBody": actual_body(contract)},
        responses=refusals,
    )
    def actual(asked: Annotated[Asked, Depends(_asked(lambda _row: {}))]) -> Response:
        return _answer([answers.told_actual(entry, contract) for entry in desk.tell(asked.rows, asked.by)], asked)


def _add_model(api: APIRouter, desk: Desk, contract: Contract, model: str) -> None:
    none_yet: dict[int | str, Any] = {503: _problem_answer("There is none yet")}

    @api.get("/model", name="model", summary="The version in production", responses=none_yet)
    def model_in_production() -> answers.ModelAnswer:
        found = desk.production()
        if found is None:
            raise NoProductionModel(troubles.NO_MODEL)
        return answers.ModelAnswer(**answers.told_model(found, model, contract))


def _add_probes(api: FastAPI, desk: Desk) -> None:
    @api.head("/health", include_in_schema=False)
    @api.get("/health", summary="Whether the console can work", responses={503: _problem_answer("It cannot")})
    def health() -> answers.HealthAnswer:
        try:
            found = desk.production()
        except StoreError as error:
            logger.warning("not healthy: %s", error)
            raise HTTPException(503, sentence("The console cannot reach its databases; its log says why.")) from None
        return answers.HealthAnswer(status="ok", version=found.version if found else None)

    @api.head("/ready", include_in_schema=False)
    @api.get("/ready", summary="Whether prices are given", responses={503: _problem_answer("None are")})
    def ready() -> answers.ReadyAnswer:
        found = desk.readiness()
        problems = {name: TROUBLES[name] for name in found.problems}
        if found.problems:
            logger.warning("not wholly ready: %s", dict(found.problems))
        if found.version is None:
            raise HTTPException(503, " ".join([sentence("No prices can be given."), *problems.values()]))
        return answers.ReadyAnswer(status="degraded" if problems else "ready", version=found.version, problems=problems)


def _asked(problems_of: ProblemsOf) -> Callable[[Request], Awaitable[Asked]]:
    """A dependency: the rows of a request, where its error handler finds them too."""

    async def asked(request: Request) -> Asked:
        request.state.asked = found = await read_rows(request, problems_of)
        return found

    return asked


def _problems_of(row: Mapping[str, Any], contract: Contract) -> Mapping[str, str]:
    """What is wrong with the fields of a row that asks for a price."""
    found: dict[str, str] = {}
    for check in (lambda: check_inputs(row, contract), lambda: check_truth(row.get(contract.target), contract)):
        try:
            check()
        except InputError as error:
            found.update(error.problems)
    return found


def _counted(metrics: Metrics, asked: Asked, work: Callable[[Any, str, str, float], Found]) -> Found:
    outcome = "failed"
    try:
        found = work(asked.rows, asked.request_id, asked.by, asked.began)
        outcome = "answered"
    except ConsoleError as error:
        outcome = "refused" if isinstance(error, InputError) else "failed"
        raise
    finally:
        metrics.count_rows(outcome, len(asked.rows))
    return found


def _answer(rows: list[dict[str, Any]], asked: Asked) -> Response:
    """A list for a list, an object for an object; written by orjson, which is a good deal faster than pydantic."""
    return Response(orjson.dumps(rows if asked.is_list else rows[0]), media_type="application/json")


def _refusals() -> dict[int | str, dict[str, Any]]:
    texts = {
        400: "The body is no JSON",
        413: "The body is too large",
        415: "The body is compressed",
        422: "Fields have wrong values, with an entry each; or the body is no row and no list of rows",
        429: "This client asks too often: Retry-After says when",
        503: "There is no model in production, or the console cannot reach it",
    }
    return {status: _problem_answer(text) for status, text in texts.items()}


def _problem_answer(text: str) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Problem"}
    return {"description": text, "model": answers.Problem, "content": {PROBLEM_JSON: {"schema": schema}}}
