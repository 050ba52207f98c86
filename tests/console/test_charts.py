"""Figures from records: what is coloured, what is said, what comes first."""

import math

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from console import language
from console.charts import models, quality, reasons, timeline
from console.charts.sparkline import HIGHEST, LOWEST, drift_sparkline
from console.charts.style import BAD, GOOD, NEUTRAL, amounts_axis
from core.contract import Contract
from core.records import Band, Batch, Explanation, Ranked, RunStep, Trial
from tests.conftest import NOON
from tests.console.test_advice import run


def test_runs_are_bars_by_step_over_boxes_of_their_steps() -> None:
    step = RunStep("collect", "succeeded", NOON, NOON.replace(second=4), {})
    broken = RunStep("train", "failed", NOON, NOON.replace(second=2), {})
    figure = timeline.run_durations([run(id=8, cause="schedule"), run()], {7: [step], 8: [step, broken]})
    bars = {trace.name: list(trace.y) for trace in figure.data if isinstance(trace, go.Bar)}
    boxes = [trace for trace in figure.data if isinstance(trace, go.Scatter)]
    assert bars == {"collect": [4.0, 4.0], "train": [0.0, 2.0]}
    assert list(figure.data[0].x) == ["▶<br>7", "◷<br>8"]
    assert [list(trace.x) for trace in boxes] == [["▶<br>7", "◷<br>8"], ["◷<br>8"]]
    assert (boxes[1].marker.color[0], boxes[1].marker.symbol[0]) == (BAD, "square-x")


def test_a_sparkline_colours_what_is_over_the_limit_and_keeps_to_its_scale() -> None:
    figure = drift_sparkline(["1·1", "1·2", "1·3"], [0.0, 3.0, math.inf], ["quiet", "loud", "new"])
    assert list(figure.data[0].y) == [LOWEST, 3.0, HIGHEST]
    assert list(figure.data[0].marker.color) == [GOOD, BAD, BAD]
    assert figure.layout.shapes[0].y0 == 1


@pytest.mark.parametrize(
    ("values", "named"),
    [
        ([21_000.0, 310_000.0], [50_000, 100_000, 200_000]),
        ([0.08, 0.7], [0.1, 0.2, 0.5]),
        ([900.0, 2_000_000.0], [1_000, 10_000, 100_000, 1_000_000]),
    ],
)
def test_a_logarithmic_axis_names_whole_amounts_that_do_not_run_into_each_other(
    values: list[float], named: list[float]
) -> None:
    axis = amounts_axis(values, "$")
    assert axis["type"] == "log"
    assert axis["tickvals"] == pytest.approx(named)
    assert all(text.startswith("$ ") for text in axis["ticktext"])


def test_the_amounts_of_an_axis_are_short_and_have_their_unit() -> None:
    assert amounts_axis([900.0, 2_000_000.0], "$")["ticktext"] == ["$ 1k", "$ 10k", "$ 100k", "$ 1M"]
    assert amounts_axis([0.08, 0.7], "acres")["ticktext"] == ["0.1 acres", "0.2 acres", "0.5 acres"]
    with language.speaking("es"):
        assert amounts_axis([900.0, 2_000_000.0], "$")["ticktext"][0] == "1k $"


def test_an_axis_of_amounts_is_plain_where_a_logarithm_has_nothing_to_say() -> None:
    assert amounts_axis([-1.0, 50.0], "acres") == {"type": "linear", "ticksuffix": " acres"}
    assert amounts_axis([], "$")["type"] == "linear"
    assert "tickvals" not in amounts_axis([210.0, 290.0], "$")


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


def test_a_waterfall_keeps_room_in_pixels_for_its_amounts(contract: Contract) -> None:
    names = ("house_size", "status")
    data = pd.DataFrame({"house_size": [1800.0], "status": ["for_sale"]})

    def drawn(*parts: float) -> go.Figure:
        values, base = np.array([parts]), np.array([200_000.0])
        return reasons.waterfall(Explanation(names, base, values, data, base + values.sum(axis=1)), 0, contract)

    up, down = drawn(50_000.0, 20_000.0), drawn(50_000.0, -9_000.0)
    assert list(up.data[0].y) == ["Typical price", "Status = for sale", "Living area = 1,800 sq ft", "Prediction"]
    assert up.layout.margin.r == reasons.AMOUNT_WIDTH
    assert up.layout.yaxis.ticklabelstandoff is None
    assert down.layout.yaxis.ticklabelstandoff > 0


def test_a_single_trial_stands_in_the_middle_of_an_axis_around_it() -> None:
    figure = models.trials([Trial(1, "linear", {"alpha": 1.0}, 0.4, 1.0)])
    assert list(figure.layout.xaxis.range) == [0.5, 1.5]
    assert list(figure.layout.yaxis.range) == pytest.approx([0.36, 0.44])
    assert "RMSE" in figure.layout.yaxis.title.text
