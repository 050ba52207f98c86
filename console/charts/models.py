"""How good the versions are: a metric over the versions, and the trials of a search."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import GOOD, NEUTRAL, laid_out
from console.formats import METRICS, metric_value, span
from console.language import _
from core.contract import Contract
from core.records import Ranked, Trial


def metric_over_versions(
    ranked: Mapping[int, Ranked], metric: str, production: int | None, contract: Contract
) -> go.Figure:
    """One bar a version on the same holdout; the one in production stands out."""
    shown = [entry for _, entry in sorted(ranked.items()) if metric in entry.metrics]
    figure = go.Figure(
        go.Bar(
            x=[f"v{entry.number}" for entry in shown],
            y=[entry.metrics[metric] for entry in shown],
            marker_color=[GOOD if entry.number == production else NEUTRAL for entry in shown],
            textposition="outside",
            cliponaxis=False,
            text=[metric_value(metric, entry.metrics[metric], contract) for entry in shown],
            hovertemplate="%{x}: %{text}<extra></extra>",
        )
    )
    is_share = METRICS[metric].kind == "share"
    unit = contract.target_column.unit
    figure.update_yaxes(title=METRICS[metric].label, tickformat=".0%" if is_share else None, rangemode="tozero")
    if METRICS[metric].kind == "amount":
        figure.update_yaxes(tickprefix=f"{unit} ")
    figure.update_xaxes(type="category")
    return laid_out(figure, 6)


def trials(found: Sequence[Trial]) -> go.Figure:
    """The score of each parameter set in the order tried; lower is better."""
    best = min((trial.score for trial in found), default=None)
    figure = go.Figure()
    for family in dict.fromkeys(trial.family for trial in found):
        own = [trial for trial in found if trial.family == family]
        figure.add_scatter(
            x=[trial.number for trial in own],
            y=[trial.score for trial in own],
            mode="markers",
            name=family.replace("_", " "),
            marker={"size": [15 if trial.score == best else 9 for trial in own]},
            customdata=[[span(trial.seconds)] for trial in own],
            hovertemplate=_("parameter set") + " %{x}: %{y:.4f}, %{customdata[0]}<extra></extra>",
        )
    figure.update_xaxes(title=_("parameter set"), dtick=1)
    figure.update_yaxes(title=_("error on the validation rows (log scale)"))
    return laid_out(figure, 6)
