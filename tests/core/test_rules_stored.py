"""Rules and held batches in the store, on SQLite and on MySQL, also after a migration from an older database."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import Engine, text

from core import drift, runs, store
from core.checks import check_rows
from core.contract import Contract
from core.records import Batch, Decision, Profile, RuleKey, SetRule
from core.tables import RowTables
from tests.conftest import NOON, listings

PRICE_MEAN = RuleKey("change", "price", "mean")


class Shelf:
    """Stores batches and decides on them, an hour apart."""

    def __init__(self, raw: Engine, contract: Contract) -> None:
        self.raw, self.contract, self.tables, self.hour = raw, contract, RowTables(contract), 0
        self.rows: dict[int, int] = {}
        with store.writing(raw) as connection:
            self.collection = store.open_collection(connection, at=NOON, reason="a test")

    def tick(self) -> datetime:
        self.hour += 1
        return NOON + timedelta(hours=self.hour)

    def put(self, count: int) -> Batch:
        rows = listings(count, seed=self.hour)
        with store.writing(self.raw) as connection:
            batch, _ = store.store_batch(
                connection,
                tables=self.tables,
                contract=self.contract,
                collection=self.collection,
                number=self.hour,
                content_hash=f"{self.hour}",
                checked=check_rows(rows, self.contract),
                at=self.tick(),
            )
        self.rows[batch.id] = batch.rows_stored
        return batch

    def decide(self, batch: Batch, held: bool) -> datetime:
        at = self.tick()
        with store.writing(self.raw) as connection:
            run = runs.enqueue(
                connection, kind="cycle", cause="operator", by="me", at=at, parameters={"hour": self.hour}
            )
            decision = Decision(False, "because", {}, held)
            store.store_decision(connection, run=run, batch=batch.id, kind="train", decision=decision, at=at)
        return at

    def accumulated(self, batch: Batch) -> int:
        with store.reading(self.raw) as connection:
            profile = store.load_profile(connection, batch=batch.id, kind="accumulated")
        assert profile is not None
        return profile.rows


@pytest.fixture
def shelf(raw: Engine, contract: Contract) -> Shelf:
    return Shelf(raw, contract)


def test_limits_and_decisions_of_an_older_database_are_kept(database_urls: tuple[str, str], contract: Contract) -> None:
    engine = store.open_engine(database_urls[0])
    store.migrate(engine, "raw", contract, to="0002")
    with store.writing(engine) as connection:
        at = "2026-05-03 12:00:00.000000"
        connection.execute(text(f"INSERT INTO limits VALUES ('price', 'mean', 0.5, '{at}', 'ana')"))
        run = 1
        connection.execute(
            text(
                "INSERT INTO runs (id, kind, status, cause, requested_by, requested_at, parameters, worker, attempts, "
                "step, progress, message, cancel_requested, outcome, error, traceback) VALUES "
                f"({run}, 'cycle', 'queued', 'operator', 'me', '{at}', '{{}}', '', 0, '', 0, '', 0, '{{}}', '', '')"
            )
        )
        connection.execute(
            text(
                "INSERT INTO decisions (run_id, kind, yes, reason, numbers, decided_at) "
                f"VALUES ({run}, 'train', 1, 'it drifted', '{{}}', '{at}')"
            )
        )
    store.migrate(engine, "raw", contract)
    with store.reading(engine) as connection:
        assert store.list_rules(connection) == [SetRule(PRICE_MEAN, 0.5, "ana", NOON)]
        assert store.load_decision(connection, run=run, kind="train") == Decision(True, "it drifted", {}, held=False)
        assert store.held_batches(connection) == frozenset()
    engine.dispose()


def test_a_limit_is_in_force_until_it_is_put_back(raw: Engine) -> None:
    few = RuleKey("few_rows")
    with store.writing(raw) as connection:
        store.store_rules(connection, changes={PRICE_MEAN: 0.5, few: 0.4}, by="ana", at=NOON)
        later = NOON + timedelta(hours=1)
        store.store_rules(connection, changes={PRICE_MEAN: 0.25}, by="bo", at=later)
        rules = store.load_rules(connection, default=0.15)
        assert (rules.limit_of("price", "mean"), rules.limit_of("price", "std")) == (0.25, 0.15)
        assert rules.limit(few) == 0.4
        assert set(store.list_rules(connection)) == {
            SetRule(PRICE_MEAN, 0.25, "bo", later),
            SetRule(few, 0.4, "ana", NOON),
        }
        store.store_rules(connection, changes={PRICE_MEAN: None, few: None}, by="bo", at=later)
        rules = store.load_rules(connection, default=0.15)
    assert (rules.limit_of("price", "mean"), rules.limit(few)) == (0.15, None)


def test_the_last_word_on_a_batch_says_whether_it_is_held(shelf: Shelf) -> None:
    first, second = shelf.put(40), shelf.put(40)
    shelf.decide(first, held=False)
    held_at = shelf.decide(second, held=True)
    shelf.decide(second, held=False)
    with store.reading(shelf.raw) as connection:
        assert store.held_batches(connection) == frozenset()
        assert store.held_batches(connection, at=held_at) == {second.id}
        assert store.held_batches(connection, at=held_at - timedelta(seconds=1)) == frozenset()


def test_a_decision_comes_back_as_held(shelf: Shelf) -> None:
    batch = shelf.put(40)
    shelf.decide(batch, held=True)
    with store.reading(shelf.raw) as connection:
        assert [entry.decision.held for entry in store.list_decisions(connection, batch=batch.id)] == [True]


def test_a_held_batch_has_not_accumulated_until_it_is_released(shelf: Shelf) -> None:
    first = shelf.put(40)
    held = shelf.put(20)
    shelf.decide(held, held=True)
    third = shelf.put(30)
    before = shelf.rows[first.id] + shelf.rows[third.id]
    assert shelf.accumulated(third) == before
    shelf.decide(held, held=False)
    fourth = shelf.put(30)
    everything = sum(shelf.rows.values())
    assert shelf.accumulated(fourth) == everything
    assert shelf.accumulated(third) == before
    fifth = shelf.put(30)
    assert shelf.accumulated(fifth) == everything + shelf.rows[fifth.id]


def test_what_had_accumulated_before_a_batch_is_found_again_later(shelf: Shelf) -> None:
    shelf.put(40)
    held = shelf.put(20)
    shelf.decide(held, held=True)
    third = shelf.put(30)
    collection = shelf.collection

    def found() -> Profile | None:
        with store.reading(shelf.raw) as connection:
            return store.accumulated_profile(connection, collection=collection, at=third.received_at, before=third.id)

    first_look = found()
    shelf.decide(held, held=False)
    shelf.put(30)
    second_look = found()
    assert first_look is not None
    assert second_look is not None
    assert drift.profile_to_bytes(first_look) == drift.profile_to_bytes(second_look)
    assert first_look.rows == 40


def test_a_collection_of_held_batches_alone_has_accumulated_nothing(shelf: Shelf) -> None:
    shelf.decide(shelf.put(20), held=True)
    with store.reading(shelf.raw) as connection:
        assert store.accumulated_profile(connection, collection=shelf.collection, at=shelf.tick()) is None


def test_the_usual_batch_is_the_middle_of_those_before(shelf: Shelf) -> None:
    batches = [shelf.put(count) for count in (10, 30, 20, 900)]
    with store.reading(shelf.raw) as connection:
        assert store.usual_rows(connection, before=batches[2].id) is None
        assert store.usual_rows(connection, before=batches[3].id) == 20
        without = {batches[0].id}
        assert store.usual_rows(connection, before=batches[3].id, without=without) is None
        assert store.last_batch(connection, before=batches[1].id, without=without) is None
