"""What versions lean on in parts of the holdout, and two versions on the same rows, as plotly figures."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from console.charts.reasons import label_of
from console.charts.style import DOWN, EMPTY_CELL, NEUTRAL, UP, amounts_axis, laid_out
from console.formats import amount, share, signed_amount
from console.language import _
from core.contract import Contract
from core.explanation import Agreement
from core.records import Explanation

LONGEST = 24
# The colour of DOWN, as deep as a text on it stays readable on a light page and on a dark one.
FULL_CELL = "rgba(31, 119, 180, 0.62)"


def cohort_map(sizes: pd.DataFrame, labels: Sequence[str], contract: Contract) -> go.Figure:
    """Each feature's share of all importance in each cohort; a row of ``sizes`` for each of ``labels``.

    Shares, because parts are larger where the target is.
    """
    totals = sizes.sum(axis=1).replace(0.0, 1.0)
    shares = sizes.div(totals, axis=0).to_numpy()
    unit = contract.target_column.unit
    columns = [label_of(str(name), contract) for name in sizes.columns]
    hover = [
        [
            f"{label}, {column}: {share(part)} ({amount(size, unit)})"
            for column, part, size in zip(columns, parts, row, strict=True)
        ]
        for label, parts, row in zip(labels, shares, sizes.to_numpy(), strict=True)
    ]
    figure = go.Figure(
        go.Heatmap(
            z=shares,
            x=columns,
            y=list(range(len(labels))),
            hovertext=hover,
            hovertemplate="%{hovertext}<extra></extra>",
            colorscale=[[0, EMPTY_CELL], [1, FULL_CELL]],
            zmin=0,
            showscale=False,
            xgap=1,
            ygap=1,
        )
    )
    # A text of its own takes the theme's colour; a heat map's is chosen for a white ground, whatever lies below.
    figure.add_scatter(
        x=columns * len(labels),
        y=np.repeat(np.arange(len(labels)), len(columns)),
        text=[f"{part * 100:.0f}" for part in shares.ravel()],
        mode="text",
        hoverinfo="skip",
        showlegend=False,
    )
    shown = [label if len(label) <= LONGEST else f"{label[: LONGEST - 1]}…" for label in labels]
    figure.update_yaxes(
        range=[len(labels) - 0.5, -0.5],
        showgrid=False,
        zeroline=False,
        tickvals=list(range(len(labels))),
        ticktext=shown,
    )
    figure.update_xaxes(side="top", tickangle=-65, showgrid=False, range=[-0.5, len(columns) - 0.5])
    laid_out(figure, len(labels) * 0.9)
    return figure.update_layout(height=int(140 + 27 * len(labels)))


def two_predictions(
    one: Explanation,
    other: Explanation,
    found: Agreement,
    names: Sequence[str],
    rows: Sequence[int],
    contract: Contract,
) -> go.Figure:
    """One point a row: what both versions say, in the target's unit; on the line they say the same.

    ``rows`` (n,) are the numbers that a reader knows the rows by.
    """
    unit = contract.target_column.unit
    figure = go.Figure()
    for is_same, colour, label in ((True, DOWN, _("the same first reason")), (False, UP, _("another first reason"))):
        keep = np.flatnonzero(found.same_first == is_same)
        figure.add_scatter(
            x=one.predictions[keep],
            y=other.predictions[keep],
            mode="markers",
            name=label,
            marker={"size": 6, "color": colour, "opacity": 0.55},
            customdata=[
                _(
                    "Row {row}: {one} and {other} ({change})",
                    row=rows[place],
                    one=amount(one.predictions[place], unit),
                    other=amount(other.predictions[place], unit),
                    change=signed_amount(found.difference[place], unit),
                )
                for place in keep.tolist()
            ],
            hovertemplate="%{customdata}<extra></extra>",
        )
    both = np.concatenate([one.predictions, other.predictions])
    ends = [both.min(), both.max()]
    line = {"color": NEUTRAL, "width": 1.5}
    figure.add_scatter(x=ends, y=ends, mode="lines", line=line, hoverinfo="skip", showlegend=False)
    axis = amounts_axis(ends, unit)
    figure.update_xaxes(title=names[0], **axis)
    figure.update_yaxes(title=names[1], **axis)
    return laid_out(figure, 9)
