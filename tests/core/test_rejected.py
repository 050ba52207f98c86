"""Rejected rows on SQLite and on MySQL: found by text and reason, paged, streamed, counted by reason."""

from typing import Any

import pytest
from sqlalchemy import Engine

from core import store
from core.contract import Contract
from core.errors import InputError
from core.store import rejected as module
from tests.conftest import NOON, listings
from tests.core.test_store import Shelf


@pytest.fixture
def shelf(raw: Engine, contract: Contract) -> Shelf:
    return Shelf(raw, contract)


ODD = ["a%b_c!d", 'say "hi"', "back\\slash", "tab\there", "Ñandú 🏠", "'; DROP TABLE batches; --", "\u202eto the left"]


def broken(**changes: Any) -> dict[str, Any]:
    return listings(1)[0] | changes


def found(shelf: Shelf, batch: int, **wanted: Any) -> list[int]:
    with store.reading(shelf.raw) as connection:
        rows = store.list_rejected(connection, batch=batch, **wanted)
        wanted = {name: value for name, value in wanted.items() if name in ("text", "reason")}
        assert store.count_rejected(connection, batch=batch, **wanted) >= len(rows)
    return [row.row_number for row in rows]


def test_a_text_is_found_in_content_and_reasons_whatever_its_signs(shelf: Shelf) -> None:
    rows = [broken(city=city, price="dear") for city in ODD]
    batch, _ = shelf.put([*listings(2, seed=2), *rows], shelf.collection())
    for number, text in enumerate(ODD, start=2):
        assert found(shelf, batch.id, text=text) == [number]
    assert found(shelf, batch.id, text="SAY") == [3]
    assert found(shelf, batch.id, text="got 'DEAR'") == list(range(2, 9))
    assert found(shelf, batch.id, text="nobody wrote this") == []
    assert found(shelf, batch.id + 1, text="dear") == []


def test_reasons_are_counted_by_their_rule_and_filter_the_rows(shelf: Shelf) -> None:
    rows = [broken(price="a"), broken(price="b", bed="c"), broken(street="x" * 40), 7]
    batch, _ = shelf.put([*listings(2, seed=2), *rows], shelf.collection())
    with store.reading(shelf.raw) as connection:
        reasons = store.list_reasons(connection, batch=batch.id)
    assert reasons == {
        "price must be a number": 2,
        "bed must be a number": 1,
        "street must have at most 32 characters": 1,
        "the row must be an object or a list": 1,
    }
    assert next(iter(reasons)) == "price must be a number"
    for reason, count in reasons.items():
        with store.reading(shelf.raw) as connection:
            assert store.count_rejected(connection, batch=batch.id, reason=reason) == count
    assert found(shelf, batch.id, reason="price must be a number", text="got 'c'") == [3]


def test_rejected_rows_are_paged_and_streamed_in_the_order_received(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ROWS_AT_ONCE", 4)
    batch, _ = shelf.put([broken(price=f"word {number}") for number in range(11)], shelf.collection())
    assert found(shelf, batch.id, limit=3, offset=3) == [3, 4, 5]
    with store.writing(shelf.raw) as connection:
        assert store.count_rejected(connection, batch=batch.id) == 11
        parts = list(store.stream_rejected(connection, batch=batch.id))
        assert [[row.row_number for row in part] for part in parts] == [[0, 1, 2, 3], [4, 5, 6, 7], [8, 9, 10]]
        fates = {2: "stored", 5: "repeated"}
        store.mark_readmitted(connection, batch=batch.id, fates=fates, at=NOON, by="me", run=3)
        waiting = [row for part in store.stream_rejected(connection, batch=batch.id, waiting=True) for row in part]
        assert [row.row_number for row in waiting] == [0, 1, 3, 4, 6, 7, 8, 9, 10]
        marked = store.list_rejected(connection, batch=batch.id)[5]
    assert (marked.readmitted_at, marked.readmitted_by, marked.readmitted_as, marked.run) == (NOON, "me", "repeated", 3)


def test_the_figures_of_a_batch_come_back_as_they_were_counted(shelf: Shelf) -> None:
    collection = shelf.collection()
    first, _ = shelf.put(listings(40), collection)
    second, _ = shelf.put([*listings(40), *listings(30, seed=3, city="Newtown", bed=99.0)], collection, 1)
    with store.reading(shelf.raw) as connection:
        facts = store.load_facts(connection, batches=[first.id, second.id, 77])
    assert set(facts) == {first.id, second.id}
    assert facts[second.id]["city"].new_rows == facts[second.id]["bed"].out_of_range == 30
    assert facts[first.id]["city"].new_rows == 0
    assert facts[first.id]["bath"].median == 2.0
    assert set(facts[first.id]) == set(shelf.contract.names)


def test_stored_rows_are_paged_sorted_and_found_by_a_column(shelf: Shelf, contract: Contract) -> None:
    rows = [
        row | {"price": price, "city": city}
        for row, price, city in zip(listings(6), [3.0, None, 1.0, 2.0, 5.0, 4.0], [*ODD[:5], None], strict=True)
    ]
    batch, _ = shelf.put(rows, shelf.collection())
    where = {"tables": shelf.tables, "contract": contract, "batch": batch.id}
    with store.reading(shelf.raw) as connection:

        def prices(**wanted: Any) -> list[float | None]:
            found = store.list_rows(connection, **where, **wanted)["price"]
            return [None if value != value else value for value in found]

        assert prices(limit=2, offset=2) == [1.0, 2.0]
        assert prices(order_by="price") == [1.0, 2.0, 3.0, 4.0, 5.0, None]
        assert prices(order_by="price", descending=True, limit=4, offset=2) == [3.0, 2.0, 1.0, None]
        for price, city in zip([3.0, None, 1.0, 2.0, 5.0], ODD, strict=False):
            assert prices(where="city", text=city) == [price]
            assert store.count_rows(connection, **where, where="city", text=city) == 1
        assert store.count_rows(connection, **where) == 6
        with pytest.raises(InputError, match="There is no column 'nothing'"):
            prices(order_by="nothing")
