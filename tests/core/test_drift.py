"""Profiles are exact, merge exactly, and every change is what pandas ``describe`` gives."""

import math
import pickle
import zlib

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import drift
from core.contract import Contract, load_contract
from core.errors import StoreError
from core.records import STATISTICS, Measurement, Profile

CONTRACT = load_contract("real_estate")
DRIFT = [column.name for column in CONTRACT.drift_columns]
PANDAS = {"mean": "mean", "std": "std", "50": "50%", "75": "75%"}
numbers = st.one_of(
    st.none(), st.just(0.0), st.integers(-5, 5).map(float), st.floats(-1e9, 1e9, allow_nan=False, width=32)
)
constant = st.floats(-1e6, 1e6, allow_nan=False, width=32)


@st.composite
def frames(draw: st.DrawFn) -> pd.DataFrame:
    """Random rows: nulls, a single row, constant columns, zeros, empty columns."""
    count = draw(st.integers(1, 60))
    columns = {}
    for name in DRIFT:
        same = draw(st.booleans())
        values = [draw(constant)] * count if same else draw(st.lists(numbers, min_size=count, max_size=count))
        columns[name] = np.array(values, dtype=float)
    return as_rows(pd.DataFrame(columns))


def as_rows(frame: pd.DataFrame) -> pd.DataFrame:
    """A frame of drift columns filled up to whole rows."""
    for column in CONTRACT.columns:
        if column.name not in frame:
            frame[column.name] = np.full(len(frame), None, dtype=object)
    return frame


def profile(frame: pd.DataFrame) -> Profile:
    return drift.profile_rows(frame, CONTRACT)


def limit(_column: str, _statistic: str) -> float:
    return 0.15


def close(first: float, second: float) -> bool:
    return math.isclose(first, second, rel_tol=1e-9, abs_tol=1e-9)


@given(frames(), frames())
@settings(max_examples=150, deadline=None)
def test_every_change_equals_what_pandas_describe_gives(before: pd.DataFrame, after: pd.DataFrame) -> None:
    report = drift.compare(profile(before), profile(after), CONTRACT, limit, "previous", "the batch before")
    assert len(report.measurements) == len(DRIFT) * len(STATISTICS)
    for measured in report.measurements:
        first = before[measured.column].describe()[PANDAS[measured.statistic]]
        second = after[measured.column].describe()[PANDAS[measured.statistic]]
        if math.isnan(first) or math.isnan(second):
            assert measured.change is None
            assert not measured.exceeded
            assert measured.note
        else:
            assert measured.reference is not None
            assert measured.current is not None
            scale = max(before[measured.column].abs().max(), after[measured.column].abs().max(), 1e-300)
            assert abs(measured.reference - first) <= 1e-9 * scale
            assert abs(measured.current - second) <= 1e-9 * scale
            if abs(first) > 1e-6 * scale:
                assert measured.change is not None
                expected = (second - first) / abs(first)
                assert abs(measured.change - expected) <= 1e-9 * max(1, abs(expected)) + 4e-15 * scale / abs(first)


@given(frames(), frames())
@settings(max_examples=60, deadline=None)
def test_a_merged_profile_is_the_profile_of_all_rows(first: pd.DataFrame, second: pd.DataFrame) -> None:
    merged = drift.merge_profiles(profile(first), profile(second))
    whole = profile(pd.concat([first, second]))
    assert merged.rows == whole.rows
    for name in DRIFT:
        np.testing.assert_array_equal(merged.numbers[name].values, whole.numbers[name].values)
        np.testing.assert_array_equal(merged.numbers[name].counts, whole.numbers[name].counts)
        assert merged.numbers[name].missing == whole.numbers[name].missing


@given(frames())
@settings(max_examples=40, deadline=None)
def test_a_profile_survives_its_way_through_bytes(frame: pd.DataFrame) -> None:
    before = profile(frame)
    after = drift.profile_from_bytes(drift.profile_to_bytes(before))
    assert after.rows == before.rows
    assert after.categories == before.categories
    for name in DRIFT:
        np.testing.assert_array_equal(after.numbers[name].values, before.numbers[name].values)
        assert drift.statistics(after.numbers[name]) == drift.statistics(before.numbers[name])


