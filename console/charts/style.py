"""What all figures share: colours that carry a meaning, readable on light and dark, and the margins."""

import math
from collections.abc import Sequence
from typing import Any

import plotly.graph_objects as go

from console.language import form

UP, DOWN, NEUTRAL = "#c2571a", "#1f77b4", "#8a8f98"
GOOD, BAD = "#14a394", "#c2571a"
EMPTY_CELL = "rgba(138, 143, 152, 0.12)"
# No button of the tool bar is of use on a figure that is read, not drawn on.
CONFIG = {"displayModeBar": False, "scrollZoom": False}


def with_unit(unit: str) -> dict[str, str]:
    """The unit beside each number of an axis, on its side as the reader writes it."""
    is_first = not unit[:1].isalpha() and form().sign_first
    return {"tickprefix": f"{unit} "} if is_first else {"ticksuffix": f" {unit}"}


def amounts_axis(values: Sequence[float], unit: str) -> dict[str, Any]:
    """An axis of amounts, logarithmic where all ``values`` are above 0, with the unit at every number.

    Between the powers of ten 2 and 5 are named, over two powers and more none: more would run into each other on a
    phone.
    """
    if not len(values) or min(values) <= 0:
        return {"type": "linear", **with_unit(unit)}
    low, high = min(values), max(values)
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    steps = (1, 2, 5) if high < 100 * low else (1,)
    ticks = [step * 10.0**power for power in powers for step in steps if low <= step * 10.0**power <= high]
    if len(ticks) < 2:
        return {"type": "log", **with_unit(unit)}
    # Plotly writes no unit at numbers that it is given.
    return {"type": "log", "tickvals": ticks, "ticktext": [_short_amount(tick, unit) for tick in ticks]}


def _short_amount(value: float, unit: str) -> str:
    """``$ 20k``, ``$ 2M``, ``0.5 acres``."""
    size, sign = next(((size, sign) for size, sign in ((1e6, "M"), (1e3, "k")) if value >= size), (1.0, ""))
    number = form().numerals(f"{value / size:,.4g}") + sign
    return form().with_sign(unit, number) if unit and not unit[0].isalpha() else f"{number} {unit}".strip()


def laid_out(figure: go.Figure, rows: float) -> go.Figure:
    """A figure as high as its rows need, with room for its labels."""
    signs = form()
    figure.update_layout(
        separators=signs.decimal + signs.group,
        height=int(120 + 30 * rows),
        margin={"l": 8, "r": 24, "t": 16, "b": 40},
        dragmode=False,
        legend={"orientation": "h", "y": 1.02, "yanchor": "bottom", "x": 0},
    )
    figure.update_yaxes(automargin=True)
    return figure
