"""Explanations add up to the prediction, whatever the row and whatever the model."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from numpy.typing import NDArray

from core.contract import Contract, load_contract
from core.errors import ModelNotLoadable
from core.explanation import (
    explain,
    importance,
    inner_problem,
    most_rows,
    outer_problem,
    reasons_from_bytes,
    reasons_to_bytes,
    sample_places,
    to_unit,
)
from core.explanation.trees import explain_trees, make_ready
from core.records import Explanation, LabelledRows, StoredReasons
from core.training import FAMILIES, TabularModel
from core.training.families import DEFAULTS
from core.training.search import fit
from core.training.trees import Ensemble, Tree, read_ensembles
from tests.conftest import listings
from tests.core.test_training import parts_of

CONTRACT = load_contract("real_estate")
NUMBERS = some.one_of(some.just(float("nan")), some.floats(-1e9, 1e12), some.integers(0, 9).map(float))
TEXTS = some.one_of(some.sampled_from(["", "Texas", "Town 4", "01004", "sold", "9"]), some.text(max_size=5))
ROW = some.fixed_dictionaries({c.name: TEXTS if c.is_text else NUMBERS for c in CONTRACT.features})
MODELS: dict[str, TabularModel] = {}


@pytest.fixture(scope="module")
def rows(contract: Contract) -> LabelledRows:
    return parts_of(listings(400), contract)["train"]


@pytest.fixture(scope="module", autouse=True)
def models(rows: LabelledRows, contract: Contract) -> dict[str, TabularModel]:
    small: dict[str, dict[str, Any]] = {"histogram_boosting": {"max_iter": 30}, "extra_trees": {"n_estimators": 10}}
    for family in FAMILIES:
        MODELS[family] = fit(family, DEFAULTS[family] | small.get(family, {}), rows, contract, 7)
    return MODELS


@pytest.mark.parametrize("family", list(FAMILIES))
@settings(max_examples=15, deadline=None)
@given(values=some.lists(ROW, min_size=1, max_size=4))
def test_base_and_parts_sum_to_the_prediction(family: str, values: list[dict[str, Any]]) -> None:
    features = pd.DataFrame(values)[list(CONTRACT.feature_names)]
    found = explain(MODELS[family], features)
    assert found.features == CONTRACT.feature_names
    assert found.base + found.values.sum(axis=1) == pytest.approx(found.predictions, rel=1e-6)
    assert found.predictions == pytest.approx(MODELS[family].predict(features), rel=1e-12)


@pytest.mark.parametrize("family", ["histogram_boosting", "extra_trees"])
def test_reasons_along_the_paths_of_trees_are_those_of_shap(
    models: dict[str, TabularModel], rows: LabelledRows, family: str
) -> None:
    from shap import TreeExplainer

    matrix = models[family].matrix(rows.features)[:300]
    matrix[::7, 2] = np.nan
    matrix[3:5] = [[np.inf], [-np.inf]] if family == "histogram_boosting" else [[9e30], [-9e30]]
    ensembles = read_ensembles(models[family].regressors, matrix.shape[1])
    assert ensembles is not None
    base, values = explain_trees(make_ready(ensembles, matrix.shape[1]), matrix)
    expected_base, expected = [], []
    for regressor in models[family].regressors:
        is_forest = hasattr(regressor, "steps")
        explainer = TreeExplainer(regressor[-1] if is_forest else regressor)
        seen = regressor[:-1].transform(matrix).astype(np.float32) if is_forest else matrix
        expected.append(explainer.shap_values(seen, check_additivity=False))
        expected_base.append(np.ravel(explainer.expected_value)[0])
    assert base == pytest.approx(np.mean(expected_base), rel=1e-12)
    assert values == pytest.approx(np.mean(expected, axis=0), rel=1e-6, abs=1e-12)
    assert np.abs(values).max() > 0.1


def test_reasons_of_a_tree_are_its_shapley_values_by_their_definition() -> None:
    """One tree that cuts the first of two features twice, against the average over both orders of the features."""
    nodes = {
        "feature": [0, 1, 0, 0, 0, 0, 0],
        "threshold": [5.0, 1.0, 2.0, 0.0, 0.0, 0.0, 0.0],
        "left": [1, 2, 3, 3, 4, 5, 6],
        "right": [6, 5, 4, 3, 4, 5, 6],
        "value": [0.0, 0.0, 0.0, 10.0, 20.0, 40.0, 80.0],
        "cover": [16.0, 12.0, 8.0, 2.0, 6.0, 4.0, 4.0],
    }
    arrays = {name: np.array(values) for name, values in nodes.items()}
    tree = Tree(**arrays, missing_left=np.zeros(7, dtype=bool), depth=3)
    base, values = explain_trees(make_ready([Ensemble([tree], 100.0)], 2), np.array([[1.0, 0.0]]))
    nothing = 100 + (2 * 10 + 6 * 20 + 4 * 40 + 4 * 80) / 16
    first = 100 + (8 * 10 + 4 * 40) / 12
    second = 100 + 12 / 16 * (2 * 10 + 6 * 20) / 8 + 4 / 16 * 80
    both = 100 + 10
    assert base == pytest.approx([nothing])
    assert values[0, 0] == pytest.approx(((first - nothing) + (both - second)) / 2)
    assert values[0, 1] == pytest.approx(((second - nothing) + (both - first)) / 2)


def test_rows_that_fill_no_block_are_explained_as_the_others(
    models: dict[str, TabularModel], rows: LabelledRows, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = explain(models["histogram_boosting"], rows.features)
    monkeypatch.setattr("core.explanation.trees.BLOCK_ROWS", 17)
    assert explain(models["histogram_boosting"], rows.features).values == pytest.approx(whole.values, rel=1e-12)


def test_trees_in_another_order_of_nodes_are_refused() -> None:
    ends, places = np.zeros(5), np.arange(5)
    tree = Tree(places * 0, ends, ends > 0, np.array([3, 1, 2, 1, 4]), np.array([4, 1, 2, 2, 4]), ends, ends + 1, 2)
    with pytest.raises(ValueError, match="not in preorder"):
        make_ready([Ensemble([tree], 0.0)], 1)


def test_a_model_of_a_plain_target_adds_up_too(rows: LabelledRows, contract: Contract) -> None:
    moved = LabelledRows(rows.features, rows.target - 250_000, rows.segments)
    model = fit("histogram_boosting", DEFAULTS["histogram_boosting"] | {"max_iter": 20}, moved, contract, 7)
    found = explain(model, rows.features)
    assert found.base + found.values.sum(axis=1) == pytest.approx(model.predict(rows.features), rel=1e-6, abs=1e-3)


def test_the_size_of_a_house_matters_most(models: dict[str, TabularModel], rows: LabelledRows) -> None:
    sizes = importance(explain(models["histogram_boosting"], rows.features))
    assert sizes.index[0] == "house_size"
    assert sizes.is_monotonic_decreasing
    assert set(sizes.index) == set(CONTRACT.feature_names)


def test_parts_of_a_logarithm_keep_their_sign_and_sum_in_the_unit() -> None:
    base, logs = np.array([12.0, 12.0, 12.0]), np.array([[0.5, -0.2], [0.3, -0.3], [0.0, 0.0]])
    start, parts = to_unit(base, logs)
    assert start + parts.sum(axis=1) == pytest.approx(np.exp(base + logs.sum(axis=1)), rel=1e-12)
    assert (np.sign(parts) == np.sign(logs)).all()
    assert parts[1] == pytest.approx(np.exp(12) * logs[1])


def test_parts_of_a_logarithm_are_the_integral_along_the_straight_path() -> None:
    logs = np.array([0.7, -0.4, 0.2])
    steps = (np.arange(20_000) + 0.5) / 20_000
    slopes = np.exp(3.0 + steps * logs.sum()).mean()
    _, parts = to_unit(np.array([3.0]), logs[None, :])
    assert parts[0] == pytest.approx(logs * slopes, rel=1e-8)


def test_reasons_that_do_not_add_up_are_an_error(models: dict[str, TabularModel], rows: LabelledRows) -> None:
    honest = models["linear"]
    twisted = TabularModel(honest.encoder, [_Twisted(honest.regressors[0])], honest.is_log, honest.columns)
    with pytest.raises(ModelNotLoadable, match="do not add up to the prediction"):
        explain(twisted, rows.features)


class _Twisted:
    """Says something else than its coefficients."""

    def __init__(self, pipeline: Any) -> None:
        self.steps, self.pipeline = pipeline.steps, pipeline

    def __getitem__(self, place: Any) -> Any:
        return self.pipeline[place]

    def predict(self, matrix: Any) -> Any:
        return self.pipeline.predict(matrix) * 1.01


def test_a_tree_model_of_another_program_is_explained_by_its_trees(rows: LabelledRows) -> None:
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline

    features = rows.features[["bed", "bath", "house_size"]]
    model = make_pipeline(SimpleImputer(), RandomForestRegressor(10, random_state=0)).fit(features, rows.target)
    assert most_rows(model, features, 2000) == len(features)
    found = explain(model, features)
    assert found.values.shape == features.shape
    assert found.base + found.values.sum(axis=1) == pytest.approx(model.predict(features), rel=1e-6)


def test_any_other_model_is_explained_by_permutations_for_few_rows(rows: LabelledRows) -> None:
    from sklearn.compose import make_column_transformer
    from sklearn.neighbors import KNeighborsRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    features = rows.features[["bed", "house_size", "state"]]
    columns = make_column_transformer((StandardScaler(), ["bed", "house_size"]), (OneHotEncoder(), ["state"]))
    model = make_pipeline(columns, KNeighborsRegressor()).fit(features, rows.target)
    found = explain(model, features[:5])
    assert found.features == ("bed", "house_size", "state")
    assert found.base + found.values.sum(axis=1) == pytest.approx(model.predict(features[:5]), rel=1e-6)
    assert most_rows(model, features, 2000) == 100
    with pytest.raises(ModelNotLoadable, match="at most 100 rows"):
        explain(model, features)


def test_a_model_that_lacks_a_column_says_so(models: dict[str, TabularModel], rows: LabelledRows) -> None:
    with pytest.raises(ModelNotLoadable, match="cannot be explained: 'bed'"):
        explain(models["linear"], rows.features.drop(columns="bed"))


def drawn(segments: NDArray[np.str_], keys: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    rows = LabelledRows(pd.DataFrame({"x": range(len(keys))}), np.ones(len(keys)), segments)
    return sample_places(rows, keys, count)


def test_a_sample_has_of_each_segment_its_share() -> None:
    segments = np.array(["a"] * 700 + ["b"] * 200 + ["c"] * 100)
    keys = np.random.default_rng(3).integers(-(2**63), 2**63 - 1, 1000)
    places = drawn(segments, keys, 100)
    assert pd.Series(segments[places]).value_counts().to_dict() == {"a": 70, "b": 20, "c": 10}
    assert (np.diff(places) > 0).all()
    assert (drawn(segments, keys, 100) == places).all()


@settings(max_examples=50)
@given(seed=some.integers(0, 999), rows=some.integers(1, 300), count=some.integers(1, 300))
def test_a_sample_is_as_large_as_asked_for_and_near_each_share(seed: int, rows: int, count: int) -> None:
    random = np.random.default_rng(seed)
    segments, keys = random.choice(["a", "b", "c", "d"], rows, p=[0.6, 0.3, 0.09, 0.01]), random.permutation(rows)
    places = drawn(segments, keys, count)
    assert len(places) == len(set(places)) == min(rows, count)
    for name in set(segments):
        share = (segments == name).sum() * min(rows, count) / rows
        assert abs((segments[places] == name).sum() - share) < 1


def test_samples_of_holdouts_that_share_rows_share_many() -> None:
    random = np.random.default_rng(1)
    segments, keys = random.choice(["a", "b"], 20_000), random.integers(-(2**63), 2**63 - 1, 20_000)
    early, late = drawn(segments[:10_000], keys[:10_000], 2_000), drawn(segments, keys, 2_000)
    shared = set(early) & set(late)
    assert len(shared) > 900
    assert shared == set(late[late < 10_000])


def test_a_sample_of_few_rows_is_all_of_them(rows: LabelledRows) -> None:
    assert list(sample_places(rows, np.arange(len(rows)), 10_000)) == list(range(len(rows)))


def stored(explanation: Explanation, rows: LabelledRows) -> StoredReasons:
    keys = np.arange(len(rows), dtype=np.int64) * 7 - 2**40
    return StoredReasons(explanation, keys, rows.target, rows.segments, np.ones(len(rows), dtype=np.int64), 4)


def test_reasons_survive_their_bytes(models: dict[str, TabularModel], rows: LabelledRows) -> None:
    kept = stored(explain(models["linear"], rows.features), rows)
    again = reasons_from_bytes(reasons_to_bytes(kept))
    assert again.version == 4
    assert again.explanation.features == kept.explanation.features
    for name in ("base", "values", "predictions"):
        assert (getattr(again.explanation, name) == getattr(kept.explanation, name)).all()
    for name in ("keys", "target", "segments", "batches"):
        assert (getattr(again, name) == getattr(kept, name)).all()
    expected = kept.explanation.data.reset_index(drop=True)
    pd.testing.assert_frame_equal(again.explanation.data, expected, check_dtype=False)


def test_stored_reasons_that_are_those_of_the_model_have_no_problem(
    models: dict[str, TabularModel], rows: LabelledRows
) -> None:
    kept = stored(explain(models["linear"], rows.features), rows)
    assert inner_problem(kept, 4) == ""
    assert outer_problem(kept, models["linear"].predict(rows.features)) == ""


def test_stored_reasons_that_were_changed_are_refused_in_a_sentence(
    models: dict[str, TabularModel], rows: LabelledRows
) -> None:
    kept = stored(explain(models["linear"], rows.features), rows)
    assert inner_problem(kept, 5) == "They are those of version 4."
    assert inner_problem(replace(kept, target=kept.target[1:]), 4) == (
        "They do not have the same rows and features throughout."
    )
    values = kept.explanation.values.copy()
    values[3, 0] += 1000
    values[5, 1] = np.nan
    changed = replace(kept, explanation=replace(kept.explanation, values=values))
    assert inner_problem(changed, 4) == f"Of 2 of {len(rows):,} rows they do not add up to the prediction."
    now = kept.explanation.predictions.copy()
    now[7] += 2500
    assert outer_problem(kept, now) == (
        f"The model now says something else of 1 of {len(rows):,} rows (off by up to 2,500)."
    )


@pytest.mark.parametrize("content", [b"", b"nonsense", b"PK\x03\x04broken"])
def test_bytes_that_are_no_reasons_are_refused(content: bytes) -> None:
    with pytest.raises(ModelNotLoadable, match="The stored reasons cannot be read"):
        reasons_from_bytes(content)


def test_a_pickled_object_among_the_bytes_is_not_loaded() -> None:
    import io

    buffer = io.BytesIO()
    np.savez(buffer, head=np.array([{"a": 1}], dtype=object))
    with pytest.raises(ModelNotLoadable, match="cannot be read"):
        reasons_from_bytes(buffer.getvalue())
