"""The API over HTTP: what it answers to good rows, bad rows, and a console that cannot work."""

import codecs
import gzip
import logging
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import orjson
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.testclient import TestClient

from console.access import COOKIE, END_USER, Access, Guard
from console.api import create_api
from console.api.bodies import BODY_BYTES, ERRORS_SHOWN, NAME_LENGTH
from console.api.schema import ROWS_IN_A_LIST
from console.wire import Deferred
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
from core.prediction import Readiness
from core.records import Prediction, Truth
from tests.conftest import NOON
from tests.console.api.conftest import ROW, FakeDesk, assert_problem

ANSWER = {
    "prediction": 100_000.5,
    "interval": {"low": 90_000.5, "high": 120_000.5, "level": 0.8},
    "unit": "$",
    "version": 7,
    "request_id": "order-66",
    "id": 42,
    "stored": True,
    "missing": ["brokered_by", "status", "acre_lot", "prev_sold_date"],
    "unknown": [],
}
ORDER = {"X-Request-ID": "order-66"}


def test_a_row_gets_its_price_range_unit_version_and_key(client: TestClient, desk: FakeDesk) -> None:
    answer = client.post("/api/predict", json=ROW, headers=ORDER)
    assert answer.status_code == 200
    assert answer.json() == ANSWER
    assert (desk.asked, desk.ids) == ([[ROW]], ["order-66"])


def test_a_list_gets_a_list_in_the_same_order(client: TestClient, desk: FakeDesk) -> None:
    assert client.post("/api/predict", json=[ROW], headers=ORDER).json() == [ANSWER]
    empty = ANSWER | {"missing": list(desk.contract.feature_names)}
    assert client.post("/api/predict", json=[ROW, {}, ROW], headers=ORDER).json() == [ANSWER, empty, ANSWER]
    assert desk.asked[1] == [ROW, {}, ROW]


def test_a_request_says_who_sent_it(contract: Contract) -> None:
    desk = FakeDesk(contract)
    api = create_api(contract, desk, model="prices")
    access = Access("run the loop", end_user_password="ask for prices", token="for programs")
    guarded = Guard(Starlette(routes=[Mount("/api", api)]), access)
    with TestClient(guarded, base_url="http://127.0.0.1") as client:
        cookie = {"Cookie": f"{COOKIE}={access.new_cookie(END_USER)}"}
        for headers in (cookie, {"Authorization": "Bearer for programs"}):
            assert client.post("/api/predict", json=ROW, headers=headers).status_code == 200
    assert desk.askers == ["end user", "program"]


def test_the_time_of_a_request_begins_when_it_is_received(client: TestClient, desk: FakeDesk) -> None:
    before = time.perf_counter()
    for path in ("/api/predict", "/api/explain"):
        assert client.post(path, json=ROW).status_code == 200
    assert before < desk.began[0] < desk.began[1] < time.perf_counter()


def test_what_could_not_be_stored_says_so(client: TestClient, desk: FakeDesk) -> None:
    desk.key = None
    answer = client.post("/api/predict", json=ROW, headers=ORDER)
    assert answer.json() == ANSWER | {"id": None, "stored": False}


def test_reasons_come_with_the_price_the_largest_first(client: TestClient) -> None:
    answer = client.post("/api/explain", json=ROW, headers=ORDER).json()
    reasons = [
        {"field": "prev_sold_date", "label": "Last sold", "value": "1970-01-01", "part": 15_000.0},
        {"field": "bed", "label": "Bedrooms", "value": 3.0, "part": -5_000.0},
    ]
    assert answer == ANSWER | {"base": 90_000.5, "reasons": reasons}
    assert answer["base"] + sum(reason["part"] for reason in answer["reasons"]) == pytest.approx(answer["prediction"])
    assert len(client.post("/api/explain", json=[ROW, ROW]).json()) == 2


def test_an_empty_object_and_nulls_are_rows_with_missing_values(client: TestClient, desk: FakeDesk) -> None:
    assert client.post("/api/predict", json={}).status_code == 200
    assert client.post("/api/predict", json={"bed": None, "city": None}).status_code == 200


def test_every_bad_field_is_named_with_its_sentence(client: TestClient) -> None:
    row = ROW | {"bed": "three", "bath": 99, "colour": "red", "prev_sold_date": "last year"}
    content = assert_problem(client.post("/api/predict", json=row), 422)
    sentences = {entry["pointer"]: entry["detail"] for entry in content["errors"]}
    assert sentences.keys() == {"#/bed", "#/bath", "#/colour", "#/prev_sold_date"}
    assert "99" in sentences["#/bath"]
    assert "'three'" in sentences["#/bed"]
    assert content["detail"] == "4 fields have wrong values."
    assert content["stored"] is True


