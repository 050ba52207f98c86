"""Which rows a collection holds: by hashes that lie side by side, also of rows that an earlier release stored."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, MetaData, UniqueConstraint, inspect, text

from core import store
from core.checks import check_rows
from core.contract import Contract
from core.store import hashes
from core.tables import RowTables
from tests.conftest import NOON, listings

MOST, LEAST = 2**63 - 1, -(2**63)


def open_batch(raw: Engine, contract: Contract) -> tuple[int, int]:
    """A collection and an empty batch in it."""
    with store.writing(raw) as connection:
        collection = store.open_collection(connection, at=NOON, reason="a test")
        batch, _ = store.store_batch(
            connection,
            tables=RowTables(contract),
            contract=contract,
            collection=collection,
            number=0,
            content_hash="none",
            checked=check_rows([], contract),
            at=NOON,
        )
    return collection, batch.id


def of(*values: int) -> np.ndarray:
    return np.array(values, dtype=np.int64)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.lists(st.integers(LEAST, MOST), max_size=20), max_size=5), st.lists(st.integers(LEAST, MOST)))
def test_what_was_added_is_held_and_nothing_else(
    raw: Engine, contract: Contract, added: list[list[int]], asked: list[int]
) -> None:
    collection, batch = open_batch(raw, contract)
    everything = {value for values in added for value in values}
    questions = [*asked, *sorted(everything)[:10]]
    with store.writing(raw) as connection:
        for values in added:
            hashes.add(connection, collection=collection, batch=batch, hashes=of(*values))
        found = hashes.held(connection, collection=collection, hashes=of(*questions))
    assert found.tolist() == [value in everything for value in questions]


def test_hashes_are_kept_in_parts_that_any_server_takes(
    raw: Engine, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hashes, "ROWS_IN_A_PART", 10)
    collection, batch = open_batch(raw, contract)
    with store.writing(raw) as connection:
        hashes.add(connection, collection=collection, batch=batch, hashes=np.arange(55))
        hashes.add(connection, collection=collection, batch=batch, hashes=np.arange(100, 103))
        assert connection.execute(text("SELECT COUNT(*) FROM row_hashes")).scalar_one() == 7
        found = hashes.held(connection, collection=collection, hashes=np.arange(50, 105))
    assert np.flatnonzero(found).tolist() == [0, 1, 2, 3, 4, 50, 51, 52]


def test_another_collection_may_hold_the_same_rows(raw: Engine, contract: Contract) -> None:
    collection, batch = open_batch(raw, contract)
    other, _ = open_batch(raw, contract)
    with store.writing(raw) as connection:
        hashes.add(connection, collection=collection, batch=batch, hashes=of(1, 2))
        assert not hashes.held(connection, collection=other, hashes=of(1, 2)).any()


def test_new_is_the_first_of_its_kind(raw: Engine, contract: Contract) -> None:
    collection, batch = open_batch(raw, contract)
    with store.writing(raw) as connection:
        hashes.add(connection, collection=collection, batch=batch, hashes=of(1, 2), is_first=True)
        found = hashes.are_new(connection, collection=collection, hashes=of(3, 1, 3, 4, 2, 4))
    assert found.tolist() == [True, False, False, True, False, False]


def test_rows_of_an_earlier_release_are_known_after_the_migration(
    database_urls: tuple[str, str], contract: Contract
) -> None:
    engine, tables = store.open_engine(database_urls[0]), RowTables(contract)
    store.migrate(engine, "raw", contract, to="0005")
    once = f"{contract.name}_rows_are_stored_once"
    earlier = tables.received.to_metadata(MetaData())
    earlier.append_constraint(UniqueConstraint("collection_id", "row_hash", name=once))
    rows = store.receive(check_rows(listings(30), contract).accepted, contract).rows
    with store.writing(engine) as connection:
        tables.received.drop(connection)
        earlier.create(connection)
        collection = store.open_collection(connection, at=NOON, reason="a test")
        connection.execute(
            earlier.insert(),
            [
                {"batch_id": 7 + number % 2, "collection_id": collection, "row_number": number, "row_hash": key}
                for number, key in enumerate(rows.hashes.tolist())
            ],
        )
        for key in (7, 8):
            connection.execute(text(BATCH), {"key": key, "collection": collection, "at": "2026-05-03 12:00:00.000000"})
    store.migrate(engine, "raw", contract)
    with store.writing(engine) as connection:
        assert hashes.held(connection, collection=collection, hashes=rows.hashes).all()
        assert connection.execute(text(f"SELECT COUNT(*) FROM {contract.name}")).scalar_one() == 30
        assert not inspect(connection).get_unique_constraints(contract.name)
    engine.dispose()


BATCH = """INSERT INTO batches (id, collection_id, number, content_hash, received_at, rows_received, rows_stored,
rows_rejected, rows_repeated, rows_clean, out_of_range, left_out, schema_changes, new_categories, note)
VALUES (:key, :collection, :key, :key, :at, 15, 15, 0, 0, 0, '{}', '{}', '[]', '{}', '')"""
