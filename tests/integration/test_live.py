"""True values on their way: told by who asked, or by a later batch; once each, and what follows from them."""

from collections.abc import Callable
from typing import Any

import pytest

from core import store
from core.errors import RowsInvalid, RunInterrupted, TrainingError
from core.loop import Loop, deciding, execute, live_quality
from core.prediction import Predictor, open_predictor, predict_rows, tell_truths
from core.records import RuleKey
from tests.conftest import listings
from tests.integration.conftest import all_met, asked, cycle, queue

MakeLoop = Callable[..., Loop]
Rows = list[dict[str, Any]]


def train_decision(loop: Loop, batch: int) -> Any:
    with store.reading(loop.raw) as connection:
        found = store.list_decisions(connection, batch=batch)
    return next(each.decision for each in found if each.kind == "train")


def test_a_later_listing_tells_the_true_value_once_and_what_was_trained_on_does_not_count(make_loop: MakeLoop) -> None:
    first, later = listings(600, seed=1), listings(120, seed=2)
    loop = make_loop([first, later, listings(100, seed=3), later[:60]], on_exhausted="stop")
    cycle(loop)
    new = asked(loop, later[:40])
    known = asked(loop, first[:40])
    nameless = asked(loop, [{**row, "street": None} for row in later[40:50]])
    for _ in range(2):
        cycle(loop)
    met = all_met(loop)
    assert set(met) == set(new)
    assert {each.truth.reason for each in met.values()} == {""}
    assert [met[key].truth.value for key in new] == [row["price"] for row in later[:40]]
    assert {(each.truth.source, each.truth.batch) for each in met.values()} == {("batch", 2)}
    assert not set(known) & set(met)
    assert not set(nameless) & set(met)
    again = cycle(loop)
    assert again["rows_stored"] == 0
    assert all_met(loop) == met


def test_a_home_that_comes_again_in_a_new_collection_was_trained_on(make_loop: MakeLoop) -> None:
    first = listings(600, seed=1)
    loop = make_loop([first])
    cycle(loop)
    keys = asked(loop, first[:100])
    cycle(loop)
    met = all_met(loop)
    assert set(met) == set(keys)
    reasons = [each.truth.reason for each in met.values()]
    assert set(reasons) == {"trained_on", ""}
    assert 5 < reasons.count("") < 40  # the fifth that is held out


