"""The range around a value: as many true values inside as it promises, whatever the errors look like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contract import Contract
from core.training.families import DEFAULTS
from core.training.interval import LEVEL, Calibration, calibrate
from core.training.search import fit
from tests.conftest import listings
from tests.core.test_training import parts_of, train


def drawn(count: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Predictions, and true values whose errors are skewed and grow with the prediction."""
    random = np.random.default_rng(seed)
    linear = random.normal(12, 1, count)
    return linear, linear + (random.gamma(2, 0.2, count) - 0.3) * (linear / 12) ** 3


def coverage(calibration: Calibration | None, linear: np.ndarray, target: np.ndarray) -> float:
    assert calibration is not None
    ends = calibration.ends(linear)
    return float(((target >= ends[:, 0]) & (target <= ends[:, 1])).mean())


@pytest.mark.parametrize("count", [100, 600, 5000])
def test_new_rows_lie_inside_as_often_as_promised(count: int) -> None:
    shares = [coverage(calibrate(*drawn(count, seed)), *drawn(4000, 1000 + seed)) for seed in range(20)]
    assert np.mean(shares) == pytest.approx(LEVEL, abs=0.03)


def test_dear_rows_and_cheap_rows_each_lie_inside_as_often_as_promised() -> None:
    calibration = calibrate(*drawn(20_000, 1))
    linear, target = drawn(20_000, 2)
    for group in np.array_split(np.argsort(linear), 4):
        assert coverage(calibration, linear[group], target[group]) == pytest.approx(LEVEL, abs=0.03)


def test_a_higher_level_never_gives_a_narrower_range() -> None:
    linear, target = drawn(2000, 3)
    widths = []
    for level in (0.5, 0.8, 0.9):
        calibration = calibrate(linear, target, level)
        assert calibration is not None
        widths.append(np.ptp(calibration.ends(linear), axis=1))
    assert (widths[0] <= widths[1]).all()
    assert (widths[1] <= widths[2]).all()


@settings(deadline=None)
@given(
    pairs=st.lists(st.tuples(st.floats(-50, 50), st.floats(-50, 50)), max_size=60),
    asked=st.floats(-1e6, 1e6),
)
def test_the_prediction_lies_in_its_range_and_one_row_is_as_many(
    pairs: list[tuple[float, float]], asked: float
) -> None:
    calibration = calibrate(np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs]))
    assert (calibration is None) == (len(pairs) < 9)
    if calibration is not None:
        low, high = calibration.ends_of(asked)
        assert low <= asked <= high
        assert calibration.ends(np.array([asked])).tolist() == [[low, high]]


def test_a_candidate_measures_its_range_on_the_holdout_which_it_was_not_made_from(contract: Contract) -> None:
    candidate = train(parts_of(listings(3000), contract), contract)
    assert candidate.model.calibration is not None
    assert candidate.metrics["test"]["interval_coverage"] == pytest.approx(LEVEL, abs=0.06)
    assert 0 < candidate.metrics["test"]["interval_width"] < 2


def test_where_the_search_saw_a_part_of_the_rows_the_range_is_as_honest(
    contract: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.training.search.SEARCHED_ROWS", 300)
    candidate = train(parts_of(listings(3000), contract), contract)
    assert candidate.metrics["test"]["interval_coverage"] == pytest.approx(LEVEL, abs=0.06)


def test_too_few_rows_give_no_range() -> None:
    assert calibrate(np.zeros(8), np.zeros(8)) is None
    assert calibrate(np.zeros(9), np.zeros(9)) == Calibration(LEVEL, [0.0], [0.0], [0.0])


def test_a_model_fitted_without_a_range_has_none(contract: Contract) -> None:
    rows = parts_of(listings(300), contract)["train"]
    model = fit("linear", DEFAULTS["linear"], rows, contract, 7)
    assert model.ranges(model.predict(rows.features)) is None