def test_every_bad_field_of_each_row_of_a_list_is_named_and_none_is_answered(client: TestClient) -> None:
    rows = [ROW, {"bed": "three"}, ROW, {"bath": 99, "a/b~c": 1}]
    content = assert_problem(client.post("/api/predict", json=rows), 422)
    assert {entry["pointer"] for entry in content["errors"]} == {"#/1/bed", "#/3/bath", "#/3/a~1b~0c"}
    assert content["detail"] == "3 fields have wrong values."
    one = assert_problem(client.post("/api/predict", json=[{"bed": "three"}]), 422)
    assert [entry["pointer"] for entry in one["errors"]] == ["#/0/bed"]


def test_an_error_that_was_not_stored_says_so(client: TestClient, desk: FakeDesk) -> None:
    desk.failure = NoProductionModel("There is no model in production yet.")
    assert assert_problem(client.post("/api/predict", json=ROW), 503)["stored"] is True
    desk.failure.add_note("The request was not stored.")
    content = assert_problem(client.post("/api/predict", json=ROW), 503)
    assert content["stored"] is False
    assert content["detail"] == "There is no model in production yet. The request was not stored."
    assert assert_problem(client.post("/api/predict", content=b"{"), 400)["stored"] is False


def test_thousands_of_unknown_fields_make_a_bounded_answer(client: TestClient) -> None:
    row = {f"{number:04d}" + "x" * 2 * (number == 0) * NAME_LENGTH: 1 for number in range(3000)}
    content = assert_problem(client.post("/api/predict", json=row), 422)
    assert content["detail"] == "3000 fields have wrong values."
    assert len(content["errors"]) == ERRORS_SHOWN
    assert max(len(entry["pointer"]) for entry in content["errors"]) == NAME_LENGTH + 2


@pytest.mark.parametrize(
    "body",
    [b"", b"price please", b"{", b'{"bed": NaN}', b'{"bed": 1,}', b"\xff\xfe", b"{'bed': 1}", b"[" * 5000, b"bed=3"],
)
def test_what_is_not_json_is_a_bad_request(client: TestClient, desk: FakeDesk, body: bytes) -> None:
    assert_problem(client.post("/api/predict", content=body), 400)
    assert desk.asked == []


@pytest.mark.parametrize("body", ["[]", "null", "3", '"text"', "[{}, 3]", "[[]]"])
def test_json_that_is_no_row_and_no_list_of_rows_is_refused(client: TestClient, desk: FakeDesk, body: str) -> None:
    assert_problem(client.post("/api/predict", content=body), 422)
    assert desk.asked == []


def test_each_entry_of_a_list_that_is_no_row_is_named_beside_the_bad_fields(client: TestClient, desk: FakeDesk) -> None:
    content = assert_problem(client.post("/api/predict", json=[ROW, {"bed": "many", "price": -1}, "x", 3]), 422)
    told = {entry["pointer"]: entry["detail"] for entry in content["errors"]}
    assert told.keys() == {"#/1/bed", "#/1/price", "#/2", "#/3"}
    assert told["#/2"] == "Each entry of a list must be an object."
    assert content["stored"] is False
    actual = assert_problem(client.post("/api/actual", json=[{"id": 42, "price": 5}, None]), 422)
    assert [entry["pointer"] for entry in actual["errors"]] == ["#/1"]
    assert desk.asked == []


@pytest.mark.parametrize("body", [b'{"bed": NaN}', b'[{"bed": 1, "bath": -Infinity }]', b"[NaN]"])
def test_a_number_that_is_none_is_called_so(client: TestClient, body: bytes) -> None:
    content = assert_problem(client.post("/api/predict", content=body), 400)
    assert content["detail"] == "NaN and Infinity are no JSON: leave the field out, or send null."


def test_a_mark_of_byte_order_is_skipped_and_a_compressed_body_refused(client: TestClient) -> None:
    body = orjson.dumps(ROW)
    assert client.post("/api/predict", content=codecs.BOM_UTF8 + body).status_code == 200
    for packed, headers in ((gzip.compress(body), {}), (body, {"Content-Encoding": "gzip"})):
        answer = client.post("/api/predict", content=packed, headers=headers)
        assert "not taken" in assert_problem(answer, 415)["detail"]
        assert answer.headers["accept-encoding"] == "identity"


