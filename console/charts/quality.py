"""How much came in each batch, and how much usually does."""

from collections.abc import Sequence

import plotly.graph_objects as go

from console.charts.style import BAD, EMPTY_CELL, NEUTRAL, laid_out
from console.language import _
from core.records import Band, Batch

STORED, REPEATED = "#4f7fa8", NEUTRAL
OTHERS = 0.55


def volume(batches: Sequence[Batch], chosen: int, usual: Band | None) -> go.Figure:
    """Rows of each batch, the oldest first, by what became of them; the chosen one stands out, the usual is shaded."""
    names = [f"{batch.collection}·{batch.number}" for batch in batches]
    opacity = [1.0 if batch.id == chosen else OTHERS for batch in batches]
    figure = go.Figure()
    for label, colour, counts in (
        (_("stored"), STORED, [batch.rows_stored for batch in batches]),
        (_("repeated"), REPEATED, [batch.rows_repeated for batch in batches]),
        (_("rejected"), BAD, [batch.rows_rejected for batch in batches]),
    ):
        figure.add_bar(
            x=names,
            y=counts,
            name=label,
            marker={"color": colour, "opacity": opacity},
            hovertemplate=f"<b>%{{x}}</b> {label}: %{{y:,.0f}}<extra></extra>",
        )
    if usual is not None:
        figure.add_hrect(y0=usual.low, y1=usual.high, fillcolor=EMPTY_CELL, line_width=0, layer="below")
        figure.add_hline(y=usual.middle, line={"dash": "dot", "width": 1, "color": NEUTRAL})
    figure.update_layout(barmode="stack", bargap=0.3)
    figure.update_yaxes(title=_("rows received"), rangemode="tozero", tickformat=",", fixedrange=True)
    figure.update_xaxes(type="category", title=_("collection · batch"), fixedrange=True)
    return laid_out(figure, 6)
