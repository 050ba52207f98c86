"""Prices under load and in trouble: nothing is answered that was not kept, and nobody waits for another's mistake."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from core import store
from core.errors import InputError, RegistryUnavailable, RowsInvalid, StoreError
from core.loop import Loop, execute
from core.loop.promoting import prepare_serving
from core.prediction import Predictor, Readiness, explain_rows, is_stored, open_predictor, predict_rows
from core.prediction.journal import Journal
from core.records import Prediction, PredictionRecord
from tests.conftest import NOON
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]
FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}
RECORD = PredictionRecord(NOON, "api", {"bed": 3}, "answered", 0.5, {"bed": 3.0}, version=1, prediction=1.0)


def predict_one(predictor: Predictor, row: dict[str, Any], channel: str) -> Prediction:
    return predict_rows(predictor, [row], channel)[0]


def stored(loop: Loop) -> list[dict[str, Any]]:
    with store.reading(loop.raw) as connection:
        return [dict(row) for row in store.list_predictions(connection, tables=loop.tables, limit=5000)]


def test_many_at_once_each_get_their_own_key(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    journal = Journal(loop)
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda n: journal.keep([replace(RECORD, prediction=float(n))])[0], range(400)))
    assert len(set(keys)) == 400
    by_key = {row["id"]: row["prediction"] for row in stored(loop)}
    assert [by_key[key] for key in keys] == [float(n) for n in range(400)]


def test_a_record_that_the_database_refuses_takes_no_other_with_it(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    journal = Journal(loop)
    bad = replace(RECORD, channel=None)  # type: ignore[arg-type]

    def keep(record: PredictionRecord) -> str:
        try:
            return f"kept {journal.keep([record])[0] > 0}"
        except StoreError:
            return "refused"

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(keep, [bad if n % 10 == 3 else RECORD for n in range(60)]))
    assert [n for n, outcome in enumerate(outcomes) if outcome == "refused"] == [n for n in range(60) if n % 10 == 3]
    assert len(stored(loop)) == 54


def test_a_price_that_could_not_be_kept_says_so_and_the_version_that_was_loaded_goes_on(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_CHECKS", 0.0)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    first = predict_one(predictor, FORM, "api")
    with store.writing(loop.raw) as connection:
        for name in ("new_real_estate", "promotions"):
            connection.exec_driver_sql(f"ALTER TABLE {name} RENAME TO lost_{name}")
    unkept = predict_one(predictor, FORM, "api")
    assert (unkept.value, unkept.version, unkept.id) == (first.value, first.version, None)
    assert set(predictor.readiness().problems) == {"store"}
    with pytest.raises(InputError) as refused:
        predict_one(predictor, {"bed": "many"}, "api")
    assert not is_stored(refused.value)
    with store.writing(loop.raw) as connection:
        for name in ("new_real_estate", "promotions"):
            connection.exec_driver_sql(f"ALTER TABLE lost_{name} RENAME TO {name}")
    assert predict_one(predictor, FORM, "api").id
    assert predictor.readiness().problems == {}


@contextmanager
def held_by_another(loop: Loop) -> Iterator[None]:
    """The requests' table as another program's transaction may hold it."""
    is_sqlite = loop.raw.url.get_backend_name() == "sqlite"
    with loop.raw.connect() as other:
        if is_sqlite:
            other.connection.dbapi_connection.execute("BEGIN IMMEDIATE")  # type: ignore[union-attr]
        else:
            other.exec_driver_sql("LOCK TABLES new_real_estate WRITE")
        yield
        if is_sqlite:
            other.connection.dbapi_connection.execute("ROLLBACK")  # type: ignore[union-attr]
        else:
            other.exec_driver_sql("UNLOCK TABLES")


def test_nobody_waits_long_for_a_lock_of_another_program_and_readiness_says_so(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.journal.SECONDS_OF_PATIENCE", 1)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    assert predict_one(predictor, FORM, "api").id
    assert predictor.readiness().problems == {}
    with held_by_another(loop), ThreadPoolExecutor(8) as pool:
        # A step of the loop would wait for half a minute.
        answers = list(pool.map(lambda _: predict_one(predictor, FORM, "api"), range(8), timeout=20))
        assert {answer.id for answer in answers} == {None}
        assert set(predictor.readiness().problems) == {"store"}
    assert predict_one(predictor, FORM, "api").id
    assert predictor.readiness().problems == {}
    assert len(stored(loop)) == 2


def test_all_rows_of_a_request_come_from_one_version_and_are_stored_under_its_id(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    rows = [FORM | {"bed": bed} for bed in (1, 2, 3)]
    answers, reasons = explain_rows(open_predictor(loop), rows, "api", "order-66")
    kept = stored(loop)[::-1]
    assert [row["id"] for row in kept] == [answer.id for answer in answers]
    assert {(row["request_id"], row["model_version"], row["outcome"]) for row in kept} == {("order-66", 1, "answered")}
    assert [row["request"] for row in kept] == rows
    for answer, row, price in zip(answers, kept, reasons.predictions, strict=True):
        assert answer.interval is not None
        assert (row["interval_low"], row["interval_high"]) == (answer.interval.low, answer.interval.high)
        assert answer.interval.low <= row["prediction"] <= answer.interval.high
        assert answer.value == pytest.approx(float(price), rel=1e-9)


def test_one_bad_row_refuses_the_request_and_every_row_of_it_is_stored(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    with pytest.raises(RowsInvalid) as refused:
        predict_rows(open_predictor(loop), [FORM, FORM | {"bed": "many", "colour": "red"}], "api")
    assert refused.value.rows.keys() == {1}
    assert refused.value.rows[1].keys() == {"bed", "colour"}
    assert is_stored(refused.value)
    first, second = stored(loop)[::-1]
    assert (first["outcome"], first["error"]) == ("refused", "Another row of the same request was refused.")
    assert second["outcome"] == "refused"
    assert "Bedrooms" in second["error"]


def test_without_mlflow_prices_go_on_and_readiness_says_so(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_REGISTRY_CHECKS", 0.0)
    loop = make_loop(three_batches[:1])
    assert open_predictor(loop).readiness().problems.keys() == {"production"}
    cycle(loop)
    predictor = open_predictor(loop)
    assert predictor.readiness() == Readiness(1)

    def away(*_: Any) -> Any:
        raise RegistryUnavailable("MLflow does not answer.")

    for name in ("check", "load_model"):
        monkeypatch.setattr(type(loop.registry), name, away)
    assert predictor.readiness() == Readiness(1, {"registry": "MLflow does not answer."})
    assert predict_one(predictor, FORM, "api").version == 1
    with pytest.raises(RegistryUnavailable):
        explain_rows(predictor, [FORM], "api")
    assert [row["outcome"] for row in stored(loop)] == ["failed", "answered"]


def test_a_version_that_cannot_be_loaded_leaves_the_one_before_it_in_service(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_CHECKS", 0.0)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    assert predict_one(predictor, FORM, "api").version == 1
    with store.writing(loop.raw) as connection:
        name, at = loop.settings.mlflow_model, loop.clock()
        store.store_serving(connection, model=name, version=2, content=b"broken", at=at)
        store.store_promotion(
            connection, model=name, version=2, replaced=1, by="me", reason="to see", numbers={}, at=at
        )
    assert predict_one(predictor, FORM, "api").version == 1
    assert predictor.readiness().problems.keys() == {"model"}


def test_prices_need_no_model_store(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)

    def away(*_: Any) -> Any:
        raise RegistryUnavailable("MLflow does not answer.")

    monkeypatch.setattr(type(loop.registry), "load_model", away)
    assert predict_one(open_predictor(loop), FORM, "api").version == 1


def test_a_version_that_was_promoted_without_its_lean_form_gets_it_at_the_start(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches[:1])
    prepare_serving(loop)
    cycle(loop)
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("DELETE FROM serving")
    prepare_serving(loop)
    with store.reading(loop.raw) as connection:
        assert store.load_serving(connection, model=loop.settings.mlflow_model, version=1)


def test_a_promotion_under_load_changes_the_version_between_requests_and_drops_none(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_CHECKS", 0.05)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    execute(loop, queue(loop, "training", reason="to see"))
    values = {}
    for version in (1, 2):
        execute(loop, queue(loop, "promotion", version=version, reason="to see"))
        values[version] = predict_one(open_predictor(loop), FORM, "api").value
    predictor, stop, answers = open_predictor(loop), threading.Event(), []

    def ask() -> None:
        while not stop.is_set():
            answer = predict_one(predictor, FORM, "api")
            answers.append((answer.version, answer.value))

    asking = [threading.Thread(target=ask) for _ in range(4)]
    for thread in asking:
        thread.start()
    execute(loop, queue(loop, "promotion", version=1, reason="back"))
    while (1, values[1]) not in answers[-20:]:
        stop.wait(0.05)
    stop.set()
    for thread in asking:
        thread.join(20)
    assert {version for version, _ in answers} == {1, 2}
    assert all(value == values[version] for version, value in answers)
    assert len([row for row in stored(loop) if row["outcome"] == "answered"]) == len(answers) + 2


def test_a_refused_request_is_kept_with_its_sentence(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    with pytest.raises(InputError):
        predict_rows(open_predictor(loop), [{"bed": "many"}], "api", began=time.perf_counter() - 3)
    assert 3000 <= stored(loop)[0]["milliseconds"] < 8000
    assert [(row["outcome"], row["error"]) for row in stored(loop)] == [
        ("refused", "Bedrooms (bed) must be a number, got 'many'.")
    ]


def test_a_version_without_a_lean_form_answers_a_list_with_one_call(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.prediction.predictor.store.load_serving", lambda *_args, **_named: None)
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    model = predictor.model(predictor.serving().version).model
    calls: list[int] = []
    predict = type(model).predict
    monkeypatch.setattr(type(model), "predict", lambda self, frame: calls.append(len(frame)) or predict(self, frame))
    rows = [FORM, {"bed": 2, "city": "Nowhere"}, FORM | {"house_size": None}]
    together = predict_rows(predictor, rows, "api")
    assert calls == [3]
    assert [answer.unknown for answer in together] == [(), ("city",), ()]
    for answer, row in zip(together, rows, strict=True):
        alone = predict_one(predictor, row, "api")
        assert answer.value == pytest.approx(alone.value, rel=1e-12)
        assert answer.interval is not None
        assert alone.interval is not None
        assert (answer.interval.low, answer.interval.high) == pytest.approx((alone.interval.low, alone.interval.high))
        assert answer.interval.level == alone.interval.level
