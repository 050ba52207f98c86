"""Prices under load and in trouble: nothing is answered that was not kept, and nobody waits for another's mistake."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

import pytest

from core import store
from core.errors import InputError, RegistryUnavailable, StoreError
from core.loop import Loop, execute
from core.loop.modelling import prepare_serving
from core.prediction import open_predictor, predict_one
from core.prediction.journal import Journal
from core.records import PredictionRecord
from tests.conftest import NOON
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]
FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}
RECORD = PredictionRecord(NOON, "api", {"bed": 3}, "answered", 0.5, {"bed": 3.0}, version=1, prediction=1.0)


def stored(loop: Loop) -> list[dict[str, Any]]:
    with store.reading(loop.raw) as connection:
        return [dict(row) for row in store.list_predictions(connection, tables=loop.tables, limit=5000)]


def test_many_at_once_each_get_their_own_key(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    journal = Journal(loop)
    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda n: journal.keep(replace(RECORD, prediction=float(n))), range(400)))
    assert len(set(keys)) == 400
    by_key = {row["id"]: row["prediction"] for row in stored(loop)}
    assert [by_key[key] for key in keys] == [float(n) for n in range(400)]


def test_a_record_that_the_database_refuses_takes_no_other_with_it(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    journal = Journal(loop)
    bad = replace(RECORD, channel=None)  # type: ignore[arg-type]

    def keep(record: PredictionRecord) -> str:
        try:
            return f"kept {journal.keep(record) > 0}"
        except StoreError:
            return "refused"

    with ThreadPoolExecutor(12) as pool:
        outcomes = list(pool.map(keep, [bad if n % 10 == 3 else RECORD for n in range(60)]))
    assert [n for n, outcome in enumerate(outcomes) if outcome == "refused"] == [n for n in range(60) if n % 10 == 3]
    assert len(stored(loop)) == 54


def test_a_price_that_could_not_be_kept_is_not_given(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    predict_one(predictor, FORM, "api")
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("ALTER TABLE new_real_estate RENAME TO lost")
    with pytest.raises(StoreError):
        predict_one(predictor, FORM, "api")
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("ALTER TABLE lost RENAME TO new_real_estate")
    assert predict_one(predictor, FORM, "api").id


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
        predict_one(open_predictor(loop), {"bed": "many"}, "api")
    assert [(row["outcome"], row["error"]) for row in stored(loop)] == [
        ("refused", "Bedrooms (bed) must be a number, got 'many'.")
    ]
