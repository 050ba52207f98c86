"""One column closely: its distribution and its quantiles before and now, and a statistic over all batches."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from console.charts.style import NEUTRAL, UP, laid_out
from console.language import _, told
from core.contract import Column
from core.drift import quantiles
from core.policy import percent
from core.records import NumberProfile

MOST_BINS = 40
MOST_BARS_WITH_TEXT = 16
SHARES = np.arange(1, 100) / 100
# How many times further the upper end is from the middle than the lower, before only a logarithm shows both.
SKEWED = 10


def distributions(reference: NumberProfile, current: NumberProfile, column: Column) -> go.Figure:
    """Both distributions over the same bins, as a share of the rows; the outermost hundredths are left out of sight."""
    pair = (reference, current)
    is_log = _is_skewed(pair, column)
    edges = _edges(pair, column, is_log)
    centres = np.sqrt(edges[:-1] * edges[1:]) if is_log else (edges[:-1] + edges[1:]) / 2
    figure = go.Figure()
    for profile, name, colour in zip(pair, _names(), (NEUTRAL, UP), strict=True):
        heights, _edges_again = np.histogram(profile.values, bins=edges, weights=profile.counts / max(profile.count, 1))
        figure.add_scatter(
            x=centres,
            y=heights,
            name=name,
            mode="lines",
            line={"shape": "hvh", "color": colour, "width": 2},
            fill="tozeroy",
            hovertemplate=f"%{{x:,.4g}} {column.unit}: %{{y:.1%}}<extra>{name}</extra>",
        )
    figure.update_yaxes(title=_("share of rows"), tickformat=".0%", rangemode="tozero")
    figure.update_xaxes(title=column.label_with_unit, **_scale(is_log, edges))
    return laid_out(figure, 7)


def quantile_lines(reference: NumberProfile, current: NumberProfile, column: Column) -> go.Figure:
    """The value below which each share of the rows lies, before and now."""
    pair = (reference, current)
    figure = go.Figure()
    for profile, name, colour in zip(pair, _names(), (NEUTRAL, UP), strict=True):
        figure.add_scatter(
            x=SHARES,
            y=quantiles(profile, SHARES) if profile.count else [],
            name=name,
            mode="lines",
            line={"color": colour, "width": 2},
            hovertemplate=f"%{{x:.0%}}: %{{y:,.4g}} {column.unit}<extra>{name}</extra>",
        )
    figure.update_xaxes(title=_("share of rows at or below"), tickformat=".0%")
    figure.update_yaxes(title=column.label_with_unit, **_scale(_is_skewed(pair, column), _ends(pair)))
    return laid_out(figure, 7)


def changes_over_batches(changes: pd.DataFrame, labels: Mapping[int, str], chosen: int) -> go.Figure:
    """One statistic's change in every batch, with its limit on both sides; the chosen batch is framed."""
    shown = changes.assign(label=changes["batch_id"].map(labels)).dropna(subset=["label", "relative_change"])
    over, is_few = shown["exceeded"].astype(bool), len(shown) <= MOST_BARS_WITH_TEXT
    edges = ["rgba(0,0,0,0)" if batch != chosen else NEUTRAL for batch in shown["batch_id"]]
    figure = go.Figure(
        go.Bar(
            x=shown["label"],
            y=shown["relative_change"],
            marker={"color": np.where(over, UP, NEUTRAL), "line": {"color": edges, "width": 3}},
            text=[told(percent(change, 0)) for change in shown["relative_change"]] if is_few else None,
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{x}: %{y:+,.1%}<extra></extra>",
            showlegend=False,
        )
    )
    for sign in (1, -1):
        figure.add_scatter(
            x=shown["label"],
            y=sign * shown["limit_value"],
            mode="lines",
            line={"dash": "dot", "color": NEUTRAL, "width": 1},
            name=_("limit"),
            showlegend=sign > 0,
            hovertemplate="%{y:+.0%}",
        )
    figure.update_yaxes(tickformat="+,.0%", title=_("change"))
    figure.update_xaxes(type="category")
    return laid_out(figure, 7)


def _names() -> tuple[str, str]:
    return _("before"), _("now")


def _scale(is_log: bool, shown: Sequence[float] | np.ndarray) -> dict[str, object]:
    """A logarithmic axis, of which two powers of ten and more are marks enough."""
    if not is_log:
        return {}
    return {"type": "log", "dtick": 1 if shown[-1] > 100 * shown[0] else None}


def _ends(profiles: Sequence[NumberProfile]) -> tuple[float, float, float]:
    """The hundredth from below, the middle and the hundredth from above, of both sides together."""
    found = np.array([quantiles(profile, (0.01, 0.5, 0.99)) for profile in profiles if profile.count])
    if not len(found):
        return 0.0, 0.5, 1.0
    return float(found[:, 0].min()), float(found[:, 1].mean()), float(found[:, 2].max())


def _is_skewed(profiles: Sequence[NumberProfile], column: Column) -> bool:
    low, middle, high = _ends(profiles)
    return not column.integer and low > 0 and high - middle > SKEWED * (middle - low)


def _edges(profiles: Sequence[NumberProfile], column: Column, is_log: bool) -> np.ndarray:
    low, _middle, high = _ends(profiles)
    if column.integer and high - low <= MOST_BINS:
        return np.arange(np.floor(low) - 0.5, np.ceil(high) + 1.5)
    if is_log:
        return np.geomspace(low, high, MOST_BINS + 1)
    return np.linspace(low, high if high > low else low + 1, MOST_BINS + 1)
