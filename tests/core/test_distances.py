"""Distances between distributions: laws that hold for any profiles, and figures worked out by hand."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from core import drift
from core.records import NumberProfile

values = st.one_of(st.integers(-3, 3).map(float), st.floats(-1e12, 1e12, allow_nan=False))
counts = st.dictionaries(st.text("abc", max_size=2), st.integers(0, 2000), max_size=9)


def profile(numbers: list[float], missing: int = 0) -> NumberProfile:
    found, times = np.unique(np.array(numbers, dtype=float), return_counts=True)
    return NumberProfile(found, times.astype(np.int64), missing)


profiles = st.lists(values, min_size=1, max_size=40).map(profile)


@given(profiles)
@settings(deadline=None)
def test_a_profile_is_as_stable_as_can_be_against_itself(found: NumberProfile) -> None:
    assert drift.number_stability(found, found) == 0
    more = NumberProfile(found.values, found.counts * 7, 0)
    assert drift.number_stability(found, more) == pytest.approx(0, abs=1e-12)


@given(profiles, profiles)
@settings(deadline=None)
def test_the_stability_index_is_finite_and_never_below_zero(first: NumberProfile, second: NumberProfile) -> None:
    found = drift.number_stability(first, second)
    assert found is not None
    assert math.isfinite(found)
    assert found >= 0


@given(st.lists(st.integers(1, 50), min_size=10, max_size=10))
@settings(deadline=None)
def test_the_stability_index_is_symmetric_over_the_same_bins(times: list[int]) -> None:
    even = NumberProfile(np.arange(10.0), np.full(10, 5), 0)
    other = NumberProfile(np.arange(10.0), np.array(times), 0)
    moved = drift.category_stability(*({str(v): int(n) for v, n in enumerate(p.counts)} for p in (other, even)))
    if min(times) >= 0.01 * sum(times):
        assert drift.number_stability(even, other) == pytest.approx(moved)


def test_the_stability_index_worked_out_by_hand() -> None:
    even = NumberProfile(np.arange(10.0), np.full(10, 10), 0)
    half = NumberProfile(np.arange(10.0), np.array([60, *[10] * 4, *[0] * 5]), 0)
    expected = (0.6 - 0.1) * math.log(6) + 5 * (0.1 - 0.005) * math.log(0.1 / 0.005)
    assert drift.number_stability(even, half) == pytest.approx(expected)


def test_a_constant_column_that_falls_or_rises_is_not_stable() -> None:
    same = profile([5.0] * 100)
    assert drift.number_stability(same, profile([4.0] * 100)) == pytest.approx(2 * 0.995 * math.log(200))
    assert drift.number_stability(same, profile([6.0] * 100)) == pytest.approx(2 * 0.995 * math.log(200))


def test_values_beyond_the_reference_fall_into_its_open_ends() -> None:
    before = profile([float(n) for n in range(100)])
    assert drift.number_stability(before, profile([-1e9, *range(1, 99), 1e9])) == pytest.approx(0)


def test_there_is_no_stability_without_values() -> None:
    assert drift.number_stability(profile([]), profile([1.0])) is None
    assert drift.number_stability(profile([1.0]), profile([])) is None


@given(counts, counts)
@settings(deadline=None)
def test_the_index_of_categories_is_symmetric_finite_and_never_below_zero(
    first: dict[str, int], second: dict[str, int]
) -> None:
    found = drift.category_stability(first, second)
    assert math.isfinite(found)
    assert found >= 0
    assert found == pytest.approx(drift.category_stability(second, first))
    assert drift.category_stability(first, first) == 0


def test_a_new_category_counts_and_a_thousand_rare_ones_are_one() -> None:
    rare = {f"town {n}": 1 for n in range(1000)}
    others = {f"hamlet {n}": 1 for n in range(1000)}
    assert drift.category_stability(rare, others) == 0
    assert drift.category_stability(rare, {**rare, "city": 1000}) > 0.25


@pytest.mark.filterwarnings("ignore:ks_2samp")  # of its p-value, which is not asked for
@given(profiles, profiles)
@settings(deadline=None)
def test_kolmogorov_smirnov_and_wasserstein_are_what_scipy_finds(first: NumberProfile, second: NumberProfile) -> None:
    rows = [np.repeat(found.values, found.counts) for found in (first, second)]
    expected = stats.ks_2samp(*rows, method="exact").statistic
    assert drift.kolmogorov_smirnov(first, second) == pytest.approx(expected, abs=1e-12)
    moved = stats.wasserstein_distance(*rows)
    assert drift.wasserstein(first, second) == pytest.approx(moved, rel=1e-9, abs=1e-12)


@given(profiles, profiles)
@settings(deadline=None)
def test_both_distances_are_symmetric_and_nought_against_itself(first: NumberProfile, second: NumberProfile) -> None:
    for distance in (drift.kolmogorov_smirnov, drift.wasserstein):
        assert distance(first, first) == 0
        assert distance(first, second) == pytest.approx(distance(second, first))


def test_rows_that_all_move_by_a_sum_are_that_sum_away() -> None:
    before = profile([1.0, 2.0, 2.0, 7.0])
    assert drift.wasserstein(before, NumberProfile(before.values + 30, before.counts * 5, 0)) == pytest.approx(30)
    assert drift.kolmogorov_smirnov(before, NumberProfile(before.values + 30, before.counts, 0)) == 1


def test_there_is_no_distance_without_values() -> None:
    assert drift.kolmogorov_smirnov(profile([]), profile([1.0])) is None
    assert drift.wasserstein(profile([1.0]), profile([])) is None


def test_total_variation_is_nought_for_equal_shares_and_one_for_none_in_common() -> None:
    assert drift.total_variation({"a": 1, "b": 3}, {"a": 10, "b": 30}) == pytest.approx(0)
    assert drift.total_variation({"a": 1}, {"b": 5}) == pytest.approx(1)
    assert drift.total_variation({}, {"b": 5}) == pytest.approx(0.5)
