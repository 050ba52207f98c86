"""True values in the store, on SQLite and on MariaDB."""

from datetime import timedelta
from importlib import import_module
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, select, update

from core import store
from core.contract import Contract
from core.identity import property_hash
from core.records import Interval, PredictionRecord, Truth
from core.store import true_values
from core.tables import RowTables
from tests.conftest import NOON

HOME = {"street": "77", "city": "Troy", "state": "Ohio", "zip_code": "45373"}


def record(contract: Contract, number: int = 1, truth: Truth | None = None, **changed: Any) -> PredictionRecord:
    facts: dict[str, Any] = {"version": 3, "prediction": 200_000.0, "interval": Interval(150_000.0, 250_000.0, 0.8)}
    inputs = HOME | {"bed": 3.0} | changed
    at = NOON + timedelta(minutes=number)
    home = property_hash(inputs, contract)
    return PredictionRecord(at, "api", {}, "answered", 1.0, inputs, request_id="r", home=home, truth=truth, **facts)


def keep(raw: Engine, tables: RowTables, *records: PredictionRecord) -> list[int]:
    with store.writing(raw) as connection:
        return store.store_predictions(connection, tables=tables, records=records)


def waiting(raw: Engine, tables: RowTables, contract: Contract, *homes: int | None, minutes: int = 99) -> list[int]:
    with store.reading(raw) as connection:
        found = store.load_waiting(
            connection,
            tables=tables,
            contract=contract,
            homes=np.array(homes, dtype=np.int64),
            before=NOON + timedelta(minutes=minutes),
        )
    return [entry.id for entry in found]


def truth(value: float = 190_000.0, minutes: int = 5, **changed: Any) -> Truth:
    return Truth(**{"value": value, "source": "asker", "at": NOON + timedelta(minutes=minutes), "by": "me"} | changed)


def test_a_prediction_waits_for_its_home_until_it_has_its_true_value(
    raw: Engine, tables: RowTables, contract: Contract
) -> None:
    first, second, _, _ = keep(
        raw, tables, record(contract), record(contract, 2), record(contract, street="78"), record(contract, street=None)
    )
    home = property_hash(HOME, contract)
    assert waiting(raw, tables, contract, home, 5, 6, 7, 8) == [first, second]
    assert waiting(raw, tables, contract, home) == [first, second]
    assert waiting(raw, tables, contract, 5, 6) == waiting(raw, tables, contract) == []
    assert waiting(raw, tables, contract, home, minutes=2) == [first]
    with store.writing(raw) as connection:
        store.store_truths(connection, told=[(first, 3, 200_000.0, truth())])
    assert waiting(raw, tables, contract, home, 5, 6, 7, 8) == [second]


