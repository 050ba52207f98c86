"""How far a version's predictions lie from the true values; one or several versions in a figure, by their label."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import NEUTRAL, UP, amounts_axis, laid_out, with_unit
from console.language import _
from core.contract import Contract
from core.records import Card, Comparison, SpreadOfErrors

Spread = Card | SpreadOfErrors
COLOURS = ("#1f77b4", UP)
MOST_SEGMENTS = 15
LONGEST = 28


def relative_errors(cards: Mapping[str, Spread], rows: str) -> go.Figure:
    """The share of the rows by their relative error; what lies beyond an end is counted in its bar.

    ``rows`` says which rows: the title of the axis.
    """
    figure = go.Figure()
    for (label, card), colour in zip(cards.items(), COLOURS, strict=False):
        total = max(1, sum(card.counts))
        middles = [(low + high) / 2 for low, high in zip(card.edges, card.edges[1:], strict=False)]
        figure.add_bar(
            x=middles,
            y=[count / total for count in card.counts],
            name=label,
            marker_color=colour,
            opacity=0.65,
            hovertemplate="%{x:+.1%}: %{y:.1%}<extra>" + label + "</extra>",
        )
    figure.update_layout(barmode="overlay", bargap=0.03, showlegend=len(cards) > 1)
    figure.update_xaxes(title=_("prediction against the true value"), tickformat="+.0%", zeroline=True)
    figure.update_yaxes(title=rows, tickformat=".0%")
    return laid_out(figure, 6)


def predicted_against_actual(cards: Mapping[str, Spread], contract: Contract) -> go.Figure:
    """One point a row, both axes logarithmic where all of it is above 0; on the line a prediction is right."""
    figure = go.Figure()
    for (label, card), colour in zip(cards.items(), COLOURS, strict=False):
        figure.add_scatter(
            x=card.actual,
            y=card.predicted,
            mode="markers",
            name=label,
            marker={"size": 5, "color": colour, "opacity": 0.45},
            hovertemplate="%{x:,.0f} → %{y:,.0f}<extra>" + label + "</extra>",
        )
    values = [value for card in cards.values() for value in (*card.actual, *card.predicted)]
    if values:
        ends = [min(values), max(values)]
        line = {"color": NEUTRAL, "width": 1.5}
        figure.add_scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    axis = amounts_axis(values, contract.target_column.unit)
    figure.update_xaxes(title=_("true value"), **axis)
    figure.update_yaxes(title=_("prediction"), **axis)
    figure.update_layout(showlegend=len(cards) > 1)
    return laid_out(figure, 9)


def errors_by_segment(label: str, card: Card, kind: str, contract: Contract) -> go.Figure:
    """The median of each segment's relative errors; of many cohorts, those with the most test rows."""
    parts = card.of(kind)[:MOST_SEGMENTS]
    found = {label: [part.metrics.get("median_ape") for part in parts]}
    figure = _bars([part.name for part in parts], found, kind, contract, "%{x:.1%}")
    figure.update_xaxes(title=_("half of the rows miss by less than this"), tickformat=".0%", rangemode="tozero")
    return figure


def mean_errors_by_segment(
    comparison: Comparison, names: tuple[str, str], kind: str, contract: Contract
) -> go.Figure | None:
    """The mean absolute error of both versions in each segment of the holdout; of many cohorts, the largest.

    None where there is no segment of that kind.
    """
    parts = [part for part in comparison.segments if part.segment.kind == kind][:MOST_SEGMENTS]
    if not parts:
        return None
    sides: tuple[list[float | None], ...] = (
        [part.difference.champion for part in parts],
        [part.difference.challenger for part in parts],
    )
    figure = _bars(
        [part.segment.name for part in parts], dict(zip(names, sides, strict=True)), kind, contract, "%{x:,.0f}"
    )
    figure.update_xaxes(title=_("mean absolute error"), rangemode="tozero", **with_unit(contract.target_column.unit))
    return figure


def _bars(
    names: Sequence[str], found: Mapping[str, Sequence[float | None]], kind: str, contract: Contract, shown: str
) -> go.Figure:
    """A bar of each version for each segment; ``shown`` is how a value is written under the pointer."""
    unit = contract.target_column.unit if kind == "band" else ""
    labels = [f"{unit} {name}".strip() if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…" for name in names]
    figure = go.Figure()
    for (label, values), colour in zip(found.items(), COLOURS, strict=False):
        figure.add_bar(
            orientation="h",
            y=list(range(len(names))),
            x=list(values),
            name=label,
            marker_color=colour,
            hovertext=labels,
            hovertemplate="%{hovertext}: " + shown + "<extra>" + label + "</extra>",
        )
    figure.update_layout(barmode="group", showlegend=len(found) > 1)
    figure.update_yaxes(autorange="reversed", tickvals=list(range(len(names))), ticktext=labels)
    return laid_out(figure, len(names) * (0.9 if len(found) == 1 else 1.3))
