"""Which rules fire, what they say, and what follows: train, do not, or hold."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.contract import Contract, load_contract
from core.policy import (
    RULE_KINDS,
    batch_findings,
    change_words,
    fault,
    judge_again,
    limit_words,
    profile_findings,
    rule_keys,
    should_train,
)
from core.records import (
    STATISTICS,
    Batch,
    DriftReport,
    Evidence,
    Finding,
    Measurement,
    NumberProfile,
    Profile,
    RuleKey,
    Rules,
)
from tests.conftest import NOON

CONTRACT = load_contract("real_estate")
DEFAULTS = Rules(0.15, {})
BATCH = Batch(3, 1, 2, "hash", NOON, 100, 90, 10, 0, 80)
TRAINS = [key for key in rule_keys(CONTRACT) if not RULE_KINDS[key.kind].holds]
HOLDS = [key for key in rule_keys(CONTRACT) if RULE_KINDS[key.kind].holds]


def report(*changes: float | None) -> DriftReport:
    measured = tuple(
        Measurement("price", statistic, 100.0, 100.0 * (1 + (change or 0)), change, 0.15, abs(change or 0) > 0.15)
        for statistic, change in zip(STATISTICS, changes, strict=False)
    )
    return DriftReport("previous", "the previous batch", measured)


def healthy(report: DriftReport | None = None, *findings: Finding, has_production: bool = True) -> Evidence:
    return Evidence(has_production, report, (*batch_findings(BATCH, None), *findings))


def test_the_first_batch_trains_because_nothing_is_in_production(contract: Contract) -> None:
    decision = should_train(healthy(has_production=False), DEFAULTS, contract)
    assert decision.yes
    assert decision.reason == "Nothing was in production yet, so a first model is trained."


def test_a_batch_with_nothing_to_compare_does_not_train(contract: Contract) -> None:
    decision = should_train(healthy(), DEFAULTS, contract)
    assert not decision.yes
    assert decision.reason == "There is nothing to compare this batch with yet."


def test_every_change_over_its_limit_is_named_the_largest_first(contract: Contract) -> None:
    decision = should_train(healthy(report(0.2, -0.661, 0.01)), DEFAULTS, contract)
    assert decision.yes
    assert decision.reason == (
        "Against the previous batch: Price std −66.1 % (limit 15 %), 2 of 3 over their limits. "
        "Also Price mean +20.0 % (limit 15 %)."
    )
    assert decision.numbers["changes"] == {"price_std": -0.661, "price_mean": 0.2}


def test_a_change_that_is_no_number_is_named_with_its_note(contract: Contract) -> None:
    odd = Measurement("price", "50", 0.0, 5.0, None, 0.15, True, "the reference is 0 and the value is not")
    found = DriftReport("previous", "the previous batch", (odd,))
    assert should_train(healthy(found), DEFAULTS, contract).reason == (
        "Against the previous batch: The median of Price: the reference is 0 and the value is not, "
        "1 of 1 over their limits."
    )


def test_a_quiet_batch_does_not_train_and_names_its_largest_change(contract: Contract) -> None:
    decision = should_train(healthy(report(0.01, -0.08)), DEFAULTS, contract)
    assert not decision.yes
    assert "Price std −8.0 % (limit 15 %)" in decision.reason


FIRING = [
    (
        Finding(RuleKey("missing", "acre_lot"), 0.089, 0.031, 0.12),
        0.05,
        "Lot size is missing in 12.0 % of the rows, 3.1 % in the reference (limit 5 points more).",
    ),
    (
        Finding(RuleKey("new_category", "city"), 0.072),
        0.05,
        "7.2 % of the rows have a value of City that the reference does not know (limit 5 %).",
    ),
    (Finding(RuleKey("stability", "price"), 0.314), 0.25, "PSI of Price is 0.314 (limit 0.25)."),
    (
        Finding(RuleKey("few_rows"), 0.12, 10_000.0, 1_200.0),
        0.5,
        "The batch has 1,200 rows, 12.0 % of a usual one (limit 50 %).",
    ),
    (
        Finding(RuleKey("many_rows"), 3.0, 400.0, 1_200.0),
        2.0,
        "The batch has 1,200 rows, 300.0 % of a usual one (limit 200 %).",
    ),
    (
        Finding(RuleKey("rejected"), 0.31, 100.0, 31.0),
        0.1,
        "31 of 100 rows were rejected, 31.0 % (limit 10 %).",
    ),
]


@pytest.mark.parametrize(("finding", "limit", "words"), FIRING, ids=[found[0].key.kind for found in FIRING])
def test_a_rule_is_off_until_it_is_set_and_then_fires_with_its_numbers(
    contract: Contract, finding: Finding, limit: float, words: str
) -> None:
    evidence = healthy(None, finding)
    assert not should_train(evidence, DEFAULTS, contract).yes
    decision = should_train(evidence, DEFAULTS.changed({finding.key: limit}), contract)
    assert decision.yes
    assert words in decision.reason
    fired = {"rule": finding.key.kind, "column": finding.key.column, "value": finding.value, "limit": limit}
    assert fired in decision.numbers["fired"]


def test_all_that_fired_is_named_together(contract: Contract) -> None:
    findings = [finding for finding, _, _ in FIRING]
    rules = DEFAULTS.changed({finding.key: limit for finding, limit, _ in FIRING})
    decision = should_train(healthy(report(0.661), *findings), rules, contract)
    assert decision.reason.startswith(
        "Against the previous batch: Price mean +66.1 % (limit 15 %), 1 of 1 over their limits. "
    )
    assert [words for _, _, words in FIRING if words not in decision.reason] == []


SMALL = replace(BATCH, rows_clean=12)
BROKEN = replace(BATCH, rows_rejected=62)


@pytest.mark.parametrize(
    ("batch", "reason"),
    [
        (SMALL, "Too small to judge: 12 of 100 rows can be used, at least 30 are asked for."),
        (BROKEN, "Too broken to judge: 62 of 100 rows were rejected, 62.0 % (at most 50 %)."),
    ],
    ids=["small", "broken"],
)
@pytest.mark.parametrize("has_production", [True, False])
def test_a_batch_that_cannot_be_judged_is_held_even_the_first(
    contract: Contract, batch: Batch, reason: str, has_production: bool
) -> None:
    evidence = Evidence(has_production, report(0.9), batch_findings(batch, None))
    decision = should_train(evidence, DEFAULTS, contract)
    assert (decision.yes, decision.held, decision.reason) == (False, True, reason)
    assert decision.numbers["fired"]
    released = should_train(evidence, DEFAULTS, contract, is_released=True)
    assert (released.yes, released.held) == (True, False)


def test_a_batch_that_is_small_and_broken_says_both(contract: Contract) -> None:
    decision = should_train(
        Evidence(True, None, batch_findings(replace(SMALL, rows_rejected=80), None)), DEFAULTS, contract
    )
    assert "Too small" in decision.reason
    assert "Too broken" in decision.reason


def test_no_batch_is_held_where_the_limits_say_so(contract: Contract) -> None:
    rules = DEFAULTS.changed({RuleKey("least_rows"): 0.0, RuleKey("most_rejected"): 1.0})
    nothing = replace(BATCH, rows_clean=0, rows_rejected=100)
    assert not should_train(Evidence(True, None, batch_findings(nothing, None)), rules, contract).held


limits = st.floats(0.001, 2.0)
shares = st.floats(-1.0, 1.0)


@st.composite
def evidences(draw: st.DrawFn) -> Evidence:
    """Anything that a batch may be judged on."""
    measured = [
        Measurement(key.column, key.statistic, 1.0, None, draw(st.none() | shares), 0.15, draw(st.booleans()))
        for key in draw(st.lists(st.sampled_from([k for k in TRAINS if k.kind == "change"]), unique=True, max_size=5))
    ]
    found = draw(st.none() | st.just(DriftReport("previous", "the previous batch", tuple(measured))))
    keys = draw(st.lists(st.sampled_from([k for k in TRAINS if k.kind != "change"]), unique=True, max_size=6))
    findings = [Finding(key, draw(shares), draw(shares), draw(shares)) for key in keys]
    return Evidence(draw(st.booleans()), found, (*batch_findings(BATCH, None)[:2], *findings))


some_rules = st.dictionaries(st.sampled_from(TRAINS), limits, max_size=8)


def tighter(key: RuleKey, limit: float | None) -> float:
    """A limit that fires at least as often."""
    if limit is None:
        return 1.0
    return limit * 2 if RULE_KINDS[key.kind].is_least else limit / 2


@given(evidences(), some_rules, st.sampled_from(TRAINS))
@settings(deadline=None)
def test_a_tighter_limit_never_makes_fewer_batches_retrain(
    evidence: Evidence, own: dict[RuleKey, float], key: RuleKey
) -> None:
    rules = DEFAULTS.changed(own)
    tight = rules.changed({key: tighter(key, rules.limit(key))})
    assert judge_again(evidence, tight, CONTRACT).yes >= judge_again(evidence, rules, CONTRACT).yes


@given(evidences(), some_rules)
@settings(deadline=None)
def test_where_no_rule_fired_the_answer_is_no(evidence: Evidence, own: dict[RuleKey, float]) -> None:
    decision = judge_again(replace(evidence, has_production=True), DEFAULTS.changed(own), CONTRACT)
    has_fired = bool(decision.numbers.get("fired") or decision.numbers.get("exceeded"))
    assert decision.yes == has_fired
    assert not decision.held


@given(evidences())
@settings(deadline=None)
def test_judged_again_by_the_same_rules_the_answer_is_the_same(evidence: Evidence) -> None:
    once = judge_again(evidence, DEFAULTS, CONTRACT)
    measured = evidence.report and replace(
        evidence.report,
        measurements=tuple(
            replace(m, exceeded=m.exceeded if m.change is None else abs(m.change) > 0.15)
            for m in evidence.report.measurements
        ),
    )
    assert should_train(replace(evidence, report=measured), DEFAULTS, CONTRACT) == once


@given(evidences(), some_rules, st.sampled_from(HOLDS))
@settings(deadline=None)
def test_a_held_batch_never_trains(evidence: Evidence, own: dict[RuleKey, float], key: RuleKey) -> None:
    own = own | {key: 1000.0 if RULE_KINDS[key.kind].is_least else 0.01}
    decision = judge_again(evidence, DEFAULTS.changed(own), CONTRACT)
    assert (decision.held, decision.yes) == (True, False)


@given(evidences(), some_rules)
@settings(deadline=None)
def test_a_report_is_never_changed_by_being_judged_again(evidence: Evidence, own: dict[RuleKey, float]) -> None:
    before = evidence.report
    judge_again(evidence, DEFAULTS.changed(own), CONTRACT)
    assert evidence.report == before


def test_profiles_say_what_is_missing_new_and_moved() -> None:
    def profile(values: list[float], missing: int, cities: dict[str, int]) -> Profile:
        numbers = NumberProfile(np.array(values), np.ones(len(values), dtype=np.int64), missing)
        return Profile(len(values) + missing, {"price": numbers}, {"city": cities})

    before = profile([*range(100)], 0, {"Austin": 60, "Dallas": 40})
    now = profile([*range(50, 100)], 50, {"Austin": 60, "Waco": 30})
    found = {finding.key: finding for finding in profile_findings(before, now)}
    assert found[RuleKey("missing", "price")].value == 0.5
    assert found[RuleKey("missing", "city")].value == pytest.approx(0.1)
    assert found[RuleKey("new_category", "city")].value == 0.3
    assert found[RuleKey("stability", "price")].value > 0.25
    assert found[RuleKey("stability", "city")].value > 0.25
    same = {finding.key: finding.value for finding in profile_findings(before, before)}
    assert set(same.values()) == {0.0}
    assert profile_findings(before, profile([], 0, {})) == ()


def test_a_batch_is_measured_by_the_usual_one_where_there_is_one() -> None:
    values = {finding.key.kind: finding.value for finding in batch_findings(BATCH, 200.0)}
    assert values == {"least_rows": 80, "most_rejected": 0.1, "rejected": 0.1, "few_rows": 0.5, "many_rows": 0.5}
    assert "few_rows" not in {finding.key.kind for finding in batch_findings(BATCH, None)}


def test_there_is_a_rule_for_every_watched_statistic_and_profiled_column(contract: Contract) -> None:
    keys = list(rule_keys(contract))
    assert len(keys) == len(set(keys))
    assert RuleKey("change", "price", "75") in keys
    assert RuleKey("new_category", "state") in keys
    assert RuleKey("new_category", "price") not in keys
    assert {key.column for key in keys if key.kind == "missing"} >= {"price", "city"}
    assert {key.kind for key in keys} == set(RULE_KINDS)


def test_a_wrong_limit_is_named_in_one_sentence(contract: Contract) -> None:
    said = {
        RuleKey("change", "price", "mean"): (0.0, "The mean of Price: the limit must lie between 0.01 % and"),
        RuleKey("missing", "city"): (1.2, "Missing values of City: the limit must lie between 0 points and 100 points"),
        RuleKey("least_rows"): (-1.0, "got -1 rows."),
        RuleKey("many_rows"): (0.5, "Batch size over, of the usual: the limit must lie between 100 % and"),
        RuleKey("stability", "price"): (float("nan"), "PSI of Price"),
    }
    for key, (limit, words) in said.items():
        assert words in fault(key, limit, contract)
    assert fault(RuleKey("change", "price", "mean"), 0.0001, contract) == ""
    assert fault(RuleKey("many_rows"), 2.0, contract) == ""


def test_a_change_of_a_rule_is_said_with_both_limits(contract: Contract) -> None:
    key = RuleKey("missing", "acre_lot")
    assert change_words(key, None, 0.05, contract) == "Missing values of Lot size: off before, now 5 points"
    assert limit_words(RuleKey("least_rows"), 30.0) == "30 rows"
    assert limit_words(RuleKey("change", "price", "mean"), 0.15) == "15 %"
