"""What all figures share: colours that carry a meaning, readable on light and dark, and the margins."""

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
