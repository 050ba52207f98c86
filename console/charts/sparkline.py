"""One line without axes: how far the batches lay from their limits."""

from collections.abc import Sequence

import plotly.graph_objects as go

from console.charts.style import BAD, GOOD, NEUTRAL
from console.language import _

# On a logarithmic scale; what is beyond is drawn at its edge.
LOWEST, HIGHEST = 0.05, 200.0
HEIGHT = 76


def drift_sparkline(names: Sequence[str], times: Sequence[float], words: Sequence[str]) -> go.Figure:
    """The largest change of each batch in times its limit, the oldest first, with the limit as a dashed line.

    ``words`` says under the pointer what it was.
    """
    figure = go.Figure(
        go.Scatter(
            x=list(names),
            y=[min(max(value, LOWEST), HIGHEST) for value in times],
            mode="lines+markers",
            line={"color": NEUTRAL, "width": 1.5},
            marker={"size": 7, "color": [BAD if value > 1 else GOOD for value in times]},
            customdata=[[word] for word in words],
            hovertemplate=_("<b>Batch {name}</b><br>{change}", name="%{x}", change="%{customdata[0]}")
            + "<extra></extra>",
        )
    )
    figure.add_hline(y=1, line={"dash": "dot", "width": 1.5, "color": NEUTRAL})
    figure.add_annotation(
        x=0, xref="paper", y=0, yref="y", text=_("limit"), showarrow=False, xanchor="right", font={"size": 11}
    )
    figure.update_xaxes(type="category", visible=False, fixedrange=True)
    figure.update_yaxes(type="log", visible=False, fixedrange=True)
    return figure.update_layout(
        height=HEIGHT, margin={"l": 34, "r": 8, "t": 6, "b": 6}, dragmode=False, showlegend=False
    )
