"""The API against its own schema: what schemathesis makes up from it is answered as it says.

Two checks are left out on purpose. A row that fits the schema may be refused, because a JSON schema cannot say that a
date lies after 1900 or that a text is a number. One that does not fit may be taken, because a reader takes more than
the schema promises: a time behind a date, zeros before a code.
"""

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import CHECKS
from starlette.applications import Starlette
from starlette.routing import Mount

from console.api import create_api
from core.contract import load_contract
from tests.console.api.conftest import FakeDesk

CONTRACT = load_contract("real_estate")
APP = Starlette(routes=[Mount("/api", create_api(CONTRACT, FakeDesk(CONTRACT), model="prices"))])
LEFT_OUT = {"positive_data_acceptance", "negative_data_rejection"}
schema = schemathesis.openapi.from_asgi("/api/openapi.json", APP)


@schema.parametrize()
@settings(max_examples=40, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_answer_is_as_the_schema_says(case: schemathesis.Case) -> None:
    case.call_and_validate(excluded_checks=[check for check in CHECKS.get_all() if check.__name__ in LEFT_OUT])


def test_a_guarded_api_says_where_a_token_is_to_be_sent() -> None:
    guarded = create_api(CONTRACT, FakeDesk(CONTRACT), model="prices", asks_for_token=True).openapi()
    assert guarded["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    operations = {path: one for path, found in guarded["paths"].items() for one in found.values()}
    told = {
        path for path, one in operations.items() if one.get("security") == [{"token": []}] and "401" in one["responses"]
    }
    assert told == {"/predict", "/explain", "/actual", "/model"}
    assert "security" not in operations["/health"]
    assert "securitySchemes" not in schema.raw_schema["components"]


def test_the_schema_has_every_route(contract: object) -> None:
    paths = schema.raw_schema["paths"]
    assert set(paths) == {"/predict", "/explain", "/actual", "/model", "/health", "/ready"}


@pytest.mark.parametrize("path", ["/predict", "/explain", "/actual"])
def test_each_refusal_is_described(path: str) -> None:
    responses = schema.raw_schema["paths"][path]["post"]["responses"]
    assert {"200", "400", "413", "422", "429", "503"} <= responses.keys()
