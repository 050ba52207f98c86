"""The API over HTTP: what it answers to good rows, bad rows, and a console that cannot work."""

import logging
import re
import threading
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from console.api import BODY_BYTES, ERRORS_SHOWN, NAME_LENGTH, create_api
from console.wire import Deferred
from core.checks import check_inputs
from core.contract import Contract
from core.errors import (
    ConsoleError,
    InputError,
    ModelNotLoadable,
    NoProductionModel,
    RegistryUnavailable,
    StoreError,
    TrainingError,
)
from core.records import Interval, Prediction

ROW = {"bed": 3, "bath": 2, "city": "Houston", "state": "Texas", "zip_code": "77002", "house_size": 1800.0}


class Desk:
    """A ten-line stand-in for the model: checks the row as the real one does, and says 100,000."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.failure: Exception | None = None
        self.asked: list[Mapping[str, Any]] = []

    def predict(self, row: Mapping[str, Any]) -> Prediction:
        self.asked.append(row)
        if self.failure is not None:
            raise self.failure
        interval = Interval(90_000.5, 120_000.5, 0.8)
        return Prediction(100_000.5, 7, check_inputs(row, self.contract), id=42, interval=interval)

    def version(self) -> int | None:
        if self.failure is not None:
            raise self.failure
        return 7


@pytest.fixture
def desk(contract: Contract) -> Desk:
    return Desk(contract)


@pytest.fixture
def client(desk: Desk) -> Iterator[TestClient]:
    api = Deferred(lambda: create_api(desk.contract, desk.predict, desk.version))
    with TestClient(Starlette(routes=[Mount("/api", api)]), base_url="http://127.0.0.1") as client:
        yield client


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    content: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail"} <= content.keys()
    assert content["status"] == status
    assert content["detail"]
    return content


def test_a_row_gets_its_price_the_unit_the_version_and_the_key(client: TestClient, desk: Desk) -> None:
    answer = client.post("/api/predict", json=ROW)
    assert answer.status_code == 200
    interval = {"low": 90_000.5, "high": 120_000.5, "level": 0.8}
    assert answer.json() == {"prediction": 100_000.5, "interval": interval, "unit": "$", "version": 7, "id": 42}
    assert desk.asked == [ROW]


def test_an_empty_object_and_nulls_are_rows_with_missing_values(client: TestClient, desk: Desk) -> None:
    assert client.post("/api/predict", json={}).status_code == 200
    assert client.post("/api/predict", json={"bed": None, "city": None}).status_code == 200


def test_every_bad_field_is_named_with_its_sentence(client: TestClient) -> None:
    row = ROW | {"bed": "three", "bath": 99, "colour": "red", "prev_sold_date": "last year"}
    content = assert_problem(client.post("/api/predict", json=row), 422)
    sentences = {entry["field"]: entry["detail"] for entry in content["errors"]}
    assert sentences.keys() == {"bed", "bath", "colour", "prev_sold_date"}
    assert "99" in sentences["bath"]
    assert "'three'" in sentences["bed"]
    assert content["detail"] == "4 fields have wrong values."


def test_a_thousand_unknown_fields_make_a_short_answer(client: TestClient) -> None:
    row = {f"{number:04d}" + "x" * 2 * (number == 0) * NAME_LENGTH: 1 for number in range(1000)}
    content = assert_problem(client.post("/api/predict", json=row), 422)
    assert content["detail"] == "1000 fields have wrong values."
    assert len(content["errors"]) == ERRORS_SHOWN
    assert max(len(entry["field"]) for entry in content["errors"]) == NAME_LENGTH


@pytest.mark.parametrize(
    "body",
    [b"", b"price please", b"{", b'{"bed": NaN}', b'{"bed": 1,}', b"\xff\xfe", b"{'bed': 1}", b"[" * 5000, b"bed=3"],
)
def test_what_is_not_json_is_a_bad_request(client: TestClient, desk: Desk, body: bytes) -> None:
    assert_problem(client.post("/api/predict", content=body), 400)
    assert desk.asked == []


@pytest.mark.parametrize("body", ["[]", "null", "3", '"text"', "[{}]"])
def test_json_that_is_no_object_is_refused(client: TestClient, desk: Desk, body: str) -> None:
    assert_problem(client.post("/api/predict", content=body), 422)
    assert desk.asked == []


def test_a_body_over_the_limit_is_refused_announced_or_not(client: TestClient, desk: Desk) -> None:
    body = b'{"city": "' + b"x" * BODY_BYTES + b'"}'
    assert_problem(client.post("/api/predict", content=body), 413)

    def chunks() -> Iterator[bytes]:
        for _ in range(100):
            yield b" " * 1024

    assert_problem(client.post("/api/predict", content=chunks()), 413)
    assert desk.asked == []


@pytest.mark.parametrize(
    "failure",
    [
        NoProductionModel("There is no model in production yet."),
        ModelNotLoadable("Version 7 does not load."),
        RegistryUnavailable("MLflow does not answer."),
        StoreError("The database refused."),
    ],
)
def test_a_console_that_is_not_ready_says_why(client: TestClient, desk: Desk, failure: ConsoleError) -> None:
    desk.failure = failure
    assert assert_problem(client.post("/api/predict", json=ROW), 503)["detail"] == str(failure)


def test_a_refusal_of_the_whole_row_has_its_sentence_and_no_fields(client: TestClient, desk: Desk) -> None:
    desk.failure = InputError("The row is empty.")
    content = assert_problem(client.post("/api/predict", json=ROW), 422)
    assert content["detail"] == "The row is empty."
    assert "errors" not in content


@pytest.mark.parametrize("failure", [ZeroDivisionError("secret detail"), TrainingError("secret detail")])
def test_the_unexpected_is_a_500_whose_traceback_is_in_the_log_alone(
    client: TestClient, desk: Desk, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = failure
    with caplog.at_level(logging.ERROR, "console.api"):
        answer = client.post("/api/predict", json=ROW, headers={"X-Request-ID": "order-66"})
    content = assert_problem(answer, 500)
    assert content["id"] == answer.headers["x-request-id"] == "order-66"
    assert "secret" not in answer.text
    assert "order-66" in caplog.text
    assert "secret detail" in caplog.text
    assert "Traceback" in caplog.text


def test_every_answer_has_a_request_id(client: TestClient) -> None:
    ids = {client.get("/api/health").headers["x-request-id"] for _ in range(3)}
    assert len(ids) == 3
    assert all(re.fullmatch(r"[0-9a-f]{32}", found) for found in ids)
    assert client.get("/api/nothing").headers["x-request-id"]
    assert client.get("/api/health", headers={"X-Request-ID": "a-b.c_1"}).headers["x-request-id"] == "a-b.c_1"
    for forged in ("x" * 65, "a b", "é".encode("latin-1"), "<b>"):
        given = client.get("/api/health", headers={"X-Request-ID": forged}).headers["x-request-id"]
        assert re.fullmatch(r"[0-9a-f]{32}", given)


def test_unknown_addresses_and_methods_are_problems_too(client: TestClient) -> None:
    assert_problem(client.get("/api/nothing"), 404)
    assert_problem(client.get("/api/"), 404)
    assert_problem(client.get("/api/docs"), 404)
    answer = client.get("/api/predict")
    assert_problem(answer, 405)
    assert answer.headers["allow"] == "POST"


def test_health_names_the_version_in_production(client: TestClient, desk: Desk) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "version": 7}
    desk.version = lambda: None  # type: ignore[method-assign]
    assert client.get("/api/health").status_code == 200


def test_health_without_a_database_is_a_503_that_tells_strangers_nothing(client: TestClient, desk: Desk) -> None:
    desk.failure = StoreError("The database mysql+pymysql://user:***@db.internal/RAW_DATA refused: no route.")
    content = assert_problem(client.get("/api/health"), 503)
    assert "db.internal" not in content["detail"]


def test_before_the_first_promotion_health_has_no_version(contract: Contract) -> None:
    api = create_api(contract, Desk(contract).predict, lambda: None)
    assert TestClient(api).get("/health").json() == {"status": "ok", "version": None}


def test_the_schema_is_the_contract_without_the_target(client: TestClient, contract: Contract) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["servers"] == [{"url": "/api"}]
    body = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    fields = body["schema"]["properties"]
    assert set(fields) == {column.name for column in contract.inputs}
    assert contract.target not in fields
    assert body["schema"]["additionalProperties"] is False
    size = fields["house_size"]
    assert (size["minimum"], size["maximum"], size["type"]) == (1.0, 50000.0, ["number", "null"])
    assert "sq ft" in size["description"]
    assert contract["house_size"].help in size["description"]
    assert fields["status"]["examples"] == list(contract["status"].options)
    assert fields["prev_sold_date"]["format"] == "date"
    assert "1901-01-01" in fields["prev_sold_date"]["description"]


def test_the_example_of_the_schema_is_answered(client: TestClient) -> None:
    document = client.get("/api/openapi.json").json()
    body = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    assert body["example"]
    assert client.post("/api/predict", json=body["example"]).status_code == 200


def test_a_slow_prediction_holds_up_nobody_else(contract: Contract) -> None:
    may_go, has_begun = threading.Event(), threading.Event()

    def predict(row: Mapping[str, Any]) -> Prediction:
        has_begun.set()
        assert may_go.wait(20)
        return Prediction(1.0, 1, row)

    with TestClient(create_api(contract, predict, lambda: 1)) as client:
        answers: list[int] = []
        asking = threading.Thread(target=lambda: answers.append(client.post("/predict", json=ROW).status_code))
        asking.start()
        assert has_begun.wait(20)
        assert client.get("/health").status_code == 200
        may_go.set()
        asking.join(20)
    assert answers == [200]


def test_a_deferred_app_is_made_once_and_again_only_after_a_failure(contract: Contract) -> None:
    made: list[int] = []

    def make() -> Callable[..., Any]:
        made.append(1)
        if len(made) == 1:
            raise StoreError("not yet")
        return create_api(contract, Desk(contract).predict, lambda: 1)

    with TestClient(Starlette(routes=[Mount("/api", Deferred(make))])) as client:
        assert made == []
        with pytest.raises(StoreError):
            client.get("/api/health")
        assert [client.get("/api/health").status_code for _ in range(3)] == [200] * 3
    assert len(made) == 2
