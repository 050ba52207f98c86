"""Grids of changes: a cell for each, coloured only where over its limit."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Any

import plotly.graph_objects as go

from console.charts.style import EMPTY_CELL, laid_out
from console.drift import (
    certainty,
    change_text,
    change_with_interval,
    columns_by_severity,
    reference_name,
    statistic_name,
)
from console.formats import amount, share
from console.language import _
from core.contract import Contract
from core.records import STATISTICS, ChangeInterval, DriftReport, Examination, Measurement, severity

# White text on each colour has a contrast of 5 and more.
ON_COLOUR = "#ffffff"
HEAT = [
    [0, "#0f4c7d"],
    [0.375, "#2f6fa3"],
    [0.376, EMPTY_CELL],
    [0.624, EMPTY_CELL],
    [0.625, "#b5501a"],
    [1, "#7d300a"],
]
LETTERS_A_LINE = 10


@dataclass(frozen=True)
class Cell:
    """A change, what is written in its cell, and what a click on it chooses."""

    measurement: Measurement
    text: str
    chosen: Sequence[str]
    hover: str


def heat_map(report: DriftReport, contract: Contract, examination: Examination | None) -> go.Figure:
    """Columns by statistics in signed change, the worst column first. A cell's customdata: column, statistic."""
    names = columns_by_severity(report)
    found = {(m.column, m.statistic): m for m in report.measurements}
    grid = [[found[name, statistic] for statistic in STATISTICS] for name in names]
    cells = [
        [Cell(m, change_text(m), (m.column, m.statistic), _hover(m, contract, _interval(m, examination))) for m in row]
        for row in grid
    ]
    return _grid([contract[name].label for name in names], [statistic_name(name) for name in STATISTICS], cells)


def references_map(reports: Mapping[str, DriftReport], contract: Contract, names: Sequence[str]) -> go.Figure:
    """Columns by references: the statistic that changed most. A cell's customdata: column, statistic, reference."""
    cells = [[_worst(report, contract, name) for report in reports.values()] for name in names]
    return _grid([contract[name].label for name in names], [reference_name(name) for name in reports], cells)


def _worst(report: DriftReport, contract: Contract, name: str) -> Cell:
    worst = max((m for m in report.measurements if m.column == name), key=severity)
    text = f"{statistic_name(worst.statistic)}<br>{change_text(worst)}"
    return Cell(worst, text, (name, worst.statistic, report.reference), _hover(worst, contract, None))


def _grid(rows: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[Cell]]) -> go.Figure:
    heads = ["<br>".join(wrap(column, LETTERS_A_LINE, break_long_words=False)) for column in columns]
    heat = [[_heat(cell.measurement) for cell in row] for row in cells]
    figure = go.Figure(
        go.Heatmap(
            x=heads,
            y=rows,
            z=heat,
            zmin=-1,
            zmax=1,
            colorscale=HEAT,
            showscale=False,
            xgap=3,
            ygap=3,
            hoverinfo="skip",
        )
    )
    # A heat map emits no selection; the texts on it do.
    placed = [(x, y, cell) for y, row in zip(rows, cells, strict=True) for x, cell in zip(heads, row, strict=True)]
    for is_over in (False, True):
        figure.add_scatter(**_texts([entry for entry in placed if entry[2].measurement.exceeded == is_over], is_over))
    lines = max(head.count("<br>") for head in heads) + 1
    depth = max(cell.text.count("<br>") for row in cells for cell in row) + 1
    axis = {"fixedrange": True, "showgrid": False, "zeroline": False, "categoryorder": "array"}
    figure.update_xaxes(side="top", tickangle=0, categoryarray=heads, **axis)
    figure.update_yaxes(autorange="reversed", categoryarray=rows, **axis)
    height = 40 + 18 * lines + (26 + 16 * depth) * len(rows)
    figure.update_layout(hoverlabel={"align": "left"})
    return laid_out(figure, 0).update_layout(height=height, margin={"t": 18 * lines, "b": 8})


def _texts(placed: Sequence[tuple[str, str, Cell]], is_over: bool) -> dict[str, Any]:
    return {
        "x": [x for x, _y, _cell in placed],
        "y": [y for _x, y, _cell in placed],
        "mode": "text",
        "text": [cell.text for *_place, cell in placed],
        "textfont": {"size": 13, **({"color": ON_COLOUR} if is_over else {})},
        "customdata": [[*cell.chosen, cell.hover] for *_place, cell in placed],
        "hovertext": [cell.hover for *_place, cell in placed],
        "hovertemplate": "%{hovertext}<extra></extra>",
        "showlegend": False,
    }


def _heat(measurement: Measurement) -> float:
    """-1 to 1: how far over its limit, with the sign of the change; 0 within it."""
    if not measurement.exceeded:
        return 0.0
    size = min(severity(measurement), 10.0) / 10.0
    return (0.25 + 0.75 * size) * (-1 if (measurement.change or 0) < 0 else 1)


def _interval(measurement: Measurement, examination: Examination | None) -> ChangeInterval | None:
    return examination.numbers[measurement.column].intervals[measurement.statistic] if examination else None


def _hover(measurement: Measurement, contract: Contract, interval: ChangeInterval | None) -> str:
    column = contract[measurement.column]
    before, now = (amount(value, column.unit) for value in (measurement.reference, measurement.current))
    verdict, limit = certainty(measurement, interval), share(measurement.limit, 0)
    lines = [
        f"<b>{column.label} {statistic_name(measurement.statistic)}</b>",
        f"{before} → {now}",
        change_with_interval(measurement, interval),
        _("{verdict} (limit {limit})", verdict=verdict, limit=limit),
    ]
    return "<br>".join(lines)
