"""Figures from records: what is coloured, what is said, what comes first."""

import plotly.graph_objects as go

from console.charts import models, quality, timeline
from console.charts.style import BAD, EMPTY_CELL, GOOD, NEUTRAL
from core.contract import Contract
from core.records import Band, Batch, Decision, Ranked, RunStep, StoredDecision, Trial
from tests.conftest import NOON
from tests.console.test_advice import run


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


def test_the_volume_stacks_what_became_of_the_rows_and_shades_what_is_usual() -> None:
    batches = [Batch(key, 1, key, "h", NOON, 100, 90, 6, 4, 90) for key in (1, 2)]
    figure = quality.volume(batches, 2, Band(50, 100, 150))
    stored, repeated, rejected = figure.data
    assert [list(bar.y) for bar in (stored, repeated, rejected)] == [[90, 90], [4, 4], [6, 6]]
    assert rejected.marker.color == BAD
    assert list(stored.marker.opacity) == [quality.OTHERS, 1.0]
    assert (figure.layout.shapes[0].y0, figure.layout.shapes[0].y1) == (50, 150)
    assert not quality.volume(batches, 2, None).layout.shapes
