"""Training: searched with a seed, chosen on validation rows, never fitted on the holdout."""

from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.checks import check_rows
from core.cleaning import clean, labelled_rows
from core.contract import Contract, parse_contract
from core.errors import RunCancelled, TrainingError
from core.records import Candidate, LabelledRows, SearchPlan, Trial
from core.training import FAMILIES, LEAST_ROWS, score, train_candidate
from core.training.drawing import count_draws, planned_draws
from core.training.encoding import Encoder, encoder_for, shares
from core.training.families import DEFAULTS
from core.training.search import SEARCHED_ROWS, encode
from core.training.spread import MOST_AT_ONCE
from core.training.texts import FOLDS, Column, learn
from core.training.threads import one_thread
from tests.conftest import listings

PLAN = SearchPlan(draws=3, seconds=60.0, seed=7)
Parts = dict[str, LabelledRows]


def quiet(*_: Any) -> None:
    """Nobody listens."""


def parts_of(rows: list[dict[str, Any]], contract: Contract) -> Parts:
    frame, _ = clean(check_rows(rows, contract).accepted, contract)
    return {name: labelled_rows(frame[frame["split"] == name], contract) for name in ("train", "validation", "test")}


def train(parts: Parts, contract: Contract, plan: SearchPlan = PLAN, on_trial: Any = quiet) -> Candidate:
    return train_candidate(parts["train"], parts["validation"], parts["test"], contract, plan, on_trial)


@pytest.fixture(scope="module")
def parts(contract: Contract) -> Parts:
    return parts_of(listings(600), contract)


@pytest.fixture(scope="module")
def candidate(parts: Parts, contract: Contract) -> Candidate:
    return train(parts, contract)


def test_the_search_tries_each_family_with_its_defaults_first(candidate: Candidate) -> None:
    assert [trial.family for trial in candidate.trials] == list(FAMILIES)
    assert [trial.number for trial in candidate.trials] == [1, 2, 3]


def test_the_candidate_is_the_trial_with_the_least_validation_error(candidate: Candidate) -> None:
    best = min(candidate.trials, key=lambda trial: trial.score)
    assert (candidate.family, candidate.parameters) == (best.family, best.parameters)


def test_the_same_plan_on_the_same_rows_gives_the_same_model(
    parts: Parts, contract: Contract, candidate: Candidate
) -> None:
    again = train(parts, contract)
    # But for the last digits: in which order a BLAS adds up hangs on where in memory its numbers lie.
    expected = [trial.score for trial in candidate.trials]
    assert [trial.score for trial in again.trials] == pytest.approx(expected, rel=1e-9)
    for part, metrics in candidate.metrics.items():
        assert again.metrics[part] == pytest.approx(metrics, rel=1e-9)


def test_another_seed_draws_other_parameters(parts: Parts, contract: Contract) -> None:
    drawn = set()
    for seed in (1, 2, 3):
        plan = SearchPlan(draws=4, seconds=60.0, seed=seed, families=("linear",))
        drawn.add(tuple(str(trial.parameters) for trial in train(parts, contract, plan).trials))
    assert len(drawn) > 1


def test_a_model_beats_the_average_price(candidate: Candidate, parts: Parts) -> None:
    always = float(np.abs(parts["test"].target - parts["train"].target.mean()).mean())
    assert candidate.metrics["test"]["mae"] < 0.8 * always
    assert candidate.metrics["test"]["r2"] > 0.2


def test_metrics_are_of_the_model_on_the_test_rows(candidate: Candidate, parts: Parts) -> None:
    assert candidate.metrics["test"] == score(candidate.model, parts["test"])
    assert set(candidate.metrics) == {"validation", "test"}


def test_the_target_of_the_holdout_is_never_read_before_scoring(
    parts: Parts, contract: Contract, candidate: Candidate
) -> None:
    test = parts["test"]
    other = LabelledRows(test.features, test.target[::-1] * 3, test.segments)
    again = train(parts | {"test": other}, contract)
    assert again.model.predict(test.features) == pytest.approx(candidate.model.predict(test.features), rel=1e-9)


