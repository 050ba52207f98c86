"""Two versions on the same holdout: by how much they differ, and how sure that is."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from core.comparison import blocks, compare, resample, resamples_from_bytes, resamples_to_bytes
from core.comparison.segments import bands as bands_of
from core.errors import InputError, StoreError
from core.policy import better_by
from core.records import Holdout, LabelledRows
from core.training import metrics_of

Floats = NDArray[np.float64]


def holdout(count: int, seed: int = 0, properties: NDArray[np.int64] | None = None) -> Holdout:
    random = np.random.default_rng(seed)
    target = random.lognormal(12, 0.7, count)
    segments = random.choice(["Texas", "Ohio", "Maine"], count, p=[0.6, 0.38, 0.02])
    rows = LabelledRows(pd.DataFrame({"x": target}), target, segments)
    return Holdout(rows, np.arange(count) if properties is None else properties)


def guesses(found: Holdout, spread: float, seed: int = 0) -> Floats:
    random = np.random.default_rng(seed)
    return np.asarray(found.rows.target * random.lognormal(0, spread, len(found.rows)))


def around(values: Floats, reach: float = 0.3) -> Floats:
    """Ranges around values, wider below some than below others."""
    return np.column_stack([values * (1 - reach * (1 + np.arange(len(values)) % 2)), values * (1 + reach)])


def expected_of(target: Floats, values: Floats, ranges: Floats) -> dict[str, float]:
    low, high = ranges.T
    coverage = float(np.mean((target >= low) & (target <= high)))
    found = {"interval_coverage": coverage, "interval_width": float(np.mean((high - low) / values))}
    return metrics_of(target, values) | found


@given(st.integers(30, 200), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_a_version_against_itself_differs_by_nothing(count: int, seed: int) -> None:
    found = holdout(count, seed)
    own = resample(found, guesses(found, 0.3, seed))
    comparison = compare(1, 1, own, own)
    for difference in (*comparison.differences, *(part.difference for part in comparison.segments)):
        assert difference.change == 0.0
        assert (difference.low, difference.high) in ((0.0, 0.0), (None, None))
        assert not difference.excludes_zero


@given(st.integers(30, 200), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_swapped_pair_has_the_opposite_signs(count: int, seed: int) -> None:
    found = holdout(count, seed)
    first, second = (resample(found, guesses(found, spread, seed + 1)) for spread in (0.3, 0.25))
    there, back = compare(1, 2, first, second), compare(2, 1, second, first)
    r2, opposite = there.of("r2"), back.of("r2")
    assert r2 is not None
    assert opposite is not None
    assert (opposite.change, opposite.low, opposite.high) == (-r2.change, -r2.high, -r2.low)  # type: ignore[operator]
    for metric in ("mae", "rmse", "median_ape"):
        one, other = there.of(metric), back.of(metric)
        assert one is not None
        assert other is not None
        assert other.change == pytest.approx(-one.change / (1 + one.change))
        assert other.low == pytest.approx(-one.high / (1 + one.high))
        assert other.high == pytest.approx(-one.low / (1 + one.low))
        assert one.excludes_zero == other.excludes_zero


@given(st.integers(20, 400), st.integers(0, 99))
@settings(max_examples=20, deadline=None)
def test_the_holdout_itself_has_the_metrics_of_the_version(count: int, seed: int) -> None:
    found = holdout(count, seed)
    values = guesses(found, 0.3, seed)
    own = resample(found, values, around(values))
    expected = expected_of(found.rows.target, values, around(values))
    for place, metric in enumerate(own.metrics):
        assert own.values[0, place] == pytest.approx(expected[metric], rel=1e-5)
    assert np.isfinite(own.values[:, : len(own.metrics)]).all()


def test_resampled_metrics_are_those_of_the_rows_that_were_drawn() -> None:
    found = holdout(300, properties=np.arange(300) // 2)
    values = guesses(found, 0.3)
    own = resample(found, values, around(values))
    places, count, properties = blocks.blocks(found.properties)
    assert (count, properties) == (150, 150)
    drawn = next(blocks.weights(count))
    for number in range(20):
        taken = np.repeat(np.arange(300), drawn[number].astype(int)[places])
        expected = expected_of(found.rows.target[taken], values[taken], around(values)[taken])
        for place, metric in enumerate(own.metrics):
            tolerance = 0.02 if metric == "median_ape" else 1e-4
            assert own.values[1 + number, place] == pytest.approx(expected[metric], rel=tolerance)


def test_a_resampled_median_is_exact_where_the_middle_has_few_rows() -> None:
    found = holdout(101)
    values = guesses(found, 0.3)
    own = resample(found, values)
    place = own.metrics.index("median_ape")
    for drawn, value in zip(next(blocks.weights(101)), own.values[1:, place], strict=False):
        taken = np.repeat(np.arange(101), drawn.astype(int))
        assert value == pytest.approx(metrics_of(found.rows.target[taken], values[taken])["median_ape"], rel=1e-6)


def truth(spread: tuple[float, float]) -> float:
    found = holdout(400_000, 12345)
    first, second = (np.abs(guesses(found, each, 9) - found.rows.target).mean() for each in spread)
    return float(second / first - 1)


@pytest.mark.parametrize("rows_of_a_property", [1, 3])
def test_the_interval_covers_the_true_difference_about_as_often_as_it_says(rows_of_a_property: int) -> None:
    """The rows of a property have the same error here, so that an interval over rows would be far too narrow."""
    spread = (0.30, 0.27)
    expected = truth(spread)
    hits = 0
    for seed in range(100):
        few = holdout(150, seed)
        answers = [guesses(few, each, 9 + seed) for each in spread]
        copies = np.repeat(np.arange(150), rows_of_a_property)
        target = few.rows.target[copies]
        rows = LabelledRows(pd.DataFrame({"x": target}), target, few.rows.segments[copies])
        found = Holdout(rows, copies)
        first, second = (resample(found, each[copies]) for each in answers)
        difference = compare(1, 2, first, second).of("mae")
        assert difference is not None
        assert difference.low is not None
        assert difference.high is not None
        hits += difference.low <= expected <= difference.high
    assert 0.88 <= hits / 100 <= 0.99


def test_many_properties_are_resampled_in_blocks_as_wide_as_properties_would() -> None:
    found = holdout(12_000)
    first, second = (guesses(found, spread, seed) for seed, spread in enumerate((0.30, 0.29)))
    difference = compare(1, 2, resample(found, first), resample(found, second)).of("mae")
    assert difference is not None
    assert difference.low is not None
    assert difference.high is not None
    errors = np.abs(np.column_stack([first, second]) - found.rows.target[:, None])
    ratio = errors[:, 1].mean() / errors[:, 0].mean()
    by_hand = np.std(errors[:, 1] - ratio * errors[:, 0]) / errors[:, 0].mean() / np.sqrt(len(errors))
    assert (difference.high - difference.low) / (2 * 1.96) == pytest.approx(by_hand, rel=0.1)


@given(st.lists(st.sampled_from([1.0, 2.0, 2.5, 7.0, 100.0]), min_size=1, max_size=40))
def test_no_band_is_empty_and_each_row_is_in_the_one_that_it_names(target: list[float]) -> None:
    found = bands_of(np.array(target))
    assert [part.rows for part in found.segments] == np.bincount(found.places).tolist()
    assert all(part.rows for part in found.segments)


def test_segments_are_cohorts_of_enough_rows_and_bands_of_the_target() -> None:
    found = holdout(1000)
    comparison = compare(1, 2, *(resample(found, guesses(found, spread)) for spread in (0.3, 0.2)))
    cohorts = [part.segment for part in comparison.segments if part.segment.kind == "cohort"]
    bands = [part.segment for part in comparison.segments if part.segment.kind == "band"]
    assert [segment.name for segment in cohorts] == ["Texas", "Ohio"]
    assert [segment.rows for segment in bands] == [200] * 5
    assert comparison.rows == 1000
    assert all(part.difference.change < 0 for part in comparison.segments)


def test_coverage_and_width_of_the_ranges_have_a_paired_interval_where_both_versions_have_ranges() -> None:
    found = holdout(1000)
    values = guesses(found, 0.3)
    first, second = (resample(found, values, around(values, reach)) for reach in (0.3, 0.2))
    comparison = compare(1, 2, first, second)
    coverage, width = comparison.of("interval_coverage"), comparison.of("interval_width")
    assert coverage is not None
    assert width is not None
    assert width.change == pytest.approx(-1 / 3, rel=1e-5)
    assert coverage.excludes_zero
    assert coverage.low < coverage.change < coverage.high < 0  # type: ignore[operator]
    assert better_by(width) > 0
    assert better_by(coverage) < 0
    without = compare(1, 2, first, resample(found, values))
    assert without.of("interval_coverage") is None
    assert without.of("interval_width") is None


def test_resamples_of_an_earlier_release_are_compared_by_the_metrics_that_they_have() -> None:
    found = holdout(200)
    old, new = (resample(found, guesses(found, spread), None) for spread in (0.3, 0.2))
    values = np.delete(old.values, [6, 7], axis=1)
    comparison = compare(1, 2, replace(old, metrics=old.metrics[:6], values=values), new)
    assert comparison == compare(1, 2, old, new)
    assert comparison.segments


def test_a_small_holdout_has_no_interval() -> None:
    found = holdout(10)
    difference = compare(1, 2, *(resample(found, guesses(found, spread)) for spread in (0.3, 0.2))).of("mae")
    assert difference is not None
    assert (difference.low, difference.high) == (None, None)


def test_one_row_and_targets_of_zero_are_no_accident() -> None:
    target = np.zeros(1)
    alone = Holdout(LabelledRows(pd.DataFrame({"x": target}), target, np.array(["Texas"])), np.arange(1))
    comparison = compare(1, 2, resample(alone, np.ones(1)), resample(alone, np.ones(1)))
    assert [difference.metric for difference in comparison.differences] == ["rmse", "mae"]


def test_versions_of_two_holdouts_are_not_compared() -> None:
    one, other = holdout(50), holdout(50, seed=1)
    with pytest.raises(InputError, match="not scored on the same holdout"):
        compare(1, 2, resample(one, guesses(one, 0.1)), resample(other, guesses(other, 0.1)))


def test_resamples_come_back_from_their_stored_form() -> None:
    found = holdout(200)
    own = resample(found, guesses(found, 0.3))
    back = resamples_from_bytes(resamples_to_bytes(own))
    np.testing.assert_array_equal(back.values, own.values)
    assert (back.segments, back.metrics, back.digest) == (own.segments, own.metrics, own.digest)


def test_bytes_of_something_else_are_refused() -> None:
    with pytest.raises(StoreError, match="cannot be read"):
        resamples_from_bytes(b"nothing of the kind")


def test_the_errors_by_row_are_kept_with_the_resamples() -> None:
    found = holdout(300)
    own = resample(found, guesses(found, 0.3))
    other = resample(found, guesses(found, 0.5, 1))
    assert own.errors is not None
    assert other.errors is not None
    kept = resamples_from_bytes(resamples_to_bytes(own))
    assert kept.errors == own.errors
    assert sum(own.errors.counts) == 300
    assert own.errors.actual == other.errors.actual, "the same rows of every version"
    missed = np.abs(np.array(own.errors.predicted) - np.array(own.errors.actual)).mean()
    assert missed == pytest.approx(own.values[0, own.metrics.index("mae")], rel=1e-5)


def test_resamples_of_an_earlier_release_have_no_errors_by_row() -> None:
    found = holdout(100)
    own = replace(resample(found, guesses(found, 0.3)), errors=None)
    assert resamples_from_bytes(resamples_to_bytes(own)).errors is None
