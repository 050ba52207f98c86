"""Numbers as a European spreadsheet writes them: never read as something else without a word."""

import pytest

from core.contract import Contract
from core.prediction.files import decimals_of, match_columns, read_table
from core.prediction.files.decimals import Decimals

SAID = "The numbers of this file are read with decimal commas: 0,25 is a quarter."


def found(contract: Contract, *cells: str, delimiter: str = ";") -> Decimals:
    lines = (f'"{cell}"{delimiter}x, y' if delimiter != "," else f'"{cell}",x' for cell in cells)
    table = read_table("a.csv", "\n".join([f"house_size{delimiter}city", *lines]).encode())
    return decimals_of(table, match_columns(table.header, contract), contract)


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_a_comma_that_can_only_be_of_decimals_is_read_so_and_that_is_said(contract: Contract, delimiter: str) -> None:
    decimals = found(contract, "0,25", "1,800", "1.800,5", "12", delimiter=delimiter)
    texts = ("0,25", " 1,800", "1.800,5", "12", "x,y", 3)
    assert [decimals.read(text) for text in texts] == ["0.25", "1.800", "1800.5", "12", "x,y", 3]
    assert decimals.note == SAID


def test_between_semicolons_a_comma_is_of_decimals(contract: Contract) -> None:
    decimals = found(contract, "1,800")
    assert (decimals.read("1,800"), decimals.is_unclear("1,800")) == ("1.800", False)
    assert decimals.note == SAID


@pytest.mark.parametrize("cells", [("1,800",), ("1,800,000", "1,800"), ("1,800.5", "0,25")])
def test_a_comma_that_may_be_of_thousands_is_refused(contract: Contract, cells: tuple[str, ...]) -> None:
    decimals = found(contract, *cells, delimiter=",")
    assert all(decimals.is_unclear(cell) and decimals.read(cell) == cell for cell in cells)
    assert decimals.note == ""


def test_a_point_that_may_be_of_thousands_is_refused_where_commas_are_of_decimals(contract: Contract) -> None:
    assert found(contract, "1.800", "0,5").is_unclear("1.800")
    assert found(contract, "1.800").is_unclear("1.800")
    # A program that parts columns by semicolons and writes points all the same.
    assert not found(contract, "1.800", "2.5").is_unclear("1.800")
    assert not found(contract, "1.800", delimiter=",").is_unclear("1.800")
    assert not found(contract, "0.125").is_unclear("0.125")


def test_what_is_no_number_is_left_to_the_checks(contract: Contract) -> None:
    decimals = found(contract, "many, or few", delimiter=",")
    assert (decimals.is_comma, decimals.note) == (False, "")
    assert not decimals.is_unclear("many, or few")