def test_no_draw_starts_after_the_time_is_over_and_one_is_always_made(parts: Parts, contract: Contract) -> None:
    plan = SearchPlan(draws=50, seconds=1e-9, seed=7, families=("linear",))
    assert len(train(parts, contract, plan).trials) == 1


def test_every_trial_is_told_and_can_end_the_search(parts: Parts, contract: Contract) -> None:
    told: list[tuple[str, int, int]] = []

    def stop(trial: Trial, done: int, planned: int) -> None:
        told.append((trial.family, done, planned))
        if done == 2:
            raise RunCancelled("An operator asked the run to stop.")

    with pytest.raises(RunCancelled):
        train(parts, contract, replace(PLAN, draws=9, families=("linear", "extra_trees")), stop)
    assert told == [("linear", 1, 9), ("extra_trees", 2, 9)]


def test_where_it_is_enough_the_best_of_those_under_way_is_taken(parts: Parts, contract: Contract) -> None:
    plan = replace(PLAN, draws=50, families=("histogram_boosting",))
    found = train(parts, contract, plan, lambda _trial, done, _planned: done == 2)
    assert 2 <= len(found.trials) <= 2 + MOST_AT_ONCE
    assert found.parameters == min(found.trials, key=lambda trial: trial.score).parameters


def test_a_search_that_has_tried_every_set_of_its_family_ends(parts: Parts, contract: Contract) -> None:
    told: list[tuple[int, int]] = []
    plan = replace(PLAN, draws=8, families=("linear",))
    found = train(parts, contract, plan, lambda _trial, done, planned: told.append((done, planned)))
    assert sorted(trial.parameters["alpha"] for trial in found.trials) == [0.1, 1.0, 10.0, 100.0]
    assert told == [(1, 4), (2, 4), (3, 4), (4, 4)]


@given(
    st.integers(0, 2**31),
    st.integers(1, 60),
    st.lists(st.sampled_from(sorted(FAMILIES)), unique=True),
)
def test_no_set_is_drawn_twice_and_fewer_draws_are_the_first_of_more(
    seed: int, count: int, families: list[str]
) -> None:
    plan = SearchPlan(draws=count, seconds=1.0, seed=seed, families=tuple(families))
    drawn = list(planned_draws(plan))
    assert len(drawn) == count_draws(plan)
    assert [one.number for one in drawn] == list(range(1, len(drawn) + 1))
    assert len({(one.family, str(one.parameters)) for one in drawn}) == len(drawn)
    assert list(planned_draws(replace(plan, draws=count + 5)))[:count] == drawn


def test_too_few_rows_are_refused_with_the_least_number(parts: Parts, contract: Contract) -> None:
    few = LabelledRows(parts["train"].features[:5], parts["train"].target[:5], parts["train"].segments[:5])
    with pytest.raises(TrainingError, match=f"at least {LEAST_ROWS} rows in the train split, got 5"):
        train(parts | {"train": few}, contract)


@pytest.mark.parametrize("split", ["validation", "test"])
def test_an_empty_split_is_refused(parts: Parts, contract: Contract, split: str) -> None:
    empty = LabelledRows(parts[split].features[:0], parts[split].target[:0], parts[split].segments[:0])
    with pytest.raises(TrainingError, match=f"needs rows in the {split} split"):
        train(parts | {split: empty}, contract)


def test_a_target_that_is_no_number_is_refused(parts: Parts, contract: Contract) -> None:
    target = parts["train"].target.copy()
    target[3] = np.nan
    with pytest.raises(TrainingError, match="price must be a finite number in every row of train"):
        train(parts | {"train": LabelledRows(parts["train"].features, target, parts["train"].segments)}, contract)


def test_an_unknown_family_is_refused(parts: Parts, contract: Contract) -> None:
    with pytest.raises(TrainingError, match="must be one of histogram_boosting, extra_trees, linear, got forest"):
        train(parts, contract, replace(PLAN, families=("forest",)))


