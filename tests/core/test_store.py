"""The store on SQLite and on MySQL: whole or not at all, never twice, the same numbers."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, Engine, text

from core import drift, runs, store
from core import tables as all_tables
from core.checks import check_rows
from core.contract import Contract
from core.errors import StoreError
from core.records import Batch, Decision, DriftReport, PredictionRecord, Ranked
from core.store import bulk
from core.store.rows import storing_rows
from core.tables import RowTables
from tests.conftest import NOON, listings


@pytest.fixture
def engines(database_urls: tuple[str, str], contract: Contract) -> Iterator[tuple[Engine, Engine]]:
    raw, clean = (store.open_engine(url) for url in database_urls)
    store.migrate(raw, "raw", contract)
    store.migrate(clean, "clean", contract)
    yield raw, clean
    raw.dispose()
    clean.dispose()


@pytest.fixture
def raw(engines: tuple[Engine, Engine]) -> Engine:
    return engines[0]


class Shelf:
    """Stores batches in a collection the way the loop does."""

    def __init__(self, raw: Engine, contract: Contract) -> None:
        self.raw, self.contract, self.tables = raw, contract, RowTables(contract)

    def collection(self) -> int:
        with store.writing(self.raw) as connection:
            return store.open_collection(connection, at=NOON, reason="a test")

    def put(self, rows: list[Any], collection: int, number: int = 0) -> tuple[Batch, store.Received]:
        with store.writing(self.raw) as connection:
            return self.put_into(connection, rows, collection, number)

    def put_into(
        self, connection: Connection, rows: list[Any], collection: int, number: int = 0
    ) -> tuple[Batch, store.Received]:
        return store.store_batch(
            connection,
            tables=self.tables,
            contract=self.contract,
            collection=collection,
            number=number,
            content_hash=f"{hash(str(rows))}",
            checked=check_rows(rows, self.contract),
            at=NOON,
        )

    def count(self) -> int:
        with store.reading(self.raw) as connection:
            return int(connection.execute(text(f"SELECT COUNT(*) FROM {self.contract.name}")).scalar_one())


@pytest.fixture
def shelf(raw: Engine, contract: Contract) -> Shelf:
    return Shelf(raw, contract)


def test_the_migrations_make_exactly_the_tables_of_the_code(raw: Engine) -> None:
    with store.reading(raw) as connection:
        options = {"version_table": "console_version", "include_object": lambda o, n, t, r, c: not (r and c is None)}
        differences = compare_metadata(MigrationContext.configure(connection, opts=options), all_tables.raw)
    assert [d for d in differences if d[0] not in {"modify_comment"}] == []


def test_migrating_again_changes_nothing(raw: Engine, contract: Contract, shelf: Shelf) -> None:
    shelf.put(listings(3), shelf.collection())
    store.migrate(raw, "raw", contract)
    assert shelf.count() == 3


def test_rows_come_back_as_they_were_accepted(shelf: Shelf, contract: Contract) -> None:
    rows = listings(40)
    rows[3] |= {"bed": None, "city": None, "prev_sold_date": None, "street": None}
    batch, _ = shelf.put(rows, shelf.collection())
    with store.reading(shelf.raw) as connection:
        found = store.load_received(connection, tables=shelf.tables, contract=contract, batch=batch.id)
    accepted = check_rows(rows, contract).accepted.astype(found.dtypes)
    pd.testing.assert_frame_equal(found, accepted, check_index_type=False, check_names=False)


AWKWARD = [
    "a\tb",
    "a\nb",
    "a\r\nb",
    "back\\slash",
    "\\N",
    "NULL",
    "quote'\"",
    "\x01 control",
    "Ñandú 🏠",
    "\\",
    "%s",
    "\x1a",
    ",",
]
NUMBERS = [
    0.1,
    -0.0,
    1 / 3,
    5e-324,
    1.7976931348623157e308,
    123456789.123456789,
    1e22,
    -2.5,
    2.0**53,
    1e-7,
    3.0,
    7.0,
    None,
]


@pytest.mark.parametrize("is_allowed", [True, False])
def test_every_value_comes_back_whole_however_it_is_written(
    shelf: Shelf, contract: Contract, monkeypatch: pytest.MonkeyPatch, is_allowed: bool
) -> None:
    if not is_allowed:
        monkeypatch.setattr(bulk, "may_load", lambda _: False)
    rows = [
        row | {"city": city, "acre_lot": number, "price": number, "bed": None, "prev_sold_date": None}
        for row, city, number in zip(listings(len(AWKWARD)), AWKWARD, NUMBERS, strict=True)
    ]
    batch, _ = shelf.put(rows, shelf.collection())
    with store.reading(shelf.raw) as connection:
        found = store.load_received(connection, tables=shelf.tables, contract=contract, batch=batch.id)
    accepted = check_rows(rows, contract).accepted
    assert found["city"].tolist() == accepted["city"].tolist()
    assert found["price"].tolist()[:-1] == found["acre_lot"].tolist()[:-1] == NUMBERS[:-1]
    assert found[["bed", "prev_sold_date"]].isna().all(axis=None)
    assert found["price"].isna().tolist()[-1]


@pytest.mark.parametrize("is_allowed", [True, False])
def test_repeated_rows_are_left_out_however_they_are_written(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, is_allowed: bool
) -> None:
    if not is_allowed:
        monkeypatch.setattr(bulk, "may_load", lambda _: False)
    collection = shelf.collection()
    shelf.put(listings(250), collection)
    batch, stored = shelf.put([*listings(250)[100:], *listings(130, seed=2)], collection, 1)
    assert (batch.rows_repeated, batch.rows_stored, len(stored.rows)) == (150, 130, 130)
    assert shelf.count() == 380


def test_a_value_that_does_not_fit_stores_nothing(shelf: Shelf, contract: Contract) -> None:
    """SQLite knows no lengths; a server that would cut the text off is not let."""
    if shelf.raw.dialect.name == "sqlite":
        pytest.skip("any text fits")
    frame = check_rows(listings(3), contract).accepted
    frame.loc[1, "city"] = "x" * 500

    def put_the_long_one() -> None:
        with store.writing(shelf.raw) as connection:
            rows = store.receive(frame, contract).rows
            fixed = {"batch_id": 1, "collection_id": 1}
            with storing_rows(connection, table=shelf.tables.received, rows=rows, fixed=fixed):
                pass

    with pytest.raises(StoreError, match=r"city"):
        put_the_long_one()
    assert shelf.count() == 0


@pytest.mark.parametrize("is_allowed", [True, False])
def test_rows_on_their_way_are_taken_back_where_the_work_beside_them_fails(
    shelf: Shelf, contract: Contract, monkeypatch: pytest.MonkeyPatch, is_allowed: bool
) -> None:
    if not is_allowed:
        monkeypatch.setattr(bulk, "may_load", lambda _: False)
    rows = store.receive(check_rows(listings(1200), contract).accepted, contract).rows

    def store_and_fail() -> None:
        fixed = {"batch_id": 1, "collection_id": 1}
        with (
            store.writing(shelf.raw) as connection,
            storing_rows(connection, table=shelf.tables.received, rows=rows, fixed=fixed),
        ):
            raise RuntimeError("beside them")

    with pytest.raises(RuntimeError, match="beside them"):
        store_and_fail()
    assert shelf.count() == 0
    batch, _ = shelf.put(listings(1200), shelf.collection())
    assert batch.rows_stored == shelf.count() == 1200


@given(st.lists(st.text(max_size=6)))
def test_texts_are_escaped_one_by_one_or_not_at_all(texts: list[str]) -> None:
    assert bulk.escaped(texts) == [text.translate(bulk.ESCAPES) for text in texts]


def test_lines_are_made_once_however_far_they_were_asked_for(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.store.rows.ROWS_SPELLED_AT_ONCE", 7)
    rows = store.receive(check_rows(listings(40), contract).accepted, contract).rows
    first = [line for line, _ in zip(rows.lines(), range(10), strict=False)]
    whole = list(rows.lines())
    assert whole[:10] == first
    assert [line.split("\t")[0] for line in whole] == [str(number) for number in range(40)]
    even = np.arange(40) % 2 == 0
    assert list(rows.take(even).lines()) == whole[::2]


def test_a_server_that_asks_for_a_file_gets_none(raw: Engine, tmp_path: Path) -> None:
    if raw.dialect.name == "sqlite":
        pytest.skip("SQLite asks for nothing")
    secret = tmp_path / "secret"
    secret.write_text("1\t2\n")
    statement = f"LOAD DATA LOCAL INFILE '{secret}' INTO TABLE console_version"
    driver = raw.dialect.loaded_dbapi.connect(
        *raw.dialect.create_connect_args(raw.url)[0],
        **raw.dialect.create_connect_args(raw.url)[1] | bulk.CONNECT_ARGUMENTS,
    )
    try:
        with pytest.raises(RuntimeError, match="local_infile option is false"):
            driver.cursor().execute(statement)
    finally:
        driver.close()


def test_a_batch_counts_what_became_of_its_rows(shelf: Shelf) -> None:
    rows = listings(10)
    rows += [rows[0] | {"price": "abc"}, rows[0], rows[1] | {"price": 5.0}]
    batch, stored = shelf.put(rows, shelf.collection())
    assert (batch.rows_received, batch.rows_rejected, batch.rows_repeated, batch.rows_stored) == (13, 1, 1, 11)
    assert batch.rows_clean == 10
    assert batch.left_out == {"a price of 1,000 or less is a placeholder": 1}
    assert len(stored.rows) == shelf.count() == 11


def test_a_repeated_row_is_stored_once_in_a_collection(shelf: Shelf) -> None:
    collection = shelf.collection()
    shelf.put(listings(20), collection)
    batch, stored = shelf.put([*listings(20)[5:], *listings(7, seed=2)], collection, 1)
    assert (batch.rows_repeated, batch.rows_stored) == (15, 7)
    assert stored.rows.frame.index.tolist() == list(range(15, 22))
    assert shelf.count() == 27


def test_a_new_collection_may_hold_the_same_rows_again(shelf: Shelf) -> None:
    shelf.put(listings(20), shelf.collection())
    batch, _ = shelf.put(listings(20), shelf.collection())
    assert batch.rows_stored == 20
    assert shelf.count() == 40


def test_the_same_content_cannot_be_stored_twice_in_a_collection(shelf: Shelf) -> None:
    collection = shelf.collection()
    shelf.put(listings(5), collection)
    with pytest.raises(StoreError):
        shelf.put(listings(5), collection)
    assert shelf.count() == 5


def test_a_batch_is_stored_whole_or_not_at_all(shelf: Shelf) -> None:
    collection = shelf.collection()

    def store_and_fail() -> None:
        with store.writing(shelf.raw) as connection:
            shelf.put_into(connection, listings(5), collection)
            raise RuntimeError("in the middle")

    with pytest.raises(RuntimeError, match="in the middle"):
        store_and_fail()
    with store.reading(shelf.raw) as connection:
        assert store.list_batches(connection) == []
    assert shelf.count() == 0


def test_rejected_rows_are_kept_with_every_reason(shelf: Shelf) -> None:
    bad = listings(1)[0] | {"price": float("inf"), "bed": "many", "note": "ñ \ud83c".encode("utf-8", "ignore").decode()}
    batch, _ = shelf.put([*listings(2, seed=5), bad, 7], shelf.collection())
    with store.reading(shelf.raw) as connection:
        found = store.list_rejected(connection, batch=batch.id)
    assert [row.row_number for row in found] == [2, 3]
    assert found[0].reasons == ("price must be a finite number, got inf", "bed must be a number, got 'many'")
    assert found[0].content["bed"] == "many"
    assert found[1].content == 7


def test_whatever_a_rejected_row_holds_it_is_kept(shelf: Shelf) -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    odd = [{"half\ud83c": "Caf\ud83c"}, {"price": 10**400, "bed": -(2**63)}, deep, {"city": "🏠\t'\"\u202eabc"}]
    batch, _ = shelf.put([*listings(2), *odd], shelf.collection())
    with store.reading(shelf.raw) as connection:
        found = store.list_rejected(connection, batch=batch.id)
    assert [row.row_number for row in found] == [2, 3, 4, 5]
    assert found[0].content == {"half\\ud83c": "Caf\\ud83c"}
    assert found[1].content["price"] == str(10**400)
    assert found[3].content == odd[3]


def test_the_accumulated_profile_is_that_of_all_stored_rows(shelf: Shelf, contract: Contract) -> None:
    collection = shelf.collection()
    rows = [listings(300, seed=seed) for seed in range(4)]
    rows[2] += rows[0][:100]
    for number, batch_rows in enumerate(rows):
        shelf.put(batch_rows, collection, number)
    with store.reading(shelf.raw) as connection:
        profile = store.accumulated_profile(connection, collection=collection, at=NOON)
    assert profile is not None
    everything = pd.DataFrame([row for seed in range(4) for row in listings(300, seed=seed)])
    assert profile.rows == len(everything)
    for column in contract.drift_columns:
        described = everything[column.name].describe()
        found = drift.statistics(profile.numbers[column.name])
        np.testing.assert_allclose(
            [found["mean"], found["std"], found["50"], found["75"]],  # type: ignore[list-item]
            described[["mean", "std", "50%", "75%"]],
            rtol=1e-9,
        )


def test_clean_rows_are_stored_once_however_often_they_are_made(
    engines: tuple[Engine, Engine], shelf: Shelf, contract: Contract
) -> None:
    batch, stored = shelf.put([*listings(50), listings(1, seed=4)[0] | {"bed": 99.0}], shelf.collection())
    for _ in range(2):
        with store.writing(engines[1]) as connection:
            keys = {"batch": batch.id, "collection": batch.collection}
            with store.storing_clean(connection, tables=shelf.tables, received=stored, **keys) as made:
                pass
    assert made == batch.rows_clean == 50
    with store.reading(engines[1]) as connection:
        assert store.count_clean(connection, tables=shelf.tables, batch=batch.id) == 50
        splits = ("train", "validation", "test")
        parts = [
            store.load_clean(connection, tables=shelf.tables, contract=contract, batches=[batch.id], splits=[split])
            for split in splits
        ]
    assert sum(len(part) for part in parts) == 50
    assert all(set(part["split"]) == {split} for part, split in zip(parts, splits, strict=True))
    assert parts[0]["price"].dtype == np.float64


def make_report(shelf: Shelf) -> tuple[Batch, DriftReport]:
    collection = shelf.collection()
    first, _ = shelf.put(listings(50), collection)
    second, _ = shelf.put(listings(50, seed=2, price=400_000, bed=None), collection, 1)
    with store.reading(shelf.raw) as connection:
        profiles = [store.load_profile(connection, batch=batch.id) for batch in (first, second)]
    assert profiles[0] is not None
    assert profiles[1] is not None
    report = drift.compare(profiles[0], profiles[1], shelf.contract, lambda *_: 0.15, "previous", "the batch before")
    with store.writing(shelf.raw) as connection:
        store.store_reports(connection, batch=second.id, reports=[report], at=NOON)
    return second, report


def test_a_report_comes_back_number_by_number(shelf: Shelf) -> None:
    batch, report = make_report(shelf)
    with store.writing(shelf.raw) as connection:
        store.store_reports(connection, batch=batch.id, reports=[report], at=NOON)
        found = store.load_reports(connection, batch=batch.id)["previous"]
    assert found.reference_label == report.reference_label
    assert {(m.column, m.statistic): m for m in found.measurements} == {
        (m.column, m.statistic): m for m in report.measurements
    }


def test_data_comp_has_one_wide_row_a_comparison(shelf: Shelf) -> None:
    batch, report = make_report(shelf)
    with store.reading(shelf.raw) as connection:
        rows = store.load_data_comp(connection)
    assert len(rows) == 1
    assert list(rows)[:3] == ["id", "price_mean", "bed_mean"]
    assert list(rows)[20:22] == ["house_size_75", "retrain"]
    row = rows.iloc[0]
    for measured in report.measurements:
        stored = row[f"{measured.column}_{measured.statistic}"]
        assert pd.isna(stored) if measured.change is None else stored == pytest.approx(abs(measured.change), rel=1e-12)
    assert (row["retrain"], row["batch_id"]) == (1, batch.id)


def test_the_ledger_tells_who_is_in_production(raw: Engine) -> None:
    with store.writing(raw) as connection:
        for version, replaced in ((1, None), (3, 1)):
            store.store_promotion(
                connection,
                model="m",
                version=version,
                replaced=replaced,
                by="worker",
                reason="better",
                numbers={"batches": [1, 2], "odd": float("nan")},
                at=NOON,
            )
        current = store.current_promotion(connection, model="m")
        assert current is not None
        assert (current.version, current.replaced, current.at) == (3, 1, NOON)
        assert current.numbers == {"batches": [1, 2], "odd": None}
        assert store.current_promotion(connection, model="another") is None


def test_scores_are_remembered_by_version_and_holdout(raw: Engine) -> None:
    with store.writing(raw) as connection:
        ranked = [Ranked(1, {"rmse": 2.0}), Ranked(2, {}, "broken")]
        store.store_scores(connection, model="m", holdout="h1", ranked=ranked, at=NOON)
        store.store_scores(
            connection, model="m", holdout="h1", ranked=[replace(ranked[0], metrics={"rmse": 1.0})], at=NOON
        )
        assert store.load_scores(connection, model="m", holdout="h1")[1].metrics == {"rmse": 1.0}
        assert store.load_scores(connection, model="m", holdout="h1")[2].problem == "broken"
        assert store.load_scores(connection, model="m", holdout="h2") == {}


def test_every_request_is_kept_as_given_and_as_read(raw: Engine, tables: RowTables) -> None:
    record = PredictionRecord(
        asked_at=NOON,
        channel="api",
        request={"bed": "3", "odd": float("inf")},
        outcome="answered",
        milliseconds=1.5,
        inputs={"bed": 3.0, "prev_sold_date": "2001-02-03", "state": None},
        version=2,
        prediction=250_000.0,
    )
    with store.writing(raw) as connection:
        keys = store.store_predictions(connection, tables=tables, records=[record, replace(record, channel="page")])
        found = store.list_predictions(connection, tables=tables)[::-1]
    assert [row["id"] for row in found] == keys
    assert [row["channel"] for row in found] == ["api", "page"]
    assert found[0]["request"] == {"bed": "3", "odd": None}
    assert str(found[0]["prev_sold_date"]) == "2001-02-03"
    assert found[0]["asked_at"] == NOON


def test_a_decision_of_a_run_is_kept_once(raw: Engine) -> None:
    with store.writing(raw) as connection:
        run = runs.enqueue(connection, kind="cycle", cause="operator", by="me", at=NOON)
        for yes in (True, False):
            decision = Decision(yes, "because", {"n": 1})
            store.store_decision(connection, run=run, batch=None, kind="train", decision=decision, at=NOON)
        assert store.load_decision(connection, run=run, kind="train") == Decision(False, "because", {"n": 1})
        assert len(store.list_decisions(connection)) == 1


def test_a_database_that_does_not_answer_is_named_without_its_password() -> None:
    engine = store.open_engine("mysql+pymysql://user:hunter2@127.0.0.1:1/RAW_DATA")
    with pytest.raises(StoreError) as caught, store.reading(engine):
        pass
    assert "127.0.0.1" in str(caught.value)
    assert "hunter2" not in str(caught.value)
