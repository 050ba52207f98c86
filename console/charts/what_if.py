"""How the price moves along one column: a line with its range, and the present point."""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from console.charts.style import DOWN, NEUTRAL, UP, laid_out, with_unit
from console.formats import amount
from console.language import _
from core.contract import Column, Contract
from core.records import Prediction

BAND = "rgba(31, 119, 180, 0.15)"
# Trees answer in steps; a line between two points would promise a slope that is not there.
SHAPE = "hvh"


def price_curve(
    places: Sequence[float],
    found: Sequence[Prediction],
    marks: Mapping[str, tuple[float, float]],
    column: Column,
    contract: Contract,
) -> go.Figure:
    """The prices (n) at the places (n) of a column, and points of interest by their name as (place, price)."""
    target = contract.target_column
    figure = go.Figure()
    ends = [entry.interval for entry in found if entry.interval is not None]
    if len(ends) == len(found):
        edge = {"mode": "lines", "line": {"width": 0, "shape": SHAPE}, "hoverinfo": "skip", "showlegend": False}
        figure.add_scatter(x=places, y=[end.low for end in ends], **edge)
        figure.add_scatter(x=places, y=[end.high for end in ends], fill="tonexty", fillcolor=BAND, **edge)
    pairs = zip(places, found, strict=True)
    words = [[amount(place, column.unit), amount(entry.value, target.unit)] for place, entry in pairs]
    figure.add_scatter(
        x=places,
        y=[entry.value for entry in found],
        mode="lines",
        name=target.label,
        line={"color": DOWN, "width": 2, "shape": SHAPE},
        customdata=words,
        hovertemplate="%{customdata[0]}: %{customdata[1]}<extra></extra>",
        showlegend=False,
    )
    for (name, (place, price)), colour in zip(marks.items(), (NEUTRAL, UP), strict=False):
        at = {"place": amount(place, column.unit), "price": amount(price, target.unit)}
        hover = _("{name}: {place}, {price}", name=name, **at)
        figure.add_scatter(
            x=[place],
            y=[price],
            mode="markers",
            name=name,
            marker={"size": 11, "color": colour},
            hovertemplate=f"{hover}<extra></extra>",
        )
    figure.update_xaxes(title=column.label_with_unit)
    figure.update_yaxes(**with_unit(target.unit))
    return laid_out(figure, 7)
