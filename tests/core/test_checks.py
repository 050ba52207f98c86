"""Rows against the contract: what is accepted, what is rejected and why."""

from typing import Any

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from core.checks import READERS, check_inputs, check_rows, new_categories
from core.contract import load_contract
from core.drift import profile_rows
from core.errors import InputError
from tests.conftest import listings

CONTRACT = load_contract("real_estate")


def one(**changes: Any) -> dict[str, Any]:
    return listings(1)[0] | changes


def reasons(*rows: Any) -> list[tuple[str, ...]]:
    return [rejected.reasons for rejected in check_rows(list(rows), CONTRACT).rejected]


def test_good_rows_are_accepted_as_they_are() -> None:
    checked = check_rows(listings(50), CONTRACT)
    assert len(checked.accepted) == 50
    assert not checked.rejected
    assert not checked.schema_changes


def test_a_list_in_the_contracts_order_is_a_row() -> None:
    row = one()
    as_object = check_rows([row], CONTRACT).accepted
    as_list = check_rows([[row[name] for name in CONTRACT.names]], CONTRACT).accepted
    assert as_object.equals(as_list)


def test_a_key_with_a_stray_space_is_the_same_key() -> None:
    row = one()
    stray = {" brokered_by" if name == "brokered_by" else name: value for name, value in row.items()}
    checked = check_rows([row, stray], CONTRACT)
    assert not checked.rejected
    assert checked.accepted["brokered_by"].nunique() == 1


@pytest.mark.parametrize("zip_code", [6016.0, 6016, "6016", "06016", " 06016 ", "6016.0"])
def test_a_postal_code_is_one_code_however_it_is_written(zip_code: Any) -> None:
    assert check_rows([one(zip_code=zip_code)], CONTRACT).accepted["zip_code"].tolist() == ["06016"]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"price": "abc"}, "price must be a number, got 'abc'"),
        ({"price": True}, "price must be a number, got True"),
        ({"bed": {"n": 1}}, "bed must be a number, got {'n': 1}"),
        ({"price": float("inf")}, "price must be a finite number, got inf"),
        ({"price": "1e999"}, "price must be a finite number, got '1e999'"),
        ({"city": 12.5}, "city must be a text, got 12.5"),
        ({"state": ["Texas"]}, "state must be a text, got ['Texas']"),
        ({"city": "x" * 121}, "city must have at most 120 characters, got 121"),
        ({"zip_code": 6016.5}, "zip_code must be a whole number or a text, got 6016.5"),
        ({"street": False}, "street must be a code, got False"),
        ({"prev_sold_date": "yesterday"}, "prev_sold_date must be a date such as 2024-05-31, got 'yesterday'"),
        ({"prev_sold_date": "2023-02-30"}, "prev_sold_date must be a date such as 2024-05-31, got '2023-02-30'"),
    ],
)
def test_what_cannot_be_a_row_is_rejected_with_its_reason(changes: dict[str, Any], sentence: str) -> None:
    good = one()
    checked = check_rows([good, one(**changes), good], CONTRACT)
    assert [(row.row_number, row.reasons) for row in checked.rejected] == [(1, (sentence,))]
    assert checked.accepted.index.tolist() == [0, 2]


def test_a_row_is_rejected_with_every_reason() -> None:
    assert reasons(one(price="x", bed="y")) == [("price must be a number, got 'x'", "bed must be a number, got 'y'")]


def test_a_row_without_a_required_column_is_rejected() -> None:
    row = one()
    del row["price"]
    assert reasons(one(), row) == [("price is absent",)]


@pytest.mark.parametrize("row", [None, 7, "text", [1, 2, 3]])
def test_what_is_no_row_is_rejected(row: Any) -> None:
    checked = check_rows([one(), row], CONTRACT)
    assert len(checked.rejected) == 1
    assert checked.rejected[0].content == row


@pytest.mark.parametrize("missing", [None, float("nan"), "", "  "])
def test_a_missing_value_is_accepted_as_missing(missing: Any) -> None:
    row = one(**dict.fromkeys(("price", "bed", "city", "zip_code", "prev_sold_date"), missing))
    accepted = check_rows([row], CONTRACT).accepted
    assert accepted[["price", "bed", "city", "zip_code", "prev_sold_date"]].isna().all(axis=None)


