"""The lean form of a model answers as the model does, whatever the row holds."""

import io
import json
import math
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.cleaning import feature_row, to_features
from core.contract import Contract
from core.errors import ModelNotLoadable
from core.training import LeanModel, TabularModel, lean_from_bytes, lean_to_bytes, make_lean
from core.training.families import DEFAULTS
from core.training.interval import Calibration
from core.training.search import fit
from tests.conftest import listings
from tests.core.test_training import parts_of

CALIBRATION = Calibration(0.8, [11.0, 12.5], [-0.4, -0.2], [0.1, 0.3])
FAMILIES = ("histogram_boosting", "extra_trees")


@pytest.fixture(scope="module", params=FAMILIES)
def pair(request: pytest.FixtureRequest, contract: Contract) -> tuple[TabularModel, LeanModel]:
    rows = parts_of(listings(3000) + listings(300, seed=5, bed=None, city=None), contract)["train"]
    model = fit(request.param, DEFAULTS[request.param], rows, contract, 7)
    model.calibration = CALIBRATION
    lean = make_lean(model)
    assert lean is not None
    return model, lean


numbers = st.one_of(st.none(), st.floats(0, 1e6), st.sampled_from([0.0, 1.0, 2.0, 3.0]))
INPUTS = st.fixed_dictionaries(
    {
        **dict.fromkeys(("bed", "bath", "acre_lot", "house_size"), numbers),
        "city": st.one_of(st.none(), st.sampled_from(["Town 1", "Town 7", "Nowhere"])),
        "state": st.one_of(st.none(), st.sampled_from(["Texas", "Maine", "Atlantis"])),
        "zip_code": st.one_of(st.none(), st.sampled_from(["01004", "99999", "x-7", "²"])),
        "brokered_by": st.one_of(st.none(), st.integers(1, 90).map(str)),
        "status": st.one_of(st.none(), st.sampled_from(["for_sale", "sold", "lost"])),
        "prev_sold_date": st.one_of(st.none(), st.dates().map(str)),
    }
)


def framed(inputs: dict[str, Any], contract: Contract) -> pd.DataFrame:
    columns = {
        name: pd.Series([value], dtype=float if contract[name].is_number else object) for name, value in inputs.items()
    }
    return to_features(pd.DataFrame(columns), contract)


@settings(max_examples=150, deadline=None)
@given(inputs=INPUTS)
def test_every_row_gets_the_same_value_as_from_the_model(
    pair: tuple[TabularModel, LeanModel], contract: Contract, inputs: dict[str, Any]
) -> None:
    model, lean = pair
    frame = framed(inputs, contract)
    value, interval = lean.predict_row(feature_row(inputs, contract))
    ranges = model.ranges(model.predict(frame))
    assert value == pytest.approx(float(model.predict(frame)[0]), rel=1e-12)
    assert interval is not None
    assert ranges is not None
    assert (interval.low, interval.high) == pytest.approx(tuple(ranges[0]), rel=1e-9)
    assert interval.low <= value <= interval.high


@given(inputs=INPUTS)
def test_a_row_without_a_frame_is_the_row_of_the_frame(contract: Contract, inputs: dict[str, Any]) -> None:
    frame = framed(inputs, contract)
    for name, value in feature_row(inputs, contract).items():
        expected = frame[name].iloc[0]
        assert value == expected or (math.isnan(value) and math.isnan(expected))


def test_its_bytes_give_it_back(pair: tuple[TabularModel, LeanModel], contract: Contract) -> None:
    lean = pair[1]
    again = lean_from_bytes(lean_to_bytes(lean))
    row = feature_row({"bed": 3.0, "city": "Town 4"}, contract)
    assert again.predict_row(row) == lean.predict_row(row)
    assert (again.columns, again.ratios, again.is_log) == (lean.columns, lean.ratios, lean.is_log)


def test_a_model_of_an_earlier_release_answers_without_a_range(
    pair: tuple[TabularModel, LeanModel], contract: Contract
) -> None:
    earlier = replace(pair[1], calibration=None)
    value, interval = lean_from_bytes(lean_to_bytes(earlier)).predict_row(feature_row({"bed": 3.0}, contract))
    assert interval is None
    assert value == pair[1].predict_row(feature_row({"bed": 3.0}, contract))[0]


def test_a_form_of_an_earlier_release_held_one_number_a_text(contract: Contract) -> None:
    rows = parts_of(listings(300), contract)["train"]
    model = fit("histogram_boosting", DEFAULTS["histogram_boosting"], rows, contract, 7, is_rich=False)
    lean = make_lean(model)
    assert lean is not None
    with np.load(io.BytesIO(lean_to_bytes(lean))) as archive:
        arrays = {name: archive[name] for name in archive.files if not name.startswith("table_")}
    head = json.loads(arrays["head"].tobytes())
    head["tables"] = {
        name: dict(zip(words, lean.tables[name][:, 0].tolist(), strict=False))
        for name, words in head.pop("words").items()
    }
    head["otherwise"] = {name: float(table[-1, 0]) for name, table in lean.tables.items()}
    arrays["head"] = np.frombuffer(json.dumps(head).encode(), np.uint8)
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **arrays)
    again = lean_from_bytes(buffer.getvalue())
    for city in ("Town 1", "Nowhere"):
        row = feature_row({"bed": 3.0, "city": city}, contract)
        assert again.predict_row(row) == lean.predict_row(row)


def test_what_is_no_lean_model_is_told() -> None:
    with pytest.raises(ModelNotLoadable, match="The stored lean form of a model cannot be read"):
        lean_from_bytes(b"something else")


def test_a_model_that_is_not_all_trees_has_no_lean_form(contract: Contract) -> None:
    rows = parts_of(listings(300), contract)["train"]
    assert make_lean(fit("linear", DEFAULTS["linear"], rows, contract, 7)) is None
    assert make_lean(object()) is None


@settings(max_examples=60, deadline=None)
@given(inputs=INPUTS)
def test_both_forms_name_the_same_texts_that_were_never_seen(
    pair: tuple[TabularModel, LeanModel], contract: Contract, inputs: dict[str, Any]
) -> None:
    model, lean = pair
    row = feature_row(inputs, contract)
    named = lean.unknown(row)
    assert named == model.unknown(row) == lean_from_bytes(lean_to_bytes(lean)).unknown(row)
    for name, odd in {"city": "Nowhere", "state": "Atlantis", "status": "lost", "zip_code": "99999"}.items():
        assert (name in named) == (inputs[name] in (odd, "x-7", "²"))
