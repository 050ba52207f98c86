"""The decisions, with their reasons."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.contract import Contract
from core.policy import LOWER_IS_BETTER, gain, percent, should_promote, should_train
from core.records import DriftReport, Measurement, Ranked


def report(*changes: float | None) -> DriftReport:
    measured = tuple(
        Measurement("price", statistic, 100.0, 100.0 * (1 + (change or 0)), change, 0.15, abs(change or 0) > 0.15)
        for statistic, change in zip(("mean", "std", "50", "75"), changes, strict=False)
    )
    return DriftReport("previous", "the previous batch", measured)


def test_the_first_batch_trains_because_nothing_is_in_production(contract: Contract) -> None:
    decision = should_train(None, has_production=False, contract=contract)
    assert decision.yes
    assert decision.reason == "Nothing was in production yet, so a first model is trained."


def test_a_batch_with_nothing_to_compare_does_not_train(contract: Contract) -> None:
    assert not should_train(None, has_production=True, contract=contract).yes


def test_a_change_over_its_limit_trains_and_is_named(contract: Contract) -> None:
    decision = should_train(report(0.661, -0.3, 0.01), has_production=True, contract=contract)
    assert decision.yes
    assert decision.reason == ("Against the previous batch: Price mean +66.1 % (limit 15 %), 2 of 3 over their limits.")
    assert decision.numbers["changes"] == {"price_mean": 0.661, "price_std": -0.3}


def test_a_quiet_batch_does_not_train_and_names_its_largest_change(contract: Contract) -> None:
    decision = should_train(report(0.01, -0.08), has_production=True, contract=contract)
    assert not decision.yes
    assert "Price std −8.0 % (limit 15 %)" in decision.reason


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