def test_a_value_outside_its_range_is_accepted_and_counted() -> None:
    checked = check_rows([one(bed=473.0), one(house_size=1_040_400_400.0), one(prev_sold_date="1900-01-01")], CONTRACT)
    assert len(checked.accepted) == 3
    assert checked.out_of_range == {"bed": 1, "house_size": 1, "prev_sold_date": 1}


def test_a_changed_schema_is_named() -> None:
    rows = [{**row, "garage": 1} for row in listings(3)]
    for row in rows:
        del row["bath"]
        row["bed"] = None
    changes = check_rows(rows, CONTRACT).schema_changes
    assert changes == ("column bath is absent", "column garage is new", "column bed has no values")


def test_no_rows_are_no_problem() -> None:
    checked = check_rows([], CONTRACT)
    assert checked.accepted.empty
    assert not checked.rejected


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
rows_of_anything = st.lists(
    st.one_of(anything, st.fixed_dictionaries({}, optional=dict.fromkeys(CONTRACT.names, anything))), max_size=8
)


@given(rows_of_anything)
@settings(max_examples=200, deadline=None)
def test_whatever_comes_each_row_is_accepted_or_rejected(rows: list[Any]) -> None:
    checked = check_rows(rows, CONTRACT)
    assert len(checked.accepted) + len(checked.rejected) == len(rows)
    assert all(rejected.reasons for rejected in checked.rejected)
    kept = checked.accepted[[column.name for column in CONTRACT.columns if column.is_number]]
    assert not np.isinf(kept.to_numpy(dtype=float)).any()


def read_plainly(rows: list[Any]) -> tuple[dict[str, list[Any]], dict[int, list[str]]]:
    """The slow reference of ``check_rows``: value by value, without NumPy."""
    columns: dict[str, list[Any]] = {}
    found: dict[int, list[str]] = {}
    for column in CONTRACT.columns:
        columns[column.name] = []
        for number, row in enumerate(rows):
            value = None
            try:
                value = READERS[column.kind](row.get(column.name), column)
            except ValueError as error:
                found.setdefault(number, []).append(f"{column.name} {error}")
            if column.required and column.name not in row:
                found.setdefault(number, []).append(f"{column.name} is absent")
            columns[column.name].append(value)
    return columns, found


whole_floats = st.integers(-3, 10**6).map(float) | st.sampled_from([0.0, 6016.0, 2.0**53, 1e40, 1e17, 6016.5])
DATES = ["2020-01-05", "20200105", "2020-W02-3", " 2020-01-05", "2020-01-05T10:00", "2020-02-30", "0000-01-01"]
codes_in_one_form = st.one_of(
    st.lists(st.none() | whole_floats, min_size=6, max_size=6),
    st.lists(st.none() | st.integers(-5, 10**5) | st.just(10**400), min_size=6, max_size=6),
    st.lists(
        st.none() | st.sampled_from(["6016", " 06016 ", "6016.0", "", "A 1", "x" * 40, "-7"]), min_size=6, max_size=6
    ),
    st.lists(st.none() | st.dates().map(str), min_size=6, max_size=6),
    st.lists(st.none() | st.sampled_from(DATES), min_size=6, max_size=6),
    st.lists(st.none() | st.booleans() | whole_floats | st.text(max_size=3) | st.just([1]), min_size=6, max_size=6),
)


