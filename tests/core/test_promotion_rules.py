"""Which version is promoted, rule by rule."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import InputError
from core.policy import (
    LOWER_IS_BETTER,
    barred_twins,
    barred_versions,
    difference_change,
    gain,
    judge,
    rules_from_plain,
    rules_to_plain,
    should_promote,
    stated_rules,
)
from core.records import (
    Approval,
    Comparison,
    Decision,
    Difference,
    Guard,
    Promotion,
    PromotionRules,
    Ranked,
    Segment,
    SegmentDifference,
)
from core.settings import read_settings
from tests.conftest import NOON

RULES = PromotionRules("mae", guards=(Guard("rmse", 0.01),))


def difference(metric: str, change: float, reach: float = 0.01) -> Difference:
    return Difference(metric, 100.0, 100.0 * (1 + change), change, change - reach, change + reach)


def compared(challenger: int, mae: float, rmse: float = 0.0, reach: float = 0.01, **segments: float) -> Comparison:
    parts = tuple(
        SegmentDifference(Segment("cohort", name, 200 if name != "Tiny" else 40), difference("mae", change))
        for name, change in segments.items()
    )
    found = (difference("mae", mae, reach), difference("rmse", rmse))
    return Comparison(1, challenger, 1000, 900, found, parts)


def decide(*others: Comparison, rules: PromotionRules = RULES, barred: tuple[int, ...] = ()) -> Decision:
    """Version 1 in production against others, each with MAE 100 × (1 + its change)."""
    ranked = [Ranked(1, {"mae": 100.0})]
    ranked += [Ranked(each.challenger, {"mae": 100.0 * (1 + each.differences[0].change)}) for each in others]
    return should_promote(ranked, 1, rules, {each.challenger: each for each in others}, barred)


def test_the_best_is_promoted_where_nothing_is_in_production() -> None:
    decision = should_promote([Ranked(1, {"mae": 9.0}), Ranked(2, {"mae": 5.0})], None, RULES, {})
    assert decision.yes
    assert decision.numbers["version"] == 2


def test_a_better_version_is_promoted_and_each_rule_is_named_with_its_numbers() -> None:
    decision = decide(compared(2, -0.031, 0.004))
    assert decision.yes
    assert decision.reason == (
        "Version 2 keeps every rule against version 1 in production. "
        "MAE −3.1 % [−4.1, −2.1]: better is asked for. "
        "The interval of MAE excludes zero. "
        "RMSE +0.4 % [−0.6, +1.4]: at most 1 % worse is allowed."
    )
    assert [rule["passed"] for rule in decision.numbers["rules"]] == [True, True, True]
    assert decision.numbers["changes"]["mae"] == pytest.approx((-0.031, -0.041, -0.021))


def test_a_difference_that_may_be_chance_promotes_nothing() -> None:
    decision = decide(compared(2, -0.005))
    assert not decision.yes
    assert "Not kept: The interval of MAE includes zero: the difference may be chance." in decision.reason
    assert decide(compared(2, -0.005), rules=replace(RULES, needs_interval=False)).yes


def test_a_version_that_is_worse_beyond_chance_is_told_so() -> None:
    [ruling] = [each for each in judge(compared(2, 0.2), RULES) if each.kind == "interval"]
    assert not ruling.passed
    assert ruling.sentence == "The interval of MAE excludes zero on the worse side."


def test_a_guard_that_is_broken_promotes_nothing() -> None:
    decision = decide(compared(2, -0.2, 0.02))
    assert not decision.yes
    assert "Not kept: RMSE +2.0 % [+1.0, +3.0]: at most 1 % worse is allowed." in decision.reason


@pytest.mark.parametrize(("change", "is_enough"), [(-0.029, False), (-0.03, True), (-0.05, True)])
def test_a_least_gain_must_be_reached(change: float, is_enough: bool) -> None:
    assert decide(compared(2, change), rules=replace(RULES, min_gain=0.03)).yes is is_enough


def test_no_segment_may_be_much_worse_where_that_is_asked() -> None:
    rules = replace(RULES, segment_limit=0.1)
    assert decide(compared(2, -0.1, Texas=0.09), rules=rules).yes
    assert decide(compared(2, -0.1, Texas=-0.2, Tiny=0.5), rules=rules).yes
    worse = decide(compared(2, -0.1, Texas=0.12, Ohio=-0.3), rules=rules)
    assert not worse.yes
    assert (
        "Not kept: MAE +12.0 % [+11.0, +13.0] in Texas (200 rows), the worst of 2 segments: "
        "at most 10 % worse is allowed." in worse.reason
    )


def test_the_best_that_keeps_every_rule_is_promoted_and_not_the_best_that_breaks_one() -> None:
    decision = decide(compared(2, -0.2, 0.5), compared(3, -0.1))
    assert (decision.yes, decision.numbers["version"], decision.numbers["failed"]) == (True, 3, [2])


def test_the_version_in_production_stays_while_it_is_the_best() -> None:
    decision = decide(compared(2, 0.1))
    assert not decision.yes
    assert decision.reason == "Version 1 in production is still the best by MAE."


def test_of_two_equals_the_one_in_production_stays() -> None:
    assert not decide(compared(2, 0.0)).yes


def test_a_version_that_was_not_compared_is_not_promoted() -> None:
    decision = should_promote([Ranked(1, {"mae": 9.0}), Ranked(2, {"mae": 5.0})], 1, RULES, {})
    assert not decision.yes
    assert "It was not compared with the version in production." in decision.reason


def test_a_version_that_a_person_took_out_is_left_to_people() -> None:
    decision = decide(compared(2, -0.2), compared(3, -0.1), barred=(2,))
    assert (decision.yes, decision.numbers["version"]) == (True, 3)
    assert decision.reason.endswith("Version 2 is better still, but a person took it out or rejected it.")
    assert not decide(compared(2, -0.2), barred=(2,)).yes


def test_only_a_strictly_better_version_is_told_to_be_better_still() -> None:
    decision = decide(compared(2, -0.2), compared(3, -0.2), barred=(2,))
    assert (decision.yes, decision.numbers["version"]) == (True, 3)
    assert "better still" not in decision.reason


def test_the_same_model_as_a_barred_one_is_barred_and_told() -> None:
    ranked = [Ranked(1, {"mae": 100.0}), Ranked(2, {"mae": 80.0}), Ranked(3, {"mae": 80.0 * (1 + 1e-13)})]
    prints = {1: "a", 2: "b", 3: "b"}
    twins = barred_twins({2}, ranked, prints, [])
    assert twins == {3: 2}
    decision = should_promote(ranked, 1, RULES, {2: compared(2, -0.2), 3: compared(3, -0.2)}, {2}, twins)
    assert not decision.yes
    assert decision.reason.endswith(
        "Version 2 is better still, but a person took it out or rejected it. "
        "Version 3 is the same model as version 2, which a person took out or rejected."
    )
    assert barred_twins({2}, ranked, {**prints, 3: "c"}, []) == {}
    assert barred_twins({2}, ranked, {}, []) == {}
    assert barred_twins({2}, [*ranked[:2], Ranked(3, {"mae": 81.0})], prints, []) == {}
    assert barred_twins({2}, ranked, prints, [row(1, 3, 1, "manual")]) == {}


def test_a_version_that_cannot_be_scored_does_not_stop_the_rest() -> None:
    ranked = [Ranked(1, {"mae": 100.0}), Ranked(2, problem="it is broken"), Ranked(3, {"mae": 90.0})]
    assert should_promote(ranked, 1, RULES, {3: compared(3, -0.1)}).numbers["version"] == 3


def test_a_champion_that_cannot_be_scored_is_replaced_and_said() -> None:
    decision = should_promote([Ranked(1, problem="it is broken."), Ranked(2, {"mae": 5.0})], 1, RULES, {})
    assert decision.yes
    assert decision.reason == (
        "Version 1 in production cannot be scored (it is broken). Version 2 is the best of the others."
    )
    assert "not registered" in should_promote([Ranked(2, {"mae": 5.0})], 1, RULES, {}).reason


def test_without_any_score_nothing_is_promoted() -> None:
    assert not should_promote([Ranked(1, problem="it is broken")], None, RULES, {}).yes
    assert "rejected" in should_promote([Ranked(1, {"mae": 1.0})], None, RULES, {}, {1}).reason


@given(st.sampled_from(sorted(LOWER_IS_BETTER)), st.floats(0.01, 1e6), st.floats(0.01, 1e6))
def test_exactly_one_of_two_different_scores_is_a_gain(metric: str, first: float, second: float) -> None:
    if first == second:
        assert gain(metric, first, second) == 0
    else:
        assert (gain(metric, first, second) > 0) != (gain(metric, second, first) > 0)


CHANGES = st.floats(-0.5, 0.5)


@given(
    st.lists(st.tuples(CHANGES, CHANGES, CHANGES), min_size=1, max_size=5),
    st.floats(0, 0.2),
    st.floats(0.01, 0.3),
    st.booleans(),
)
def test_a_further_rule_only_ever_makes_it_stricter(
    found: list[tuple[float, float, float]], allowed: float, limit: float, needs_interval: bool
) -> None:
    others = [compared(number, mae, rmse, Texas=texas) for number, (mae, rmse, texas) in enumerate(found, start=2)]
    loose = PromotionRules("mae", needs_interval=False)
    stricter = [
        replace(loose, guards=(Guard("rmse", allowed),)),
        replace(loose, segment_limit=limit),
        replace(loose, min_gain=limit),
        replace(loose, needs_interval=needs_interval),
    ]
    for rules in stricter:
        if decide(*others, rules=rules).yes:
            assert decide(*others, rules=loose).yes
        for each in others:
            if all(ruling.passed for ruling in judge(each, rules)):
                assert all(ruling.passed for ruling in judge(each, loose))


def test_rules_come_back_from_their_stored_form() -> None:
    rules = replace(RULES, segment_limit=0.1, mode="approval")
    assert rules_from_plain(rules_to_plain(rules)) == rules


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"metric": "luck"}, "metric"),
        ({"min_gain": 1.0}, "min_gain"),
        ({"guards": (Guard("rmse", -0.1),)}, "guards"),
        ({"guards": (Guard("rmse", 0.1), Guard("rmse", 0.2))}, "guards"),
        ({"segment_limit": 0.0}, "segment_limit"),
        ({"segment_rows": 3}, "segment_rows"),
        ({"mode": "dictator"}, "mode"),
    ],
)
def test_a_rule_that_cannot_be_is_refused_by_its_field(change: dict[str, object], field: str) -> None:
    with pytest.raises(InputError) as caught:
        rules_from_plain(rules_to_plain(replace(RULES, **change)))  # type: ignore[arg-type]
    assert list(caught.value.problems) == [field]


def test_the_settings_state_the_rules_until_somebody_sets_others() -> None:
    assert stated_rules(read_settings({}, None)) == RULES
    environ = {"PROMOTION_GUARDS": "rmse=0.05, r2=0.1", "PROMOTION_SEGMENT_LIMIT": "0.1", "PROMOTION_MIN_GAIN": "0.03"}
    rules = stated_rules(read_settings(environ, None))
    assert rules.guards == (Guard("rmse", 0.05), Guard("r2", 0.1))
    assert (rules.segment_limit, rules.min_gain) == (0.1, 0.03)
    assert stated_rules(read_settings({"PROMOTION_GUARDS": "off"}, None)).guards == ()


def row(number: int, version: int, replaced: int | None, kind: str) -> Promotion:
    return Promotion(number, version, replaced, NOON + timedelta(hours=number), "ana", "why", {"kind": kind})


def test_what_a_person_took_out_is_barred_until_it_is_promoted_again() -> None:
    ledger = [row(1, 1, None, "rules"), row(2, 2, 1, "rules"), row(3, 1, 2, "undo")]
    assert barred_versions(ledger[::-1], []) == {2}
    assert barred_versions([row(4, 2, 1, "manual"), *ledger[::-1]], []) == {1}
    assert barred_versions(ledger[:2], []) == set()


def test_what_a_person_rejected_is_barred() -> None:
    rejected = Approval(1, 3, 1, "rejected", NOON, "why", decided_at=NOON + timedelta(hours=9), decided_by="ana")
    assert barred_versions([row(1, 1, None, "rules")], [rejected]) == {3}
    assert barred_versions([row(10, 3, 1, "manual"), row(1, 1, None, "rules")], [rejected]) == {1}


@pytest.mark.parametrize(
    ("found", "text"),
    [
        ((-0.031, -0.04, -0.022), "−3.1 % [−4.0, −2.2]"),
        ((0.001, -0.0004, 0.002), "+0.10 % [−0.04, +0.20]"),
        ((0.5, None, None), "+50.0 %"),
        ((0.0, 0.0, 0.0), "the same"),
        ((0.0, None, None), "0.00 %"),
        ((-0.012, -0.034, -0.0002), "−1.20 % [−3.40, −0.02]"),
        ((-0.012, -0.034, -0.0), "−1.2 % [−3.4, 0.0]"),
        ((-0.012, -0.034, -0.00001), "−1.20 % [−3.40, 0.00]"),
    ],
)
def test_a_change_is_written_with_its_interval(found: tuple[float, float | None, float | None], text: str) -> None:
    assert difference_change(Difference("mae", 1.0, 1.0, *found)) == text


def test_the_same_model_twice_is_said_to_be_the_same() -> None:
    same = replace(compared(2, 0.0, reach=0.0), differences=(difference("mae", 0.0, 0.0), difference("rmse", 0.0, 0.0)))
    assert [each.sentence for each in judge(same, RULES)] == [
        "MAE is the same: better is asked for.",
        "Both versions have the same MAE, whatever rows are drawn.",
        "RMSE is the same: at most 1 % worse is allowed.",
    ]


def test_a_change_of_r2_is_a_difference() -> None:
    assert difference_change(Difference("r2", -0.1, 0.3, 0.4, 0.2, 0.5)) == "+0.400 [+0.200, +0.500]"