def test_a_step_that_stops_tells_nothing_and_is_done_again_once(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    later = listings(120, seed=2)
    loop = make_loop([listings(600, seed=1), later])
    cycle(loop)
    keys = asked(loop, later[:30])
    run = queue(loop)

    def stop(*_: object) -> None:
        raise RunInterrupted("stopped")

    with monkeypatch.context() as patched:
        patched.setattr(deciding, "_keep", stop)
        with pytest.raises(RunInterrupted):
            execute(loop, run)
    assert all_met(loop) == {}
    execute(loop, run)
    assert set(all_met(loop)) == set(keys)


def test_a_held_batch_tells_nothing_until_it_is_released(make_loop: MakeLoop) -> None:
    later = listings(20, seed=2)
    loop = make_loop([listings(600, seed=1), later])
    cycle(loop)
    keys = asked(loop, later[:10])
    assert cycle(loop)["held"]
    assert all_met(loop) == {}
    execute(loop, queue(loop, "release", batch=2, reason="small but right"))
    assert set(all_met(loop)) == set(keys)


def test_degradation_asks_for_a_training_with_its_numbers_and_a_rule_of_0_does_not(make_loop: MakeLoop) -> None:
    rows = listings(200, seed=5)
    quiet = listings(400, seed=6)
    loop = make_loop([listings(700, seed=1), quiet[:200], quiet[200:]], drift_limit="9", search_draws="1")
    cycle(loop)
    asked(loop, rows[:29], truth=3.0)
    with store.reading(loop.raw) as connection:
        few = live_quality(loop, connection)
    assert few is not None
    assert (few.status, few.count) == ("few", 29)
    asked(loop, rows[29:60], truth=3.0)
    with store.writing(loop.raw) as connection:
        off = {RuleKey("live_ape"): 0.0}
        store.store_rules(connection, changes=off, by="me", at=loop.clock())
    assert not cycle(loop)["retrain"]
    with store.writing(loop.raw) as connection:
        store.store_rules(connection, changes={RuleKey("live_ape"): None}, by="me", at=loop.clock())
    outcome = cycle(loop)
    assert outcome["retrain"]
    decision = train_decision(loop, 3)
    assert "The median error on 60 true values is" in decision.reason
    [fired] = decision.numbers["fired"]
    assert (fired["rule"], fired["count"], fired["limit"]) == ("live_ape", 60, 0.5)
    assert fired["low"] > fired["before"]


def test_the_same_true_values_ask_for_one_training_and_again_where_it_failed(
    make_loop: MakeLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows, quiet = listings(95, seed=5), listings(500, seed=6)
    loop = make_loop([listings(700, seed=1), *(quiet[i : i + 100] for i in range(0, 500, 100))], drift_limit="9")
    cycle(loop)
    asked(loop, rows[:60], truth=3.0)
    with monkeypatch.context() as patched:
        patched.setattr("core.loop.modelling.training.train_candidate", broken)
        failed = queue(loop)
        with pytest.raises(TrainingError):
            execute(loop, failed)
    assert cycle(loop)["retrain"]
    assert not cycle(loop)["retrain"]
    asked(loop, rows[60:89], truth=3.0)
    assert not cycle(loop)["retrain"]
    asked(loop, rows[89:95], truth=3.0)
    assert cycle(loop)["retrain"]


def broken(*_: object, **__: object) -> None:
    raise TrainingError("no memory left")


def test_a_preview_sees_what_was_known_when_the_batch_came(make_loop: MakeLoop) -> None:
    rows, quiet = listings(60, seed=5), listings(200, seed=6)
    loop = make_loop([listings(700, seed=1), quiet], drift_limit="9")
    cycle(loop)
    cycle(loop)
    asked(loop, rows, truth=3.0)
    with store.reading(loop.raw) as connection:
        batch = store.load_batch(connection, batch=2)
        then = deciding.gather_evidence(loop, connection, batch, None, False, at=batch.received_at)
        now = deciding.gather_evidence(loop, connection, batch, None, False)
    assert "live_ape" not in {finding.key.kind for finding in then.findings}
    assert "live_ape" in {finding.key.kind for finding in now.findings}


@pytest.fixture
def predictor(make_loop: MakeLoop) -> Predictor:
    loop = make_loop([listings(600, seed=1)])
    cycle(loop)
    return open_predictor(loop)


FORM = {"bed": 3, "bath": 2, "house_size": 1800, "state": "Texas", "city": "Town 4", "zip_code": "01004"}


def test_a_true_value_is_told_later_by_id_or_request_and_may_be_mended(predictor: Predictor) -> None:
    [one] = predict_rows(predictor, [FORM], "api", "order-1")
    two = predict_rows(predictor, [FORM, FORM | {"bed": 4}], "api", "order-2")
    [told] = tell_truths(predictor, [{"request_id": "order-1", "price": 180_000}], "me")
    assert (told.answered.id, told.truth.value, told.before, told.truth.reason) == (one.id, 180_000.0, None, "")
    assert told.error == pytest.approx(one.value - 180_000)
    [mended] = tell_truths(predictor, [{"id": one.id, "price": "190000"}], "you")
    assert mended.before == told.truth
    assert all_met(predictor.loop)[one.id or 0].truth.value == 190_000.0
    with pytest.raises(RowsInvalid, match="asked for several prices"):
        tell_truths(predictor, [{"request_id": "order-2", "price": 1e5}], "me")
    tell_truths(predictor, [{"id": each.id, "price": 1e5} for each in two], "me")
    with store.reading(predictor.loop.raw) as connection:
        actions = store.list_actions(connection)
    assert [entry["by"] for entry in actions[:4]] == ["me", "me", "you", "me"]
    assert actions[2]["detail"] == {"prediction": one.id, "value": 190_000.0, "before": 180_000.0}


def test_one_bad_field_refuses_the_whole_list_and_names_each(predictor: Predictor) -> None:
    [one] = predict_rows(predictor, [FORM], "api", "order-1")
    rows = [
        {"id": one.id, "price": 1e5},
        {"id": 99, "price": 1e5},
        {"request_id": "none", "price": 1e5},
    ]
    with pytest.raises(RowsInvalid) as caught:
        tell_truths(predictor, rows, "me")
    assert {place: set(fields) for place, fields in caught.value.rows.items()} == {1: {"id"}, 2: {"request_id"}}
    bad: list[dict[str, Any]] = [{}, {"id": True, "price": 5}, {"id": 1, "price": None, "colour": "red"}, {"id": 2**70}]
    with pytest.raises(RowsInvalid) as caught:
        tell_truths(predictor, bad, "me")
    fields = {place: set(fields) for place, fields in caught.value.rows.items()}
    assert fields == {0: {"id", "price"}, 1: {"id", "price"}, 2: {"price", "colour"}, 3: {"id", "price"}}
    assert all_met(predictor.loop) == {}


def test_a_bad_true_value_refuses_the_request_it_came_with(predictor: Predictor) -> None:
    with pytest.raises(RowsInvalid) as caught:
        predict_rows(predictor, [FORM, FORM | {"price": -3, "bed": "x"}], "api")
    assert set(caught.value.rows[1]) == {"price", "bed"}
    [found] = predict_rows(predictor, [FORM | {"price": 200_000}], "page")
    [truth] = [each.truth for each in all_met(predictor.loop).values()]
    assert (truth.value, truth.by, truth.source) == (200_000.0, "page", "asker")
    assert "price" not in found.inputs
