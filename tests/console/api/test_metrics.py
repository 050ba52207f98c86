"""The console in numbers: what Prometheus reads is what happened."""

from dataclasses import replace
from datetime import timedelta

from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from console.api.metrics import CONTENT_TYPE, Metrics, MetricsPage
from core.errors import NoProductionModel, StoreError
from core.records import LiveError, LiveQuality, Measurement, Met, Truth
from core.store import Gauges
from tests.conftest import NOON
from tests.console.api.conftest import ROW, FakeDesk

MEASURED = Measurement("price", "mean", 100.0, 130.0, 0.3, 0.15, True)
EMPTY = Measurement("bed", "mean", None, None, None, 0.15, False)
GAUGES = Gauges(3, 12, NOON, (("previous", MEASURED), ("previous", EMPTY)), {"failed": 2}, NOON - timedelta(seconds=5))


def values(metrics: Metrics) -> dict[str, float]:
    """Every sample, such as ``console_runs failed``, with its value."""
    families = text_string_to_metric_families(metrics.text().decode())
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in families
        for sample in family.samples
    }


def test_requests_errors_and_rows_are_counted_by_route(client: TestClient, desk: FakeDesk, metrics: Metrics) -> None:
    client.post("/api/predict", json=[ROW, ROW])
    client.post("/api/predict", json={"bed": "many"})
    client.get("/api/nothing")
    desk.failure = NoProductionModel("There is none.")
    client.post("/api/explain", json=ROW)
    desk.failure = ZeroDivisionError("secret")
    client.post("/api/explain", json=ROW)
    found = values(metrics)
    assert found["console_requests_total POST /predict 200"] == 1
    assert found["console_requests_total POST /predict 422"] == 1
    assert found["console_errors_total /explain 503"] == found["console_errors_total /explain 500"] == 1
    assert found["console_errors_total other 404"] == 1
    assert "console_errors_total /predict 200" not in found
    assert found["console_request_seconds_count /predict"] == 2
    rows = {name: found[f"console_predictions_total {name}"] for name in ("answered", "refused", "failed")}
    assert rows == {"answered": 2, "refused": 1, "failed": 2}


def test_a_made_up_method_makes_no_new_series(client: TestClient, metrics: Metrics) -> None:
    client.request("BREW", "/api/predict")
    assert values(metrics)["console_requests_total other /predict 405"] == 1


def test_the_store_is_read_at_each_look() -> None:
    metrics, asked = Metrics(), []
    metrics.watch(lambda: asked.append(1) or GAUGES, lambda: NOON + timedelta(seconds=60))  # type: ignore[func-returns-value]
    assert asked == []
    found = values(metrics)
    assert found["console_store_up"] == 1
    assert (found["console_model_version"], found["console_batches"]) == (3, 12)
    assert found["console_drift price previous mean"] == 0.3
    assert found["console_drift_exceeded bed previous mean"] == 0
    assert "console_drift bed previous mean" not in found
    assert found["console_runs failed"] == 2
    assert found["console_newest_batch_age_seconds"] == 60
    assert found["console_worker_heartbeat_age_seconds"] == 65
    assert "process_resident_memory_bytes" in found


def test_a_store_that_does_not_answer_leaves_the_rest() -> None:
    def away() -> Gauges:
        raise StoreError("no")

    metrics = Metrics()
    metrics.watch(away, lambda: NOON)
    metrics.count("GET", "/health", 200, 0.1)
    found = values(metrics)
    assert found["console_store_up"] == 0
    assert found["console_requests_total GET /health 200"] == 1
    assert "console_batches" not in found


def test_the_page_is_plain_text() -> None:
    answer = TestClient(MetricsPage(Metrics())).get("/metrics")
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert "console_requests_total" in answer.text


def test_the_live_error_stands_there_once_it_can_be_told() -> None:
    met = (Met(1, 1, 120.0, Truth(100.0, "asker", NOON, "me")),)
    error = LiveError("mae", 20.0, 10.0, 30.0, 9.0, True)
    quality = LiveQuality(3, 1, "worse", (error,), met, 1)
    metrics = Metrics()
    shown = [replace(GAUGES, live=replace(quality, status="few")), replace(GAUGES, live=quality), GAUGES]
    metrics.watch(lambda: shown.pop(0), lambda: NOON)
    few, worse, none = values(metrics), values(metrics), values(metrics)
    assert few["console_true_values"] == 1
    assert "console_live_error mae live" not in few
    found = {part: worse[f"console_live_error mae {part}"] for part in ("live", "low", "high", "holdout")}
    assert found == {"live": 20.0, "low": 10.0, "high": 30.0, "holdout": 9.0}
    assert worse["console_live_worse mae"] == 1
    assert none["console_true_values"] == 0
