"""Figures from records: what is coloured, what is said, what comes first."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from console.charts import drift, models, timeline
from console.charts.style import BAD, EMPTY_CELL, GOOD, NEUTRAL, UP
from core.checks import check_rows
from core.contract import Contract
from core.drift import compare, profile_rows
from core.records import Batch, Decision, DriftReport, Ranked, RunStep, StoredDecision, Trial
from tests.conftest import NOON, listings
from tests.console.test_advice import run


@pytest.fixture
def report(contract: Contract) -> DriftReport:
    before, after = (
        profile_rows(check_rows(listings(300, seed=seed, price=price), contract).accepted, contract)
        for seed, price in ((1, 200_000), (2, 300_000))
    )
    return compare(before, after, contract, lambda *_: 0.15, "previous", "the previous batch")


def test_the_heat_map_puts_the_worst_column_first_and_colours_only_what_is_over(
    report: DriftReport, contract: Contract
) -> None:
    figure = drift.heat_map(report, contract)
    heat = figure.data[0]
    assert heat.y[0] == contract.target_column.label
    over = {(m.column, m.statistic) for m in report.exceeded}
    coloured = int(np.count_nonzero(np.array(heat.z)))
    assert coloured == len(over) > 0
    texts = {(y, x): text for trace in figure.data[1:] for y, x, text in zip(trace.y, trace.x, trace.text, strict=True)}
    assert len(texts) == len(report.measurements)
    assert texts[contract.target_column.label, "mean"].startswith("+")


def test_distributions_are_shares_that_sum_to_one_but_for_the_outermost_rows(contract: Contract) -> None:
    rows = check_rows(listings(500), contract).accepted
    profile = profile_rows(rows, contract).numbers
    for column in contract.drift_columns:
        figure = drift.distributions(profile[column.name], profile[column.name], column, ("before", "now"))
        assert [trace.name for trace in figure.data] == ["before", "now"]
        assert 0.95 < sum(figure.data[0].y) <= 1.0 + 1e-9


def test_a_column_without_values_still_makes_a_figure(contract: Contract) -> None:
    rows = check_rows(listings(5, bed=None), contract).accepted
    profile = profile_rows(rows, contract).numbers["bed"]
    assert sum(drift.distributions(profile, profile, contract["bed"], ("before", "now")).data[0].y) == 0


def test_changes_over_the_limit_stand_out(contract: Contract) -> None:
    changes = pd.DataFrame(
        {"batch_id": [1, 2, 9], "relative_change": [0.1, 0.4, 0.2], "limit_value": 0.15, "exceeded": [0, 1, 1]}
    )
    bars = drift.changes_over_batches(changes, {1: "1·0", 2: "1·1"}, 2).data[0]
    assert list(bars.x) == ["1·0", "1·1"]
    assert list(bars.marker.color) == [NEUTRAL, UP]


def test_total_variation_is_nought_for_equal_shares_and_one_for_none_in_common() -> None:
    assert drift.total_variation({"a": 1, "b": 3}, {"a": 10, "b": 30}) == pytest.approx(0)
    assert drift.total_variation({"a": 1}, {"b": 5}) == pytest.approx(1)
    assert drift.total_variation({}, {"b": 5}) == pytest.approx(0.5)


def test_the_strip_of_batches_tells_what_was_trained_and_promoted() -> None:
    batches = [Batch(n, 1, n, "h", NOON, 10, 10, 0, 0, 9) for n in (2, 1)]
    decisions = [
        StoredDecision(1, 1, "train", NOON, Decision(True, "first", {})),
        StoredDecision(1, 1, "promote", NOON, Decision(True, "first", {})),
        StoredDecision(2, 2, "train", NOON, Decision(False, "quiet", {"exceeded": 0})),
    ]
    trace = timeline.batch_strip(batches, decisions).data[0]
    cells = {(x, y): colour for x, y, colour in zip(trace.x, trace.y, trace.marker.color, strict=True)}
    assert cells["1·1", "Trained"] == cells["1·1", "Promoted"] == GOOD
    assert cells["1·2", "Trained"] == cells["1·2", "Over its limits"] == EMPTY_CELL
    assert trace.customdata[0][0] == 1
    exceeded = [StoredDecision(1, 1, "train", NOON, Decision(True, "over", {"exceeded": 3}))]
    again = timeline.batch_strip(batches, exceeded).data[0]
    assert BAD in again.marker.color


def test_runs_are_stacked_by_their_steps() -> None:
    step = RunStep("collect", "succeeded", NOON, NOON.replace(second=4), {})
    figure = timeline.run_durations([run()], {7: [step]})
    assert [(trace.name, list(trace.y)) for trace in figure.data] == [("collect", [4.0])]


def test_the_version_in_production_stands_out(contract: Contract) -> None:
    ranked = {1: Ranked(1, {"rmse": 10.0}), 2: Ranked(2, {"rmse": 9.0}), 3: Ranked(3, {}, "does not load")}
    bars = models.metric_over_versions(ranked, "rmse", 2, contract).data[0]
    assert list(bars.x) == ["v1", "v2"]
    assert list(bars.marker.color) == [NEUTRAL, GOOD]


def test_trials_are_shown_by_family() -> None:
    found = [Trial(1, "linear", {}, 0.5, 0.1), Trial(2, "extra_trees", {}, 0.3, 0.2)]
    figure = models.trials(found)
    assert isinstance(figure, go.Figure)
    assert {trace.name for trace in figure.data} == {"linear", "extra trees"}
