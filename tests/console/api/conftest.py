"""A desk that needs no model, and the API over it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from console.api import create_api
from console.api.metrics import Metrics, MetricsPage
from console.wire import Deferred, doors_of_programs
from core.checks import check_inputs, check_truth
from core.contract import Contract
from core.errors import InputError, RowsInvalid
from core.prediction import Readiness, Told
from core.records import ASKER, Answered, Explanation, Interval, Prediction, Promotion, Truth

ROW = {"bed": 3, "bath": 2, "city": "Houston", "state": "Texas", "zip_code": "77002", "house_size": 1800.0}
PROMOTION = Promotion(1, 7, 6, datetime(2026, 5, 3, tzinfo=UTC), "worker", "it is better", {"metrics": {"mae": 5.0}})
ANSWERED = Answered(42, "order-66", PROMOTION.at, 7, 100_000.5, None, {})


class FakeDesk:
    """A stand-in for the model: checks the rows as the real one does, and says 100,000."""

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.failure: Exception | None = None
        self.asked: list[list[Mapping[str, Any]]] = []
        self.ids: list[str] = []
        self.askers: list[str] = []
        self.began: list[float] = []
        self.key: int | None = 42
        self.doubt = ""
        self.before: Truth | None = None
        self.promotion: Promotion | None = PROMOTION
        self.is_ready = Readiness(7)

    def predict(self, rows: Sequence[Mapping[str, Any]], request_id: str, by: str, began: float) -> list[Prediction]:
        self.asked.append(list(rows))
        self.ids.append(request_id)
        self.askers.append(by)
        self.began.append(began)
        if self.failure is not None:
            raise self.failure
        problems: dict[int, Mapping[str, str]] = {}
        for place, row in enumerate(rows):
            try:
                check_inputs(row, self.contract)
            except InputError as error:
                problems[place] = error.problems
        if problems:
            raise RowsInvalid("Some fields are wrong.", problems)
        return [Prediction(100_000.5, 7, row, self.key, Interval(90_000.5, 120_000.5, 0.8)) for row in rows]

    def explain(
        self, rows: Sequence[Mapping[str, Any]], request_id: str, by: str, began: float
    ) -> tuple[list[Prediction], Explanation]:
        answers = self.predict(rows, request_id, by, began)
        data = pd.DataFrame({"bed": [3.0] * len(rows), "prev_sold_date": [0.0] * len(rows)})
        base, parts = np.full(len(rows), 90_000.5), np.tile([-5_000.0, 15_000.0], (len(rows), 1))
        return answers, Explanation(("bed", "prev_sold_date"), base, parts, data, base + parts.sum(axis=1))

    def tell(self, rows: Sequence[Mapping[str, Any]], by: str) -> list[Told]:
        self.asked.append(list(rows))
        self.askers.append(by)
        if self.failure is not None:
            raise self.failure
        found: list[Told] = []
        problems: dict[int, Mapping[str, str]] = {}
        for place, row in enumerate(rows):
            try:
                value = check_truth(row.get("price"), self.contract)
                if value is None or row.get("id") != self.key:
                    raise InputError("No such price.", {"id": "No such price."})
                found.append(Told(ANSWERED, Truth(value, ASKER, PROMOTION.at, by, self.doubt), self.before))
            except InputError as error:
                problems[place] = error.problems
        if problems:
            raise RowsInvalid("Some fields are wrong.", problems)
        return found

    def production(self) -> Promotion | None:
        if self.failure is not None:
            raise self.failure
        return self.promotion

    def readiness(self) -> Readiness:
        return self.is_ready


@pytest.fixture
def desk(contract: Contract) -> FakeDesk:
    return FakeDesk(contract)


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def client(desk: FakeDesk, metrics: Metrics) -> Iterator[TestClient]:
    api = Deferred(lambda: create_api(desk.contract, desk, model="prices", metrics=metrics))
    doors = doors_of_programs(api, MetricsPage(metrics))
    with TestClient(Starlette(routes=doors), base_url="http://127.0.0.1") as client:
        yield client


def assert_problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Traceback" not in answer.text
    content: dict[str, Any] = answer.json()
    assert {"type", "title", "status", "detail", "request_id"} <= content.keys()
    assert content["status"] == status
    assert content["detail"]
    assert content["request_id"] == answer.headers["x-request-id"]
    return content
