"""Figures for a page of their own, that is read without this console and without a network."""

import plotly.graph_objects as go


def library() -> str:
    """plotly.js as one script, some 4.8 MB."""
    from plotly.offline import get_plotlyjs

    return str(get_plotlyjs())


def figure_json(figure: go.Figure) -> str:
    """Data and layout without a template: the page that draws it brings its own. Safe inside a script element."""
    bare = go.Figure(figure)
    bare.layout.template = None
    return str(bare.to_json()).replace("<", "\\u003c")