@given(
    st.fixed_dictionaries(dict.fromkeys(("zip_code", "street", "price", "city", "prev_sold_date"), codes_in_one_form))
)
@settings(max_examples=100, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
def test_whole_columns_are_read_as_value_by_value(columns: dict[str, list[Any]]) -> None:
    rows = [one(**{name: values[number] for name, values in columns.items()}) for number in range(6)]
    checked = check_rows(rows, CONTRACT)
    expected, found = read_plainly(rows)
    assert {row.row_number: list(row.reasons) for row in checked.rejected} == found
    for name, values in expected.items():
        kept = [value for number, value in enumerate(values) if number not in found]
        read = [None if value is None or value != value else value for value in checked.accepted[name].tolist()]
        assert read == kept
        assert list(map(type, read)) == list(map(type, kept))


def test_a_column_that_some_rows_lack_is_read_where_it_is_there() -> None:
    rows = listings(4)
    del rows[1]["bed"], rows[2]["city"], rows[3]["price"]
    checked = check_rows(rows, CONTRACT)
    assert [(row.row_number, row.reasons) for row in checked.rejected] == [
        (2, ("city is absent",)),
        (3, ("price is absent",)),
    ]
    assert checked.accepted["bed"].isna().tolist() == [False, True]


def test_new_categories_are_those_that_no_row_before_had() -> None:
    def profile(*states: str) -> Any:
        return profile_rows(check_rows([one(state=state) for state in states], CONTRACT).accepted, CONTRACT)

    assert new_categories(profile("Texas", "Guam", "Ohio"), profile("Texas"))["state"] == ["Guam", "Ohio"]
    assert "state" not in new_categories(profile("Texas"), profile("Texas"))
    assert new_categories(profile("Texas"), None) == {}


def test_the_inputs_of_a_request_are_typed() -> None:
    inputs = check_inputs({"bed": 3, "zip_code": 6016, "state": " Texas ", "prev_sold_date": "2001-05-06"}, CONTRACT)
    assert inputs["bed"] == 3.0
    assert inputs["zip_code"] == "06016"
    assert inputs["state"] == "Texas"
    assert inputs["house_size"] is None
    assert CONTRACT.target not in inputs


def test_each_bad_field_of_a_request_has_its_sentence() -> None:
    with pytest.raises(InputError) as caught:
        check_inputs({"bed": "many", "bath": 99, "colour": "red", "price": 1}, CONTRACT)
    problems = caught.value.problems
    assert set(problems) == {"bed", "bath", "colour"}
    assert problems["bath"] == "Bathrooms (bath) must be 0 to 20, got 99."
    assert problems["colour"] == "colour is no field of this form."


def changes(rows: list[Any]) -> tuple[str, ...]:
    return check_rows(rows, CONTRACT).schema_changes


def test_a_column_that_comes_as_text_where_numbers_were_is_retyped_and_still_read() -> None:
    rows = [row | {"price": f"{row['price']:.0f}"} for row in listings(5)]
    checked = check_rows(rows, CONTRACT)
    assert checked.schema_changes == ("column price comes as text, not as numbers",)
    assert len(checked.accepted) == 5
    assert checked.accepted["price"].dtype == np.float64


def test_some_values_of_another_type_are_counted() -> None:
    rows = listings(6)
    rows[0]["bed"], rows[1]["bed"], rows[2]["bed"] = "3", None, True
    assert changes(rows) == (
        "column bed comes as text in 1 of 5 values, not as numbers",
        "column bed comes as true or false in 1 of 5 values, not as numbers",
    )


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("city", 12.5, "column city comes as numbers, not as text"),
        ("state", ["Texas"], "column state comes as lists or objects, not as text"),
        ("street", {"a": 1}, "column street comes as lists or objects, not as numbers or as text"),
        ("prev_sold_date", 20240531, "column prev_sold_date comes as numbers, not as text"),
    ],
)
def test_a_retyped_column_of_every_kind_is_named(name: str, value: Any, sentence: str) -> None:
    assert changes([row | {name: value} for row in listings(3)]) == (sentence,)


def test_codes_may_come_as_numbers_or_as_text() -> None:
    assert changes([listings(1)[0] | {"zip_code": code} for code in (6016.0, "06016", 6016)]) == ()


def test_a_column_that_some_rows_lack_is_named_with_their_count() -> None:
    rows = listings(4)
    del rows[1]["bed"]
    assert changes(rows) == ("column bed is absent in 1 of 4 rows",)


def test_very_many_new_columns_are_named_in_one_sentence() -> None:
    rows = [row | {f"extra_{number}": number for number in range(500)} for row in listings(2)]
    assert len(changes(rows)) == 21
    assert changes(rows)[-1] == "480 more columns are new"


@pytest.mark.parametrize("name", ["city", "state", "status", "zip_code", "street"])
def test_half_a_character_is_a_reason_and_no_crash(name: str) -> None:
    assert reasons(one(**{name: "null\0"})) == [(f"{name} must have no NUL character, got 'null\\x00'",)]
    assert reasons(one(**{name: "Caf\ud83c"})) == [(f"{name} must be whole characters, got 'Caf\\ud83c'",)]
