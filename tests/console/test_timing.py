"""Where the time of runs goes."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from console.timing import time_by_step
from core.records import RunStep
from tests.conftest import NOON


def step(name: str, seconds: float | None) -> RunStep:
    return RunStep(name, "succeeded", NOON, None if seconds is None else NOON + timedelta(seconds=seconds))


def test_the_step_that_takes_most_comes_first_with_its_share() -> None:
    first, second = time_by_step([[step("collect", 1), step("train", 6)], [step("collect", 1)]])
    assert (first.name, first.times, first.mean, first.longest, first.share) == ("train", 1, 6.0, 6.0, 0.75)
    assert (second.name, second.times, second.mean, second.total) == ("collect", 2, 1.0, 2.0)


def test_a_step_under_way_has_taken_nothing_yet() -> None:
    assert [time.share for time in time_by_step([[step("train", None)]])] == [0.0]
    assert time_by_step([]) == []


@given(st.lists(st.lists(st.tuples(st.sampled_from("abc"), st.floats(0, 1e5)), max_size=4), max_size=5))
def test_shares_add_up_to_all_of_the_time(runs: list[list[tuple[str, float]]]) -> None:
    times = time_by_step([step(name, took) for name, took in steps] for steps in runs)
    whole = sum(time.total for time in times)
    assert abs(sum(time.share for time in times) - (1.0 if whole else 0.0)) < 1e-9