@pytest.mark.parametrize("family", list(FAMILIES))
def test_a_model_answers_for_values_that_it_never_saw(parts: Parts, contract: Contract, family: str) -> None:
    plan = SearchPlan(draws=1, seconds=60.0, seed=7, families=(family,))
    model = train(parts, contract, plan).model
    unknown = {c.name: ["new", ""] if c.is_text else [np.nan, 1e12] for c in contract.features}
    found = model.predict(pd.DataFrame(unknown))
    assert found.shape == (2,)
    assert np.isfinite(found).all()
    assert (found > 0).all()


def test_columns_without_a_single_value_can_be_trained_on(contract: Contract) -> None:
    rows = listings(200, brokered_by=None, bed=None, house_size=None, prev_sold_date=None)
    assert np.isfinite(train(parts_of(rows, contract), contract).metrics["test"]["rmse"])


def test_a_target_that_may_be_below_zero_is_fitted_as_it_is(parts: Parts, contract: Contract) -> None:
    moved = {name: LabelledRows(rows.features, rows.target - 250_000, rows.segments) for name, rows in parts.items()}
    candidate = train(moved, contract)
    assert not candidate.model.is_log
    assert candidate.metrics["test"]["r2"] > 0.2


def test_a_large_set_is_searched_on_a_part_and_fitted_on_all_but_what_its_range_is_made_from(
    parts: Parts, contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    fitted: list[int] = []
    monkeypatch.setattr("core.training.search.SEARCHED_ROWS", 100)

    def spy(rows: LabelledRows, *rest: Any) -> Any:
        fitted.append(len(rows))
        return encode(rows, *rest)

    monkeypatch.setattr("core.training.search.encode", spy)
    train(parts, contract, replace(PLAN, draws=1, families=("linear",)))
    kept_out = len(parts["validation"]) // 2
    assert fitted == [100, len(parts["train"]) + len(parts["validation"]) - kept_out]
    assert SEARCHED_ROWS > 10_000


def test_on_very_many_rows_a_third_of_the_trees_takes_three_times_the_steps() -> None:
    few, many = (FAMILIES["histogram_boosting"](DEFAULTS["histogram_boosting"], n, 7) for n in (100_000, 100_001))
    assert [regressor.max_iter for regressor in few] == [DEFAULTS["histogram_boosting"]["max_iter"]]
    assert [regressor.max_iter for regressor in many] == [few[0].max_iter // 3]
    assert many[0].learning_rate == pytest.approx(3 * few[0].learning_rate)


def test_averaged_trees_are_larger_and_more_where_rows_are_enough_for_that() -> None:
    alone, few, enough = (
        FAMILIES["histogram_boosting"](DEFAULTS["histogram_boosting"], n, 7) for n in (900, 3_000, 7_500)
    )
    assert [len(alone), len(few), len(enough)] == [1, 3, 3]
    sizes = [(each[0].max_leaf_nodes, each[0].max_depth, each[0].max_iter) for each in (alone, few, enough)]
    assert sizes == [(63, 7, 200), (63, 7, 200), (126, 10, 200)]


def test_fits_take_one_thread_and_give_the_others_back_after_it() -> None:
    import sklearn.ensemble  # noqa: F401
    from threadpoolctl import threadpool_info

    def threads() -> set[int]:
        return {library["num_threads"] for library in threadpool_info() if library["user_api"] == "openmp"}

    before = threads()
    with one_thread():
        assert threads() == {1}
    assert threads() == before


def test_another_contract_needs_no_code() -> None:
    contract = parse_contract(
        {
            "name": "wine",
            "title": "Wine",
            "target": "points",
            "group": ["maker"],
            "segment": "maker",
            "split": {"train": 0.6, "validation": 0.2, "test": 0.2},
            "columns": [
                {"name": "points", "kind": "number", "drift": True},
                {"name": "maker", "kind": "category", "feature": True},
                {"name": "age", "kind": "number", "feature": True},
            ],
        }
    )
    random = np.random.default_rng(0)
    age = random.uniform(1, 30, 300)
    features = pd.DataFrame({"maker": random.choice(["a", "b", "c"], 300), "age": age})
    rows = LabelledRows(features, 80 + 0.5 * age, features["maker"].to_numpy(dtype=str))
    candidate = train_candidate(rows, rows, rows, contract, SearchPlan(1, 60.0, 7), quiet)
    assert candidate.metrics["test"]["r2"] > 0.9


@pytest.fixture(scope="module")
def fitted(parts: Parts, contract: Contract) -> tuple[Encoder, np.ndarray]:
    """An encoder, and the matrix of the rows that it was fitted on."""
    encoder = encoder_for(contract)
    return encoder, encoder.fit_transform(parts["train"].features, np.log(parts["train"].target), seed=1)


@settings(max_examples=15, deadline=None)
@given(data=st.data(), target=st.floats(-50, 50))
def test_no_row_has_its_own_target_in_its_numbers_and_others_have(
    parts: Parts, contract: Contract, fitted: tuple[Encoder, np.ndarray], data: st.DataObject, target: float
) -> None:
    """Whatever the target of a row: what the regressor reads of it stays, out of fold."""
    rows, (_, before) = parts["train"], fitted
    changed = np.log(rows.target)
    row = data.draw(st.integers(0, len(rows) - 1))
    changed[row] += target
    after = encoder_for(contract).fit_transform(rows.features, changed, seed=1)
    np.testing.assert_allclose(after[row], before[row], rtol=1e-9, atol=1e-9)
    if abs(target) > 1e-3:
        assert not np.allclose(after, before, rtol=1e-9, atol=1e-9, equal_nan=True)


def test_a_text_of_each_row_alone_says_nothing_of_its_row(parts: Parts, contract: Contract) -> None:
    rows = parts["train"]
    features = rows.features.assign(city=[f"Town {row}" for row in range(len(rows))])
    target = np.log(rows.target)
    encoder = encoder_for(contract)
    matrix = encoder.fit_transform(features, target, seed=1)
    average, effect, count, *levels = (place for place, source in enumerate(encoder.sources) if source == ("city",))
    assert matrix[:, average] == pytest.approx(target.mean(), abs=0.1)
    assert (matrix[:, [effect, count]] == 0).all()
    usual = encoder.transform(features.assign(city="Nowhere"))
    np.testing.assert_allclose(matrix[:, levels], usual[:, levels], atol=0.3)
    assert np.corrcoef(encoder.transform(features)[:, average], target)[0, 1] > 0.8


def texts_of(places: list[int], words: str) -> Column:
    return Column(np.array(places), [f"{words} {place}" for place in range(max(places) + 1)])


def test_a_rare_text_is_drawn_to_what_it_lies_in() -> None:
    """Two states a world apart; each of their towns but one has 9 rows, and that one has one."""
    towns = [*np.repeat(np.arange(10), 9), 10]
    states = [*np.repeat([0, 1], 45), 1]
    target = np.array(states) * 10.0
    columns = {"town": texts_of(towns, "town"), "state": texts_of(states, "state")}
    average = learn(columns, [], target, np.arange(91) % FOLDS, True)["town"].of_all_rows[0]
    alone = learn({"town": columns["town"]}, [], target, np.arange(91) % FOLDS, True)["town"].of_all_rows[0]
    assert average[10] > 9
    assert alone[10] < 7


def test_an_effect_is_what_a_text_adds_where_all_else_is_equal() -> None:
    """Large houses stand in the dear town, which adds nothing of its own: its average is high, its effect is not."""
    sizes = np.repeat([1.0, 2.0, 3.0, 1.0, 2.0, 3.0], [300, 150, 50, 50, 150, 300])
    towns = texts_of([0] * 500 + [1] * 500, "town")
    learned = learn({"town": towns}, [sizes], sizes * 10, np.arange(1000) % FOLDS, True)["town"]
    average, effect, count, _ = learned.of_all_rows
    assert average[1] - average[0] == pytest.approx(10, abs=0.1)
    assert effect[1] - effect[0] == pytest.approx(0, abs=0.3)
    assert count.tolist() == [500, 500]


def test_a_level_is_what_the_rows_of_a_text_are_but_for_a_row_itself() -> None:
    """Large houses stand in one town, of which one row is unlike the others; the size of one house is not known."""
    sizes = np.array([*range(1, 51), *range(51, 100), 1.0, np.nan])
    towns = texts_of([0] * 50 + [1] * 51, "town")
    learned = learn({"town": towns}, [sizes], np.arange(101.0), np.arange(101) % FOLDS, True)["town"]
    small, large, unseen = learned.of_all_rows[3]
    assert (small, large) == pytest.approx((2.1, 6.9), abs=0.1)
    assert small < unseen < large
    others = learned.out_of_fold[[98, 100], 3]
    assert (others < large).all()
    assert learned.out_of_fold[99, 3] > large


def test_where_numbers_are_many_a_text_has_no_levels() -> None:
    sizes, towns = np.linspace(1, 2, 100), texts_of([0, 1] * 50, "town")
    few, many = (learn({"town": towns}, [sizes] * n, sizes, np.arange(100) % FOLDS, True)["town"] for n in (6, 7))
    assert (len(few.of_all_rows), len(many.of_all_rows)) == (3 + 6, 3)
    assert (few.out_of_fold.shape, many.out_of_fold.shape) == ((100, 9), (100, 3))


def test_on_very_many_rows_a_text_is_its_average_alone(monkeypatch: pytest.MonkeyPatch, contract: Contract) -> None:
    monkeypatch.setattr("core.training.search.MANY_ROWS", 150)
    parts = parts_of(listings(200), contract)
    assert len(parts["train"]) < 150 < len(parts["train"]) + len(parts["validation"])
    encoder = train(parts, contract, replace(PLAN, draws=1)).model.encoder
    assert [source for source in encoder.sources if len(source) == 1].count(("city",)) == 1
    assert encoder.transform(parts["test"].features).shape[1] == len(encoder.sources)


def test_every_column_of_the_matrix_belongs_to_features(contract: Contract, fitted: tuple[Encoder, np.ndarray]) -> None:
    encoder, matrix = fitted
    assert matrix.shape[1] == len(encoder.sources)
    table = shares(encoder.sources, contract.feature_names)
    assert table.shape == (len(encoder.sources), len(contract.features))
    assert table.sum(axis=1) == pytest.approx(1)
    assert (table.sum(axis=0) > 0).all()


class Broken:
    """A model that answers what a test says."""

    def __init__(self, answer: Any) -> None:
        self.answer = answer

    def predict(self, features: pd.DataFrame) -> Any:
        return self.answer(features)


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (lambda rows: rows["pool"], "cannot answer for these rows: 'pool'"),
        (lambda rows: np.zeros((len(rows), 2)), "one number for each of"),
        (lambda rows: ["dear"] * len(rows), "could not convert"),
        (lambda rows: np.full(len(rows), np.nan), "no finite number"),
    ],
)
def test_a_model_that_cannot_be_scored_says_why(parts: Parts, answer: Any, sentence: str) -> None:
    with pytest.raises(TrainingError, match=sentence):
        score(Broken(answer), parts["test"])


def test_metrics_are_what_they_are_called(parts: Parts) -> None:
    features = parts["test"].features[:4]
    rows = LabelledRows(features, np.array([100.0, 200.0, 300.0, 400.0]), np.array(["a"] * 4))
    found = score(Broken(lambda _: np.array([105.0, 230.0, 300.0, 200.0])), rows)
    assert found == pytest.approx(
        {
            "rmse": np.sqrt((25 + 900 + 40_000) / 4),
            "mae": (5 + 30 + 200) / 4,
            "r2": 1 - 40_925 / 50_000,
            "median_ape": 0.1,
            "within_10": 0.5,
            "within_20": 0.75,
        }
    )
