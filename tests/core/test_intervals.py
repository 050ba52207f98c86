"""How sure a change is: intervals that hold the truth as often as they say, and narrow with the rows."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core import drift
from core.records import STATISTICS, ChangeInterval, Measurement, NumberProfile

Draw = Callable[[np.random.Generator, int], np.ndarray]
DRAWS = 300
MANY = 1_000_000


def profile(numbers: np.ndarray | list[float]) -> NumberProfile:
    values, counts = np.unique(np.asarray(numbers, dtype=float), return_counts=True)
    return NumberProfile(values, counts, 0)


def joined(first: NumberProfile, second: NumberProfile) -> NumberProfile:
    return profile(np.concatenate([np.repeat(found.values, found.counts) for found in (first, second)]))


def changes(before: NumberProfile, after: NumberProfile) -> dict[str, float]:
    first, second = drift.statistics(before), drift.statistics(after)
    return {name: (second[name] - first[name]) / abs(first[name]) for name in STATISTICS}  # type: ignore[operator,arg-type]


def prices(shift: float) -> Draw:
    return lambda random, count: random.lognormal(12 + shift, 0.6, count)


def sizes(middle: float) -> Draw:
    return lambda random, count: random.normal(middle, 400, count)


def rooms(mean: float) -> Draw:
    return lambda random, count: random.poisson(mean, count)


@pytest.mark.parametrize(
    ("before", "after", "least"),
    [
        (prices(0), prices(0.2), {"mean": 0.9, "std": 0.82, "50": 0.92, "75": 0.92}),
        (sizes(1800), sizes(1900), dict.fromkeys(STATISTICS, 0.91)),
        (rooms(3), rooms(3.5), dict.fromkeys(STATISTICS, 0.9)),
    ],
    ids=["prices", "sizes", "rooms"],
)
def test_an_interval_holds_the_true_change_about_as_often_as_it_says(
    before: Draw, after: Draw, least: dict[str, float]
) -> None:
    random = np.random.default_rng(11)
    truth = changes(profile(before(random, MANY)), profile(after(random, MANY)))
    held = dict.fromkeys(STATISTICS, 0)
    for _ in range(DRAWS):
        found = drift.change_intervals(profile(before(random, 200)), profile(after(random, 500)))
        for name in STATISTICS:
            held[name] += holds(found[name], truth[name])
    assert {name: count / DRAWS for name, count in held.items() if count / DRAWS < least[name]} == {}


def test_within_everything_so_far_the_interval_is_that_of_the_batch_alone() -> None:
    random = np.random.default_rng(12)
    draw = prices(0.4)
    before = profile(prices(0)(random, 3000))
    many = np.concatenate([np.repeat(before.values, 200), draw(random, 100_000)])
    truth = changes(before, profile(many))  # the batch's 500 rows as they would be without chance, at the same weight
    held = dict.fromkeys(STATISTICS, 0)
    for _ in range(DRAWS):
        batch = profile(draw(random, 500))
        found = drift.change_intervals(before, joined(before, batch), batch)
        for name in STATISTICS:
            held[name] += holds(found[name], truth[name])
    assert {name: count / DRAWS for name, count in held.items() if count / DRAWS < 0.88} == {}


def holds(interval: ChangeInterval | None, change: float) -> bool:
    assert interval is not None
    return interval.low - 1e-9 <= change <= interval.high + 1e-9


@given(
    st.lists(st.floats(0.5, 1e6), min_size=20, max_size=60).map(profile),
    st.lists(st.integers(1, 5), min_size=20, max_size=60).map(profile),
)
@settings(deadline=None)
def test_a_change_lies_in_its_own_interval(before: NumberProfile, after: NumberProfile) -> None:
    found = drift.change_intervals(before, after)
    for name, change in changes_or_none(before, after).items():
        interval = found[name]
        if interval is not None and change is not None:
            slack = 1e-9 * (1 + abs(change))
            assert interval.low - slack <= change <= interval.high + slack


def changes_or_none(before: NumberProfile, after: NumberProfile) -> dict[str, float | None]:
    first, second = drift.statistics(before), drift.statistics(after)
    return {name: (second[name] - first[name]) / abs(first[name]) if first[name] else None for name in STATISTICS}


def test_the_same_change_is_surer_in_more_rows() -> None:
    random = np.random.default_rng(13)
    before, after = sizes(1800)(random, 200_000), sizes(2090)(random, 200_000)
    few = drift.change_intervals(profile(before[:200]), profile(after[:200]))
    many = drift.change_intervals(profile(before), profile(after))
    for name in STATISTICS:
        narrow, wide = many[name], few[name]
        assert narrow is not None
        assert wide is not None
        assert narrow.high - narrow.low < (wide.high - wide.low) / 10


def test_too_few_rows_and_a_reference_that_could_be_nought_have_no_interval() -> None:
    few, enough = profile(np.arange(19.0) + 1), profile(np.arange(40.0) + 1)
    assert set(drift.change_intervals(few, enough).values()) == {None}
    around = profile(np.arange(41.0) - 20)
    found = drift.change_intervals(around, enough)
    assert found["mean"] is None
    assert found["50"] is None
    assert found["std"] is not None


def test_a_column_that_never_changes_is_sure() -> None:
    same = profile([5.0] * 50)
    found = drift.change_intervals(same, profile([6.0] * 50))
    assert found["mean"] == ChangeInterval(pytest.approx(0.2), pytest.approx(0.2))
    assert found["std"] is None


@pytest.mark.parametrize(
    ("change", "interval", "sure"),
    [
        (0.16, ChangeInterval(0.03, 0.30), False),
        (0.16, ChangeInterval(0.156, 0.164), True),
        (-0.40, ChangeInterval(-0.5, -0.3), True),
        (-0.16, ChangeInterval(-0.2, -0.1), False),
        (0.01, ChangeInterval(-0.02, 0.03), True),
        (0.14, ChangeInterval(0.1, 0.2), False),
        (0.16, None, None),
    ],
)
def test_a_change_is_sure_where_the_whole_interval_is_on_one_side_of_its_limit(
    change: float, interval: ChangeInterval | None, sure: bool | None
) -> None:
    measured = Measurement("price", "mean", 1.0, 1 + change, change, 0.15, abs(change) > 0.15)
    assert drift.is_sure(measured, interval) is sure
