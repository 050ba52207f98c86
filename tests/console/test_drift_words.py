"""What is said of a comparison: the verdict, how sure it is, and the tables."""

from dataclasses import replace

import pytest

from console import drift
from console.drift import Comparison
from core.contract import Contract
from core.records import ChangeInterval, Decision, Measurement, StoredDecision
from tests.conftest import NOON
from tests.console.drift_cases import comparison, profile


def measured(change: float | None, exceeded: bool, note: str = "") -> Measurement:
    return Measurement("price", "mean", 100.0, 100.0, change, 0.15, exceeded, note)


def test_the_verdict_comes_first_with_its_numbers(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000))
    said = drift.verdict(found)
    assert said.tone == "change"
    assert said.headline.startswith("Retrain: Price ")
    assert said.headline.endswith(f"(limit 15 %), {len(found.report.exceeded)} of 20 over their limits")
    assert "Compared with the previous batch (collection 1, batch 0). This reference decides." in said.detail


def test_a_reference_that_does_not_decide_says_so_and_what_was_decided(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000), deciding="production")
    said = drift.verdict(found)
    assert said.headline.startswith("Over the limit: Price ")
    assert said.detail.endswith("Against the previous batch: dearer.")
    assert "For comparison only." in said.detail


def test_a_batch_like_the_one_before_is_within_its_limits(contract: Contract) -> None:
    same = profile(contract)
    assert drift.verdict(decided(comparison(contract, same, same), yes=False)).tone == "well"


def decided(found: Comparison, yes: bool, held: bool = False) -> Comparison:
    return replace(found, decision=StoredDecision(1, 2, "train", NOON, Decision(yes, "Too few rows.", held=held)))


def test_a_batch_that_is_held_is_not_said_to_be_trained_on(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000))
    said = drift.verdict(decided(found, yes=False, held=True))
    assert (said.tone, said.headline) == ("wait", "Held, neither judged nor trained on")
    assert said.detail.startswith("Too few rows. Compared with ")
    assert drift.verdict(decided(found, yes=False)).headline.startswith("Over the limit: ")


def test_another_rule_may_ask_for_a_training(contract: Contract) -> None:
    same = profile(contract)
    said = drift.verdict(decided(comparison(contract, same, same), yes=True))
    assert said.headline == "Retrain, though every change is within its limit"
    assert said.detail.startswith("Too few rows.")


def test_few_rows_are_told_to_be_chance_perhaps_and_many_are_not(contract: Contract) -> None:
    few = comparison(contract, profile(contract, 60), profile(contract, 60, seed=2, price=235_000))
    assert "could be chance" in drift.verdict(few).detail
    many = comparison(contract, profile(contract, 9000), profile(contract, 9000, seed=2, price=300_000))
    assert "could be chance" not in drift.verdict(many).detail


@pytest.mark.parametrize(
    ("change", "interval", "text"),
    [
        (0.163, ChangeInterval(0.03, 0.3), "+16.3 % [+3 %, +30 %]"),
        (0.16, ChangeInterval(0.156, 0.164), "+16.0 % [+15.6 %, +16.4 %]"),
        (-0.993, ChangeInterval(-0.998, -0.982), "−99.3 % [−99.8 %, −98.2 %]"),
        (21.42, ChangeInterval(5.0, 80.0), "+2,142 % [+500 %, +8,000 %]"),
        (0.2, None, "+20.0 %"),
    ],
)
def test_a_change_comes_with_its_interval(change: float, interval: ChangeInterval | None, text: str) -> None:
    assert drift.change_with_interval(measured(change, True), interval) == text


@pytest.mark.parametrize(
    ("found", "interval", "text"),
    [
        (measured(0.16, True), ChangeInterval(0.03, 0.3), "over, could be chance"),
        (measured(0.16, True), ChangeInterval(0.156, 0.164), "over its limit"),
        (measured(0.16, True), None, "over its limit"),
        (measured(0.1, False), ChangeInterval(0.05, 0.2), "within, could be over"),
        (measured(0.1, False), ChangeInterval(0.05, 0.14), "within its limit"),
        (measured(None, False, "the batch has no value to compare"), None, "the batch has no value to compare"),
    ],
)
def test_a_verdict_says_whether_chance_could_have_done_it(
    found: Measurement, interval: ChangeInterval | None, text: str
) -> None:
    assert drift.certainty(found, interval) == text


def test_the_table_of_columns_has_every_distance_and_what_is_missing(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000, bed=None))
    rows = {row["Column"]: row for row in drift.columns_table(found)}
    price = rows["Price"]
    assert "large" in price["Stability index"]
    assert price["Wasserstein"].startswith("$ ")
    assert 0 < float(price["Kolmogorov-Smirnov"]) <= 1
    assert "[" in price["mean"]
    bed = rows["Bedrooms"]
    assert (bed["Missing before"], bed["Missing now"]) == ("0.0 %", "100.0 %")
    assert (bed["Wasserstein"], bed["mean"]) == ("–", "no value")


def test_categories_tell_what_is_new_what_vanished_and_what_is_missing(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, state="Utah", status=None))
    rows = {row["Column"]: row for row in drift.categories_table(found)}
    assert (rows["State"]["New"], rows["State"]["Vanished"], rows["State"]["Total variation"]) == ("1", "4", "1.00")
    assert (rows["Status"]["Missing before"], rows["Status"]["Missing now"]) == ("0.0 %", "100.0 %")
    new, vanished = drift.new_and_vanished(found, "state")
    assert new == "1 new: Utah (300)"
    assert vanished.startswith("4 vanished: ")
    assert drift.new_and_vanished(found, "city") == []


def test_many_names_are_cut_to_a_dozen() -> None:
    assert drift.names_with_rows({f"town {n}": 20 - n for n in range(15)}).endswith("town 11 (9) and 3 more")


def test_quantiles_reach_from_the_smallest_to_the_largest_value(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2))
    rows = drift.quantiles_table(found, "house_size")
    assert [row["Quantile"] for row in rows] == [
        *("smallest", "1 %", "5 %", "25 %", "50 % (median)", "75 %", "95 %", "99 %", "largest")
    ]


def test_the_references_stand_side_by_side(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000))
    assert [row["Reference"] for row in drift.references_table(found)] == [
        "Previous batch (decides)",
        "Everything before",
    ]


def test_against_everything_before_the_interval_is_told_to_be_of_the_batch_alone(contract: Contract) -> None:
    found = comparison(contract, profile(contract, 900), profile(contract, seed=2), reference="accumulated")
    assert "only the batch is taken as drawn" in drift.how_sure(found)


def test_profiles_that_are_gone_leave_the_changes(contract: Contract) -> None:
    found = comparison(contract, profile(contract), profile(contract, seed=2, price=300_000))
    bare = replace(found, profiles=None, examination=None)
    assert "Wasserstein" not in drift.columns_table(bare)[0]
    assert drift.categories_table(bare) == []
    assert drift.quantiles_table(bare, "price") == []
    assert drift.new_and_vanished(bare, "state") == []
    assert "no longer stored" in drift.missing_words(bare, "price")[0]
