"""How good the versions are: a metric over the versions, and the trials of a search."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import BAD, GOOD, NEUTRAL, laid_out, with_unit
from console.codes import word
from console.formats import METRICS, metric_value, span
from console.language import _, told
from core.contract import Contract
from core.policy import better_by, difference_change
from core.records import Difference, Ranked, Trial


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
        figure.update_yaxes(**with_unit(unit))
    figure.update_xaxes(type="category")
    return laid_out(figure, 6)


def changes(found: Mapping[int, Difference]) -> go.Figure:
    """One line a version: its change against the one in production, from end to end of its 95 % interval."""
    shown = [each for _, each in sorted(found.items())]
    names = [f"v{number}" for number in sorted(found)]
    reach = [
        [0.0 if each.high is None else each.high - each.change for each in shown],
        [0.0 if each.low is None else each.change - each.low for each in shown],
    ]
    figure = go.Figure(
        go.Scatter(
            x=[each.change for each in shown],
            y=names,
            mode="markers",
            marker={"size": 10, "color": [_colour(each) for each in shown]},
            error_x={"type": "data", "array": reach[0], "arrayminus": reach[1], "color": NEUTRAL, "thickness": 2},
            text=[told(difference_change(each)) for each in shown],
            hovertemplate="%{y}: %{text}<extra></extra>",
        )
    )
    figure.add_vline(x=0, line_width=1, line_color=NEUTRAL)
    is_share = all(each.metric != "r2" for each in shown)
    figure.update_xaxes(tickformat="+.1%" if is_share else "+.3f")
    figure.update_yaxes(type="category")
    return laid_out(figure, len(shown))


def _colour(difference: Difference) -> str:
    if not difference.excludes_zero:
        return NEUTRAL
    return GOOD if better_by(difference) > 0 else BAD


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
            name=word(family),
            marker={"size": [15 if trial.score == best else 9 for trial in own]},
            customdata=[[span(trial.seconds)] for trial in own],
            hovertemplate=_("parameter set") + " %{x}: %{y:.4f}, %{customdata[0]}<extra></extra>",
        )
    most = max((trial.number for trial in found), default=1)
    figure.update_xaxes(title=_("parameter set"), dtick=max(1, most // 20), range=[0.5, most + 0.5])
    scores = [trial.score for trial in found]
    if scores and min(scores) == max(scores):
        # A single value would stand on an axis from below 0 to above 1.
        figure.update_yaxes(range=[0.9 * scores[0], 1.1 * scores[0]])
    figure.update_yaxes(title=_("error (RMSE of the log)"))
    return laid_out(figure, 6)
