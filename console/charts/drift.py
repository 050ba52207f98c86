"""How far a batch lies from what came before: changes, distributions, and a statistic over all batches."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from console.charts.style import EMPTY_CELL, NEUTRAL, UP, laid_out
from console.formats import amount, share
from core.contract import Column, Contract
from core.policy import STATISTIC_LABELS, percent
from core.records import STATISTICS, DriftReport, Measurement, NumberProfile, severity

MOST_BINS = 40
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


def heat_map(report: DriftReport, contract: Contract) -> go.Figure:
    """Columns by statistics in signed change, the worst column first; coloured only where over the limit."""
    names = columns_by_severity(report)
    cells = {(m.column, m.statistic): m for m in report.measurements}
    grid = [[cells[name, statistic] for statistic in STATISTICS] for name in names]
    columns = [STATISTIC_LABELS[statistic] for statistic in STATISTICS]
    rows = [contract[name].label for name in names]
    figure = go.Figure(
        go.Heatmap(
            x=columns,
            y=rows,
            z=[[_heat(measurement) for measurement in row] for row in grid],
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
    flat = [(x, y, m) for y, row in zip(rows, grid, strict=True) for x, m in zip(columns, row, strict=True)]
    for is_over in (False, True):
        shown = [(x, y, m) for x, y, m in flat if m.exceeded == is_over]
        figure.add_scatter(
            x=[x for x, _, _ in shown],
            y=[y for _, y, _ in shown],
            mode="text",
            text=[change_text(m) for *_, m in shown],
            textfont={"size": 14, **({"color": ON_COLOUR} if is_over else {})},
            customdata=[[m.column, m.statistic, _hover(m, contract)] for *_, m in shown],
            hovertemplate="%{customdata[2]}<extra></extra>",
            showlegend=False,
        )
    figure.update_xaxes(categoryorder="array", categoryarray=columns)
    figure.update_yaxes(categoryorder="array", categoryarray=rows)
    figure.update_xaxes(side="top", fixedrange=True, showgrid=False, zeroline=False)
    figure.update_yaxes(autorange="reversed", fixedrange=True, showgrid=False, zeroline=False)
    return laid_out(figure, 1.3 * len(names)).update_layout(margin={"t": 32, "b": 8})


def columns_by_severity(report: DriftReport) -> list[str]:
    """The compared columns, the one furthest over its limit first."""
    worst: dict[str, float] = {}
    for measurement in report.measurements:
        worst[measurement.column] = max(worst.get(measurement.column, 0.0), severity(measurement))
    return sorted(worst, key=lambda name: -worst[name])


def change_text(measurement: Measurement) -> str:
    """A change as it is shown in a cell."""
    if measurement.change is not None:
        return percent(measurement.change, 0 if abs(measurement.change) >= 1 else 1)
    return "from 0" if measurement.exceeded else "no value"


def distributions(
    reference: NumberProfile, current: NumberProfile, column: Column, names: tuple[str, str]
) -> go.Figure:
    """Both distributions over the same bins, as a share of the rows; the outermost hundredths are left out of sight."""
    edges = _edges((reference, current), column)
    centres = (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for profile, name, colour in zip((reference, current), names, (NEUTRAL, UP), strict=True):
        heights, _ = np.histogram(profile.values, bins=edges, weights=profile.counts / max(profile.count, 1))
        figure.add_scatter(
            x=centres,
            y=heights,
            name=name,
            mode="lines",
            line={"shape": "hvh", "color": colour, "width": 2},
            fill="tozeroy",
            hovertemplate=f"%{{x:,.4g}} {column.unit}: %{{y:.1%}}<extra>{name}</extra>",
        )
    figure.update_yaxes(title="share of rows", tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title=column.label_with_unit)
    return laid_out(figure, 7)


def changes_over_batches(changes: pd.DataFrame, labels: dict[int, str], chosen: int) -> go.Figure:
    """One statistic's change in every batch, with its limit on both sides."""
    shown = changes.assign(label=changes["batch_id"].map(labels)).dropna(subset=["label", "relative_change"])
    over = shown["exceeded"].astype(bool)
    edges = ["rgba(0,0,0,0)" if batch != chosen else NEUTRAL for batch in shown["batch_id"]]
    figure = go.Figure(
        go.Bar(
            x=shown["label"],
            y=shown["relative_change"],
            marker={"color": np.where(over, UP, NEUTRAL), "line": {"color": edges, "width": 3}},
            hovertemplate="%{x}: %{y:+.1%}<extra></extra>",
            showlegend=False,
        )
    )
    for sign in (1, -1):
        figure.add_scatter(
            x=shown["label"],
            y=sign * shown["limit_value"],
            mode="lines",
            line={"dash": "dot", "color": NEUTRAL, "width": 1},
            name="limit",
            showlegend=sign > 0,
            hovertemplate="limit %{y:+.0%}<extra></extra>",
        )
    figure.update_yaxes(tickformat="+.0%", title="change")
    figure.update_xaxes(type="category")
    return laid_out(figure, 6)


