"""Many requests at once are checked as one after the other."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from core.checks import check_inputs, check_many_inputs
from core.contract import Contract
from core.errors import InputError

VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**20),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(["3", "3.5", " 7 ", "", "2001-02-03", "2001-13-03", "1850-01-01", "77002.0", "Texas", "x" * 200]),
)
ROWS = st.lists(
    st.fixed_dictionaries(dict.fromkeys(("bed", "house_size", "city", "zip_code", "prev_sold_date"), VALUES)),
    min_size=1,
    max_size=6,
)


def one_by_one(row: dict[str, Any], contract: Contract) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        return check_inputs(row, contract), {}
    except InputError as error:
        return {}, error.problems


@settings(deadline=None)
@given(rows=ROWS)
def test_it_says_what_checking_row_by_row_says(rows: list[dict[str, Any]], contract: Contract) -> None:
    columns = {name: [row[name] for row in rows] for name in rows[0]}
    frame, problems = check_many_inputs(columns, len(rows), contract)
    assert list(frame.columns) == [column.name for column in contract.inputs]
    for place, row in enumerate(rows):
        read, wrong = one_by_one(row, contract)
        assert problems.get(place, {}) == wrong
        if not wrong:
            found = frame.iloc[place].to_dict()
            assert {name: None if value != value else value for name, value in found.items()} == read


def test_an_absent_column_is_missing_in_every_row(contract: Contract) -> None:
    frame, problems = check_many_inputs({"bed": ["1", 2, None]}, 3, contract)
    assert problems == {}
    assert frame["bed"].tolist()[:2] == [1.0, 2.0]
    assert frame.drop(columns="bed").isna().all(axis=None)
