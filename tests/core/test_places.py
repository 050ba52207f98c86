"""Clean rows by place, on SQLite and on MySQL: stored with their batch, read place by place, gone with it."""

from collections.abc import Iterator

import pandas as pd
import pytest
from sqlalchemy import Engine

from core import store
from core.checks import check_rows
from core.comparables import parts_of
from core.contract import Contract
from core.store import places
from core.store.rows import storing_rows
from core.tables import RowTables
from tests.conftest import listings


@pytest.fixture
def clean(database_urls: tuple[str, str], contract: Contract) -> Iterator[Engine]:
    engine = store.open_engine(database_urls[1])
    store.migrate(engine, "clean", contract)
    yield engine
    engine.dispose()


def typed(count: int, contract: Contract, seed: int = 1, **fixed: object) -> pd.DataFrame:
    return check_rows(listings(count, seed, **fixed), contract).accepted


def put(engine: Engine, contract: Contract, batch: int, frame: pd.DataFrame) -> None:
    with store.writing(engine) as connection:
        store.store_places(connection, tables=RowTables(contract), batch=batch, parts=parts_of(frame, contract))


def read(engine: Engine, contract: Contract, place: str, without: tuple[int, ...] = ()) -> pd.DataFrame:
    with store.reading(engine) as connection:
        tables = RowTables(contract)
        return store.load_place(connection, tables=tables, contract=contract, place=place, without=without)


def known(engine: Engine, contract: Contract) -> list[str]:
    with store.reading(engine) as connection:
        return store.list_places(connection, tables=RowTables(contract))


def test_the_rows_of_a_place_come_back_the_newest_batch_first(clean: Engine, contract: Contract) -> None:
    frame = typed(60, contract)
    put(clean, contract, 1, frame)
    put(clean, contract, 2, typed(5, contract, 2, state="Texas"))
    assert known(clean, contract) == sorted(set(frame["state"]))
    found = read(clean, contract, "Texas")
    assert found["batch_id"].tolist() == sorted(found["batch_id"], reverse=True)
    assert len(found) == 5 + (frame["state"] == "Texas").sum()
    older = found[found["batch_id"] == 1].set_index("row_number")
    pd.testing.assert_series_equal(older["price"], frame.loc[older.index, "price"], check_names=False)


def test_a_batch_that_is_stored_again_replaces_itself(clean: Engine, contract: Contract) -> None:
    put(clean, contract, 1, typed(9, contract, state="Texas"))
    put(clean, contract, 1, typed(4, contract, 2, state="Ohio"))
    assert known(clean, contract) == ["Ohio"]
    assert len(read(clean, contract, "Ohio")) == 4
    put(clean, contract, 1, typed(4, contract).head(0))
    assert known(clean, contract) == []
    assert read(clean, contract, "Ohio").empty


def test_rows_of_batches_that_are_held_are_not_shown(clean: Engine, contract: Contract) -> None:
    put(clean, contract, 1, typed(3, contract, state="Ohio"))
    put(clean, contract, 2, typed(3, contract, 2, state="Ohio"))
    assert set(read(clean, contract, "Ohio", without=(2,))["batch_id"]) == {1}


def test_places_that_differ_in_case_alone_are_two(clean: Engine, contract: Contract) -> None:
    put(clean, contract, 1, typed(3, contract, state="Ohio"))
    put(clean, contract, 2, typed(4, contract, 2, state="OHIO"))
    assert len(read(clean, contract, "Ohio")) == 3
    assert len(read(clean, contract, "OHIO")) == 4


def test_no_more_is_read_than_the_newest_rows(
    clean: Engine, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(places, "MOST_ROWS", 10)
    for batch in range(1, 6):
        put(clean, contract, batch, typed(4, contract, batch, state="Ohio"))
    found = read(clean, contract, "Ohio")
    assert set(found["batch_id"]) == {3, 4, 5}
    assert len(found) == 10


def test_rows_of_an_earlier_release_have_their_places_after_the_migration(
    database_urls: tuple[str, str], contract: Contract
) -> None:
    engine, tables = store.open_engine(database_urls[1]), RowTables(contract)
    store.migrate(engine, "clean", contract, to="0001")
    received = store.receive(typed(40, contract), contract)
    with store.writing(engine) as connection:
        tables.places.drop(connection)
        fixed = {"batch_id": 3, "collection_id": 1}
        splits, _left_out = received.clean
        usable = received.rows.take(received.rows.frame.index.isin(splits.index))
        with storing_rows(connection, table=tables.clean, rows=usable, fixed=fixed, splits=splits.tolist()):
            pass
    store.migrate(engine, "clean", contract)
    there = received.rows.frame.loc[splits.index]
    assert known(engine, contract) == sorted(set(there["state"]))
    assert len(read(engine, contract, "Texas")) == (there["state"] == "Texas").sum()
    engine.dispose()
