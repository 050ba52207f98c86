"""Tables as files that a spreadsheet opens without running anything."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from console.exports import FORMULA_SIGNS, as_csv


def test_a_table_is_a_heading_and_its_rows() -> None:
    assert as_csv([{"a": 1, "b": "x, y"}, {"a": -2.5, "b": None}]) == 'a,b\r\n1,"x, y"\r\n-2.5,\r\n'
    assert as_csv([]) == ""


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r\n\0"), min_size=1))
def test_no_text_is_a_formula_and_every_text_comes_back(text: str) -> None:
    found = next(csv.DictReader(io.StringIO(as_csv([{"a": text}]))))["a"]
    assert not found.startswith(FORMULA_SIGNS)
    assert found in (text, f"'{text}")
