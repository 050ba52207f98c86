"""Figures of a comparison: what is coloured, what is said, what comes first."""

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from console.charts import drift
from console.charts.style import NEUTRAL, UP
from console.drift import Comparison, columns_by_severity
from core.contract import Contract
from core.records import DriftReport, Measurement
from tests.console.drift_cases import comparison, profile


@pytest.fixture(scope="module")
def dearer(contract: Contract) -> Comparison:
    before, now = (profile(contract, seed=seed, price=price) for seed, price in ((1, 200_000), (2, 300_000)))
    return comparison(contract, before, now)


def written(figure: go.Figure) -> dict[tuple[str, str], str]:
    return {(y, x): text for trace in figure.data[1:] for y, x, text in zip(trace.y, trace.x, trace.text, strict=True)}


def test_the_heat_map_puts_the_worst_column_first_and_colours_only_what_is_over(dearer: Comparison) -> None:
    figure = drift.heat_map(dearer.report, dearer.contract, dearer.examination)
    heat = figure.data[0]
    assert heat.y[0] == dearer.contract.target_column.label
    assert int(np.count_nonzero(np.array(heat.z))) == len(dearer.report.exceeded) > 0
    texts = written(figure)
    assert len(texts) == len(dearer.report.measurements)
    assert texts[dearer.contract.target_column.label, "mean"].startswith("+")


def test_a_cell_says_how_sure_it_is_where_one_points_at_it(dearer: Comparison) -> None:
    figure = drift.heat_map(dearer.report, dearer.contract, dearer.examination)
    over = figure.data[2]
    place = next(n for n, chosen in enumerate(over.customdata) if tuple(chosen[:2]) == ("price", "mean"))
    assert "%, +" in over.hovertext[place]
    assert "over its limit (limit 15 %)" in over.hovertext[place]


def test_a_change_beyond_all_measure_still_fits_its_cell(dearer: Comparison) -> None:
    wild = Measurement("price", "std", 1.0, 5e6, 5e6, 0.15, True)
    others = [m for m in dearer.report.measurements if (m.column, m.statistic) != ("price", "std")]
    report = DriftReport("previous", "", (*others, wild))
    figure = drift.heat_map(report, dearer.contract, dearer.examination)
    assert max(map(len, written(figure).values())) <= 11


def test_the_references_stand_side_by_side_each_with_what_changed_most(dearer: Comparison) -> None:
    figure = drift.references_map(dearer.reports, dearer.contract, dearer.columns)
    texts = written(figure)
    assert len(texts) == len(dearer.columns) * len(dearer.reports)
    assert "<br>+" in texts["Price", "Previous<br>batch"]


def test_distributions_are_shares_that_sum_to_one_but_for_the_outermost_rows(contract: Contract) -> None:
    numbers = profile(contract, 500).numbers
    for column in contract.drift_columns:
        figure = drift.distributions(numbers[column.name], numbers[column.name], column)
        assert [trace.name for trace in figure.data] == ["before", "now"]
        assert 0.95 < sum(figure.data[0].y) <= 1.0 + 1e-9


def test_a_long_tail_is_shown_over_powers_of_ten(contract: Contract) -> None:
    numbers = profile(contract, 900).numbers
    assert (
        drift.distributions(numbers["acre_lot"], numbers["acre_lot"], contract["acre_lot"]).layout.xaxis.type == "log"
    )
    assert drift.distributions(numbers["bed"], numbers["bed"], contract["bed"]).layout.xaxis.type is None


def test_a_column_without_values_still_makes_figures(contract: Contract) -> None:
    numbers = profile(contract, 5, bed=None).numbers["bed"]
    assert sum(drift.distributions(numbers, numbers, contract["bed"]).data[0].y) == 0
    assert not drift.quantile_lines(numbers, numbers, contract["bed"]).data[0].y


def test_quantiles_rise_with_the_share_of_rows(dearer: Comparison) -> None:
    assert dearer.profiles is not None
    before, now = (found.numbers["price"] for found in dearer.profiles)
    lines = drift.quantile_lines(before, now, dearer.contract["price"]).data
    assert all(np.all(np.diff(np.array(line.y)) >= 0) for line in lines)
    assert lines[1].y[49] > lines[0].y[49]


def test_changes_over_the_limit_stand_out() -> None:
    changes = pd.DataFrame(
        {"batch_id": [1, 2, 9], "relative_change": [0.1, 0.4, 0.2], "limit_value": 0.15, "exceeded": [0, 1, 1]}
    )
    bars = drift.changes_over_batches(changes, {1: "1·0", 2: "1·1"}, 2).data[0]
    assert list(bars.x) == ["1·0", "1·1"]
    assert list(bars.text) == ["+10 %", "+40 %"]
    assert list(bars.marker.color) == [NEUTRAL, UP]


def test_categories_are_called_new_or_vanished_and_the_rest_is_summed_up() -> None:
    before = {"Ohio": 60, "Maine": 40}
    now = {"Ohio": 50, "Texas": 50}
    figure = drift.category_shares(before, now)
    assert set(figure.layout.yaxis.ticktext) == {"Ohio", "Maine (vanished)", "Texas (new)"}
    assert not figure.layout.annotations
    many = {f"town {n}": 1 for n in range(20)}
    assert figure.layout.yaxis.autorange == "reversed"
    assert drift.category_shares(many, many).layout.annotations[0].text == "5 others: 25.0 % → 25.0 %"


def test_columns_come_by_how_far_they_are_over_their_limit(dearer: Comparison) -> None:
    assert columns_by_severity(dearer.report)[0] == "price"