def test_a_list_over_the_limit_is_refused(client: TestClient, desk: FakeDesk) -> None:
    assert client.post("/api/predict", json=[{}] * ROWS_IN_A_LIST).status_code == 200
    assert_problem(client.post("/api/predict", json=[{}] * (ROWS_IN_A_LIST + 1)), 422)
    assert len(desk.asked) == 1


def test_a_body_over_the_limit_is_refused_announced_or_not(client: TestClient, desk: FakeDesk) -> None:
    body = b'{"city": "' + b"x" * BODY_BYTES + b'"}'
    assert_problem(client.post("/api/predict", content=body), 413)

    def chunks() -> Iterator[bytes]:
        for _ in range(BODY_BYTES // 1024 + 1):
            yield b" " * 1024

    assert_problem(client.post("/api/predict", content=chunks()), 413)
    assert desk.asked == []


@pytest.mark.parametrize(
    ("failure", "detail"),
    [
        (NoProductionModel("There is no model yet: fetch a batch."), "There is no model yet: fetch a batch."),
        (ModelNotLoadable("s3://db.internal/7 does not load."), "The version that is asked cannot be loaded."),
        (RegistryUnavailable("MLflow does not answer at db.internal:5000."), "MLflow does not answer; "),
        (StoreError("The database mysql://root@db.internal/RAW refused."), "The database does not answer"),
    ],
)
def test_a_console_that_is_not_ready_says_why_and_the_log_has_the_addresses(
    client: TestClient, desk: FakeDesk, failure: ConsoleError, detail: str, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = failure
    for path, body in (("/api/predict", ROW), ("/api/actual", {"id": 42, "price": 90_000})):
        caplog.clear()
        answer = client.post(path, json=body)
        assert assert_problem(answer, 503)["detail"].startswith(detail)
        assert "db.internal" not in answer.text
        assert str(failure) in caplog.text
    assert "db.internal" not in client.get("/api/model").text


def test_a_refusal_of_the_whole_row_has_its_sentence_and_no_fields(client: TestClient, desk: FakeDesk) -> None:
    desk.failure = InputError("The row is empty.")
    content = assert_problem(client.post("/api/predict", json=ROW), 422)
    assert content["detail"] == "The row is empty."
    assert "errors" not in content


@pytest.mark.parametrize("failure", [ZeroDivisionError("secret detail"), TrainingError("secret detail")])
def test_the_unexpected_is_a_500_whose_traceback_is_in_the_log_alone(
    client: TestClient, desk: FakeDesk, failure: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    desk.failure = failure
    with caplog.at_level(logging.ERROR, "console.api.requests"):
        answer = client.post("/api/predict", json=ROW, headers={"X-Request-ID": "order-66"})
    content = assert_problem(answer, 500)
    assert content["request_id"] == "order-66"
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
    assert "Allow names it" in answer.json()["detail"]
    assert "There is no such address" in assert_problem(client.get("/api"), 404)["detail"]
    assert_problem(client.post("/api", json={}), 404)
    assert "console_requests_total" in client.get("/metrics/").text
    assert client.post("/api/predict/", json=ROW).json()["version"] == 7


def test_a_load_balancer_may_ask_the_probes_with_head(client: TestClient, desk: FakeDesk) -> None:
    for path in ("/api/health", "/api/ready"):
        assert client.head(path).status_code == 200
        assert client.head(path).headers["x-request-id"]
    desk.failure, desk.is_ready = StoreError("away"), Readiness(None, {"store": "away"})
    assert [client.head(path).status_code for path in ("/api/health", "/api/ready")] == [503, 503]
    assert client.get("/api/openapi.json").json()["paths"]["/health"].keys() == {"get"}


def test_health_names_the_version_in_production(client: TestClient, desk: FakeDesk) -> None:
    assert client.get("/api/health").json() == {"status": "ok", "version": 7}
    desk.promotion = None
    assert client.get("/api/health").json() == {"status": "ok", "version": None}


def test_the_model_in_production_is_told_with_its_metrics(
    client: TestClient, desk: FakeDesk, contract: Contract
) -> None:
    found = client.get("/api/model").json()
    assert found.pop("fields") == list(contract.feature_names)
    assert found == {
        "name": "prices",
        "version": 7,
        "promoted_at": "2026-05-03T00:00:00Z",
        "reason": "it is better",
        "target": "price",
        "unit": "$",
        "metrics": {"mae": 5.0},
    }
    desk.promotion = None
    assert_problem(client.get("/api/model"), 503)


def test_ready_says_what_is_wrong_and_tells_strangers_no_address(client: TestClient, desk: FakeDesk) -> None:
    assert client.get("/api/ready").json() == {"status": "ready", "version": 7, "problems": {}}
    desk.is_ready = Readiness(7, {"registry": "MLflow does not answer at db.internal:5000."})
    answer = client.get("/api/ready")
    assert (answer.status_code, answer.json()["status"], answer.json()["version"]) == (200, "degraded", 7)
    assert answer.json()["problems"].keys() == {"registry"}
    assert "db.internal" not in answer.text
    desk.is_ready = Readiness(None, {"store": "mysql at db.internal refused."})
    assert "db.internal" not in assert_problem(client.get("/api/ready"), 503)["detail"]


def test_health_without_a_database_is_a_503_that_tells_strangers_nothing(client: TestClient, desk: FakeDesk) -> None:
    desk.failure = StoreError("The database mysql+pymysql://user:***@db.internal/RAW_DATA refused: no route.")
    content = assert_problem(client.get("/api/health"), 503)
    assert "db.internal" not in content["detail"]


def test_what_a_price_turned_out_to_be_is_told_later(client: TestClient, desk: FakeDesk) -> None:
    answer = client.post("/api/actual", json={"id": 42, "price": 90_000})
    assert answer.json() == {
        "id": 42,
        "request_id": "order-66",
        "version": 7,
        "prediction": 100_000.5,
        "actual": 90_000.0,
        "error": 10_000.5,
        "unit": "$",
        "counts": True,
        "reason": None,
        "replaced": None,
    }
    desk.doubt, desk.before = "trained_on", Truth(80_000.0, "batch", NOON, "worker")
    [answer] = client.post("/api/actual", json=[{"id": 42, "price": 90_000}]).json()
    assert (answer["counts"], answer["replaced"]) == (False, 80_000.0)
    assert answer["reason"] == "the version was trained on this property"
    content = assert_problem(
        client.post("/api/actual", json=[{"id": 42, "price": 90_000}, {"id": 5, "price": -1}]), 422
    )
    assert [error["pointer"] for error in content["errors"]] == ["#/1/price"]
    assert content["stored"] is False


def test_the_schema_is_the_contract_with_the_target_as_what_is_true(client: TestClient, contract: Contract) -> None:
    document = client.get("/api/openapi.json").json()
    assert document["servers"] == [{"url": "/api"}]
    body = document["paths"]["/predict"]["post"]["requestBody"]["content"]["application/json"]
    row, many = body["schema"]["oneOf"]
    assert (many["items"], many["maxItems"]) == (row, ROWS_IN_A_LIST)
    fields = row["properties"]
    assert set(fields) == set(contract.names)
    assert "no input" in fields[contract.target]["description"]
    assert row["additionalProperties"] is False
    size = fields["house_size"]
    assert size["anyOf"][0] == {"type": "number", "minimum": 1.0, "maximum": 50000.0}
    assert [kind["type"] for kind in size["anyOf"]] == ["number", "string", "string", "null"]
    assert "sq ft" in size["description"]
    assert contract["house_size"].help in size["description"]
    assert fields["status"]["examples"] == list(contract["status"].options)
    assert fields["prev_sold_date"]["anyOf"][0] == {"type": "string", "format": "date"}
    assert "1901-01-01" in fields["prev_sold_date"]["description"]


@pytest.mark.parametrize("path", ["/predict", "/explain"])
def test_the_examples_of_the_schema_are_answered(client: TestClient, path: str) -> None:
    document = client.get("/api/openapi.json").json()
    body = document["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    assert body["examples"].keys() == {"one", "many"}
    for example in body["examples"].values():
        assert client.post(f"/api{path}", json=example["value"]).status_code == 200


def test_a_slow_prediction_holds_up_nobody_else(contract: Contract) -> None:
    may_go, has_begun = threading.Event(), threading.Event()

    class SlowDesk(FakeDesk):
        def predict(
            self, rows: Sequence[Mapping[str, Any]], request_id: str, by: str, began: float
        ) -> list[Prediction]:
            has_begun.set()
            assert may_go.wait(20)
            return super().predict(rows, request_id, by, began)

    with TestClient(create_api(contract, SlowDesk(contract), model="prices")) as client:
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
        return create_api(contract, FakeDesk(contract), model="prices")

    with TestClient(Starlette(routes=[Mount("/api", Deferred(make))])) as client:
        assert made == []
        with pytest.raises(StoreError):
            client.get("/api/health")
        assert [client.get("/api/health").status_code for _ in range(3)] == [200] * 3
    assert len(made) == 2
