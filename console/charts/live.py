"""How far the prices of the version in production lay from what turned out to be true, one after the other."""

from collections.abc import Sequence
from datetime import tzinfo

import plotly.graph_objects as go

from console.charts.style import NEUTRAL, UP, laid_out
from console.formats import amount, moment, share
from console.language import _, plural
from core.live import running_median
from core.records import LiveQuality, Met

# A few predictions that miss by a multiple would press all others to the floor.
HIGHEST = 1.0


def errors_over_time(quality: LiveQuality, unit: str, zone: tzinfo) -> go.Figure:
    """A point for each true value in the order told (a batch tells many at one moment), the running median over as many
    as a verdict needs, and the holdout's median."""
    found = quality.met[::-1]
    figure = go.Figure(_points(found, unit, zone))
    running = running_median(quality.met, quality.least)
    if len(running) > 1:
        figure.add_scatter(
            x=list(range(quality.least, len(found) + 1)),
            y=[min(value, HIGHEST) for value in running],
            mode="lines",
            name=_("median of the last {count}", count=quality.least),
            line={"color": UP, "width": 3},
            hovertemplate="%{y:.1%}<extra></extra>",
        )
    known = quality.of("median_ape")
    if known is not None and known.holdout is not None:
        text = _("median on the holdout: {share}", share=share(known.holdout))
        figure.add_hline(
            y=known.holdout, line_dash="dash", line_color=NEUTRAL, annotation_text=text, annotation_position="top left"
        )
    figure.update_xaxes(title=_("true values in the order they were told"))
    above = sum(each.share > HIGHEST for each in found)
    if above:
        text = plural("▲ {count} misses by more than 100 %", "▲ {count} miss by more than 100 %", above)
        corner = {"xref": "paper", "yref": "paper", "x": 1, "y": 1, "xanchor": "right", "yanchor": "bottom"}
        figure.add_annotation(text=text, showarrow=False, **corner)
    figure.update_yaxes(title=_("misses the true value by"), tickformat=".0%", rangemode="tozero")
    return laid_out(figure, 6)


def _points(found: Sequence[Met], unit: str, zone: tzinfo) -> go.Scatter:
    """One for each true value, the oldest first."""
    return go.Scatter(
        x=list(range(1, len(found) + 1)),
        y=[min(each.share, HIGHEST) for each in found],
        mode="markers",
        name=_("one price"),
        # A mark of its own for what lies above the figure.
        marker={
            "size": 7,
            "color": NEUTRAL,
            "opacity": 0.6,
            "symbol": ["triangle-up" if each.share > HIGHEST else "circle" for each in found],
        },
        customdata=[
            [
                moment(each.truth.at, zone),
                share(each.share),
                amount(each.predicted, unit),
                amount(each.truth.value, unit),
            ]
            for each in found
        ],
        hovertemplate="%{customdata[0]}: %{customdata[1]}<br>%{customdata[2]} → %{customdata[3]}<extra></extra>",
    )