def test_many_homes_are_asked_for_in_parts(
    raw: Engine, tables: RowTables, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(true_values, "KEYS_AT_ONCE", 2)
    keys = keep(raw, tables, *(record(contract, street=str(street)) for street in range(5)))
    homes = [property_hash(HOME | {"street": str(street)}, contract) for street in range(5)]
    assert sorted(waiting(raw, tables, contract, *homes)) == keys
    with store.writing(raw) as connection:
        store.store_truths(connection, told=[(key, 3, 200_000.0, truth()) for key in keys])
        store.store_truths(connection, told=[(key, 3, 200_000.0, truth(1.0)) for key in keys])
        met = store.list_met(connection, tables=tables, contract=contract, version=3, limit=10)
    assert [each.truth.value for each in met] == [1.0] * 5


def test_nobody_waits_where_no_request_names_a_home(raw: Engine, tables: RowTables, contract: Contract) -> None:
    keep(raw, tables, record(contract, street=None))
    with store.reading(raw) as connection:
        assert not store.any_names_home(connection, tables=tables)
    keep(raw, tables, record(contract))
    with store.reading(raw) as connection:
        assert store.any_names_home(connection, tables=tables)


def test_what_is_told_with_a_request_is_kept_with_it(raw: Engine, tables: RowTables, contract: Contract) -> None:
    [key, _] = keep(raw, tables, record(contract, truth=truth()), record(contract))
    many = [record(contract, truth=truth(float(value)), bed=float(value)) for value in range(1, 4)]
    with store.writing(raw) as connection:
        keys = store.store_many_predictions(connection, tables=tables, records=[*many, record(contract)])
        met = store.list_met(connection, tables=tables, contract=contract, version=3, limit=10)
        listed = store.list_predictions(connection, tables=tables)
    assert {each.truth.value for each in met} == {1.0, 2.0, 3.0, 190_000.0}
    assert met[-1].prediction == key
    assert keys == [entry["id"] for entry in listed[3::-1]]
    assert (met[-1].error, met[-1].low, met[-1].high) == (10_000.0, 150_000.0, 250_000.0)
    assert [(entry["bed"], entry["true_value"]) for entry in listed[:4]] == [
        (3.0, None),
        (3.0, 3.0),
        (2.0, 2.0),
        (1.0, 1.0),
    ]
    assert listed[-1]["true_value_from"] == "asker"
    assert "property_hash" not in listed[0]


def test_the_newest_true_values_come_first_and_those_that_do_not_count_are_left_out(
    raw: Engine, tables: RowTables, contract: Contract
) -> None:
    keys = keep(raw, tables, *(record(contract, street=None, bed=float(number)) for number in range(4)))
    told = [truth(minutes=1), truth(minutes=9), truth(minutes=9, reason="trained_on"), truth(minutes=5)]
    with store.writing(raw) as connection:
        pairs = zip(keys, told, strict=True)
        store.store_truths(connection, told=[(key, 3, 200_000.0, each) for key, each in pairs])

    def listed(**wanted: Any) -> list[int]:
        with store.reading(raw) as connection:
            query = {"tables": tables, "contract": contract, "version": 3, "limit": 3} | wanted
            return [each.prediction for each in store.list_met(connection, **query)]

    assert listed() == [keys[3], keys[1], keys[0]]
    assert listed(counted=False) == [keys[3], keys[2], keys[1]]
    assert listed(at=NOON + timedelta(minutes=5)) == [keys[3], keys[0]]
    assert listed(version=2) == []
    with store.reading(raw) as connection:
        met = store.list_met(connection, tables=tables, contract=contract, version=3, limit=9)
    assert len({each.home for each in met}) == 3


def test_a_prediction_is_found_by_its_key_or_its_request(raw: Engine, tables: RowTables, contract: Contract) -> None:
    first, second = keep(raw, tables, record(contract), record(contract, 2))

    def found(**wanted: Any) -> list[int]:
        with store.reading(raw) as connection:
            return [each.id for each in store.find_answered(connection, tables=tables, contract=contract, **wanted)]

    assert found(prediction=second) == [second]
    assert found(request_id="r") == [first, second]
    assert found(prediction=first, request_id="other") == []


def test_what_a_version_was_trained_on_is_kept_and_forgotten(raw: Engine) -> None:
    with store.writing(raw) as connection:
        store.store_trained_on(connection, model="m", version=3, content=b"1")
        store.store_trained_on(connection, model="m", version=3, content=b"22")
        assert store.load_trained_on(connection, model="m", version=3) == b"22"
        assert store.load_trained_on(connection, model="m", version=4) is None
        store.forget_scores(connection, model="m", version=3)
        assert store.load_trained_on(connection, model="m", version=3) is None


def test_a_true_value_makes_the_next_read_fresh(raw: Engine, tables: RowTables, contract: Contract) -> None:
    [key] = keep(raw, tables, record(contract))
    with store.writing(raw) as connection:
        before = store.load_stamp(connection)
        store.store_truths(connection, told=[(key, 3, 200_000.0, truth())])
        assert store.load_stamp(connection) != before


def test_the_predictions_of_an_earlier_release_get_their_home(
    raw: Engine, tables: RowTables, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    migration = import_module("core.migrations.raw.0009_true_values")
    monkeypatch.setattr(migration, "ROWS_AT_ONCE", 2)
    records = [record(contract, street=str(street)) for street in range(5)]
    keep(raw, tables, *records, record(contract, street=None))
    table = tables.predictions
    with store.writing(raw) as connection:
        connection.execute(update(table).values(property_hash=None))
        migration.fill(connection, table, contract)
        found = connection.execute(select(table.c.property_hash).order_by(table.c.id)).scalars().all()
    assert found == [*(each.home for each in records), None]
