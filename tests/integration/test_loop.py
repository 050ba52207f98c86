"""One batch's way through the house, on SQLite and on MariaDB, with a real MLflow store."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Connection, func, select

from core import runs, store
from core.cleaning import clean
from core.errors import (
    FeedUnavailable,
    InputError,
    NoProductionModel,
    RunCancelled,
    RunInterrupted,
    StoreError,
)
from core.identity import property_hashes, splits
from core.loop import Loop, align_production, collecting, deciding, execute, measuring, modelling, promoting, scoring
from core.prediction import explain_rows, open_predictor, predict_rows
from tests.conftest import listings
from tests.integration.conftest import cycle, queue

MakeLoop = Callable[..., Loop]
FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}


def production(loop: Loop) -> int | None:
    with store.reading(loop.raw) as connection:
        promotion = store.current_promotion(connection, model=loop.settings.mlflow_model)
    return promotion.version if promotion else None


def test_batches_are_stored_judged_and_trained_on_where_it_matters(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches)
    first, quiet, dear = (cycle(loop) for _ in range(3))
    assert (first["retrain"], first["version"], first["promoted"]) == (True, 1, True)
    assert first["reason"] == "Nothing was in production yet, so a first model is trained."
    assert (quiet["retrain"], quiet["version"], quiet["promoted"]) == (False, None, False)
    assert "No statistic is over its limit" in quiet["reason"]
    assert (dear["retrain"], dear["version"]) == (True, 2)
    assert "Price std +" in dear["reason"]
    assert "of 20 over their limits" in dear["reason"]
    assert dear["rows_stored"] == 1000
    assert production(loop) == loop.registry.production() == (2 if dear["promoted"] else 1)
    with store.reading(loop.raw) as connection:
        kinds = [decision.kind for decision in store.list_decisions(connection)]
    assert kinds == ["promote", "train", "train", "promote", "train"]


def test_each_batch_is_compared_with_all_three_references(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches)
    for _ in range(2):
        cycle(loop)
    with store.reading(loop.raw) as connection:
        assert set(store.load_reports(connection, batch=1)) == set()
        assert set(store.load_reports(connection, batch=2)) == {"previous", "accumulated", "production"}
        assert len(store.load_data_comp(connection)) == 3


def test_no_house_of_a_holdout_was_ever_trained_on(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    """Over two collections, with for-sale and sold rows of the same houses, for every version."""
    loop = make_loop(three_batches)
    for _ in range(6):
        cycle(loop)
    trained: set[int] = set()
    held_out: set[int] = set()
    for version in loop.registry.versions():
        for batch in modelling.batches_of(version):
            with store.reading(loop.raw) as connection:
                rows = store.load_received(connection, tables=loop.tables, contract=loop.contract, batch=batch)
            kept, _ = clean(rows, loop.contract)
            hashes = property_hashes(kept, loop.contract)
            trained |= set(hashes[splits(hashes, loop.contract) == "train"].tolist())
            held_out |= set(hashes[splits(hashes, loop.contract) == "test"].tolist())
    assert len(loop.registry.versions()) >= 3
    assert trained
    assert held_out
    assert not trained & held_out


def test_the_rows_a_version_was_trained_on_are_those_of_the_train_split(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: dict[str, set[float]] = {}
    real = modelling.training.train_candidate

    def spy(train: Any, validation: Any, test: Any, *rest: Any) -> Any:
        seen.update(train=set(train.target.tolist()), test=set(test.target.tolist()))
        return real(train, validation, test, *rest)

    monkeypatch.setattr(modelling.training, "train_candidate", spy)
    loop = make_loop(three_batches)
    cycle(loop)
    with store.reading(loop.clean) as connection:
        frames = {
            split: store.load_clean(connection, tables=loop.tables, contract=loop.contract, batches=[1], splits=[split])
            for split in ("train", "test")
        }
    for split, frame in frames.items():
        assert seen[split] == set(frame["price"].tolist())


def test_the_end_of_the_feed_opens_a_new_collection(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300), listings(300, seed=2)])
    outcomes = [cycle(loop) for _ in range(4)]
    assert [(o["collection"], o["number"]) for o in outcomes] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert outcomes[2]["rows_stored"] == 300
    assert not outcomes[2]["retrain"]
    assert "nothing to compare" in outcomes[2]["reason"]


def test_the_end_of_the_feed_can_wait_for_the_operator(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)], on_exhausted="stop")
    cycle(loop)
    end = cycle(loop)
    assert (end["batch"], end["exhausted"], end["rows_stored"]) == (None, True, 0)
    assert "start a new collection" in end["message"]
    again = cycle(loop, restart=True)
    assert (again["collection"], again["number"]) == (2, 0)


def test_a_feed_that_has_nothing_at_all_is_a_failed_run_with_its_reason(make_loop: MakeLoop) -> None:
    loop = make_loop([])
    run = queue(loop)
    with pytest.raises(FeedUnavailable):
        execute(loop, run)
    with store.reading(loop.raw) as connection:
        found = runs.load_run(connection, run=run.id)
    assert found.status == "failed"
    assert found.error.startswith("The feed was restarted and still has no batch")
    assert "FeedUnavailable" in found.traceback


def test_a_batch_that_comes_again_is_not_stored_again(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(300)])
    cycle(loop)
    loop.the_feed().restart()
    again = cycle(loop)
    assert again["rows_stored"] == 0
    assert "nothing was stored twice" in again["message"]
    with store.reading(loop.raw) as connection:
        assert len(store.list_batches(connection)) == 1


def test_a_feed_that_somebody_else_restarted_begins_a_new_collection(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(200, seed=seed) for seed in range(3)])
    for _ in range(2):
        cycle(loop)
    loop.the_feed().restart()
    assert cycle(loop)["collection"] == 2


def test_a_batch_that_never_arrived_shows_as_a_gap(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(200, seed=seed) for seed in range(3)])
    cycle(loop)
    loop.the_feed().place = 2  # type: ignore[attr-defined]
    outcome = cycle(loop)
    with store.reading(loop.raw) as connection:
        batch = store.load_batch(connection, batch=outcome["batch"])
    assert batch.note == "The feed counts this as batch 2; batch 1 of this collection never arrived."


STEPS = {
    "clean": (collecting.Progress, "ending"),
    "measure": (measuring.drift, "compare"),
    "compare": (collecting.store, "store_reports"),
    "decide": (deciding.policy, "should_train"),
    "train": (modelling.training, "train_candidate"),
    "rank": (scoring.training, "measure"),
    "promote": (promoting.policy, "should_promote"),
}


@pytest.mark.parametrize("step", list(STEPS))
def test_a_run_that_was_stopped_goes_on_from_its_step(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    loop = make_loop(three_batches[:1] + three_batches[2:])
    if step == "measure":
        cycle(loop)
    run = queue(loop)

    def stopped(*_: Any, **__: Any) -> Any:
        raise RunInterrupted("The worker was told to stop.")

    with monkeypatch.context() as patch:
        patch.setattr(*STEPS[step], stopped)
        with pytest.raises(RunInterrupted):
            execute(loop, run)
    asked = loop.the_feed().asked  # type: ignore[attr-defined]
    with store.writing(loop.raw) as connection:
        again = runs.claim(connection, worker="w2", at=loop.clock())
    assert again is not None
    assert again.id == run.id
    outcome = execute(loop, again)
    assert loop.the_feed().asked == asked  # type: ignore[attr-defined]
    assert outcome["retrain"]
    assert outcome["version"] == len(loop.registry.versions())
    with store.reading(loop.raw) as connection:
        assert [s.status for s in runs.list_steps(connection, run=run.id)] == ["succeeded"] * 7
        batches = store.list_batches(connection)
    assert sum(batch.rows_stored for batch in batches) == sum(len(rows) for rows in loop.feed.batches[: len(batches)])  # type: ignore[union-attr]


def test_an_answer_that_a_killed_worker_left_is_stored_by_the_next(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(200)])
    loop.the_feed().next_batch()
    outcome = cycle(loop)
    assert outcome["rows_stored"] == 200
    assert loop.the_feed().pending() is None


def test_a_cancelled_run_ends_at_its_next_word(make_loop: MakeLoop) -> None:
    loop = make_loop([listings(200)])
    run = queue(loop)
    with store.writing(loop.raw) as connection:
        runs.request_cancel(connection, run=run.id, at=loop.clock())
    with pytest.raises(RunCancelled):
        execute(loop, run)
    with store.reading(loop.raw) as connection:
        assert runs.load_run(connection, run=run.id).status == "cancelled"


def clean_rows(loop: Loop, batch: int) -> int:
    with store.reading(loop.clean) as connection:
        return store.count_clean(connection, tables=loop.tables, batch=batch)


def test_clean_rows_that_were_sent_ahead_are_kept_in_their_own_step(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server takes them while their batch is stored; a run that stops before it cleans leaves none of them."""
    loop = make_loop([listings(300)])
    run = queue(loop)

    def stopped(*_: Any) -> Any:
        raise RunInterrupted("The worker was told to stop.")

    with monkeypatch.context() as patch:
        patch.setattr(loop.the_feed(), "settle", stopped)
        with pytest.raises(RunInterrupted):
            execute(loop, run)
    with store.writing(loop.raw) as connection:
        [batch] = store.list_batches(connection)
        again = runs.claim(connection, worker="w2", at=loop.clock())
    assert batch.rows_stored == 300
    assert clean_rows(loop, batch.id) == 0
    assert again is not None
    assert execute(loop, again)["rows_stored"] == 300
    assert clean_rows(loop, batch.id) == batch.rows_clean > 0