def category_shares(
    reference: dict[str, int], current: dict[str, int], names: tuple[str, str], most: int = 15
) -> go.Figure:
    """The commonest categories' shares, side by side."""
    totals = [max(sum(counts.values()), 1) for counts in (reference, current)]
    order = sorted(
        set(reference) | set(current),
        key=lambda name: -(reference.get(name, 0) / totals[0] + current.get(name, 0) / totals[1]),
    )
    shown = order[:most][::-1]
    figure = go.Figure()
    for counts, total, name, colour in zip((reference, current), totals, names, (NEUTRAL, UP), strict=True):
        figure.add_bar(
            orientation="h",
            y=shown,
            x=[counts.get(category, 0) / total for category in shown],
            name=name,
            marker_color=colour,
            hovertemplate=f"%{{y}}: %{{x:.1%}}<extra>{name}</extra>",
        )
    figure.update_layout(barmode="group")
    figure.update_xaxes(tickformat=".0%", title="share of rows")
    return laid_out(figure, len(shown) * 1.1)


def total_variation(reference: dict[str, int], current: dict[str, int]) -> float:
    """Half the sum of the differences of all shares: 0 for equal shares, 1 for none in common."""
    totals = [max(sum(counts.values()), 1) for counts in (reference, current)]
    names = set(reference) | set(current)
    return sum(abs(reference.get(name, 0) / totals[0] - current.get(name, 0) / totals[1]) for name in names) / 2


def _heat(measurement: Measurement) -> float:
    """-1 to 1: how far over its limit, with the sign of the change; 0 within it."""
    if not measurement.exceeded:
        return 0.0
    size = min(severity(measurement), 10.0) / 10.0
    return (0.25 + 0.75 * size) * (-1 if (measurement.change or 0) < 0 else 1)


def _hover(measurement: Measurement, contract: Contract) -> str:
    column = contract[measurement.column]
    before, now = (amount(value, column.unit) for value in (measurement.reference, measurement.current))
    name = f"{column.label} {STATISTIC_LABELS[measurement.statistic]}"
    note = f"<br>{measurement.note}" if measurement.note else ""
    return f"<b>{name}</b><br>{before} → {now}<br>limit {share(measurement.limit, 0)}{note}"


def _edges(profiles: Sequence[NumberProfile], column: Column) -> np.ndarray:
    low = min((_quantile(profile, 0.01) for profile in profiles if profile.count), default=0.0)
    high = max((_quantile(profile, 0.99) for profile in profiles if profile.count), default=1.0)
    if column.integer and high - low <= MOST_BINS:
        return np.arange(np.floor(low) - 0.5, np.ceil(high) + 1.5)
    return np.linspace(low, high if high > low else low + 1, MOST_BINS + 1)


def _quantile(profile: NumberProfile, share: float) -> float:
    place = np.searchsorted(np.cumsum(profile.counts), share * profile.count)
    return float(profile.values[min(place, len(profile.values) - 1)])