def measure(before: list[float], after: list[float], statistic: str = "mean") -> Measurement:
    frames_of = [
        as_rows(pd.DataFrame({name: np.array(values, dtype=float) for name in DRIFT})) for values in (before, after)
    ]
    report = drift.compare(profile(frames_of[0]), profile(frames_of[1]), CONTRACT, limit, "previous", "before")
    return next(m for m in report.measurements if m.column == DRIFT[0] and m.statistic == statistic)


def test_a_change_keeps_its_sign() -> None:
    assert measure([10, 10], [8, 8]).change == pytest.approx(-0.2)
    assert measure([-10, -10], [-8, -8]).change == pytest.approx(0.2)


@pytest.mark.parametrize(("after", "exceeded"), [([114.9], False), ([115.0], False), ([115.1], True), ([84.9], True)])
def test_a_change_counts_only_over_its_limit(after: list[float], exceeded: bool) -> None:
    assert measure([100.0], after).exceeded is exceeded


def test_a_reference_of_zero_counts_as_exceeded_and_says_why() -> None:
    found = measure([0.0, 0.0], [1.0, 1.0])
    assert found.exceeded
    assert found.change is None
    assert "reference is 0" in found.note


def test_zero_against_zero_is_no_change() -> None:
    found = measure([0.0], [0.0])
    assert (found.change, found.exceeded) == (0.0, False)


def test_a_column_without_values_is_reported_and_not_compared() -> None:
    found = measure([1.0], [float("nan")])
    assert found.change is None
    assert not found.exceeded
    assert "the batch has no value" in found.note


def test_one_row_has_no_standard_deviation() -> None:
    assert measure([1.0], [2.0, 3.0], "std").note == "the reference has no value to compare"


def test_each_statistic_may_have_its_own_limit(contract: Contract) -> None:
    before = profile(as_rows(pd.DataFrame({name: [100.0] for name in DRIFT})))
    after = profile(as_rows(pd.DataFrame({name: [110.0] for name in DRIFT})))

    def own(column: str, statistic: str) -> float:
        return 0.05 if (column, statistic) == (DRIFT[1], "50") else 0.15

    report = drift.compare(before, after, contract, own, "previous", "before")
    assert [(m.column, m.statistic) for m in report.exceeded] == [(DRIFT[1], "50")]


def test_the_exceeded_measurements_come_with_the_largest_first() -> None:
    before = as_rows(pd.DataFrame({name: [100.0, 100.0] for name in DRIFT}))
    after = as_rows(pd.DataFrame({name: [120.0 + 50 * i, 120.0 + 50 * i] for i, name in enumerate(DRIFT)}))
    report = drift.compare(profile(before), profile(after), CONTRACT, limit, "previous", "before")
    sizes = [abs(m.change or 0) for m in report.exceeded]
    assert sizes == sorted(sizes, reverse=True)
    assert report.largest == report.exceeded[0]


def test_categories_are_counted() -> None:
    frame = as_rows(pd.DataFrame({name: [1.0, 2.0, 3.0] for name in DRIFT}))
    frame["state"] = np.array(["Texas", None, "Texas"], dtype=object)
    assert profile(frame).categories["state"] == {"Texas": 2}


@pytest.mark.parametrize("content", [b"", b"something else", zlib.compress(b"something else")])
def test_what_is_no_profile_is_told_in_a_sentence(content: bytes) -> None:
    with pytest.raises(StoreError, match="A stored profile cannot be read"):
        drift.profile_from_bytes(content)


def test_a_profile_with_something_to_run_in_it_is_refused() -> None:
    content = drift.profile_to_bytes(profile(as_rows(pd.DataFrame({name: [1.0] for name in DRIFT}))))
    assert b"pickle" not in content
    with pytest.raises(StoreError, match="allow_pickle"):
        drift.profile_from_bytes(zlib.compress(pickle.dumps(print)))
