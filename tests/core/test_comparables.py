"""Comparable rows: packed by place, read back as they were, the nearest of the narrowest place first."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.comparables import from_bytes, nearest, parts_of, rows_of, spans, typical
from core.contract import Contract
from tests.conftest import listings

ASKED = {"state": "Texas", "city": "Austin", "zip_code": "73301", "bed": 3.0, "bath": 2.0, "house_size": 1800.0}


def typed(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """Rows as ``core.checks`` reads them."""
    found = pd.DataFrame(rows)
    return found.assign(zip_code=[code if isinstance(code, str) else f"{code:05.0f}" for code in found["zip_code"]])


def homes(count: int, contract: Contract, seed: int = 1, **fixed: Any) -> pd.DataFrame:
    """Rows of one street in Austin, or of where ``fixed`` says, as they are read back."""
    place = {"state": "Texas", "city": "Austin", "zip_code": "73301"} | fixed
    parts = parts_of(typed(listings(count, seed, **place)), contract)
    return rows_of([(7, from_bytes(part.content)) for part in parts], contract)


def together(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat([frame.astype({"city": object, "zip_code": object}) for frame in frames], ignore_index=True)


def test_every_row_is_in_the_part_of_its_place_as_it_was(contract: Contract) -> None:
    rows = typed(listings(300)).set_index(pd.RangeIndex(5, 305))
    rows.loc[7, "bed"] = np.nan
    parts = {part.place: from_bytes(part.content) for part in parts_of(rows, contract)}
    assert set(parts) == set(rows["state"])
    for place, part in parts.items():
        there = rows[rows["state"] == place]
        assert part["row_number"] == there.index.tolist()
        assert part["city"] == there["city"].tolist()
        np.testing.assert_array_equal(np.array(part["bed"], dtype=float), there["bed"])


def test_a_missing_place_and_a_contract_without_places_have_a_part_too(contract: Contract) -> None:
    rows = typed(listings(4, state=None))
    assert [(part.place, part.rows) for part in parts_of(rows, contract)] == [("", 4)]
    flat = replace(contract, hierarchy=())
    assert [(part.place, part.rows) for part in parts_of(typed(listings(4)), flat)] == [("", 4)]
    assert list(parts_of(rows.head(0), contract)) == []


def test_a_column_that_came_later_is_missing_in_earlier_parts(contract: Contract) -> None:
    [part] = parts_of(typed(listings(3, state="Texas")), contract)
    content = from_bytes(part.content)
    del content["house_size"], content["status"]
    rows = rows_of([(1, content)], contract)
    assert rows["house_size"].isna().all()
    assert rows["status"].isna().all()


def test_a_row_that_came_in_two_collections_is_there_once(contract: Contract) -> None:
    [part] = parts_of(typed(listings(3, state="Texas")), contract)
    rows = rows_of([(2, from_bytes(part.content)), (1, from_bytes(part.content))], contract)
    assert rows["batch_id"].tolist() == [2, 2, 2]


def test_the_nearest_come_from_the_narrowest_place_that_has_enough(contract: Contract) -> None:
    near, same_city = homes(5, contract), homes(9, contract, zip_code="73302")
    far = homes(9, contract, city="Waco", zip_code="76633")
    found = nearest(together(far, same_city, near), ASKED, contract)
    assert {entry.level for entry in found} == {"zip_code"}
    assert {entry.values["zip_code"] for entry in found} == {"73301"}
    found = nearest(together(far, same_city, near.head(4)), ASKED, contract)
    assert {(entry.level, entry.values["city"]) for entry in found} == {("city", "Austin")}
    found = nearest(together(far, near.head(2)), ASKED, contract)
    assert {entry.level for entry in found} == {"state"}


def test_an_unknown_city_widens_to_the_state_and_a_missing_one_is_left_out(contract: Contract) -> None:
    rows = homes(6, contract)
    assert nearest(rows, ASKED | {"city": "Foo"}, contract)[0].level == "state"
    assert nearest(rows, ASKED | {"city": None}, contract)[0].level == "zip_code"


def test_what_is_alike_in_all_that_was_asked_comes_first_with_distance_0(contract: Contract) -> None:
    rows = homes(40, contract)
    twin = {name: rows[name].iloc[17] for name in ("bed", "bath", "house_size", "acre_lot", "status")}
    found = nearest(rows, ASKED | twin, contract)
    assert found[0].distance == 0
    assert found[0].row_number == rows["row_number"].iloc[17]
    assert found[0].values["state"] == "Texas"
    assert [entry.distance for entry in found] == sorted(entry.distance for entry in found)


@given(st.dictionaries(st.sampled_from(["bed", "bath", "house_size", "acre_lot"]), st.floats(0, 1e6)))
def test_a_distance_lies_between_0_and_1(contract: Contract, asked: dict[str, float]) -> None:
    rows = homes(12, contract)
    assert all(0 <= entry.distance <= 1 for entry in nearest(rows, {"state": "Texas"} | asked, contract))


def test_a_row_without_the_value_is_wholly_different_in_it(contract: Contract) -> None:
    rows = homes(3, contract)
    rows.loc[0, "house_size"] = np.nan
    found = nearest(rows, {"state": "Texas", "house_size": rows["house_size"].iloc[1]}, contract)
    assert found[0].distance == 0
    assert next(entry.distance for entry in found if entry.values["house_size"] is None) == 1


def test_nothing_stored_is_nothing_comparable(contract: Contract) -> None:
    rows = rows_of([], contract)
    assert nearest(rows, ASKED, contract) == []
    assert typical(rows, ASKED, contract) is None
    assert spans(rows, contract) == {}


def test_what_is_typical_is_the_median_of_the_narrowest_place_with_a_few_rows(contract: Contract) -> None:
    rows = together(homes(10, contract), homes(30, contract, 2, city="Waco", zip_code="76633"))
    found = typical(rows, ASKED, contract)
    assert found is not None
    assert (found.level, found.rows) == ("zip_code", 10)
    assert found.values["house_size"] == pytest.approx(rows["house_size"].head(10).median())
    assert found.values["bed"] == round(rows["bed"].head(10).median())
    whole = typical(rows, {"state": "Texas"}, contract)
    assert whole is not None
    assert (whole.level, whole.rows) == ("state", 40)
