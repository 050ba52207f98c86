"""The history on SQLite and on MySQL: one entry a run that decided, found by what it led to."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine

from core import runs, store
from core.checks import check_rows
from core.contract import Contract
from core.records import OUTCOMES, Decision, DriftReport, HistoryFilter, Measurement, PredictionFilter, PredictionRecord
from core.tables import RowTables
from tests.conftest import NOON, listings

LOUD = Measurement("price", "mean", 100.0, 145.0, 0.45, 0.15, True)
QUIET = Measurement("price", "mean", 100.0, 100.8, 0.008, 0.15, False)
TRAINED = Decision(True, "Against the batch before: Price mean +45.0 % (limit 15 %).", {"reference": "previous"})
SILENT = Decision(False, "No statistic is over its limit.", {"reference": "previous"})
HELD = Decision(False, "Only 12 rows; 30 are asked for.", held=True)
PROMOTED = Decision(True, "Version 7 is 6.0 % better.", {"version": 7})
KEPT = Decision(False, "Version 7 is still the best.", {"version": 7})


def end_run(
    connection: Connection,
    kind: str = "cycle",
    batch: int | None = None,
    train: Decision | None = None,
    promote: Decision | None = None,
    **values: Any,
) -> int:
    by = values.pop("by", "schedule")
    number = runs.enqueue(
        connection, kind=kind, cause=values.pop("cause", "schedule"), by=by, at=NOON, parameters=values
    )
    runs.claim(connection, worker="w", at=NOON, run=number)
    for name, decision in (("train", train), ("promote", promote)):
        if decision:
            store.store_decision(connection, run=number, batch=batch, kind=name, decision=decision, at=NOON)
    runs.finish(connection, run=number, status="succeeded", at=NOON, outcome={"version": values.get("version")})
    return number


@pytest.fixture
def raw(database_urls: tuple[str, str], contract: Contract) -> Iterator[Engine]:
    """Two collections: a batch that was trained on and one that was not; one that is held. Then what people did."""
    engine = store.open_engine(database_urls[0])
    store.migrate(engine, "raw", contract)
    with store.writing(engine) as connection:
        keys = []
        for number in range(3):
            if number != 1:
                collection = store.open_collection(connection, at=NOON, reason="a test")
            checked = check_rows(listings(2, seed=number), contract)
            given = {"tables": RowTables(contract), "contract": contract, "checked": checked, "at": NOON}
            batch, _ = store.store_batch(
                connection, collection=collection, number=number, content_hash=f"{number}", **given
            )
            keys.append(batch.id)
        end_run(connection, batch=keys[0], train=TRAINED, promote=PROMOTED, version=7)
        end_run(connection, batch=keys[1], train=SILENT)
        end_run(connection, batch=keys[2], train=HELD)
        end_run(connection, "training", promote=KEPT, by="ana", cause="operator", version=8, reason="100 % sure")
        end_run(connection, "promotion", by="ben", cause="operator", version=3, reason="back to it")
        end_run(connection, "explanation", by="ben", cause="operator", version=3)
    yield engine
    engine.dispose()


def found(raw: Engine, **wanted: Any) -> list[int]:
    with store.reading(raw) as connection:
        entries = store.list_history(connection, wanted=HistoryFilter(**wanted))
        assert store.count_history(connection, wanted=HistoryFilter(**wanted)) == len(entries)
    return [entry.run for entry in entries]


def test_each_run_that_decided_is_one_entry_the_newest_first(raw: Engine) -> None:
    with store.reading(raw) as connection:
        entries = store.list_history(connection, wanted=HistoryFilter())
    assert [entry.run for entry in entries] == [5, 4, 3, 2, 1]
    first = entries[-1]
    assert (first.train, first.promote, first.version) == (TRAINED, PROMOTED, 7)
    assert (first.collection, first.number, first.kind, first.by) == (1, 0, "cycle", "schedule")
    assert entries[2].train == HELD
    assert (entries[1].batch, entries[1].train, entries[1].version) == (None, None, 8)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({"outcome": "trained"}, [4, 1]),
        ({"outcome": "not_trained"}, [2]),
        ({"outcome": "held"}, [3]),
        ({"outcome": "promoted"}, [5, 1]),
        ({"outcome": "not_promoted"}, [4]),
        ({"collection": 1}, [2, 1]),
        ({"batch": 3}, [3]),
        ({"kind": "training"}, [4]),
        ({"text": "PRICE mean"}, [1]),
        ({"text": "ben"}, [5]),
        ({"text": "100 %"}, [4]),
        ({"text": "back to"}, [5]),
        ({"text": "_"}, []),
        ({"collection": 1, "outcome": "promoted", "text": "limit"}, [1]),
    ],
)
def test_entries_are_found_by_what_they_led_to(raw: Engine, wanted: dict[str, Any], expected: list[int]) -> None:
    assert found(raw, **wanted) == expected


def test_every_outcome_can_be_asked_for(raw: Engine) -> None:
    assert sorted({run for outcome in OUTCOMES for run in found(raw, outcome=outcome)}) == [1, 2, 3, 4, 5]


def test_pages_of_the_history_follow_each_other(raw: Engine) -> None:
    with store.reading(raw) as connection:
        pages = [
            [entry.run for entry in store.list_history(connection, wanted=HistoryFilter(), limit=2, offset=offset)]
            for offset in (0, 2, 4)
        ]
    assert pages == [[5, 4], [3, 2], [1]]


def test_the_largest_change_of_each_batch_and_reference(raw: Engine) -> None:
    nothing = Measurement("bed", "std", 0.0, 1.0, None, 0.15, True, "was 0 before")
    unknown = Measurement("bath", "std", None, None, None, 0.15, False, "no values")
    small = Measurement("bed", "mean", 1.0, 0.7, -0.3, 0.5, False)
    reports = {
        1: DriftReport("previous", "a", (small, LOUD, unknown)),
        2: DriftReport("previous", "a", (unknown, QUIET)),
        3: DriftReport("accumulated", "a", (LOUD, nothing)),
    }
    with store.writing(raw) as connection:
        for batch, report in reports.items():
            store.store_reports(connection, batch=batch, reports=[report], at=NOON)
        largest = store.largest_changes(connection, batches=[1, 2, 3])
        assert store.largest_changes(connection, batches=[]) == {}
    assert largest == {(key, report.reference): report.largest for key, report in reports.items()}
    assert largest[1, "previous"] == LOUD


def test_runs_are_found_by_kind_and_cause_and_counted(raw: Engine) -> None:
    with store.reading(raw) as connection:
        found = runs.list_runs(connection, kind="training", cause="operator", status=("succeeded",))
        assert [run.id for run in found] == [4]
        assert runs.count_runs(connection, cause="operator") == 3
        assert runs.count_runs(connection, status=("failed",)) == 0
        assert [run.id for run in runs.list_runs(connection, limit=2, offset=2)] == [4, 3]


def test_the_steps_of_several_runs_are_read_at_once(raw: Engine) -> None:
    with store.writing(raw) as connection:
        for place, (run, name) in enumerate(((1, "collect"), (1, "train"), (2, "collect"))):
            runs.start_step(connection, run=run, name=name, at=NOON + timedelta(seconds=place))
        steps = runs.list_all_steps(connection, numbers=[1, 2, 3])
    assert {run: [step.name for step in found] for run, found in steps.items()} == {
        1: ["collect", "train"],
        2: ["collect"],
    }


def test_requests_and_actions_are_found_and_counted(raw: Engine, contract: Contract) -> None:
    tables = RowTables(contract)
    records = [
        PredictionRecord(NOON, channel, {"n": number}, outcome, 0.1, version=version)
        for number, (channel, outcome, version) in enumerate(
            (("page", "answered", 7), ("api", "answered", 7), ("api", "refused", None))
        )
    ]
    with store.writing(raw) as connection:
        store.store_predictions(connection, tables=tables, records=records)
        for number in range(3):
            store.note_action(connection, at=NOON, by="me", action="a test", detail={"n": number})

        def asked(**parts: Any) -> list[int]:
            wanted = PredictionFilter(**parts)
            rows = store.list_predictions(connection, tables=tables, wanted=wanted)
            assert store.count_predictions(connection, tables=tables, wanted=wanted) == len(rows)
            return [row["request"]["n"] for row in rows]

        assert asked(channel="api") == [2, 1]
        assert asked(outcome="answered", version=7) == [1, 0]
        assert asked(outcome="refused", channel="page") == []
        assert [row["detail"]["n"] for row in store.list_actions(connection, limit=1, offset=1)] == [1]
        assert store.count_actions(connection) == 3
