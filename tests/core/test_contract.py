"""The contract file: what it gives, and the sentence for each way to get it wrong."""

import copy
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from core.contract import CONTRACTS, Contract, load_contract, parse_contract
from core.errors import ContractError

GOOD = tomllib.loads((CONTRACTS / "real_estate.toml").read_text())


def test_the_shipped_contract_says_what_a_listing_is(contract: Contract) -> None:
    assert len(contract.columns) == 12
    assert contract.target == "price"
    assert [column.name for column in contract.drift_columns] == ["price", "bed", "bath", "acre_lot", "house_size"]
    assert contract.group == ("street", "city", "state", "zip_code")
    assert contract["prev_sold_date"].min == date(1901, 1, 1)
    assert contract["house_size"].label_with_unit == "Living area (sq ft)"
    assert contract["bed"].range_sentence() == "0 to 20"


def test_neither_target_nor_property_is_a_feature(contract: Contract) -> None:
    assert contract.target not in contract.feature_names
    assert "street" not in contract.feature_names
    assert len(contract.inputs) == 11


def wrong(change: Any) -> dict[str, Any]:
    content = copy.deepcopy(GOOD)
    change(content)
    return content


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda c: c.pop("target"), "'target' is missing or of the wrong type."),
        (lambda c: c.update(target="colour"), "'colour' is used but is no column."),
        (lambda c: c.update(target="city"), "the target city must be a number and no feature."),
        (lambda c: c.update(name="Real Estate"), "name must be lower-case letters, digits and _, got 'Real Estate'."),
        (lambda c: c["columns"][0].update(kind="money"), "the kind of column brokered_by must be one of"),
        (lambda c: c["columns"][0].update(name="x; DROP TABLE"), "a column's name must be lower-case"),
        (lambda c: c["columns"][0].update(name="row_hash"), "a column cannot be called 'row_hash'"),
        (lambda c: c["columns"][0].update(colour="red"), "column brokered_by has unknown entries: colour."),
        (lambda c: c["columns"].append(c["columns"][0]), "a column's name stands twice."),
        (lambda c: c.update(split={"train": 0.9, "test": 0.1}), "split must give shares of train, validation, test"),
        (lambda c: c.update(split={"train": 0.9, "validation": 0.2, "test": 0.2}), "that sum to 1."),
        (lambda c: c["columns"][7].update(drift=True), "only numbers can be"),
        (lambda c: c["columns"][11].update(min="long ago"), "a range of column prev_sold_date must be an ISO date"),
        (lambda c: c["cleaning"]["drop"][0].update(column="city"), "a cleaning rule must name a number."),
    ],
)
def test_a_wrong_contract_is_refused_in_one_sentence(change: Any, sentence: str) -> None:
    with pytest.raises(ContractError) as caught:
        parse_contract(wrong(change))
    assert sentence in str(caught.value)


def test_a_contract_that_is_not_there_is_named() -> None:
    with pytest.raises(ContractError, match="The contract 'cars' cannot be read"):
        load_contract("cars")


def test_a_contract_that_is_no_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "cars.toml"
    path.write_text("name = = 1")
    with pytest.raises(ContractError, match="is not valid TOML"):
        load_contract(str(path))


def test_another_teams_contract_needs_a_file_and_no_code(tmp_path: Path) -> None:
    path = tmp_path / "cars.toml"
    path.write_text(CARS)
    cars = load_contract(str(path))
    assert cars.feature_names == ("power", "maker")
    assert cars.row_noun == "row"


CARS = """
name = "cars"
title = "Used cars"
target = "price"
group = ["maker"]
segment = "maker"
[split]
train = 0.6
validation = 0.2
test = 0.2
[[columns]]
name = "price"
kind = "number"
drift = true
[[columns]]
name = "power"
kind = "number"
feature = true
[[columns]]
name = "maker"
kind = "category"
feature = true
"""
