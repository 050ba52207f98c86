"""The API against its own schema: what schemathesis makes up from it is answered as it says.

Two checks are left out on purpose. A row that fits the schema may be refused, because a JSON schema cannot say that a
date lies after 1900, or that a number in a text lies in its range. One that does not fit may be taken, because a reader
takes more than the schema promises: a time behind a date, a number as the text of a code.
"""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from jsonschema import Draft202012Validator
from schemathesis.checks import CHECKS
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from console.api import create_api
from console.api.schema import actual_body, row_schema
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


def accepted(schema: dict[str, Any], value: Any) -> bool:
    return bool(Draft202012Validator(schema, format_checker=Draft202012Validator.FORMAT_CHECKER).is_valid(value))


@pytest.mark.parametrize(
    ("row", "is_good"),
    [
        ({"prev_sold_date": ""}, True),
        ({"prev_sold_date": "2020-01-31"}, True),
        ({"prev_sold_date": "yesterday"}, False),
        ({"bed": "3"}, True),
        ({"bed": " 2.5e0 "}, True),
        ({"bed": ""}, True),
        ({"bed": None}, True),
        ({"bed": "many"}, False),
        ({"bed": 99}, False),
        ({"bed": True}, False),
        ({"zip_code": 1004}, True),
        ({"price": "289900"}, True),
        ({"price": 0}, False),
        ({"colour": "red"}, False),
    ],
)
def test_a_row_is_good_by_the_schema_where_it_is_good_by_the_checks(row: dict[str, Any], is_good: bool) -> None:
    assert accepted(row_schema(CONTRACT), row) is is_good
    answer = TestClient(APP).post("/api/predict", json={name: value for name, value in row.items() if name != "price"})
    if "price" not in row:
        assert (answer.status_code == 200) is is_good


@pytest.mark.parametrize(
    ("told", "is_good"),
    [
        ({"id": 42, "price": 5000}, True),
        ({"request_id": "order-66", "id": None, "price": "5000"}, True),
        ({"request_id": "", "price": 5000}, False),
        ({"price": 5000}, False),
        ({"id": 42, "price": "much"}, False),
        ({"id": 42, "price": ""}, False),
        ({"id": 42, "price": None}, False),
        ({"id": 0, "price": 5000}, False),
    ],
)
def test_a_true_value_is_good_by_the_schema_where_it_is_good_by_the_checks(told: dict[str, Any], is_good: bool) -> None:
    one = actual_body(CONTRACT)["content"]["application/json"]["schema"]["oneOf"][0]
    assert accepted(one, told) is is_good


def test_operations_have_the_names_of_their_addresses_and_problems_one_type() -> None:
    operations = {path: one for path, found in schema.raw_schema["paths"].items() for one in found.values()}
    assert all(one["operationId"] == path.removeprefix("/") for path, one in operations.items())
    answers = [answer for one in operations.values() for answer in one["responses"].items()]
    types = {(status == "200", *answer["content"]) for status, answer in answers}
    assert types == {(True, "application/json"), (False, "application/problem+json")}


def test_a_field_is_described_once_and_in_words() -> None:
    fields = row_schema(CONTRACT)["properties"]
    assert fields["acre_lot"]["description"].count("acres") == 1
    assert "1901-01-01 or later" in fields["prev_sold_date"]["description"]
