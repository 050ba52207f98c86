"""The decisions, with their reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.policy import LOWER_IS_BETTER, gain, percent, should_promote
from core.records import Ranked


def test_the_best_is_promoted_where_nothing_is_in_production() -> None:
    decision = should_promote([Ranked(1, {"rmse": 9.0}), Ranked(2, {"rmse": 5.0})], None, "rmse", 0.0)
    assert decision.yes
    assert decision.numbers["version"] == 2


def test_a_better_version_replaces_the_one_in_production() -> None:
    decision = should_promote([Ranked(1, {"rmse": 10.0}), Ranked(2, {"rmse": 9.0})], 1, "rmse", 0.05)
    assert decision.yes
    assert decision.reason == "Version 2 is 10.0 % better than version 1 by RMSE on the same holdout."


def test_a_gain_below_what_is_asked_for_is_not_enough() -> None:
    decision = should_promote([Ranked(1, {"rmse": 10.0}), Ranked(2, {"rmse": 9.9})], 1, "rmse", 0.05)
    assert not decision.yes
    assert "at least 5 % is asked for" in decision.reason


def test_an_earlier_version_can_win() -> None:
    ranked = [Ranked(1, {"rmse": 8.0}), Ranked(2, {"rmse": 9.0}), Ranked(3, {"rmse": 10.0})]
    assert should_promote(ranked, 3, "rmse", 0.0).numbers["version"] == 1


def test_the_version_in_production_stays_while_it_is_the_best() -> None:
    decision = should_promote([Ranked(1, {"rmse": 8.0}), Ranked(2, {"rmse": 9.0})], 1, "rmse", 0.0)
    assert not decision.yes
    assert "still the best" in decision.reason


def test_of_two_equals_the_one_in_production_stays() -> None:
    assert not should_promote([Ranked(1, {"rmse": 8.0}), Ranked(2, {"rmse": 8.0})], 2, "rmse", 0.0).yes


def test_more_is_better_for_a_share() -> None:
    ranked = [Ranked(1, {"within_10": 0.4}), Ranked(2, {"within_10": 0.5})]
    assert should_promote(ranked, 1, "within_10", 0.0).numbers["version"] == 2


def test_a_version_that_cannot_be_scored_does_not_stop_the_rest() -> None:
    ranked = [Ranked(1, problem="it is broken"), Ranked(2, {"rmse": 5.0}), Ranked(3, {"rmse": 4.0})]
    assert should_promote(ranked, 2, "rmse", 0.0).numbers["version"] == 3


def test_a_champion_that_cannot_be_scored_is_replaced_and_said() -> None:
    decision = should_promote([Ranked(1, problem="it is broken"), Ranked(2, {"rmse": 5.0})], 1, "rmse", 0.0)
    assert decision.yes
    assert "cannot be scored (it is broken)" in decision.reason


def test_without_any_score_nothing_is_promoted() -> None:
    assert not should_promote([Ranked(1, problem="it is broken")], None, "rmse", 0.0).yes


@given(st.sampled_from(sorted(LOWER_IS_BETTER)), st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_exactly_one_of_two_different_scores_is_a_gain(metric: str, first: float, second: float) -> None:
    if first == second:
        assert gain(metric, first, second) == 0
    else:
        assert (gain(metric, first, second) > 0) != (gain(metric, second, first) > 0)


@pytest.mark.parametrize(
    ("share", "text"), [(0.1234, "+12.3 %"), (-0.08, "−8.0 %"), (0, "+0.0 %"), (12.5, "+1,250.0 %")]
)
def test_a_percentage_has_its_sign(share: float, text: str) -> None:
    assert percent(share) == text