def test_a_batch_that_cannot_be_stored_leaves_no_clean_row(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop([listings(300)])

    def refused(*_: Any, **__: Any) -> Any:
        raise StoreError("The database refused.")

    monkeypatch.setattr("core.store.batches.store_facts", refused)
    with pytest.raises(StoreError, match="refused"):
        cycle(loop)
    with store.reading(loop.raw) as connection:
        assert store.list_batches(connection) == []
    with store.reading(loop.clean) as connection:
        assert connection.execute(select(func.count()).select_from(loop.tables.clean)).scalar() == 0
    assert loop.the_feed().pending() is not None


def test_a_batch_is_stored_where_the_clean_database_is_away(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are cleaned once that database answers again, and the run says in which step it failed."""
    loop = make_loop([listings(300)])
    run = queue(loop)

    def refused(*_: Any, **__: Any) -> Any:
        raise StoreError("The clean database refused.")

    with monkeypatch.context() as patch:
        patch.setattr("core.loop.cleaning.store.storing_clean", refused)
        with pytest.raises(StoreError, match="clean database"):
            execute(loop, run)
    with store.reading(loop.raw) as connection:
        steps = {step.name: step.status for step in runs.list_steps(connection, run=run.id)}
        [batch] = store.list_batches(connection)
    assert steps == {"collect": "succeeded", "clean": "failed"}
    assert batch.rows_stored == 300
    assert clean_rows(loop, batch.id) == 0


def test_a_run_cancelled_while_its_batch_is_stored_ends_before_the_next_step(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The step after it is begun in the same transaction: the batch stays, nothing else is done."""
    loop = make_loop([listings(200)])
    run = queue(loop)

    def cancelled(connection: Connection, **_: Any) -> None:
        runs.request_cancel(connection, run=run.id, at=loop.clock())

    monkeypatch.setattr("core.store.batches.store_rejected", cancelled)
    with pytest.raises(RunCancelled):
        execute(loop, run)
    with store.reading(loop.raw) as connection:
        steps = {step.name: step.status for step in runs.list_steps(connection, run=run.id)}
        [batch] = store.list_batches(connection)
    assert clean_rows(loop, batch.id) == 0
    assert steps == {"collect": "succeeded", "clean": "interrupted"}
    assert batch.rows_stored == 200
    assert loop.the_feed().pending() is None


def test_a_comparison_that_the_database_refuses_fails_in_the_step_that_compares(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is first tried while the clean rows are on their way, which are stored all the same."""
    loop = make_loop([listings(200)])
    run = queue(loop)

    def refused(*_: Any, **__: Any) -> Any:
        raise StoreError("The database refused.")

    monkeypatch.setattr(measuring.store, "load_rules", refused)
    with pytest.raises(StoreError, match="refused"):
        execute(loop, run)
    with store.reading(loop.raw) as connection:
        steps = {step.name: step.status for step in runs.list_steps(connection, run=run.id)}
        [batch] = store.list_batches(connection)
    assert clean_rows(loop, batch.id) == batch.rows_clean > 0
    assert steps == {"collect": "succeeded", "clean": "succeeded", "compare": "failed"}


def test_an_operator_promotes_any_version_with_a_reason(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    execute(loop, queue(loop, "training", reason="to see"))
    assert [version.number for version in loop.registry.versions()] == [1, 2]
    other = 2 if production(loop) == 1 else 1
    execute(loop, queue(loop, "promotion", by="ana", version=other, reason="it is steadier"))
    with store.reading(loop.raw) as connection:
        promotion = store.current_promotion(connection, model=loop.settings.mlflow_model)
    assert promotion is not None
    assert (promotion.version, promotion.by, promotion.reason) == (other, "ana", "it is steadier")
    assert loop.registry.production() == other


@pytest.mark.parametrize(
    ("parameters", "sentence"),
    [
        ({"version": 1, "reason": " "}, "A promotion needs a reason"),
        ({"version": "x", "reason": "y"}, "must name a version by its number, got 'x'"),
        ({"version": 99, "reason": "y"}, "There is no version 99"),
    ],
)
def test_a_promotion_that_cannot_be_is_a_failed_run(
    make_loop: MakeLoop, parameters: dict[str, Any], sentence: str
) -> None:
    loop = make_loop([])
    with pytest.raises(InputError, match=sentence):
        execute(loop, queue(loop, "promotion", **parameters))
    assert production(loop) is None


def test_mlflow_is_set_right_where_it_disagrees_with_the_ledger(
    make_loop: MakeLoop, three_batches: list[list[Any]]
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    execute(loop, queue(loop, "training", reason="to see"))
    truth = production(loop)
    loop.registry.set_production(1 if truth == 2 else 2)
    assert "was set right" in align_production(loop)
    assert loop.registry.production() == truth
    assert align_production(loop) == ""
    with store.reading(loop.raw) as connection:
        assert [entry["action"] for entry in store.list_actions(connection)] == ["repair of production"]


def test_an_alias_that_the_ledger_does_not_know_is_adopted(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    with store.writing(loop.raw) as connection:
        connection.exec_driver_sql("DELETE FROM promotions")
    assert "is now in the ledger" in align_production(loop)
    assert production(loop) == 1


def test_a_price_comes_with_its_version_and_is_stored(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    loop = make_loop(three_batches[:1])
    predictor = open_predictor(loop)
    with pytest.raises(NoProductionModel):
        predict_rows(predictor, [FORM], "api")
    cycle(loop)
    [prediction], reasons = explain_rows(predictor, [FORM], "page")
    assert prediction.version == 1
    assert reasons.base[0] + reasons.values[0].sum() == pytest.approx(prediction.value, rel=1e-6)
    with pytest.raises(InputError):
        predict_rows(predictor, [{**FORM, "bed": "many"}], "api")
    with store.reading(loop.raw) as connection:
        stored = store.list_predictions(connection, tables=loop.tables)
    assert [row["outcome"] for row in stored] == ["refused", "answered", "failed"]
    assert stored[1]["prediction"] == pytest.approx(prediction.value)
    assert stored[1]["id"] == prediction.id
    assert stored[0]["error"] == "Bedrooms (bed) must be a number, got 'many'."


def test_a_promotion_takes_effect_without_a_restart(
    make_loop: MakeLoop, three_batches: list[list[Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = make_loop(three_batches[:1])
    cycle(loop)
    predictor = open_predictor(loop)
    assert predict_rows(predictor, [FORM], "api")[0].version == 1
    execute(loop, queue(loop, "training", reason="to see"))
    for version in (2, 1, 2):
        execute(loop, queue(loop, "promotion", version=version, reason="to see"))
        monkeypatch.setattr("core.prediction.predictor.SECONDS_BETWEEN_CHECKS", 0.0)
        assert predict_rows(predictor, [FORM], "api")[0].version == version


def test_both_databases_hold_the_same_numbers(make_loop: MakeLoop, three_batches: list[list[Any]]) -> None:
    """The figures were computed from the batches themselves; SQLite and MariaDB must both give them."""
    loop = make_loop(three_batches)
    for _ in range(3):
        cycle(loop)
    with store.reading(loop.raw) as connection:
        reports = store.load_reports(connection, batch=3)
    prices = [np.array([row["price"] for row in rows]) for rows in three_batches]
    before, after = np.concatenate(prices[:2]), np.concatenate(prices)
    expected = {
        "mean": after.mean() / before.mean() - 1,
        "std": after.std(ddof=1) / before.std(ddof=1) - 1,
        "50": np.median(after) / np.median(before) - 1,
        "75": np.quantile(after, 0.75) / np.quantile(before, 0.75) - 1,
    }
    found = {m.statistic: m.change for m in reports["accumulated"].measurements if m.column == "price"}
    assert found == pytest.approx(expected, rel=1e-9)
