"""What may be trained on, and what the model reads."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest

from core.checks import check_rows
from core.cleaning import clean, from_features, labelled_rows, to_features
from core.contract import Contract
from tests.conftest import listings


def accepted(contract: Contract, *changes: dict[str, object]) -> pd.DataFrame:
    return check_rows([listings(1)[0] | change for change in changes], contract).accepted


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"price": None}, "Price is missing"),
        ({"price": 0.0}, "a price of 1,000 or less is a placeholder"),
        ({"price": 1000.0}, "a price of 1,000 or less is a placeholder"),
        ({"price": 2_147_483_600.0}, "Price is not 0 to 1,000,000,000"),
        ({"bed": 473.0}, "Bedrooms is not 0 to 20"),
        ({"house_size": 1_040_400_400.0}, "Living area is not 1 to 50,000"),
        ({"prev_sold_date": "1900-12-31"}, "Last sold is not 1901-01-01 or later"),
    ],
)
def test_a_row_that_cannot_be_trusted_is_left_out_with_its_reason(
    contract: Contract, change: dict[str, object], reason: str
) -> None:
    kept, left_out = clean(accepted(contract, {}, change), contract)
    assert kept.index.tolist() == [0]
    assert left_out == {reason: 1}


def test_a_row_is_left_out_for_one_reason_only(contract: Contract) -> None:
    kept, left_out = clean(accepted(contract, {"price": 0.0, "bed": 99.0}), contract)
    assert kept.empty
    assert sum(left_out.values()) == 1


def test_a_price_just_above_the_rule_is_kept(contract: Contract) -> None:
    assert len(clean(accepted(contract, {"price": 1000.01}), contract)[0]) == 1


def test_a_missing_feature_keeps_its_row(contract: Contract) -> None:
    changes = dict.fromkeys(contract.feature_names)
    assert len(clean(accepted(contract, changes), contract)[0]) == 1


def test_every_clean_row_has_its_split(contract: Contract) -> None:
    kept, _ = clean(check_rows(listings(300), contract).accepted, contract)
    assert set(kept["split"]) == {"train", "validation", "test"}


def test_the_model_reads_numbers_texts_and_days(contract: Contract) -> None:
    rows = accepted(contract, {"prev_sold_date": "1970-01-11", "zip_code": 601.0}, {"bed": None, "city": None})
    features = to_features(rows, contract)
    assert tuple(features) == contract.feature_names
    assert features["prev_sold_date"].tolist()[0] == 10.0
    assert features["zip_code"].tolist()[0] == "00601"
    assert math.isnan(features["bed"].tolist()[1])
    assert features["city"].tolist()[1] == ""
    assert all(
        features[column.name].dtype == np.float64 for column in contract.features if column.kind in ("number", "date")
    )


def test_a_feature_row_reads_back_as_a_person_knows_it(contract: Contract) -> None:
    shown = from_features({"prev_sold_date": 10.0, "bed": float("nan"), "city": "", "state": "Ohio"}, contract)
    assert shown == {"prev_sold_date": date(1970, 1, 11), "bed": None, "city": None, "state": "Ohio"}


def test_labelled_rows_go_together(contract: Contract) -> None:
    kept, _ = clean(check_rows(listings(30), contract).accepted, contract)
    rows = labelled_rows(kept, contract)
    assert len(rows) == len(rows.target) == len(rows.segments) == 30
    assert contract.target not in rows.features
